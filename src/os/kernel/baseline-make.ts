/** Closing the history of a fragment, and how its baselines stand: done seldom, loaded when it is asked for. */
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { BaselineView, HistoryAct, HistoryView } from '#os/baselines-api';
import { baselineOps, baselinesIn, baselinesOf, sayOps, type BaselineInfo } from '#os/rights/baselines';
import { keepsNewcomers } from '#os/rights/permit';
import { BASELINE_VERSION, POLICY_KEY } from '#os/rights/policy';
import { stateRows } from '#vm/graph/state-rows';
import { piecesOf, RowsOut } from '#vm/protocol/snapshot';
import { ROLE, type CborValue } from '#vm/protocol/types';
import { coverable, replayTo } from './baseline-replay.ts';
import { writeSnapshot } from './baseline-seal.ts';
import { foundOf, freedOf, noteRight } from './baseline-found.ts';
import { baseName } from './baseline-row.ts';
import type { KernelParts } from './kernel.ts';
import { logKey } from './log-key.ts';
import { slicesOf } from './slices.ts';
import { ACL_KEY, ROOT_KEY } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';

const NOTHING = 'Nothing was changed.';

function fragmentNamed(space: Space, key: string): Fragment {
  const fragment = key === ACL_KEY || key === ROOT_KEY ? undefined : space.fragments.get(key);
  if (!fragment) throw new AppError('not-here', 'This channel or document is not held on this device.', NOTHING, 'Open it first.');
  return fragment;
}

const roleOf = ({ profile }: Kernel, space: Space): number => {
  const member = profile && space.rights.memberOf(profile.uid);
  return member && member.scope === null ? member.role : 0;
};

/** How it stands, after an act if one is named. */
export async function historyOf(parts: Pick<KernelParts, 'kernel' | 'sealer'>, space: Space, key: string, act: HistoryAct = {}): Promise<HistoryView> {
  if (act.close) await closeHistory(parts, space, key, act.close.empty === true);
  if (act.refuse !== undefined) await refuseBaseline(parts, space, act.refuse);
  return historyView(parts.kernel, space, key);
}

/** What closing the history would come to. */
function historyView(kernel: Kernel, space: Space, key: string): HistoryView {
  const fragment = fragmentNamed(space, key);
  const heads = coverable(fragment);
  const covered = new Map(heads.map(({ writer, seq }) => [toBase64url(writer), seq]));
  let bytes = 0;
  let wouldGo = 0;
  for (const { key: id, writerKey, seq } of fragment.log.records()) {
    const size = kernel.index.sizeOf(id);
    bytes += size;
    if (seq < (covered.get(writerKey) ?? -1)) wouldGo += size;
  }
  return {
    fragment: key, records: fragment.log.size, bytes, wouldGo, deleted: fragment.graph.deletedOf(null), behind: behindOf(kernel, space, fragment),
    mayClose: space.standing === 'member' && !keepsNewcomers(space.rights.view().state) && roleOf(kernel, space) >= ROLE.admin, baselines: baselinesOf(baselinesIn(space.rights.view()), key).map((info, no) => viewOf(kernel, space, fragment, info, no)),
  };
}

/** Other devices of members that did not confirm every log up to its head. */
function behindOf(kernel: Kernel, space: Space, fragment: Fragment): number {
  const heads = fragment.log.heads();
  const own = kernel.profile && toBase64url(kernel.profile.ds.pub);
  const devices = space.rights.view().devices.filter(({ ds, scope, link }) => ds !== own && scope === null && !link);
  return devices.filter(({ ds }) => heads.some(({ writerKey, seq }) => space.writerDevice.get(writerKey) !== ds && (kernel.copies.heldBy(logKey(space, fragment, writerKey), [ds])?.seq ?? -1) < seq)).length;
}

function viewOf(kernel: Kernel, space: Space, fragment: Fragment, info: BaselineInfo, no: number): BaselineView {
  const stands = fragment.log.stands === info.id;
  const gone = stands && fragment.base?.row.gone === true;
  const state = gone ? 'gone' : info.wrong.length > 0 ? 'wrong' : stands ? 'stands' : no > 0 && isPast(space, fragment, info) ? 'old' : info.settled ? 'settled' : 'waiting';
  return { id: info.id, by: info.by, at: info.at, state, found: foundOf(kernel, info.id), right: [...info.right], wrong: [...info.wrong], begun: stands && fragment.base?.row.word === true, freed: stands ? freedOf(kernel, baseName(space, fragment)) : 0 };
}

