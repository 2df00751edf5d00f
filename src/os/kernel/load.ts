/** From the store into memory: at start everything, later what other tabs of the profile committed (notices carry names only, FORMATS 8). */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import type { RecordEntry } from '#ports/replica';
import type { Segment, StoredRecord } from '#ports/record-store';
import { parseRecord, verifyRecord } from '#vm/protocol/record';
import type { ParsedRecord } from '#vm/protocol/types';
import { BASE_ROW, isBaseRow } from './baseline-row.ts';
import { noteClaim } from './claims.ts';
import type { AckRow } from './copies.ts';
import { deliverAll } from './deliver.ts';
import { resumeFarewell } from './farewell.ts';
import { addSpace } from './spaces.ts';
import type { Kernel, Space, SpaceStanding } from './state.ts';
import type { Slot } from './slots.ts';


/** Spaces of the profile as the store lists them; new ones are added, standings follow. Also those left: who is invited again goes on from what is held. */
export async function loadSpaces(kernel: Kernel): Promise<void> {
  for (const [, value] of await kernel.store.list('space/')) {
    const row = value as { id: Bytes; standing: SpaceStanding; told?: string };
    // Let in a moment ago: the row that says so is still on its way to the disk.
    if (row.standing === 'joining' && kernel.spaces.get(toBase64url(row.id))?.standing === 'member') continue;
    const known = kernel.spaces.has(toBase64url(row.id));
    await resumeFarewell(kernel, addSpace(kernel, row.id, row.standing));
    if (row.standing === 'joining' && row.told !== undefined && !known) noteClaim(kernel, toBase64url(row.id), row.told);
  }
}

/** Baselines that fragments of the store stand on: each is opened before anything else of its fragment. */
export async function loadBases(kernel: Kernel, part: () => Promise<{ readonly openBases: NonNullable<Kernel['openBases']> }>): Promise<void> {
  for (const [name, row] of await kernel.store.list(BASE_ROW)) if (isBaseRow(row)) kernel.bases.set(name.slice(BASE_ROW.length), row);
  if (kernel.bases.size > 0) kernel.openBases = (await part()).openBases;
}

/** Acks of other devices, kept so that "On N devices" is true after a reload. */
export async function loadAcks(kernel: Kernel): Promise<void> {
  for (const [, value] of await kernel.store.list('ack/')) kernel.copies.restore(value as AckRow);
}

/** The first page after the last scan, read while something else is waited for; for the loader. */
export const readAhead = (kernel: Kernel): Promise<Segment[]> => readAfter(kernel, kernel.scanned, startRows(kernel));

/** Rows up to which a start reads the store in one go, and rows of its pages. */
export const startRows = (kernel: Kernel): number => kernel.deps.startRows ?? KERNEL_LIMITS.loadRows;

/** The rows after an arrival, read while something else is waited for. */
export function readAfter(kernel: Kernel, arrival: number, rows: number = KERNEL_LIMITS.loadRows): Promise<Segment[]> {
  const page = kernel.store.scan(arrival, rows);
  // Whoever takes it hears of its failure; perhaps nobody comes to that.
  page.catch(() => undefined);
  return page;
}

/** Delivers what came after the last scan. Returns the records that other tabs of this profile wrote. */
export async function scanStore(kernel: Kernel, origin: 'local' | 'remote'): Promise<RecordEntry[]> {
  const written: RecordEntry[] = [];
  for (let next = readAfter(kernel, kernel.scanned); ; ) {
    const segments = await next;
    if (segments.length === 0) return written;
    // The next page is on its way while this one is delivered.
    next = readAfter(kernel, segments[segments.length - 1]!.arrival);
    const bySpace = new Map<Space, ParsedRecord[]>();
    const candidates: StoredRecord[] = [];
    for (const segment of segments) {
      kernel.scanned = segment.arrival;
      kernel.arrival = Math.max(kernel.arrival, segment.arrival);
      if (segment.origin === kernel.boot) continue;
      candidates.push(...(await gather(kernel, segment, bySpace)));
    }
    for (const [space, records] of bySpace) await deliverAll(kernel, space, records, origin);
    // Asked after the delivery: the first record of a log brings the certificate that says whose it is.
    for (const row of candidates) if (kernel.spaces.get(toBase64url(row.space))?.rights.writer(row.writer)?.ds === ownDevice(kernel)) written.push(row);
  }
}

