/** Acts of random acl graphs where newcomers are kept to what is written from their coming on, histories are closed, forks are proven and public links are made. */
import type { Turn } from './acts.ts';
import { keysFor } from './acts-keys.ts';
import { liveDevices } from './oracle-identity.ts';
import { mayPass } from './oracle-permits.ts';
import { ADMIN, FIRST_LINK, type Name, OWNER, personOf, ROOT_FRAGMENT, type SpecOp, type SpecProof } from './spec.ts';

type Act = (turn: Turn) => SpecOp[] | null;

/** What newcomers read, and of which fragments all; now and then in words that say nothing, or of the directory. */
const settle: Act = ({ world, me, view }) => {
  if (me?.role !== OWNER) return null;
  if (world.rarely(8)) return [{ t: 'policy', history: 'odd' }];
  if (world.rarely(6)) return [{ t: 'policy', pasts: [world.draw(2) === 0 ? [world.draw(3), 'odd'] : [ROOT_FRAGMENT, true]] }];
  if (world.draw(3) === 0) return [{ t: 'policy', history: view.state.policy.late ? 'all' : 'joining', ...(world.rarely(3) ? { pasts: [[world.draw(3), true]] as const } : {}) }];
  return [{ t: 'policy', pasts: [[world.draw(3), !world.rarely(4)]] }];
};

/** An Owner who came later tries to open what was before to whoever is let in next: by the rule, by taking all rules out, of a fragment; now and then in the record by which they leave. */
const sneak: Act = ({ world, p, peer, me, view }) => {
  if (me?.role !== OWNER || !me.late || !view.state.policy.late || world.draw(3) > 0) return null;
  const others = [...view.state.members.values()].some((one) => one.p !== p && one.role === OWNER);
  const opens = world.pick<SpecOp>([{ t: 'policy', history: 'all' }, { t: 'policy' }, { t: 'policy', pasts: [[world.draw(3), true]] }])!;
  return others && world.rarely(6) ? [{ t: 'revoke', to: p, cuts: world.cutsFor(peer, p) }, opens] : [opens];
};

/** As an Owner may: with the version that knows it, where that is not so yet. Now and then what is forbidden in one way alone. */
const close: Act = ({ world, me, view }) => {
  const { policy, members } = view.state;
  const odd = world.rarely(3);
  if (me === null || (me.role < ADMIN && !odd)) return null;
  if (!odd && (policy.late || [...members.values()].some(({ late }) => late))) return null;
  if (policy.min < 5 && me.role !== OWNER && !odd) return null;
  return [...(policy.min < 5 && me.role === OWNER && !(odd && world.draw(2) === 0) ? [{ t: 'policy', min: 5 } as const] : []), { t: 'baseline', fragment: odd && world.draw(2) === 0 ? ROOT_FRAGMENT : world.draw(3) }, ...(odd && world.rarely(3) ? [{ t: 'baseline', fragment: world.draw(3) } as const] : [])];
};

/** Under the rule who comes in is given a key made in the same record, which leads to none before (HIST1). */
const admitLate: Act = (turn) => {
  const { world, view, me } = turn;
  if (me === null || me.role < ADMIN || !view.state.policy.late || view.sealing === null) return null;
  const p = world.pick(Array.from({ length: world.people }, (_, one) => one).filter((one) => one !== turn.p && !view.state.members.has(one)));
  const found = world.pick([...view.state.invites].filter(([, one]) => one.key === null && !one.withdrawn && one.used.length < one.uses && one.role <= mayPass(me)));
  if (p === undefined) return null;
  if (found === undefined) return me.role < view.state.policy.invite ? null : [{ t: 'invite', role: 1 + world.draw(mayPass(me)), uses: 2 }];
  const statements = world.statementsOf(p);
  const devices = [...liveDevices(statements)].map((d) => `${p}.${d}`);
  turn.begins.push(...devices);
  const whole = view.devices.filter((device) => view.state.members.get(personOf(device))!.scope === null);
  return [...statements, { t: 'accept', invite: found[0], p }, { t: 'grant', to: p, role: found[1].role, scope: null, exp: me.exp, del: false, max: 1 }, { t: 'rotate', epoch: world.newEpoch(), to: [...whole, ...devices], prev: null }];
};

/** A key that is there, named again. */
const again: Act = ({ world, view, me }) => {
  const known = world.pick(view.epochs);
  if (me === null || me.role < ADMIN || known === undefined) return null;
  return [{ t: 'rotate', epoch: known.epoch, to: view.devices.filter((device) => view.state.members.get(personOf(device))!.scope === null), prev: null }];
};

const closed = ({ world, view }: Turn): Name | undefined => world.pick(view.state.order.filter((name) => world.oracle.node(name).record.ops!.some(({ t }) => t === 'baseline')));

const judge: Act = (turn) => {
  const baseline = closed(turn);
  return baseline === undefined || turn.me === null || turn.me.role < 2 || turn.me.scope !== null ? null : [{ t: 'verdict', baseline, right: !turn.world.rarely(3) }];
};

const HOWS: readonly SpecProof[] = ['twin', 'skips', 'follows', 'far', 'same', 'space', 'writer'];

const prove: Act = ({ world, me }) => (me === null ? null : [{ t: 'proof', writer: world.pick(world.records)!.writer, n: 1 + world.draw(4), how: world.rarely(3) ? world.pick(HOWS)! : world.draw(2) === 0 ? 'twin' : 'skips' }]);

