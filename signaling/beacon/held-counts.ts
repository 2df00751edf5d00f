/** How much a store holds of each space and each writer. Kept in rows of the store that are written with the records, so that a start need not read them all. */
import { toBase64url } from '#base/bytes';
import type { StoredRecord } from '#ports/record-store';

export interface Held {
  readonly records: number;
  readonly bytes: number;
}

const NOTHING: Held = { records: 0, bytes: 0 };

/** Sums by `space/writer`, both base64url. */
export type HeldSums = ReadonlyMap<string, Held>;

const plus = (a: Held, b: Held): Held => ({ records: a.records + b.records, bytes: a.bytes + b.bytes });

/** Of records that are committed together. */
export function sumsOf(records: readonly Pick<StoredRecord, 'space' | 'writer' | 'bytes'>[]): Map<string, Held> {
  const sums = new Map<string, Held>();
  for (const { space, writer, bytes } of records) {
    const key = `${toBase64url(space)}/${toBase64url(writer)}`;
    sums.set(key, plus(sums.get(key) ?? NOTHING, { records: 1, bytes: bytes.length }));
  }
  return sums;
}

/** What a commit that drops rows changes. */
export function changeOf(records: readonly StoredRecord[], gone: readonly StoredRecord[]): Map<string, Held> {
  const sums = sumsOf(records);
  for (const [key, less] of sumsOf(gone)) sums.set(key, plus(sums.get(key) ?? NOTHING, { records: -less.records, bytes: -less.bytes }));
  return sums;
}

export class HeldCounts {
  readonly #writers = new Map<string, Held>();
  readonly #spaces = new Map<string, Held>();
  #total = NOTHING;

  get total(): Held {
    return this.#total;
  }

  space(space: string): Held {
    return this.#spaces.get(space) ?? NOTHING;
  }

  writer(space: string, writer: string): Held {
    return this.#writers.get(`${space}/${writer}`) ?? NOTHING;
  }

  /** Spaces of which anything is held. */
  spaces(): IterableIterator<[string, Held]> {
    return this.#spaces.entries();
  }

  /** What the rows of these writers say when so much more is held. */
  with(sums: HeldSums): [key: string, held: Held][] {
    return [...sums].map(([key, more]) => [key, plus(this.#writers.get(key) ?? NOTHING, more)]);
  }

  /** So much more is on the disk. */
  add(sums: HeldSums): void {
    for (const [key, held] of this.with(sums)) this.#writers.set(key, held);
    for (const [key, more] of sums) {
      const space = key.slice(0, key.indexOf('/'));
      this.#spaces.set(space, plus(this.space(space), more));
      this.#total = plus(this.#total, more);
    }
  }
}
