/**
 * The store of a locked browser (docs/PROTOCOL.md, The lock of a browser): the secrets of the device lie in it under the vault key, which is held in memory
 * only. The kernel over it sees the rows as of an unlocked one.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import type { CommitInput, KeyValue, RecordStore, Segment, StoreFailure } from '#ports/record-store';
import type { KeyCopies } from './device-keys.ts';

/** A key as it lies in a row. */
export interface StoredKey extends KeyCopies {
  readonly pub: Bytes;
  readonly secret?: unknown;
}

/** Rows with keys in them, and which of their fields are keys. */
const KEYS_OF: readonly (readonly [prefix: string, fields: readonly (readonly [name: string, kind: 'signing' | 'agreement'])[]])[] = [
  ['id/profile', [['ds', 'signing'], ['dx', 'agreement']]],
  ['slot/', [['key', 'signing']]],
];

/** The fields of this row that are keys. */
export const keysOf = (row: string): readonly (readonly [name: string, kind: 'signing' | 'agreement'])[] => KEYS_OF.find(([prefix]) => row.startsWith(prefix))?.[1] ?? [];

export class SealedStore implements RecordStore {
  readonly id: string;
  private readonly open = new Map<string, Promise<unknown>>();

  /** `inner` is the store as it lies on the disk. */
  constructor(readonly inner: RecordStore, private readonly crypto: CryptoPort, private readonly vault: AeadKey) {
    this.id = inner.id;
  }

  get onClosed(): ((reason: StoreFailure) => void) | null {
    return this.inner.onClosed;
  }

  set onClosed(told: ((reason: StoreFailure) => void) | null) {
    this.inner.onClosed = told;
  }

  commit(input: CommitInput): Promise<number> {
    return this.inner.commit(input.values ? { ...input, values: input.values.map(([key, value]): KeyValue => [key, closeRow(key, value)]) } : input);
  }

  async get(key: string): Promise<unknown> {
    return key === 'id/vault' ? this.vault : this.openRow(key, await this.inner.get(key));
  }

  async list(prefix: string): Promise<[string, unknown][]> {
    return Promise.all((await this.inner.list(prefix)).map(async ([key, value]): Promise<[string, unknown]> => [key, await this.openRow(key, value)]));
  }

  scan(after: number, limit: number): Promise<Segment[]> {
    return this.inner.scan(after, limit);
  }

  arrivals(after: number): Promise<number[]> {
    return this.inner.arrivals(after);
  }

  segments(arrivals: readonly number[]): Promise<Segment[]> {
    return this.inner.segments(arrivals);
  }

  holding(space: Uint8Array, fragment: Uint8Array | null): Promise<number[]> {
    return this.inner.holding(space, fragment);
  }

  async turnLog(): Promise<void> {
    await this.inner.turnLog?.();
  }

  close(): void {
    this.inner.close();
  }

  private async openRow(row: string, value: unknown): Promise<unknown> {
    const fields = keysOf(row);
    if (fields.length === 0 || typeof value !== 'object' || value === null) return value;
    const opened: Record<string, unknown> = { ...value };
    for (const [name, kind] of fields) opened[name] = await this.openKey(opened[name] as StoredKey, kind);
    return opened;
  }

  private async openKey(key: StoredKey, kind: 'signing' | 'agreement'): Promise<StoredKey> {
    const { sealed } = key;
    if (!sealed) return key;
    const name = toBase64url(key.pub);
    const known = this.open.get(name) ?? this.import(key.pub, sealed, kind);
    this.open.set(name, known);
    return { ...key, secret: await known };
  }

  private async import(pub: Bytes, { nonce, ct }: NonNullable<StoredKey['sealed']>, kind: 'signing' | 'agreement'): Promise<unknown> {
    const seed = must(await this.crypto.open(this.vault, nonce, ct, pub), 'a key opens with the vault');
    const { secret } = kind === 'signing' ? await this.crypto.importSigning(seed) : await this.crypto.importAgreement(seed);
    seed.fill(0);
    return secret;
  }
}

/** A row without the secrets that are sealed in it. */
function closeRow(row: string, value: unknown): unknown {
  const fields = keysOf(row);
  if (fields.length === 0 || typeof value !== 'object' || value === null) return value;
  const closed: Record<string, unknown> = { ...value };
  for (const [name] of fields) {
    const { secret: _, ...rest } = closed[name] as StoredKey;
    // A key without its sealed form would lie open in a locked browser.
    must(rest.sealed, 'keys of a locked browser are sealed');
    closed[name] = rest;
  }
  return closed;
}
