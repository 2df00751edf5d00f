/**
 * Which records a backup file held that was read back here: for each space a receipt that this device signed over the heads that came out of the file
 * (docs/decisions/0077). A row that somebody changed counts nothing.
 */
import { concat, toBase64url, u64be, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { BackupReport } from '#os/backup-api';
import type { KeyValue } from '#ports/record-store';
import { must } from '#base/assert';
import { logKey } from './log-key.ts';
import type { FragmentLog } from '#vm/log/fragment-log';
import type { Kernel, Space } from './state.ts';

const ROWS = 'kept/';

/** Row `kept/<space>`. */
interface KeptRow {
  /** Mesh time of the content of the file. */
  readonly ms: number;
  /** When it was read back, ms. */
  readonly readAt: number;
  /** CBOR [[fragment b16, [[writer b32, seq]…]]…]. */
  readonly heads: Bytes;
  readonly sig: Bytes;
}

/** What a receipt says. */
export interface KeptBackup {
  readonly ms: number;
  readonly readAt: number;
  /** Log (logKey) → greatest seq in the file. */
  readonly seqs: ReadonlyMap<string, number>;
}

/** What a proven file holds of a space, as it goes into a report and a receipt. */
export function encodeHeld(fragments: Iterable<readonly [fragment: Bytes, log: Pick<FragmentLog, 'frontier'>]>): Bytes {
  return encodeCbor([...fragments].map(([fragment, log]): CborValue => [fragment, log.frontier().map(({ writer, seq }): CborValue => [writer, seq])]));
}

const message = (space: string, { ms, readAt, heads }: Omit<KeptRow, 'sig'>): Bytes => concat('lgos/kept/1', space, u64be(ms), u64be(readAt), sha256(heads));

/** Receipts of a file that was read back: newer ones replace older ones. To be written with what else is noted of it. */
export async function receiptsOf(kernel: Kernel, report: BackupReport, readAt: number): Promise<KeyValue[]> {
  const ds = must(kernel.profile, 'profile').ds;
  const values: KeyValue[] = [];
  for (const { id, equal, held } of report.spaces) {
    const known = (await kernel.store.get(ROWS + id)) as KeptRow | undefined;
    if (!equal || held === undefined || (known && known.ms > report.at)) continue;
    const row = { ms: report.at, readAt, heads: held as Bytes };
    values.push([ROWS + id, { ...row, sig: await kernel.deps.crypto.sign(ds, message(id, row)) } satisfies KeptRow]);
  }
  return values;
}

/** The receipt of a space; null when there is none, or its row is not what was signed. */
export async function keptBackup(kernel: Kernel, space: Space): Promise<KeptBackup | null> {
  const row = (await kernel.store.get(ROWS + space.key)) as KeptRow | undefined;
  if (!row || !kernel.profile || !(await kernel.deps.crypto.verify(kernel.profile.ds.pub, row.sig, message(space.key, row)))) return null;
  const seqs = new Map<string, number>();
  // Signed here: it has the form in which it was made.
  for (const [fragment, logs] of tryDecodeCbor(row.heads) as unknown as [Bytes, [Bytes, number][]][]) {
    for (const [writer, seq] of logs) seqs.set(logKey(space, { key: toBase64url(fragment) }, toBase64url(writer)), seq);
  }
  return { ms: row.ms, readAt: row.readAt, seqs };
}
