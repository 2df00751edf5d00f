/**
 * Moves of things with what lies below them to a fragment of their own, back again, and what was written late in the old place (MOV1, MOV3, MOV6, MOV7).
 * Owners and Admins do it; loaded when one does, or when something was moved in a space.
 */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url } from '#base/bytes';
import { must } from '#base/assert';
import type { MovedView } from '#os/moves-api';
import { toCborMap } from '#os/graph-manager/values';
import { KERNEL_LIMITS, MAX_THING_RULES } from '#os/limits';
import { policyOps } from '#os/rights/builders';
import { mayComment, mayWrite, onlyComments } from '#os/rights/permit';
import { forbiddenOp, opensToGuests } from '#os/rights/policy';
import { isAdminsPolicy, THING_KEY } from '#os/rights/thing-rules';
import type { NodeState } from '#vm/graph/node-state';
import { PRIMITIVE, ROLE, type CborValue, type Operation } from '#vm/protocol/types';
import { below, carry, marks, mayGo, MOVE_VERB, type Carrying, type Side } from './carry.ts';
import { directoryOp } from './create-space.ts';
import { standingRole } from './expiry.ts';
import { claimOf, isReserved, markOf } from './moves.ts';
import { takeStamp } from './sealer.ts';
import { fragmentOf, fragmentOfNode, fragmentTitle, fragmentType, ROOT_KEY } from './spaces.ts';
import { ABOUT } from './part-view.ts';
import type { Fragment, Kernel, Space } from './state.ts';
import { writeAct, type TransactDeps } from './transact.ts';

const NOTHING = 'Nothing was changed.';

const sideOf = (space: Space, fragment: Fragment): Side => ({ id: fragment.id, graph: fragment.graph, said: (node) => claimOf(space, fragment, node) });

const howOf = (kernel: Kernel, space: Space): Carrying => ({
  verb: MOVE_VERB,
  stamp: () => takeStamp(kernel, space),
  personOf: (at) => {
    const uid = space.rights.writer(at.writer.bytes)?.uid;
    return uid === undefined ? null : fromBase64url(uid);
  },
});

/** As above, for what was written late: what its author may not write in the new place stays in the old one. Of who is gone what a Member might. */
function howLate(kernel: Kernel, space: Space, target: Fragment): Carrying {
  const { policy } = space.rights.view().state;
  return {
    ...howOf(kernel, space),
    may(at, primitive, args) {
      const slot = space.rights.writer(at.writer.bytes);
      const uid = slot && fromBase64url(slot.uid);
      if (!slot || !uid) return false;
      const member = space.rights.memberOf(slot.uid) ?? { role: ROLE.member, scope: null };
      const comments = onlyComments(member, target.key);
      const opened = comments || (member.role === ROLE.guest && opensToGuests(policy) && mayComment(member, target.key));
      if (!opened && !mayWrite(member, target.key)) return false;
      return forbiddenOp(policy, { role: member.role, uid, writer: at.writer.bytes, comments }, [{ primitive, verb: '', stamp: { ms: 0, ctr: 0 }, args }], target.key) === null;
    },
  };
}

/** Marks count from them alone. */
function checkManages(kernel: Kernel, space: Space): void {
  const self = kernel.profile?.uid;
  if (!self || space.standing !== 'member' || (standingRole(kernel, space, self) ?? 0) < ROLE.admin) throw new AppError('no-right', 'Only an owner or admin moves things to a place of their own.', NOTHING, 'Ask an admin.');
}

function held(space: Space, id: string): { home: Fragment; node: NodeState } {
  const home = fragmentOfNode(space, id);
  const node = home?.graph.node(id);
  if (!home || !node || node.deleted) throw new AppError('not-here', 'This thing is not held on this device.', NOTHING, 'Open it first.');
  return { home, node };
}

/** What goes along. A document is a part of its space already, and its text is one of many hands. */
function chosen(space: Space, home: Fragment, id: string): string[] {
  const ids = below(home.graph, [id]).filter((one) => space.source.home(home.key, one) === home.key);
  if (isReserved(home.key) || ids.some((one) => home.graph.node(one)!.text !== null)) throw new AppError('own-part', 'This is a part of its own already.', NOTHING, 'Share it as it is.');
  if (ids.length > KERNEL_LIMITS.moveThings) throw new AppError('too-much', `At most ${KERNEL_LIMITS.moveThings} things are moved at once.`, NOTHING, 'Move a smaller part.');
  return ids;
}

/** A thing and what lies below it, to a new fragment of the same kind. Saved with its entry in the directory in one transaction. */
export async function moveOut(deps: TransactDeps, space: Space, id: string, title: string): Promise<MovedView> {
  const { kernel, sealer } = deps;
  checkManages(kernel, space);
  const { home } = held(space, id);
  const ids = chosen(space, home, id);
  const key = kernel.deps.random.bytes(16);
  const entry = directoryOp(kernel, key, fragmentType(space, home.key) ?? 'chat/channel@1', title);
  await keepRules(deps, space, home.key, toBase64url(key));
  const target = fragmentOf(kernel, space, key);
  const from = sideOf(space, home);
  const to = sideOf(space, target);
  const how = howOf(kernel, space);
  const root: Operation = { primitive: PRIMITIVE.nodeCreate, verb: MOVE_VERB, stamp: how.stamp(), args: [key, entry.type, toCborMap(entry.props)] };
  const into = carry(from, to, ids, how);
  const left = marks(from, to, ids, how);
  writeAct(deps, space, new Map([[must(space.fragments.get(ROOT_KEY), 'root'), [root]], [target, into], [home, left.from]]));
  await sealer.flush(space);
  return { fragment: target.key, things: ids.length };
}

