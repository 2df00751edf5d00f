/** Which baseline a fragment stands on: row `base/<space>/<fragment>`. Names and numbers only; what it says lies in the records of its snapshot. */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { FragmentGraph } from '#vm/graph/fragment-graph';
import type { BaselineOp } from '#vm/protocol/acl-operation';
import { toStub } from '#vm/protocol/record';
import type { ParsedRecord, Stamp } from '#vm/protocol/types';
import type { Fragment, Kernel, Space } from './state.ts';

export const BASE_ROW = 'base/';

export interface BaseRow extends Pick<BaselineOp, 'heads' | 'snapshot'> {
  readonly act: Bytes;
  /** ms of mesh time when this device began to stand on it, or a beacon that held everything saw it settled. */
  readonly since: number;
  /** It was taken on the word of others, by who lacked a part of what it covers. */
  readonly word?: true;
  /** Nothing of what it covers lies here any more. */
  readonly gone?: true;
}

/** `begin` gives a graph of its own with the rows of the snapshot; null while they are not here. */
export interface FragmentBase {
  readonly row: BaseRow;
  readonly begin: (() => FragmentGraph) | null;
  /** The greatest stamp in them: what is written next exceeds it. */
  readonly greatest: Stamp | null;
  /** Is it known whose each covered log is? Before that nothing of the fragment can be taken in, and nothing is asked for but first records. */
  readonly explained: boolean;
  /** Its rows are kept from this person, who reads from their coming on (KEY9): it begins with nothing, and its state says nothing to others. */
  readonly blank?: true;
}

export const baseName = (space: Space, fragment: Pick<Fragment, 'key'>): string => `${space.key}/${fragment.key}`;

/** Rows of this build. */
export function isBaseRow(row: unknown): row is BaseRow {
  const { act, heads, snapshot, since } = (row ?? {}) as Partial<BaseRow>;
  return act instanceof Uint8Array && Array.isArray(heads) && typeof snapshot === 'object' && typeof since === 'number';
}

/** What a baseline covers is gone from here: of the records that stay, the first and the covered head of a log, only the stub is taken in again (BASE5). */
export function asKept(space: Space, record: ParsedRecord): ParsedRecord {
  const log = space.fragments.get(toBase64url(record.header.fragment))?.log.logs.get(toBase64url(record.header.writer));
  return log?.foot && record.header.seq <= log.foot.seq && record.status !== 'unknown-version' ? toStub(record) : record;
}

/** Is it the first record, and no other, of a log that is covered? */
export const isFirstBelow = (fragment: Fragment | undefined, { id }: ParsedRecord): boolean => fragment?.base?.row.heads.some(({ first }) => equalBytes(first, id)) === true;

/** How many read rows of the store at the places of one moment, by kernel. */
const readers = new WeakMap<Kernel, number>();

/** While somebody reads the rows of one moment none is written anew. Gives what ends that. */
export function keepRows(kernel: Kernel): () => void {
  readers.set(kernel, (readers.get(kernel) ?? 0) + 1);
  return () => void readers.set(kernel, (readers.get(kernel) ?? 1) - 1);
}

export const areRowsKept = (kernel: Kernel): boolean => (readers.get(kernel) ?? 0) > 0;