/** Did the fragment go on to a later one? */
function isPast(space: Space, { key, log }: Fragment, info: BaselineInfo): boolean {
  const all = baselinesOf(baselinesIn(space.rights.view()), key).map(({ id }) => id);
  const stands = log.stands === null ? -1 : all.indexOf(log.stands);
  return stands >= 0 && stands < all.indexOf(info.id);
}

/** Makes the snapshot, writes it into the log, and the baseline after it. Answers its id. */
async function closeHistory({ kernel, sealer }: Pick<KernelParts, 'kernel' | 'sealer'>, space: Space, key: string, empty: boolean): Promise<string> {
  const fragment = fragmentNamed(space, key);
  const role = roleOf(kernel, space);
  if (role < ROLE.admin) throw new AppError('no-right', 'Only owners and admins of the space can do this.', NOTHING, 'Ask one of them.');
  const { minVersion } = space.rights.view().state.policy;
  if (minVersion < BASELINE_VERSION && role < ROLE.owner) throw new AppError('owner-only', 'An owner has to do this first in a space, so that older versions do not look for what is gone.', NOTHING, 'Ask an owner.');
  if (keepsNewcomers(space.rights.view().state)) throw new AppError('not-ready', 'Newcomers here read from their coming on: a snapshot would show them what was before.', NOTHING, 'Old steps can go where everybody may read everything.');
  await sealer.flush(space, fragment);
  const heads = coverable(fragment);
  const input = heads.length > 0 ? await replayTo(kernel, space, fragment, heads) : null;
  const firsts = firstsOf(fragment, heads.map(({ writer }) => toBase64url(writer)));
  if (!input || !firsts) throw new AppError('not-ready', 'Some of what is written here cannot be read or decided on this device yet.', NOTHING, 'Wait until everything has come.');
  const emptied = new Set(empty ? [...input.graph.nodeIds()].filter((id) => input.graph.node(id)!.deleted) : []);
  const stream = await streamOfRows(kernel, { ...input, emptied });
  const snapshot = await writeSnapshot({ kernel, sealer }, space, fragment, [...piecesOf(stream)]);
  const policy = minVersion < BASELINE_VERSION ? new Map<string, CborValue>([[POLICY_KEY.minVersion, BASELINE_VERSION]]) : null;
  const act = toBase64url(await sealer.writeAcl(space, baselineOps({ fragment: fragment.id, heads: heads.map(({ writer, seq, id }) => ({ writer, seq, id, first: must(firsts.get(toBase64url(writer)), 'first record') })), snapshot }, policy)));
  // It was made as it would be checked.
  noteRight(kernel, act);
  kernel.metric('baselines.made', 1);
  return act;
}

async function streamOfRows(kernel: Kernel, input: Parameters<typeof stateRows>[0]): Promise<Bytes> {
  const out = new RowsOut();
  const turn = slicesOf(kernel);
  for (const row of stateRows(input)) {
    if (!out.put(row)) throw new AppError('too-large', 'What this channel shows is too large for a snapshot.', NOTHING, 'Go on in a new one.');
    const pause = turn();
    if (pause) await pause;
  }
  return out.take();
}

/** Ids of the first records of logs; null where one is not known here. */
function firstsOf(fragment: Fragment, writers: readonly string[]): ReadonlyMap<string, Bytes> | null {
  const out = new Map<string, Bytes>();
  for (const writer of writers) {
    const known = fragment.base?.row.heads.find((head) => toBase64url(head.writer) === writer)?.first;
    const one = fragment.log.logs.get(writer);
    const first = known ?? (one?.start === 0 ? one.chain[0]?.id : undefined);
    if (!first) return null;
    out.set(writer, first);
  }
  return out;
}

/** Says that it is wrong. */
async function refuseBaseline({ kernel, sealer }: Pick<KernelParts, 'kernel' | 'sealer'>, space: Space, id: string): Promise<void> {
  const act = fromBase64url(id);
  if (act?.length !== 32 || !baselinesIn(space.rights.view()).has(id)) throw new AppError('not-here', 'There is no such act in this space.', NOTHING, 'Check the id.');
  if (roleOf(kernel, space) < ROLE.member) throw new AppError('no-right', 'Only members with the whole space can do this.', NOTHING, 'Ask one of them.');
  await sealer.writeAcl(space, sayOps(act, false));
}
