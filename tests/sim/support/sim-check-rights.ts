/** Rights at the end of a run, and what a person who left may read (TRUST 2.4, 2.5, 4). */
import { toBase64url } from '#base/bytes';
import { parseRecord } from '#vm/protocol/record';
import { RECORD_CLASS, ROLE, type ParsedRecord } from '#vm/protocol/types';
import { PARK_AHEAD_MS } from '#vm/limits';
import type { Model } from './sim-acts.ts';
import type { SimDevice, SimTab } from './sim-world.ts';

export interface Left {
  readonly device: SimDevice;
  readonly tab: SimTab;
  /** Key of the leave record. */
  readonly record: string;
}

/** Everybody has exactly the role they were given, everywhere; whoever left has none; the founder is Owner. */
export function checkRights(tabs: readonly SimTab[], model: Model, isGuest: (device: SimDevice) => boolean, left: Left | null): string[] {
  const out: string[] = [];
  const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
  const founder = tabs.find((tab) => tab.device.name === 'p0');
  for (const tab of tabs) {
    const { rights } = tab.running.parts.kernel.spaces.get(model.space)!;
    const view = rights.view();
    const say = (text: string): void => void out.push(`${tab.name} rights: ${text}`);
    if (founder && view.owner !== uidOf(founder)) say('another founder');
    for (const other of tabs) {
      const role = view.members.get(uidOf(other))?.role ?? null;
      const expected = other.device.name.startsWith('p0') ? ROLE.owner : isGuest(other.device) ? ROLE.guest : ROLE.member;
      if (role !== expected) say(`${other.name} has ${role}, not ${expected}`);
    }
    for (const [uid, { role }] of view.members) if (role === ROLE.owner && founder && uid !== uidOf(founder)) say(`an Owner nobody made`);
    if (left && view.members.has(uidOf(left.tab))) say(`${left.tab.name} left and is a member`);
    if (view.revokes.some(({ to }) => founder && to === uidOf(founder))) say('the founder was removed');
  }
  return out;
}

/** What was sealed by a device that had received the leaving is under an epoch whose key the leaver was never given (FORMATS 6, The promise). */
export function checkEpochs(tabs: readonly SimTab[], model: Model, left: Left): string[] {
  const out: string[] = [];
  const [tab] = tabs;
  if (!tab || left.record === '') return out;
  const records = tab.device.disk.records().map((row) => parseRecord(row.bytes)).flatMap((parsed) => (parsed.ok ? [parsed.value] : [])).filter((record) => toBase64url(record.header.space) === model.space);
  const acl = new Map(records.filter((record) => record.header.class === RECORD_CLASS.acl).map((record) => [toBase64url(record.id), record]));
  const memo = new Map<string, boolean>();
  const covers = (key: string): boolean => {
    if (key === left.record) return true;
    const known = memo.get(key);
    if (known !== undefined) return known;
    memo.set(key, false);
    const record = acl.get(key);
    const found = record !== undefined && parents(record).some(covers);
    memo.set(key, found);
    return found;
  };
  const keys = left.tab.running.parts.kernel.spaces.get(model.space)?.keys;
  for (const record of records) {
    const { epoch } = record.header;
    if (record.header.class !== RECORD_CLASS.op || epoch === null || !record.header.acl.some((head) => covers(toBase64url(head)))) continue;
    if (keys?.has(epoch)) out.push(`${left.tab.name} left and can read ${toBase64url(record.id)}`);
  }
  return out;
}

const parents = ({ header }: ParsedRecord): string[] => [...header.acl, ...(header.prev ? [header.prev] : [])].map(toBase64url);

/** Of a clock within this of the truth no stamp may be further ahead than what counts as parked, ms. */
const CLOCK_MS = 30_000;

/** A peer whose clock is about right was not dragged along by one that is years ahead (FORMATS 4; TRUST 3, row 5). */
export function checkClocks(tabs: readonly SimTab[], model: Model, trueMs: number): string[] {
  return tabs.flatMap((tab) => {
    const space = tab.running.parts.kernel.spaces.get(model.space);
    if (!space || Math.abs(tab.device.clockOffsetMs) > CLOCK_MS) return [];
    const ahead = Math.max(space.lastOwn?.ms ?? 0, space.seen?.ms ?? 0, tab.running.parts.kernel.time.now()) - trueMs;
    return ahead > PARK_AHEAD_MS + 2 * CLOCK_MS ? [`${tab.name}: its clock was dragged ${ahead} ms ahead`] : [];
  });
}
