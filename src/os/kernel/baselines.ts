/**
 * Baselines in a running kernel (BASE4, BASE6, BASE7): who holds everything checks one and says what came of it; a settled one is stood on, by who checked it and by
 * who lacks a part of what it covers; then what it covers goes. One thing at a time, in the background; loaded when the acl of a space names one.
 */
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import { equalBytes, fromBase64url, toBase64url } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import { baselinesIn, baselinesOf, sayOps, type BaselineInfo } from '#os/rights/baselines';
import { keyOf } from '#vm/graph/keys';
import { coversFeet, goingWith, hasStubs, holdsAll } from '#vm/log/log-base';
import { ROLE } from '#vm/protocol/types';
import { heldPieces, isExplained, openSnapshotOf, take, type Snapshot } from './baseline-open.ts';
import { holdsWhatGoes, isExactly, isOwnHeld, replayTo } from './baseline-replay.ts';
import { found, type Found, foundOf, freed, freedOf, mapOf } from './baseline-found.ts';
import { BASE_ROW, baseName, type BaseRow } from './baseline-row.ts';
import { holdMs, letGoStep, mayLetGo } from './baseline-letgo.ts';
import { finishBatch, newBatch } from './deliver.ts';
import type { KernelParts } from './kernel.ts';
import { randomPause } from './random-pause.ts';
import { breathe } from './slices.ts';
import { dropSnapshot } from './snapshot-rows.ts';
import { fragmentOf } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';

export type HistoryParts = Pick<KernelParts, 'kernel' | 'ingest' | 'sealer'>;

/** Steps of letting go in one look. */
const STEPS = 16;

/** Row of what this device found of a baseline; on a beacon when it saw first that it is settled, ms of mesh time. */
const FOUND_ROW = 'found/';

/** What is missing here of what a baseline covers: since when nothing more of it came, ms monotone, and how much there was then; by act. */
const lacking = new WeakMap<Kernel, Map<string, { readonly since: number; readonly held: number }>>();
/** Acts without effect that a new one is planned for. */
const renewed = new WeakMap<Kernel, Map<string, true>>();
/** How many denied an act when this device planned to answer them. */
const answered = new WeakMap<Kernel, Map<string, number>>();
const busy = new WeakSet<Kernel>();

/** One look at everything. */
export async function tendBaselines(parts: HistoryParts): Promise<void> {
  const { kernel } = parts;
  if (busy.has(kernel)) return;
  busy.add(kernel);
  try {
    for (const space of kernel.spaces.values()) {
      if (space.standing !== 'member' || space.rights.heads().length === 0) continue;
      const based = [...space.fragments.values()].filter(({ base }) => base !== null).map(({ key }) => key);
      for (const key of new Set([...[...baselinesIn(space.rights.view()).values()].map(({ fragment }) => fragment), ...based])) {
        if (!space.fragments.has(key) && !keepsAll(kernel, space)) continue;
        // A newcomer begins with it, before anything of the fragment is here.
        await tendOne(parts, space, fragmentOf(kernel, space, must(fromBase64url(key), 'fragment')));
      }
    }
  } finally {
    busy.delete(kernel);
  }
}

/** Who has a part of the space begins with those of its fragments only. */
function keepsAll({ deps, profile, reading }: Kernel, space: Space): boolean {
  if (deps.beacon) return true;
  return reading === null && profile !== null && space.rights.memberOf(profile.uid)?.scope === null;
}