/** Reads what of the segment is not held yet, all of it or only the part that is wanted now. Returns the rows of what was read. */
export async function gather(kernel: Kernel, segment: Segment, bySpace: Map<Space, ParsedRecord[]>, wanted: ((record: StoredRecord) => boolean) | null = null): Promise<StoredRecord[]> {
  const fresh = segment.records.filter((record) => (wanted === null || wanted(record)) && !kernel.index.has(toBase64url(record.id)));
  kernel.index.add(segment, wanted ?? undefined);
  const rows: StoredRecord[] = [];
  for (const row of fresh) {
    const space = kernel.spaces.get(toBase64url(row.space));
    if (!space) continue;
    const record = await readRow(kernel, row, segment.trusted);
    if (!record) {
      // Others may still have it: it is asked for like any record that is not here.
      kernel.index.drop(toBase64url(row.id));
      continue;
    }
    const list = bySpace.get(space);
    if (list) list.push(record);
    else bySpace.set(space, [record]);
    rows.push(row);
  }
  return rows;
}

const ownDevice = (kernel: Kernel): string | null => (kernel.profile ? toBase64url(kernel.profile.ds.pub) : null);

/** A row with a matching local MAC was verified before it was written; any other is verified anew (FORMATS 11). */
export async function readRow(kernel: Kernel, row: StoredRecord, trusted: boolean): Promise<ParsedRecord | null> {
  const parsed = parseRecord(row.bytes);
  if (!parsed.ok || !equalBytes(parsed.value.id, row.id)) {
    kernel.metric('store.rot', 1);
    return null;
  }
  if (!trusted && !(await verifyRecord(kernel.deps.crypto, parsed.value))) {
    kernel.metric('store.rot', 1);
    return null;
  }
  return parsed.value;
}

/**
 * Own heads are asked once per space before the first seal of a slot that existed before this run, while a link is up; what others hold of it and we
 * do not (a profile restored from a backup) is pulled first (FORMATS 5, At start). What does not come in time ends as a fork, which is mended. A page that
 * is left holds the links, and does not answer any more: what was written is sealed then without asking, or it would be lost.
 */
export async function ownHeadsKnown(kernel: Kernel, space: Space): Promise<void> {
  if (space.ownHeadsAsked || !kernel.slot) return;
  space.ownHeadsAsked = true;
  await Promise.race([kernel.leaving, askFirst(kernel, space, kernel.slot)]);
}

async function askFirst(kernel: Kernel, space: Space, slot: Slot): Promise<void> {
  const linked = kernel.network.peers.some((peer) => peer.spaces.includes(space.key));
  if (slot.fresh || !linked) return;
  const heads = kernel.replication ? await askOwnHeads(kernel, space.id, slot.writer) : await askLeader(kernel, space, slot.writer);
  const behind = (): boolean => heads.some((head) => (space.fragments.get(toBase64url(head.fragment))?.log.contiguous(slot.writer) ?? -1) < head.seq);
  const until = kernel.deps.clock.monotonic() + KERNEL_LIMITS.ownHeadsMs;
  while (behind() && kernel.deps.clock.monotonic() < until) await new Promise<void>((resolve) => void kernel.deps.clock.setTimer(KERNEL_LIMITS.ownHeadsLookMs, resolve));
}

/** What the links hold of a writer of this device, in a tab that has them; what is newer than ours is pulled. */
export async function askOwnHeads(kernel: Kernel, space: Bytes, writer: Bytes): Promise<OwnHeads> {
  const { replication } = kernel;
  const here = kernel.spaces.get(toBase64url(space));
  if (!replication || !here) return [];
  const heads = await replication.ownHeads(space, [writer], KERNEL_LIMITS.ownHeadsMs).catch(() => []);
  const newer = heads.filter((head) => (here.fragments.get(toBase64url(head.fragment))?.log.contiguous(writer) ?? -1) < head.seq);
  for (const head of newer) replication.pull(space, head.fragment);
  return newer.map(({ fragment, seq }) => ({ fragment, seq }));
}

export type OwnHeads = readonly { readonly fragment: Bytes; readonly seq: number }[];

/** Questions of this tab to the one that holds the links, by number. */
const asked = new WeakMap<Kernel, Map<number, (heads: OwnHeads) => void>>();
let nextQuestion = 1;

function askLeader(kernel: Kernel, space: Space, writer: Bytes): Promise<OwnHeads> {
  const open = asked.get(kernel) ?? new Map<number, (heads: OwnHeads) => void>();
  asked.set(kernel, open);
  const no = nextQuestion++;
  return new Promise((resolve) => {
    const cancel = kernel.deps.clock.setTimer(KERNEL_LIMITS.ownHeadsMs * 2, () => answered([]));
    const answered = (heads: OwnHeads): void => {
      cancel();
      open.delete(no);
      resolve(heads);
    };
    open.set(no, answered);
    kernel.deps.tabs.post({ t: 'own-ask', space: space.id, writer, no, from: kernel.boot });
  });
}

/** The leader's answer to a question of this tab. */
export function onOwnHeads(kernel: Kernel, no: number, heads: OwnHeads): void {
  asked.get(kernel)?.get(no)?.(heads);
}
