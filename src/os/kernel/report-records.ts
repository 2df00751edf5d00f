/**
 * Reports as records of `root` (REP2). They are read from the records that carry them, not from the registers of their nodes: whatever a member
 * writes on a node later, no report changes, hides or goes.
 */
import { concat, equalBytes, toBase64url, u32be, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import type { ReportReason } from '#os/reports-api';
import { KERNEL_LIMITS } from '#os/limits';
import type { HeldRecord } from '#vm/log/held-record';
import { unwrapEpochKey } from '#vm/protocol/keys';
import { PRIMITIVE, type CborValue, type Operation } from '#vm/protocol/types';
import { PART, ROOT_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

export const REPORT = 'report@1';
export const REPORT_KEY = 'report/key@1';
export const REPORT_STATE = 'report/state@1';
// A part of somebody's recovery key (key-parts.ts) is read in the same way for the same reason.
const TYPES: readonly string[] = [REPORT, REPORT_KEY, REPORT_STATE, PART];
export const REASONS: readonly ReportReason[] = ['spam', 'abuse', 'other'];
/** Lengths of sealed reports are multiples of this: by its size nobody tells which message it is about. */
const STEP = 1_024;

/** One of these nodes, as its record says it. */
export interface Line {
  readonly type: string;
  readonly props: ReadonlyMap<number | string, CborValue>;
  /** uid of the author of the record. */
  readonly by: string;
  readonly at: number;
  /** Order of the stamps, as text. */
  readonly order: string;
  /** acl heads of the record; null: not sealed yet. */
  readonly heads: readonly string[] | null;
}

/** What a report says, opened. */
export interface Content {
  readonly by: Bytes;
  readonly message: Bytes;
  readonly fragment: Bytes;
  readonly author: Bytes;
  readonly text: string;
  readonly cut: boolean;
  readonly reason: ReportReason;
  readonly words: string;
}

/** A record never changes; its operations are decoded once. */
const known = new WeakMap<HeldRecord, readonly Line[]>();

function linesOf(ops: readonly Operation[], of: Omit<Line, 'type' | 'props' | 'at' | 'order'> & { readonly delta: number; readonly writer: string }): Line[] {
  const { by, heads, delta, writer } = of;
  return ops.filter((op) => op.primitive === PRIMITIVE.nodeCreate && TYPES.includes(op.args[1] as string)).map((op) => {
    const at = op.stamp.ms - delta;
    return { type: op.args[1] as string, props: op.args[2] as Map<number | string, CborValue>, by, at, heads, order: `${at.toString(16).padStart(12, '0')}${op.stamp.ctr.toString(16).padStart(4, '0')}${writer}` };
  });
}

/** All that the space holds, the oldest first. */
export function reportLines(kernel: Kernel, space: Space): Line[] {
  const root = space.fragments.get(ROOT_KEY);
  if (!root) return [];
  const out: Line[] = [];
  for (const record of root.log.applied()) {
    let lines = known.get(record);
    if (!lines) {
      const by = space.rights.writer(record.writer)?.uid ?? '';
      lines = linesOf(record.ops, { by, heads: record.acl.map((head) => toBase64url(head)), delta: record.delta, writer: record.writerKey });
      known.set(record, lines);
    }
    out.push(...lines);
  }
  const own = { by: kernel.profile ? toBase64url(kernel.profile.uid) : '', heads: null, delta: 0, writer: kernel.slot?.text ?? '' };
  out.push(...linesOf([...root.sealing, ...root.pending].map((item) => item.op), own));
  return out.sort((a, b) => (a.order < b.order ? -1 : 1));
}

/** Bytes of that length, or null. */
export function bytesAt(props: Line['props'], name: string, length: number): Bytes | null {
  const value = props.get(name);
  return value instanceof Uint8Array && value.length === length ? (value as Bytes) : null;
}

/** [tag b8, wrap b48] of a `report@1` or `report/key@1`, as far as they are well formed. */
export function wrapsOf(props: Line['props']): { tag: Bytes; wrap: Bytes }[] {
  const list = props.get('wraps');
  if (!Array.isArray(list)) return [];
  return list.slice(0, KERNEL_LIMITS.reportDevices).flatMap((pair) => {
    const [tag, wrap] = Array.isArray(pair) ? pair : [];
    return tag instanceof Uint8Array && tag.length === 8 && wrap instanceof Uint8Array && wrap.length === 48 ? [{ tag: tag as Bytes, wrap: wrap as Bytes }] : [];
  });
}

/** The keys of a report that a line gives this device; none when it gives none. */
export async function keysIn({ deps, profile }: Kernel, space: Space, line: Line, rid: Bytes): Promise<Bytes[]> {
  const eph = bytesAt(line.props, 'eph', 32);
  if (!eph || !profile) return [];
  const own = wrapsOf(line.props).filter(({ tag }) => equalBytes(tag, profile.ds.pub.subarray(0, 8)));
  const opened = await Promise.all(own.slice(0, 2).map(({ wrap }) => unwrapEpochKey(deps.crypto, profile.dx, { eph, space: space.id, epoch: rid, wrap })));
  return opened.filter((key): key is Bytes => key?.length === 32);
}

/** nonce ‖ AES-GCM(key, nonce, u32be length ‖ CBOR of the values ‖ zeros up to a multiple of 1 KiB; AAD = report id ‖ space). */
export async function sealPart({ deps }: Kernel, space: Space, key: Bytes, rid: Bytes, value: readonly CborValue[]): Promise<Bytes> {
  const bare = encodeCbor([...value]);
  const plain = new Uint8Array(Math.ceil((4 + bare.length) / STEP) * STEP);
  plain.set(u32be(bare.length));
  plain.set(bare, 4);
  const nonce = deps.random.bytes(12);
  return concat(nonce, await deps.crypto.seal(await deps.crypto.importAead(key), nonce, plain, concat(rid, space.id)));
}

/** The values of a sealed part; null when the key does not open it. */
export async function openPart({ deps }: Kernel, space: Space, key: Bytes, rid: Bytes, sealed: CborValue | undefined): Promise<CborValue[] | null> {
  if (!(sealed instanceof Uint8Array) || sealed.length < 28) return null;
  const plain = await deps.crypto.open(await deps.crypto.importAead(key), sealed.subarray(0, 12), sealed.subarray(12), concat(rid, space.id));
  if (plain === null || plain.length < 4) return null;
  const length = new DataView(plain.buffer, plain.byteOffset).getUint32(0);
  const value = tryDecodeCbor(plain.slice(4, 4 + length));
  return Array.isArray(value) ? value : null;
}

/** The fields of a report, in the order in which they are sealed. */
export const contentValues = (of: Content): CborValue[] => [of.by, of.message, of.fragment, of.author, of.text, of.cut, REASONS.indexOf(of.reason), of.words];

/** What was sealed, when it has that form. */
export function readContent(values: readonly CborValue[] | null): Content | null {
  const [by, message, fragment, author, text, cut, reason, words] = values ?? [];
  const sized = (value: CborValue | undefined, length: number): value is Bytes => value instanceof Uint8Array && value.length === length;
  if (!sized(by, 32) || !sized(message, 16) || !sized(fragment, 16) || !sized(author, 32)) return null;
  if (typeof text !== 'string' || typeof words !== 'string' || words.length > KERNEL_LIMITS.reportWordsChars || REASONS[reason as number] === undefined) return null;
  return { by, message, fragment, author, text, cut: cut === true, reason: REASONS[reason as number]!, words };
}