async function tendOne(parts: HistoryParts, space: Space, fragment: Fragment): Promise<void> {
  const { kernel } = parts;
  if (fragment.base) await mendBase(parts, space, fragment);
  // The other tabs of a profile follow the one that leads (followBase).
  if (!kernel.leader) return;
  if (fragment.log.stands !== null) await answerDenials(parts, space, fragment.log.stands);
  const next = nextOf(kernel, space, fragment);
  if (next) await consider(parts, space, fragment, next);
  renew(parts, space, fragment);
  for (let left = STEPS; left > 0 && mayLetGo(kernel, space, fragment); left--) {
    await parts.ingest.exclusive(async () => {
      const gone = await letGoStep(kernel, space, fragment);
      const name = baseName(space, fragment);
      if (gone) mapOf(freed, kernel).set(name, freedOf(kernel, name) + gone.bytes);
    });
    await breathe(kernel);
    kernel.emit({ type: 'spaces', space: space.key });
  }
  // What came with a snapshot of this device is read whole before anything of it goes.
  if (fragment.base && !fragment.base.row.gone && fragment.log.away) fragment.log.away.asked = true;
}

/**
 * The act that a fragment stands on lost its effect (its maker was removed at the same moment): who came later could neither get the records, which are gone here,
 * nor begin with the snapshot. An Owner or Admin makes the same anew in their own name, after a random pause.
 */
function renew(parts: HistoryParts, space: Space, fragment: Fragment): void {
  const { kernel } = parts;
  const act = fragment.log.stands;
  const isOver = (): boolean => act !== null && fragment.log.stands === act && !baselinesIn(space.rights.view()).has(act);
  if (act === null || !isOver() || kernel.deps.beacon || mapOf(renewed, kernel).has(act)) return;
  mapOf(renewed, kernel).set(act, true);
  kernel.deps.clock.setTimer(randomPause(kernel.deps.random, KERNEL_LIMITS.baselinePauseMs), () => {
    if (!isOver()) return;
    void import('./baseline-make.ts').then(({ historyOf }) => historyOf(parts, space, fragment.key, { close: {} })).catch((error: unknown) => {
      // Who may not, or cannot now, leaves it to others.
      if (!(error instanceof AppError)) kernel.fault('baseline', error);
      mapOf(renewed, kernel).delete(act);
    });
  });
}

/** The newest baseline above what the fragment stands on that may be stood on; else the newest that this device did not look at yet. */
function nextOf(kernel: Kernel, space: Space, { key, log }: Fragment): BaselineInfo | null {
  const all = baselinesOf(baselinesIn(space.rights.view()), key);
  const stands = all.findIndex(({ id }) => id === log.stands);
  const fit = (stands < 0 ? all : all.slice(0, stands)).filter(({ heads }) => coversFeet(log, heads));
  const unseen = ({ id }: BaselineInfo): boolean => foundOf(kernel, id) === null || foundOf(kernel, id) === 'unsure';
  return fit.find((one) => one.usable && foundOf(kernel, one.id) !== 'wrong') ?? fit.find(unseen) ?? null;
}

/** Is everything here that it covers? Then it is looked at, once; else it is taken when it may be. */
async function consider(parts: HistoryParts, space: Space, fragment: Fragment, info: BaselineInfo): Promise<void> {
  const { kernel } = parts;
  if (kernel.deps.beacon) return considerUnread(parts, space, fragment, info);
  const whole = holdsAll(fragment.log, info.heads);
  if (!whole && !info.usable) return;
  const known = await knownOf(kernel, info.id);
  const again = known?.is === 'unsure' && kernel.deps.clock.monotonic() - known.at > againMs(kernel);
  if (whole && known && !again) {
    if (known.is === 'right') await settle(parts, space, fragment, info);
    return;
  }
  const pieces = await heldPieces(kernel, fragment, info.snapshot);
  if (!whole) {
    const going = goingWith(fragment.log, info.heads).filter(({ content }) => content !== 'stub');
    // It may be on its way: who looks for themselves need believe nobody. Who has no more than first records begins with what nobody speaks against.
    if (!(info.settled && going.every(({ seq }) => seq === 0)) && !isStill(kernel, info.id, fragment.log.size)) return;
    if (known?.is === 'wrong' || (known?.is === 'unsure' && !again)) return;
    const rows = await openSnapshotOf(kernel, space, info, pieces);
    // What is no snapshot is nothing to begin with.
    if (rows.is === 'bad') return void mapOf(found, kernel).set(info.id, { is: 'unsure', at: kernel.deps.clock.monotonic() });
    // With nothing to lose its logs begin at the covered heads, so that what lies above can come; the rows follow with it. Else they are asked for by themselves.
    if (rows.is !== 'here') return going.length === 0 && isOwnHeld(kernel, fragment, info.heads) ? stand(parts, space, fragment, info, rows, { word: true }) : askForRun(kernel, space, fragment, info);
    return beginWith(parts, space, fragment, info, rows);
  }
  const snapshot = await openSnapshotOf(kernel, space, info, pieces);
  if (snapshot.is === 'missing' || snapshot.is === 'locked') return;
  const is = await check(kernel, space, fragment, info, snapshot);
  if (is === 'unsure' && info.usable && snapshot.is === 'here' && hasStubs(fragment.log, info.heads)) return beginWith(parts, space, fragment, info, snapshot);
  await noteFound(parts, space, info, is);
  if (is === 'right') await settle(parts, space, fragment, info);
}

