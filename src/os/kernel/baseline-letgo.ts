/**
 * What a baseline covers goes from the store (BASE6): rows are written anew without it, in the transaction in which the old ones go. Of each covered log the stub
 * of the first record stays (it brings the certificate), and that of the covered head (records stand on it).
 */
import { toBase64url } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import { baselinesIn } from '#os/rights/baselines';
import { isBeacon } from '#os/rights/public-links';
import type { Segment, StoredRecord } from '#ports/record-store';
import { parseRecord, toStub } from '#vm/protocol/record';
import { areRowsKept, BASE_ROW, baseName } from './baseline-row.ts';
import { logKey } from './log-key.ts';
import { readRow } from './load.ts';
import type { Fragment, Kernel, Space } from './state.ts';
import { pagesOf } from './stored-rows.ts';

/** What went. */
export interface LetGo {
  readonly records: number;
  readonly bytes: number;
}

/** How long a beacon waits after it saw a baseline settled, ms. */
export const holdMs = ({ deps }: Kernel): number => deps.baselines?.holdMs ?? KERNEL_LIMITS.baselineHoldMs;

/** May it go now? The snapshot lies here whole, others have it too, and a beacon, which cannot look at it, gives people time to say that it is wrong. */
export function mayLetGo(kernel: Kernel, space: Space, fragment: Fragment): boolean {
  const { base } = fragment;
  const { log } = fragment;
  if (!base?.begin || base.row.gone || log.stands === null || log.away || areRowsKept(kernel)) return false;
  const info = baselinesIn(space.rights.view()).get(log.stands);
  const { writer, to, id } = base.row.snapshot;
  const whole = log.contiguous(writer) >= to && kernel.index.has(toBase64url(id));
  // A beacon that is full has no room for the snapshot before something goes: others have it, and it gives nothing of use meanwhile.
  if (!info?.settled || !(whole || kernel.deps.beacon)) return false;
  if (kernel.deps.beacon && kernel.time.now() - base.row.since < holdMs(kernel)) return false;
  return othersHold(kernel, space, fragment) >= Math.min(KERNEL_LIMITS.baselineCopies, othersOf(kernel, space));
}

/** Devices that keep the whole space, but this one. */
function othersOf(kernel: Kernel, space: Space): number {
  const own = kernel.profile && toBase64url(kernel.profile.ds.pub);
  const view = space.rights.view();
  return view.devices.filter(({ uid, ds, link, scope }) => ds !== own && ((scope === null && !link) || isBeacon(view, uid))).length;
}

/** Who confirmed the last record of the snapshot, and the device that wrote it. */
function othersHold(kernel: Kernel, space: Space, fragment: Fragment): number {
  const { snapshot } = fragment.base!.row;
  const writer = toBase64url(snapshot.writer);
  const own = kernel.profile && toBase64url(kernel.profile.ds.pub);
  const devices = new Set(kernel.copies.holders(logKey(space, fragment, writer), snapshot.to).devices);
  const author = space.writerDevice.get(writer);
  if (author !== undefined) devices.add(author);
  if (own) devices.delete(own);
  return devices.size;
}

/** One step: a few rows. Null when nothing is left to go. Inside the lane of deliveries. */
export async function letGoStep(kernel: Kernel, space: Space, fragment: Fragment): Promise<LetGo | null> {
  const arrivals = await kernel.store.holding(space.id, fragment.id);
  for await (const rows of pagesOf(kernel.store, arrivals)) {
    const due = rows.filter(({ records }) => records.some((record) => what(space, fragment, record) !== 'keep'));
    if (due.length > 0) return rewrite(kernel, space, fragment, due);
  }
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [[BASE_ROW + baseName(space, fragment), { ...fragment.base!.row, gone: true }]] });
  fragment.base = { ...fragment.base!, row: { ...fragment.base!.row, gone: true } };
  return null;
}

/** What becomes of a stored record; a stub that is one stays. */
function what(space: Space, fragment: Fragment, record: StoredRecord): 'keep' | 'stub' | 'drop' {
  if (toBase64url(record.space) !== space.key || toBase64url(record.fragment) !== fragment.key) return 'keep';
  const foot = fragment.log.logs.get(toBase64url(record.writer))?.foot;
  if (!foot || record.seq > foot.seq) return 'keep';
  const id = toBase64url(record.id);
  const stays = id === foot.key || (record.seq === 0 && fragment.base!.row.heads.some(({ first }) => toBase64url(first) === id));
  if (!stays) return 'drop';
  const parsed = parseRecord(record.bytes);
  return parsed.ok && parsed.value.body === null ? 'keep' : 'stub';
}

async function rewrite(kernel: Kernel, space: Space, fragment: Fragment, rows: readonly Segment[]): Promise<LetGo> {
  const records: StoredRecord[] = [];
  let gone = 0;
  for (const row of rows) {
    for (const record of row.records) {
      const how = what(space, fragment, record);
      if (how === 'drop') gone++;
      else records.push(...(await kept(kernel, record, row.trusted, how)));
    }
  }
  const bytes = sizeOf(rows.flatMap((row) => row.records)) - sizeOf(records);
  const drop = rows.map(({ arrival }) => arrival);
  const arrival = await kernel.store.commit({ origin: kernel.boot, records, drop });
  kernel.index.moved(new Set(drop), { arrival, origin: kernel.boot, records, trusted: true });
  kernel.arrival = Math.max(kernel.arrival, arrival);
  kernel.deps.tabs.post({ t: 'moved', arrival, gone: drop });
  kernel.metric('baselines.records-gone', gone);
  kernel.metric('baselines.bytes-gone', bytes);
  return { records: gone, bytes };
}

const sizeOf = (records: readonly StoredRecord[]): number => records.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** What a damaged row holds is looked at before it is vouched for again: none, where it cannot be read. */
async function kept(kernel: Kernel, record: StoredRecord, trusted: boolean, how: 'keep' | 'stub'): Promise<StoredRecord[]> {
  if (how === 'keep' && trusted) return [record];
  const read = await readRow(kernel, record, trusted);
  if (!read) return [];
  return [how === 'stub' ? { ...record, bytes: toStub(read).bytes } : record];
}
