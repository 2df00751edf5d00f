/** Effects of a permitted record on a state (TRUST 2.4 rule 5, FORMATS 6 "the holding grant"). Writes only into a state made by `forkState`. */
import { ROLE } from '#vm/protocol/types';
import type { AclNode, AclState, Member, Rights } from './acl-model.ts';
import { withStatement } from './identity-state.ts';
import { Layered } from './layered.ts';
import { NO_POLICY, withPolicy } from './policy.ts';
import { scopeWithin } from './scope.ts';
import { compareStrength } from './seniority.ts';

/** The founder's rights: Owner over everything. */
const FOUNDER: Rights = { role: ROLE.owner, scope: null, exp: null, mayDelegate: null, maxRole: null };

/** Nobody is a member yet. */
export function emptyState(): AclState {
  return {
    founder: '', owners: 0, applied: null, policy: NO_POLICY,
    members: Layered.empty(), former: Layered.empty(), invites: Layered.empty(), persons: Layered.empty(), links: Layered.empty(), plans: Layered.empty(), dead: Layered.empty(),
  };
}

/** A state that may be changed without changing the one it comes from. */
export function forkState(state: AclState): AclState {
  return {
    founder: state.founder, owners: state.owners, applied: state.applied, policy: state.policy,
    members: state.members.fork(), former: state.former.fork(), invites: state.invites.fork(), persons: state.persons.fork(), links: state.links.fork(), plans: state.plans.fork(), dead: state.dead.fork(),
  };
}

/** How apply asks for the causal order and for nodes it knows by id. */
export interface Graph {
  node(id: string): AclNode;
  /** True when `a` is in the past of `b`. */
  precedes(a: string, b: string): boolean;
}

/** Applies all acts of a record that the rules let live. */
export function applyRecord(state: AclState, node: AclNode, graph: Graph): void {
  state.applied = { id: node.id, before: state.applied };
  const link = linkOf(state, node);
  // Before its acts: who leaves in the same record came later all the same.
  const opens = state.members.get(node.author)?.late !== true && !state.members.get(node.author)?.wider;
  for (const act of node.acts) {
    switch (act.t) {
      case 'create':
        state.founder = act.owner;
        setMember(state, act.owner, { uid: act.owner, path: [], grant: node.id, standing: [node.id], grants: [node.id], since: 0, late: false, lateWritten: false, wider: null, plan: null, ...FOUNDER });
        break;
      case 'attach':
        state.persons.set(act.statement.uid, withStatement(state.persons.get(act.statement.uid), act.statement));
        break;
      case 'voucher':
        state.plans.set(act.says.uid, { id: act.says.plan, exp: act.says.exp });
        break;
      case 'grant':
        // A plan is whoever named its issuer, a late Owner too: under the rule it opens nothing of before.
        applyGrant(state, node, act.to, graph, opens && !(state.policy.late && node.acts.some(({ t }) => t === 'voucher')));
        break;
      case 'revoke':
        applyRevoke(state, act.to);
        break;
      case 'invite':
        state.invites.set(node.id, { author: node.author, role: act.role, uses: act.uses, usedBy: [], revoked: false, key: act.key });
        break;
      case 'accept': {
        const invite = state.invites.get(act.invite);
        if (invite && !invite.usedBy.includes(act.uid)) state.invites.set(act.invite, { ...invite, usedBy: [...invite.usedBy, act.uid] });
        break;
      }
      case 'policy':
        state.policy = withPolicy(state.policy, act.set, opens);
        break;
      case 'settle':
      case 'baseline':
      case 'say':
      case 'other':
      case 'never':
        break;
    }
  }
  if (link !== null && state.persons.get(link.uid)?.devices.has(link.key) === true) state.links.set(link.uid, link.invite);
}

/**
 * Whoever comes with the key of the invite itself as their device, and says from their first statement on that they are a link, is a public link (RIGHT26),
 * unless they were known before: else an invite under the key of somebody's device would take their voice, or that of somebody who is still to come.
 */
function linkOf(state: AclState, { acts }: AclNode): { readonly uid: string; readonly key: string; readonly invite: string } | null {
  const accept = acts.find((act) => act.t === 'accept');
  const key = accept && state.invites.get(accept.invite)?.key;
  if (key === undefined || state.persons.get(accept!.uid) !== undefined) return null;
  const born = acts.some((act) => act.t === 'attach' && act.statement.kind === 'inception' && act.statement.link && act.statement.uid === accept!.uid && act.statement.ds === key);
  return born ? { uid: accept!.uid, key, invite: accept!.invite } : null;
}

function setMember(state: AclState, uid: string, member: Member | null): void {
  const before = state.members.get(uid);
  state.owners += (member?.role === ROLE.owner ? 1 : 0) - (before?.role === ROLE.owner ? 1 : 0);
  if (member) {
    state.members.set(uid, member);
    if (state.former.has(uid)) state.former.delete(uid);
  } else if (before) {
    state.members.delete(uid);
    state.former.set(uid, true);
  }
}

function applyRevoke(state: AclState, to: string): void {
  const invite = state.invites.get(to);
  if (invite) state.invites.set(to, { ...invite, revoked: true });
  else setMember(state, to, null);
}

/** Who has a part of the space and is given more by somebody who came later reads the rest from that grant on: what was before is not theirs to give. Given more by who has what was before, they read all of it. */
function widened(present: Member | undefined, rights: Rights, node: AclNode, opens: boolean): Member['wider'] {
  if (!present || scopeWithin(rights.scope, present.scope)) return present?.wider ?? null;
  return opens ? null : (present.wider ?? { since: node.id, had: present.scope });
}

/** The founder holds by the genesis, which every grant follows. */
function applyGrant(state: AclState, node: AclNode, to: string, graph: Graph, opens: boolean): void {
  const present = state.members.get(to);
  const path = present ? present.path : [...(state.members.get(node.author)?.path ?? []), node.id];
  const standing = standingAfter(present, node, graph);
  const holding = strongest(standing, graph);
  const { rights, nbf, plan } = graph.node(holding).grants!;
  const came = { late: present ? present.late : node.before.policy.late, lateWritten: present ? present.lateWritten : node.before.policy.lateWritten };
  setMember(state, to, { uid: to, path, grant: holding, standing, grants: [...(present?.grants ?? []), node.id], ...came, wider: widened(present, rights, node, opens), since: nbf, plan, ...rights });
}

/** Grants since the last removal that no other such grant follows. */
function standingAfter(present: Member | undefined, node: AclNode, graph: Graph): string[] {
  return [...(present?.standing ?? []).filter((id) => !graph.precedes(id, node.id)), node.id];
}

function strongest(ids: readonly string[], graph: Graph): string {
  let best = ids[0]!;
  for (const id of ids) if (compareStrength(graph.node(id), graph.node(best)) < 0) best = id;
  return best;
}

/** What the target's role would be if the record's grant were applied (for "would leave no Owner"). */
export function roleAfterGrant(state: AclState, node: AclNode, graph: Graph): number {
  if (!node.grants) return 0;
  return graph.node(strongest(standingAfter(state.members.get(node.grants.to), node, graph), graph)).grants!.rights.role;
}