/** On the word of others, by who lacks a part of it: only where all that has effect here is in it too. */
async function beginWith(parts: HistoryParts, space: Space, fragment: Fragment, info: BaselineInfo, rows: Extract<Snapshot, { is: 'here' }>): Promise<void> {
  const { is, going } = await holdsWhatGoes(parts.kernel, space, fragment, info.heads, rows);
  if (is !== 'right') return noteFound(parts, space, info, is);
  // What came meanwhile was not looked at.
  const isSame = (): boolean => goingWith(fragment.log, info.heads).every((entry) => going.has(entry));
  await stand(parts, space, fragment, info, rows, { word: true }, isSame);
}

/** Keeps what was found, and says it where it could be told. */
async function noteFound(parts: HistoryParts, space: Space, { id }: BaselineInfo, is: Found['is']): Promise<void> {
  const { kernel } = parts;
  mapOf(found, kernel).set(id, { is, at: kernel.deps.clock.monotonic() });
  if (is !== 'unsure') await kernel.store.commit({ origin: kernel.boot, records: [], values: [[FOUND_ROW + id, is]] });
  kernel.metric(`baselines.${is}`, 1);
  kernel.emit({ type: 'spaces', space: space.key });
  if (is !== 'unsure') planWord(parts, space, id, is === 'right');
}

/** A beacon reads nothing. While all of it is here it goes on giving all, and gives people time to say that it is wrong; where a part is gone everywhere it goes on from the covered heads. */
async function considerUnread(parts: HistoryParts, space: Space, fragment: Fragment, info: BaselineInfo): Promise<void> {
  const { kernel } = parts;
  if (!info.usable) return;
  if (!holdsAll(fragment.log, info.heads)) return isStill(kernel, info.id, fragment.log.size) ? stand(parts, space, fragment, info, null) : undefined;
  const now = kernel.time.now();
  const seen = await kernel.store.get(FOUND_ROW + info.id);
  const note = (value: number | undefined): Promise<unknown> => kernel.store.commit({ origin: kernel.boot, records: [], values: [[FOUND_ROW + info.id, value]] });
  // Who takes their word back later gives everybody the whole time again.
  if (!info.settled) await (seen === undefined ? null : note(undefined));
  else if (typeof seen !== 'number') await note(now);
  else if (now - seen >= holdMs(kernel)) await stand(parts, space, fragment, info, null, { since: seen });
}

/** Did nothing more come for a while? */
function isStill(kernel: Kernel, name: string, held: number): boolean {
  const now = kernel.deps.clock.monotonic();
  const known = mapOf(lacking, kernel).get(name);
  if (known?.held === held) return now - known.since >= againMs(kernel);
  mapOf(lacking, kernel).set(name, { since: now, held });
  return false;
}

const againMs = ({ deps }: Kernel): number => deps.baselines?.againMs ?? KERNEL_LIMITS.baselineAgainMs;

