/**
 * Slots (FORMATS 1): one writer key per tab, certified by the device, taken by a Web Lock inside the kernel. A slot survives any end of its tab.
 * Rows `slot/<no>` hold {key, statement, retired}.
 */
import { AppError } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import type { SigningKey } from '#ports/crypto';
import { MAX_SLOTS_PER_DEVICE } from '#os/limits';
import { buildSlotAdd } from '#vm/protocol/identity';
import type { KernelDeps } from './deps.ts';
import { newSigning, ownRecoveryKey } from './device-keys.ts';
import type { Profile } from './profile.ts';

export interface Slot {
  readonly no: number;
  readonly key: SigningKey;
  readonly writer: Bytes;
  /** Base64url of the writer key. */
  readonly text: string;
  /** The slot.add statement that rides in seq 0 of each log. */
  readonly statement: Bytes;
  /** Made in this run: no log of it can exist elsewhere. */
  readonly fresh: boolean;
  release(): void;
}

interface SlotRow {
  readonly key: SigningKey;
  readonly statement: Bytes;
  readonly retired: boolean;
}

const rowKey = (no: number): string => `slot/${String(no).padStart(6, '0')}`;

/** Takes the first free slot or makes one, none of `not` (slots this tab leaves); AppError `too-many-tabs` when all are taken by other tabs. */
export async function takeSlot(deps: KernelDeps, profile: Profile, not: readonly Slot[] = []): Promise<Slot> {
  const rows = (await deps.store.list('slot/')) as [string, SlotRow][];
  const live = rows.filter(([key, row]) => !row.retired && !not.some((slot) => key === rowKey(slot.no)));
  for (const [key, row] of live) {
    const release = await deps.tabs.tryLock(`lgos/${key}`);
    if (release) return asSlot(Number(key.slice(5)), row, false, release);
  }
  if (live.length >= MAX_SLOTS_PER_DEVICE) {
    throw new AppError('too-many-tabs', `This profile is open in ${live.length} tabs already.`, 'Everything saved is safe.', 'Close another tab of LifeGraph and reload.');
  }
  return makeSlot(deps, profile, rows.length === 0 ? 0 : Number(rows[rows.length - 1]![0].slice(5)) + 1);
}

/** The first slot of this profile among these writers, closed ones too, that no tab holds; null when there is none. */
export async function takeIdleSlot(deps: KernelDeps, writers: ReadonlySet<string>): Promise<Slot | null> {
  const rows = (await deps.store.list('slot/')) as [string, SlotRow][];
  for (const [key, row] of rows) {
    if (!writers.has(toBase64url(row.key.pub))) continue;
    const release = await deps.tabs.tryLock(`lgos/${key}`);
    if (release) return asSlot(Number(key.slice(5)), row, false, release);
  }
  return null;
}

async function makeSlot(deps: KernelDeps, profile: Profile, from: number): Promise<Slot> {
  for (let no = from; no < from + MAX_SLOTS_PER_DEVICE * 2; no++) {
    const release = await deps.tabs.tryLock(`lgos/${rowKey(no)}`);
    if (!release) continue;
    const known = (await deps.store.get(rowKey(no))) as SlotRow | undefined;
    if (known) {
      if (!known.retired) return asSlot(no, known, false, release);
      release();
      continue;
    }
    const key = await newSigning(deps, ownRecoveryKey(profile.statements));
    const statement = await buildSlotAdd(deps.crypto, { uid: profile.uid, writer: key.pub, ds: profile.ds, no, slot: key });
    const row: SlotRow = { key, statement, retired: false };
    await deps.store.commit({ origin: 'slot', records: [], values: [[rowKey(no), row]] });
    return asSlot(no, row, true, release);
  }
  throw new AppError('too-many-tabs', 'No free slot was found.', 'Everything saved is safe.', 'Close another tab of LifeGraph and reload.');
}

/** The row that marks a slot as retired; written in the same transaction as its slot.retire record. */
export async function retiredRow(deps: KernelDeps, no: number): Promise<[string, unknown]> {
  const row = (await deps.store.get(rowKey(no))) as SlotRow;
  return [rowKey(no), { ...row, retired: true }];
}

/** Writers of the slots this profile closed, base64url. */
export async function retiredSlots(deps: KernelDeps): Promise<Set<string>> {
  const rows = (await deps.store.list('slot/')) as [string, SlotRow][];
  return new Set(rows.filter(([, row]) => row.retired).map(([, row]) => toBase64url(row.key.pub)));
}

function asSlot(no: number, row: SlotRow, fresh: boolean, release: () => void): Slot {
  return { no, key: row.key, writer: row.key.pub, text: toBase64url(row.key.pub), statement: row.statement, fresh, release };
}