/** First the invite under the key of the link, then the link itself; of the one who reads by it nobody expects anything good. Now and then under the key of somebody who is to come: that makes no link of them. */
const link: Act = (turn) => {
  const { world, view, me } = turn;
  const { sealing, state } = view;
  if (me === null || me.role < ADMIN || me.scope !== null || !sealing?.to.has(turn.peer.device)) return null;
  const open = [...state.invites].filter(([, one]) => one.key !== null && !one.withdrawn && one.used.length < one.uses && !state.members.has(personOf(one.key)) && one.role <= mayPass(me));
  const found = world.pick(open);
  if (found === undefined) {
    const other = world.rarely(3) ? world.pick(Array.from({ length: world.people }, (_, p) => p).filter((p) => !state.persons.has(p))) : undefined;
    return me.role < state.policy.invite ? null : [{ t: 'invite', role: 1 + world.draw(2), uses: 1 + world.draw(2), key: `${other ?? FIRST_LINK + world.draw(2)}.0` }];
  }
  const p = personOf(found[1].key!);
  const rights = { role: world.rarely(3) ? found[1].role : 1, scope: [[world.draw(3), 1 + 2 * world.draw(2)]] as const, exp: me.exp, del: false, max: 1 };
  if (p >= FIRST_LINK) world.hostile.add(p);
  turn.begins.push(`${p}.0`);
  return [...world.statementsOf(p), { t: 'accept', invite: found[0], p }, { t: 'grant', to: p, ...rights }, ...keysFor(sealing.epoch, [`${p}.0`], rights)];
};

const unlink: Act = ({ world, view, me }) => {
  const p = world.pick([...view.state.links.keys()].filter((one) => view.state.members.has(one)));
  return me === null || me.role < ADMIN || p === undefined ? null : [{ t: 'revoke', to: p, cuts: {} }];
};

/** Somebody who has a part is given more of the space, or all of it. */
const widen: Act = ({ world, p, view, me }) => {
  if (me === null || me.scope !== null || me.exp !== null) return null;
  const to = world.pick([...view.state.members.values()].filter((one) => one.p !== p && one.scope !== null && one.role <= mayPass(me) && one.exp === null && !view.state.links.has(one.p)));
  if (to === undefined) return null;
  return [{ t: 'grant', to: to.p, role: to.role, scope: world.draw(2) === 0 ? null : [...to.scope!.filter(([one]) => one !== 2), [2, 31]], exp: null, del: false, max: 1 }];
};

const ACTS: readonly Act[] = [settle, widen, widen, settle, admitLate, admitLate, close, judge, prove, link, link, unlink, again];

/** An act that the writer has the right to, or null when it finds none. */
export function lateAct(turn: Turn): SpecOp[] | null {
  const opening = sneak(turn);
  if (opening) return opening;
  for (let tries = 0; tries < 3; tries++) {
    const ops = turn.world.pick(ACTS)!(turn);
    if (ops) return ops;
  }
  return null;
}

/** By whom it may be, whatever it is. */
export function wildLate(turn: Turn): SpecOp[] {
  const { world, p, view } = turn;
  const fragment = (): number => world.pick([0, 1, 2, ROOT_FRAGMENT])!;
  const someone = world.draw(world.people);
  const anyInvite = (): Name => world.pick([...view.state.invites.keys()]) ?? world.pick(world.records)!.name;
  const linkNo = FIRST_LINK + world.draw(2);
  const wild: (() => SpecOp[])[] = [
    () => [{ t: 'policy', history: world.pick(['joining', 'all', 'odd'] as const)! }], () => [{ t: 'policy', pasts: [[fragment(), world.pick([true, false, 'odd'] as const)!]] }], () => [{ t: 'policy', min: world.draw(7) }],
    () => [{ t: 'baseline', fragment: fragment() }], () => [{ t: 'policy', min: 5 }, { t: 'baseline', fragment: fragment() }], () => [{ t: 'policy', min: 5 }, { t: 'baseline', fragment: 0 }, { t: 'baseline', fragment: 1 }],
    () => [{ t: 'verdict', baseline: closed(turn) ?? 0, right: world.draw(2) === 0 }], () => [{ t: 'proof', writer: world.pick(world.records)!.writer, n: 1 + world.draw(4), how: world.pick(HOWS)! }],
    // An invite under the key of somebody's own device makes no link of them, and who was a link stays the one they were.
    () => [{ t: 'invite', role: 1, uses: 2, key: world.draw(2) === 0 ? `${someone}.0` : `${linkNo}.0` }], () => [...world.statementsOf(someone), { t: 'accept', invite: anyInvite(), p: someone }, { t: 'grant', to: someone, role: 1, scope: null, exp: null, del: false, max: 1 }],
    () => [...world.statementsOf(linkNo), { t: 'accept', invite: anyInvite(), p: linkNo }, { t: 'grant', to: linkNo, role: 1, scope: null, exp: null, del: false, max: 1 }],
    () => [{ t: 'revoke', to: p, cuts: {} }], () => [{ t: 'share', epoch: view.sealing?.epoch ?? 0, fragment: world.draw(3), to: view.devices }],
  ];
  return world.pick(wild)!();
}