/** What was found in this run or, on this device, in one before. */
async function knownOf(kernel: Kernel, act: string): Promise<Found | undefined> {
  const known = found.get(kernel)?.get(act);
  if (known) return known;
  const is = await kernel.store.get(FOUND_ROW + act);
  if (is !== 'right' && is !== 'wrong') return undefined;
  const before: Found = { is, at: kernel.deps.clock.monotonic() };
  mapOf(found, kernel).set(act, before);
  return before;
}

/** Makes it again out of the own records, and compares all of it. */
async function check(kernel: Kernel, space: Space, fragment: Fragment, info: BaselineInfo, snapshot: Snapshot): Promise<Found['is']> {
  const input = await replayTo(kernel, space, fragment, info.heads);
  if (!input) return 'unsure';
  if (snapshot.is !== 'here') return 'wrong';
  const emptied = new Set(snapshot.emptied.map(keyOf));
  // Only what is deleted there may be left out.
  for (const key of emptied) if (input.graph.node(key)?.deleted !== true) return 'wrong';
  return (await isExactly(kernel, snapshot.stream, { ...input, emptied })) ? 'right' : 'wrong';
}

async function settle(parts: HistoryParts, space: Space, fragment: Fragment, info: BaselineInfo): Promise<void> {
  if (!info.usable) return;
  const { kernel } = parts;
  const snapshot = await openSnapshotOf(kernel, space, info, await heldPieces(kernel, fragment, info.snapshot), true);
  if (snapshot.is === 'here') await stand(parts, space, fragment, info, snapshot);
}

/** From now on the fragment begins with it: first on the disk, then in memory. A snapshot of this device's own is of the state before. */
async function stand({ kernel, ingest }: HistoryParts, space: Space, fragment: Fragment, info: BaselineInfo, snapshot: Snapshot | null, more: Partial<Pick<BaseRow, 'since' | 'word'>> = {}, still: () => boolean = () => true): Promise<void> {
  const row: BaseRow = { act: must(fromBase64url(info.id), 'id'), heads: info.heads, snapshot: info.snapshot, since: kernel.time.now(), ...more };
  await ingest.exclusive(async () => {
    // What came meanwhile may have changed who holds what.
    if (fragment.log.stands === info.id || !coversFeet(fragment.log, info.heads) || !still()) return;
    if (fragment.log.away) fragment.log.away.asked = true;
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [[BASE_ROW + baseName(space, fragment), row]] });
    await dropSnapshot(kernel, baseName(space, fragment));
    const batch = newBatch('remote');
    take(kernel, space, fragment, row, snapshot, batch);
    finishBatch(kernel, space, batch);
    kernel.metric('baselines.stood-on', 1);
    kernel.deps.tabs.post({ t: 'base', space: space.key, fragment: fragment.key });
  });
  if (fragment.log.stands !== info.id) return;
  askForFirsts(kernel, space, fragment);
  kernel.emit({ type: 'spaces', space: space.key });
}

/** The records of a snapshot, with the covered head of their log. */
function askForRun(kernel: Kernel, space: Space, fragment: Fragment, { heads, snapshot: { writer, from, to, id } }: Pick<BaselineInfo, 'heads' | 'snapshot'>): void {
  const seq = heads.find((head) => equalBytes(head.writer, writer))?.seq ?? from;
  kernel.replication?.pull(space.id, fragment.id, [{ writer, seq: to, id, from: Math.min(seq, from) }]);
}

/** First records of covered logs, for the certificates in them; with these the rest is asked for. */
function askForFirsts(kernel: Kernel, space: Space, fragment: Fragment): void {
  const base = must(fragment.base, 'it stands on a baseline');
  // Of one that nobody can explain the rest does not wait for ever.
  if (!base.explained && (isExplained(space, base.row) || isStill(kernel, `${toBase64url(base.row.act)} first`, 0))) fragment.base = { ...base, explained: true };
  if (fragment.base!.explained && !base.begin) kernel.replication?.pull(space.id, fragment.id);
  const lacking = base.row.heads.filter(({ first }) => !kernel.index.has(toBase64url(first))).slice(0, KERNEL_LIMITS.unlockAtOnce);
  if (lacking.length > 0) kernel.replication?.pull(space.id, fragment.id, lacking.map(({ writer, first }) => ({ writer, seq: 0, id: first })));
}