/** Rules on the fragment that is left hold where its things go to. Before the things are there, so that there is no moment without. */
async function keepRules({ kernel, sealer }: TransactDeps, space: Space, from: string, to: string): Promise<void> {
  const { things } = space.rights.view().state.policy;
  const rule = things.get(from);
  if (!rule) return;
  if (things.size >= MAX_THING_RULES) throw new AppError('too-much', `At most ${MAX_THING_RULES} things of a space have rules of their own.`, NOTHING, 'Take one out first.');
  const set = new Map<string, CborValue>([[THING_KEY + to, new Map<string, CborValue>(rule)]]);
  const owner = standingRole(kernel, space, must(kernel.profile, 'profile').uid) === ROLE.owner;
  if (!owner && !isAdminsPolicy(things, set)) throw new AppError('owner-only', 'Only an owner of the space can change this.', NOTHING, 'Ask an owner.');
  await sealer.writeAcl(space, policyOps(set));
}

/** Takes a move back: the thing and what lies below it now, with what was changed and added meanwhile, to where it came from. */
export async function moveBack(deps: TransactDeps, space: Space, id: string): Promise<MovedView> {
  const { kernel, sealer } = deps;
  checkManages(kernel, space);
  const { home, node } = held(space, id);
  const said = claimOf(space, home, node);
  const target = said && space.fragments.get(toBase64url(said.claim.from));
  if (!target?.graph.node(id)) throw new AppError('not-moved', 'This was not moved here, or where it comes from is not held on this device.', NOTHING, 'Move it to another place.');
  const ids = chosen(space, home, id);
  const how = howOf(kernel, space);
  const [from, to] = [sideOf(space, home), sideOf(space, target)];
  const into = carry(from, to, ids, how);
  const left = marks(from, to, ids, how);
  const root = must(space.fragments.get(ROOT_KEY), 'root');
  writeAct(deps, space, new Map([[target, [...into, ...left.to]], [home, left.from], [root, isEmptied(space, home, ids) ? closing(home, how) : []]]));
  await sealer.flush(space);
  return { fragment: target.key, things: ids.length };
}

/** Is nothing left in the fragment but what says what it is and who writes there? */
function isEmptied(space: Space, home: Fragment, ids: readonly string[]): boolean {
  const gone = new Set(ids);
  if (fragmentTitle(space, home.key) === '') return false;
  for (const id of home.graph.nodeIds()) {
    const node = home.graph.node(id)!;
    if (!gone.has(id) && !node.deleted && node.type !== ABOUT && node.type !== 'person@1' && space.source.home(home.key, id) === home.key) return false;
  }
  return true;
}

const closing = (home: Fragment, how: Carrying): Operation[] => [{ primitive: PRIMITIVE.nodeDelete, verb: MOVE_VERB, stamp: how.stamp(), args: [home.id] }];

/** Things of this fragment by where they went; with them what was added below them since. Each step of a longer way is one fragment further. */
function wentFrom(space: Space, fragment: Fragment): Map<Fragment, string[]> {
  const out = new Map<Fragment, string[]>();
  for (const id of fragment.graph.marked) {
    const node = fragment.graph.node(id);
    const mark = node && markOf(space, fragment, node);
    const target = mark && space.fragments.get(mark.to);
    // The newer of two marks there and back holds; where the thing is not yet, its own records are on their way.
    if (!target?.graph.node(id) || space.source.home(fragment.key, id) === fragment.key) continue;
    const list = out.get(target);
    if (list) list.push(id);
    else out.set(target, [id]);
  }
  return out;
}

/**
 * Brings over what was written in an old place by who did not know of the move (MOV3). Nothing is written when nothing is missing, so several kernels that do it at once
 * end in one state. True when something was written.
 */
export async function catchUp(deps: TransactDeps, space: Space): Promise<boolean> {
  const { kernel, sealer } = deps;
  let wrote = false;
  for (const fragment of [...space.fragments.values()]) {
    if (fragment.graph.marked.size === 0 || isReserved(fragment.key)) continue;
    for (const [target, roots] of wentFrom(space, fragment)) {
      const how = howLate(kernel, space, target);
      const late = below(fragment.graph, roots).filter((id) => roots.includes(id) || (isOfMove(space, fragment, target, id) && mayGo(fragment.graph.node(id)!, how))).slice(0, KERNEL_LIMITS.moveThings);
      const [from, to] = [sideOf(space, fragment), sideOf(space, target)];
      const into = carry(from, to, late, how);
      const left = marks(from, to, late, how);
      if (into.length + left.from.length === 0) continue;
      writeAct(deps, space, new Map([[target, into], [fragment, left.from]]));
      wrote = true;
    }
  }
  if (wrote) await sealer.flush(space);
  return wrote;
}

/** Of what lies below: not what went somewhere else by a move of its own. */
function isOfMove(space: Space, fragment: Fragment, target: Fragment, id: string): boolean {
  const node = fragment.graph.node(id);
  const mark = node && markOf(space, fragment, node);
  return node !== null && node.text === null && (!mark || mark.to === target.key);
}