/** What a fragment that stands on a baseline still lacks of it: first records, its rows, or those rows after a start from a snapshot of this device. */
async function mendBase({ kernel, ingest }: HistoryParts, space: Space, fragment: Fragment): Promise<void> {
  askForFirsts(kernel, space, fragment);
  const base = must(fragment.base, 'it stands on a baseline');
  if (base.begin || kernel.deps.beacon) return;
  const snapshot = await openSnapshotOf(kernel, space, base.row, await heldPieces(kernel, fragment, base.row.snapshot));
  if (snapshot.is === 'missing') askForRun(kernel, space, fragment, base.row);
  if (snapshot.is !== 'here') return;
  await ingest.exclusive(async () => {
    if (fragment.base?.row !== base.row) return;
    // A snapshot of this device holds the state already, with the clocks of texts.
    if (fragment.log.away) return void (fragment.base = { row: base.row, begin: snapshot.begin, greatest: snapshot.greatest, explained: true });
    const batch = newBatch('remote');
    take(kernel, space, fragment, base.row, snapshot, batch);
    finishBatch(kernel, space, batch);
  });
  await breathe(kernel);
}

/** Says what was found, after a random pause, unless enough others did: of one tab of a profile, by who holds the whole space. */
function planWord({ kernel, sealer }: HistoryParts, space: Space, act: string, right: boolean): void {
  if (!kernel.leader || !kernel.profile || kernel.reading) return;
  kernel.deps.clock.setTimer(randomPause(kernel.deps.random, KERNEL_LIMITS.baselinePauseMs), () => {
    if (!maySay(kernel, space, act, right)) return;
    void sealer.writeAcl(space, sayOps(must(fromBase64url(act), 'id'), right)).catch((error: unknown) => kernel.fault('baseline', error));
  });
}

/** Who found it right says so where others deny it, also when two did already and what it covers is gone: else a few false voices could keep it from who comes later. */
async function answerDenials(parts: HistoryParts, space: Space, act: string): Promise<void> {
  const { kernel } = parts;
  const denials = baselinesIn(space.rights.view()).get(act)?.wrong.length ?? 0;
  const plans = mapOf(answered, kernel);
  if (denials === 0 || plans.get(act) === denials || !maySay(kernel, space, act, true) || (await knownOf(kernel, act))?.is !== 'right') return;
  plans.set(act, denials);
  planWord(parts, space, act, true);
}

function maySay({ profile }: Kernel, space: Space, act: string, right: boolean): boolean {
  const info = baselinesIn(space.rights.view()).get(act);
  const me = profile && toBase64url(profile.uid);
  const member = me === null ? null : space.rights.memberOf(me);
  if (!info || !member || member.role < ROLE.member || member.scope !== null || me === null) return false;
  if (!right) return !info.wrong.includes(me);
  return info.by !== me && !info.right.includes(me) && info.right.length < Math.max(KERNEL_LIMITS.baselineWords, info.wrong.length + 1);
}

/** Another tab of this profile stands on it, or let it go: this one follows without looking, they are one device. */
export async function followBase(parts: HistoryParts, spaceKey: string, fragmentKey: string): Promise<void> {
  const { kernel } = parts;
  const space = kernel.spaces.get(spaceKey);
  const fragment = space?.fragments.get(fragmentKey);
  const row = (await kernel.store.get(`${BASE_ROW}${spaceKey}/${fragmentKey}`)) as BaseRow | undefined;
  if (!space || !fragment || !row || (fragment.base && equalBytes(fragment.base.row.act, row.act))) return;
  const batch = newBatch('remote');
  take(kernel, space, fragment, row, await openSnapshotOf(kernel, space, row, await heldPieces(kernel, fragment, row.snapshot), true), batch);
  finishBatch(kernel, space, batch);
}
