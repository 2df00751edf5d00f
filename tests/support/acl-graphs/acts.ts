/** What devices of a random acl graph do: acts of kernels that keep the rules, by what they hold, and acts of those that do not. */
import { wildCrossing } from './acts-crossing.ts';
import { offer, pay, wildPay } from './acts-plans.ts';
import { keysFor, partsFor } from './acts-keys.ts';
import { lateAct, wildLate } from './acts-late.ts';
import { shape, wildShape } from './acts-shapes.ts';
import { liveDevices } from './oracle-identity.ts';
import { above, lastOwner, mayPass, mayWriteIn, type OracleMember } from './oracle-permits.ts';
import { partOf } from './oracle-scope.ts';
import type { OracleRevoke, OracleView } from './oracle-view.ts';
import { ADMIN, type Dev, deviceNo, deviceOf, MEMBER, type Name, OWNER, personOf, type Signer, type SpecOp, type SpecRights } from './spec.ts';
import type { Peer, World } from './world.ts';

export interface Turn {
  readonly world: World;
  readonly peer: Peer;
  readonly p: number;
  readonly view: OracleView;
  /** Null: no member where the act is written. */
  readonly me: OracleMember | null;
  /** Devices that begin with the writer's graph once the record is written. */
  readonly begins: Dev[];
}

type Act = (turn: Turn) => SpecOp[] | null;

function rightsOf(turn: Turn, role: number): SpecRights {
  const { world, me } = turn;
  if (world.kind === 'crossing') return mixedRights(turn, role);
  const del = world.rarely(6) ? world.draw(2) === 0 : role >= ADMIN;
  const scope = me?.scope ?? (role < ADMIN && world.rarely(5) ? [[world.draw(3), 1 + world.draw(31)] as const] : null);
  const end = world.rarely(5) ? 10 + world.draw(40) : null;
  const exp = me?.exp === undefined || me.exp === null ? end : Math.min(me.exp, end ?? me.exp);
  return { role, scope, exp, del, max: role === OWNER ? OWNER : role === ADMIN ? MEMBER : 1 };
}

/** As above, with all that a grant may say beside the role. */
function mixedRights({ world, me }: Turn, role: number): SpecRights {
  const part = role < ADMIN && world.rarely(3) ? [[world.draw(3), 1 + world.draw(31)] as const] : null;
  return { role, scope: me?.scope ?? part, exp: me?.exp ?? (world.rarely(5) ? 10 + world.draw(40) : null), del: world.draw(2) === 0, max: 1 + world.draw(role) };
}

/** A recovery key of the writer's person: the first, or where acts cross any of the chain. */
function someKey({ world, view, p }: Turn): Signer {
  if (world.kind !== 'crossing') return -1;
  return -1 - world.pick([0, ...(view.state.persons.get(p) ?? []).flatMap((s) => (s.t === 'recovery' ? [s.k] : []))])!;
}

const isAdmin = (turn: Turn): boolean => (turn.me?.role ?? 0) >= ADMIN;
const junior = (turn: Turn): OracleMember[] => [...turn.view.state.members.values()].filter((m) => m.p !== turn.p && turn.me !== null && above(turn.me, m, turn.world.oracle.rank));
/** A new key: for devices with the whole space the epoch's, for others those of their fragments. `as`: rights that the same record gives. */
const rotation = (turn: Turn, gone: (device: Dev) => boolean, as: ReadonlyMap<number, SpecRights> = new Map()): SpecOp[] => {
  const epoch = turn.world.newEpoch();
  const prev = turn.view.epochs.findLast((one) => one.to.has(turn.peer.device))?.epoch ?? null;
  const devices = turn.view.devices.filter((device) => !gone(device));
  const rights = (device: Dev): SpecRights => as.get(personOf(device)) ?? turn.view.state.members.get(personOf(device))!;
  return [{ t: 'rotate', epoch, to: devices.filter((device) => rights(device).scope === null), prev }, ...partsFor(epoch, devices, rights)];
};

const invite: Act = (turn) => {
  const most = turn.me?.scope === null && turn.me.role >= turn.view.state.policy.invite ? mayPass(turn.me) : 0;
  return most === 0 ? null : [{ t: 'invite', role: 1 + turn.world.draw(most), uses: 1 + turn.world.draw(2) }];
};

/** One record {statements, accept, grant, share}; without an open invite an invite. */
const admit: Act = (turn) => {
  const { world, view, me } = turn;
  if (!me || !view.sealing?.to.has(turn.peer.device)) return null;
  const { epoch } = view.sealing;
  const outside = Array.from({ length: world.people }, (_, p) => p).filter((p) => p !== turn.p && !view.state.members.has(p));
  const open = [...view.state.invites].filter(([, one]) => !one.withdrawn && one.used.length < one.uses && one.role <= mayPass(me));
  const [p, found] = [world.pick(outside), world.pick(open)];
  if (p === undefined) return null;
  if (!found) return invite(turn);
  const statements = world.statementsOf(p);
  const devices = [...liveDevices(statements)].map((d) => `${p}.${d}`);
  turn.begins.push(...devices);
  const rights = rightsOf(turn, world.kind === 'crossing' ? 1 + world.draw(found[1].role) : found[1].role);
  return [...statements, { t: 'accept', invite: found[0], p }, { t: 'grant', to: p, ...rights }, ...keysFor(epoch, devices, rights)];
};

const withdraw: Act = (turn) => {
  const found = turn.world.pick([...turn.view.state.invites].filter(([, one]) => !one.withdrawn && (isAdmin(turn) || one.by === turn.p)));
  return found && turn.me ? [{ t: 'withdraw', invite: found[0] }] : null;
};

const raise: Act = (turn) => {
  const target = turn.world.pick(junior(turn).filter((m) => turn.me !== null && m.role < mayPass(turn.me)));
  return target ? [{ t: 'grant', to: target.p, ...rightsOf(turn, target.role + 1 + turn.world.draw(mayPass(turn.me!) - target.role)) }] : null;
};

/** A grant that takes away a right to write comes behind a revoke with the cuts. */
const change: Act = (turn) => {
  const { world, peer } = turn;
  const target = world.pick(junior(turn).filter((m) => m.role > 1 && turn.me !== null && mayPass(turn.me) > 0));
  if (!target) return null;
  const rights = rightsOf(turn, 1 + world.draw(Math.min(target.role, mayPass(turn.me!))));
  if (lastOwner(turn.view.state, target.p, rights.role)) return null;
  const loses = [0, 1, 2].some((fragment) => mayWriteIn(target, fragment) && !mayWriteIn(rights, fragment));
  const narrows = !partOf(target, rights);
  const grant: SpecOp = { t: 'grant', to: target.p, ...rights };
  const keys = narrows && isAdmin(turn) && !world.rarely(4) ? rotation(turn, () => false, new Map([[target.p, rights]])) : [];
  return loses && isAdmin(turn) ? [{ t: 'revoke', to: target.p, cuts: world.cutsFor(peer, target.p) }, grant, ...keys] : loses ? null : [grant, ...keys];
};

const welcomeBack: Act = (turn) => {
  const { world, view, me } = turn;
  const p = world.pick([...view.state.former]);
  if (!me || p === undefined || p === turn.p || mayPass(me) === 0 || me.role < view.state.policy.invite || !view.sealing?.to.has(turn.peer.device)) return null;
  const devices = [...liveDevices(view.state.persons.get(p) ?? [])].map((d) => `${p}.${d}`);
  const rights = rightsOf(turn, 1 + world.draw(mayPass(me)));
  return [{ t: 'grant', to: p, ...rights }, ...keysFor(view.sealing.epoch, devices, rights)];
};

/** Removal and new key are one record. */
const remove: Act = (turn) => {
  if (!isAdmin(turn)) return null;
  const list = junior(turn).filter((m) => !lastOwner(turn.view.state, m.p, 0));
  const ended = list.filter((m) => m.exp !== null && m.exp <= turn.world.records.length);
  const target = turn.world.pick(ended.length > 0 ? ended : list);
  return target ? [{ t: 'revoke', to: target.p, cuts: turn.world.cutsFor(turn.peer, target.p) }, ...rotation(turn, (device) => personOf(device) === target.p)] : null;
};

const leave: Act = (turn) => (turn.me && !lastOwner(turn.view.state, turn.p, 0) ? [{ t: 'revoke', to: turn.p, cuts: turn.world.cutsFor(turn.peer, turn.p) }] : null);

/** Whose records the revoke cuts. */
const goneBy = ({ to, device }: OracleRevoke): number | null => (device === null ? to : personOf(device));

const extend: Act = (turn) => {
  const revoke = turn.world.pick(turn.view.revokes.filter((one) => goneBy(one) !== null));
  return revoke && isAdmin(turn) ? [{ t: 'extend', revoke: revoke.name, cuts: turn.world.cutsFor(turn.peer, goneBy(revoke)!) }] : null;
};

const adopt: Act = (turn) => {
  const gone = turn.view.revokes.map(goneBy);
  const data = turn.world.pick(turn.world.data.filter(({ name, writer }) => turn.peer.data.has(name) && gone.includes(personOf(writer))));
  return data && isAdmin(turn) ? [{ t: 'adopt', data: [data.name] }] : null;
};

const addDevice: Act = (turn) => {
  const { world, peer, p } = turn;
  const known = world.devicesOf(p);
  const d = [1, 2].find((no) => !known.includes(`${p}.${no}`));
  if (!turn.me || d === undefined) return null;
  turn.begins.push(`${p}.${d}`);
  return [{ t: 'add', p, d, by: world.rarely(4) ? someKey(turn) : deviceNo(peer.device), nbf: world.rarely(3) ? 0 : world.records.length }];
};

const dropDevice: Act = (turn) => {
  const { world, peer, p } = turn;
  const other = world.pick(turn.view.devices.filter((device) => personOf(device) === p && device !== peer.device));
  if (!other || !turn.me) return null;
  const drop: SpecOp = { t: 'drop', p, d: deviceNo(other), by: deviceNo(peer.device) < deviceNo(other) && !world.rarely(3) ? deviceNo(peer.device) : someKey(turn) };
  const cuts = Object.fromEntries(Object.entries(world.cutsFor(peer, p)).filter(([writer]) => deviceOf(writer) === other));
  const gone: SpecOp[] = world.rarely(4) ? [drop] : [drop, { t: 'cut', device: other, cuts }];
  return isAdmin(turn) ? [...gone, ...rotation(turn, (device) => device === other)] : gone;
};

const recovery: Act = (turn) => {
  const known = (turn.view.state.persons.get(turn.p) ?? []).filter((s) => s.t === 'recovery').length;
  return turn.me && known < 2 ? [{ t: 'recovery', p: turn.p, k: known + 1, by: -1 - known }] : null;
};

const share: Act = (turn) => {
  const { sealing, devices, state } = turn.view;
  if (!sealing?.to.has(turn.peer.device)) return null;
  const rights = (device: Dev): SpecRights => state.members.get(personOf(device))!;
  const lacking = devices.filter((device) => rights(device).scope === null && !sealing.to.has(device));
  const parts = partsFor(sealing.epoch, devices, rights).flatMap((op): SpecOp[] => {
    if (op.t !== 'share') return [];
    const to = op.to.filter((device) => sealing.parts.get(op.fragment!)?.has(device) !== true);
    return to.length > 0 ? [{ ...op, to }] : [];
  });
  const ops: SpecOp[] = [...(lacking.length > 0 ? [{ t: 'share', epoch: sealing.epoch, to: lacking } as const] : []), ...parts];
  return ops.length > 0 ? ops : null;
};

const rotate: Act = (turn) => (isAdmin(turn) && (turn.view.sealing === null || turn.world.rarely(3)) ? rotation(turn, () => false) : null);

const retire: Act = (turn) => {
  const tip = turn.world.tip(turn.peer);
  if (!turn.me || tip === null || turn.peer.slot > 3) return null;
  const writer = turn.world.writerOf(turn.peer);
  turn.peer.slot++;
  return [{ t: 'retire', writer, keep: [tip.name] }];
};

const resolve: Act = (turn) => {
  const { world } = turn;
  const writer = isAdmin(turn) ? world.pick(world.frozen(turn.view).filter((one) => personOf(one) !== turn.p)) : undefined;
  if (writer === undefined) return null;
  const log = world.records.filter((record) => record.writer === writer && turn.view.state.dead.get(record.name)?.rule === 6);
  const ends = log.filter(({ name }) => !log.some((other) => other.prev === name));
  const kept = world.pick(world.kind === 'crossing' ? ends : log);
  return kept ? [{ t: 'resolve', writer, keep: [kept.name] }] : null;
};

const policy: Act = (turn) => {
  const { world, me } = turn;
  if (!isAdmin(turn)) return null;
  const { on } = turn.view.state.policy;
  const free = [0, 1, 2].filter((fragment) => me?.role === OWNER || on.get(fragment) !== OWNER);
  if (free.length > 0 && (me?.role !== OWNER || world.draw(2) === 0)) return [{ t: 'policy', on: [[world.pick(free)!, world.rarely(4) ? null : 1 + world.draw(me?.role === OWNER ? 4 : 3)]] }];
  if (me?.role !== OWNER) return null;
  const invite = world.rarely(6) ? null : world.draw(2) === 0 ? OWNER : 1 + world.draw(4);
  return [{ t: 'policy', ...(world.rarely(3) ? { value: world.records.length } : {}), ...(world.rarely(6) ? {} : { invite }) }];
};

const HONEST: readonly (readonly [weight: number, act: Act])[] = [
  [14, admit], [3, invite], [2, withdraw], [4, raise], [4, change], [4, welcomeBack], [6, remove], [2, leave], [3, extend], [2, adopt], [4, addDevice], [3, dropDevice], [1, recovery],
  [8, share], [4, rotate], [1, retire], [6, resolve], [5, policy],
];
/** Where acts cross. */
const CROSSING: typeof HONEST = [
  [10, admit], [3, invite], [2, withdraw], [7, raise], [9, change], [4, welcomeBack], [5, remove], [5, leave], [2, extend], [1, adopt], [8, addDevice], [8, dropDevice], [4, recovery], [3, share], [2, rotate], [1, retire], [6, resolve],
];

/** An act that the writer has the right to at its heads, or null when it finds none. */
export function honestAct(turn: Turn): SpecOp[] | null {
  if (turn.world.kind === 'plans' && turn.world.draw(2) === 0) {
    const paid = (turn.view.state.policy.plans.length === 0 || turn.world.rarely(8) ? offer(turn) : null) ?? pay(turn);
    if (paid) return paid;
  }
  if (turn.world.kind === 'shapes' && turn.world.draw(3) === 0) {
    const said = shape(turn);
    if (said) return said;
  }
  if (turn.world.kind === 'late' && turn.world.draw(2) === 0) {
    const done = lateAct(turn);
    if (done) return done;
  }
  if (turn.world.kind === 'crossing' && turn.world.draw(2) === 0) {
    const due = resolve(turn);
    if (due) return due;
  }
  if (turn.world.draw(2) === 0) {
    const due = (turn.view.sealing === null ? rotate(turn) : share(turn)) ?? resolve(turn);
    if (due) return due;
  }
  const acts = turn.world.kind === 'crossing' ? CROSSING : HONEST;
  const total = acts.reduce((sum, [weight]) => sum + weight, 0);
  for (let tries = 0; tries < 5; tries++) {
    let at = turn.world.draw(total);
    const [, act] = acts.find(([weight]) => (at -= weight) < 0)!;
    const ops = act(turn);
    if (ops) return ops;
  }
  return null;
}

/** An act without regard to any right; null = a malformed payload. */
export function wildAct(turn: Turn): SpecOp[] | null {
  if (turn.world.kind === 'plans' && turn.world.draw(3) !== 0) return wildPay(turn);
  if (turn.world.kind === 'shapes' && turn.world.draw(4) === 0) return wildShape(turn);
  if (turn.world.kind === 'late' && turn.world.draw(2) === 0) return wildLate(turn);
  if (turn.world.kind === 'crossing' && turn.world.draw(4) !== 0) return wildCrossing(turn, (role) => rightsOf(turn, role));
  const { world, peer, p } = turn;
  const anybody = (): number => world.draw(world.people);
  const anyRights = (): SpecRights => ({ role: 1 + world.draw(4), scope: world.rarely(3) ? [[world.draw(3), 1 + world.draw(31)]] : null, exp: world.rarely(3) ? world.draw(60) : null, del: world.draw(2) === 0, max: 1 + world.draw(4) });
  const grant = (to = anybody()): SpecOp => ({ t: 'grant', to, ...anyRights() });
  const revoke = (to = anybody()): SpecOp => ({ t: 'revoke', to, cuts: world.rarely(2) ? {} : world.cutsFor(peer, to) });
  const devices = (): Dev[] => [...world.peers.keys()].filter(() => world.draw(2) === 0);
  const anyRecord = (): Name => world.pick(world.records)!.name;
  const anyInvite = (): Name => world.pick([...turn.view.state.invites.keys()]) ?? anyRecord();
  const joined = anybody();
  /** Little enough for anybody who may grant at all. */
  const little = (to: number | undefined): SpecOp => ({ t: 'grant', to: to ?? anybody(), ...rightsOf(turn, 1) });
  const someone = anybody();
  // What the rules of the space forbid, and nothing else would.
  if (turn.me && mayPass(turn.me) > 0 && turn.me.role < turn.view.state.policy.invite && world.draw(3) === 0) {
    return [little(world.pick(Array.from({ length: world.people }, (_, one) => one).filter((one) => !turn.view.state.members.has(one))))];
  }
  if (turn.me?.role === ADMIN && world.draw(4) === 0) return [{ t: 'policy', on: [[world.draw(3), OWNER]] }];
  const wild: (() => SpecOp[] | null)[] = [
    () => [{ t: 'invite', role: 1, uses: 1 }], () => [grant()], () => [grant(p)], () => [grant(), grant()], () => [revoke()], () => [revoke()], () => [revoke(p)], () => [revoke(someone), grant(someone)], () => [revoke(), grant()],
    () => [{ t: 'invite', role: 1 + world.draw(4), uses: 1 }], () => [{ t: 'withdraw', invite: anyInvite() }],
    () => [...world.statementsOf(joined), { t: 'accept', invite: anyInvite(), p: joined }, grant(joined)], () => [{ t: 'accept', invite: anyInvite(), p: joined }],
    () => [...world.statementsOf(joined)], () => [{ t: 'add', p: joined, d: 1 + world.draw(3), by: -1, nbf: 0 }], () => [{ t: 'add', p: joined, d: 3, by: 0, nbf: 0 }], () => [{ t: 'rotate', epoch: world.newEpoch(), to: devices(), prev: null }], () => [{ t: 'share', epoch: turn.view.sealing?.epoch ?? 0, to: devices() }], () => [{ t: 'share', epoch: turn.view.sealing?.epoch ?? 0, fragment: world.draw(3), to: devices() }],
    () => [{ t: 'rotate', epoch: turn.view.epochs[0]?.epoch ?? 0, to: turn.view.devices, prev: null }],
    () => [{ t: 'resolve', writer: world.pick(world.records)!.writer, keep: [anyRecord()] }], () => [{ t: 'retire', writer: world.pick(world.records)!.writer, keep: [] }],
    () => [{ t: 'extend', revoke: world.pick(turn.view.revokes)?.name ?? anyRecord(), cuts: world.cutsFor(peer, p) }], () => [{ t: 'adopt', data: world.data.filter(({ writer }) => personOf(writer) === p).map(({ name }) => name) }],
    () => [{ t: 'policy', value: -world.records.length, invite: world.draw(7) }], () => [{ t: 'policy', on: [[world.draw(3), world.draw(6)]] }], () => [{ t: 'policy', on: [[world.draw(3), world.draw(4)]], ...(world.draw(2) === 0 ? { value: 7 } : {}) }], () => [{ t: 'policy' }], () => [{ t: 'drop', p, d: 1 + world.draw(2), by: deviceNo(peer.device) }, { t: 'cut', device: `${p}.${1 + world.draw(2)}`, cuts: world.cutsFor(peer, p) }],
    () => [{ t: 'drop', p: joined, d: 1, by: -1 }, { t: 'cut', device: `${joined}.1`, cuts: {} }], () => [{ t: 'create', owner: p }], () => [{ t: 'add', p, d: 1 + world.draw(3), by: world.draw(2) - 1, nbf: 0 }], () => [{ t: 'add', p, d: 3, by: world.draw(3), nbf: 0 }],
    () => [{ t: 'drop', p, d: world.draw(3), by: world.draw(4) - 1 }], () => [{ t: 'recovery', p, k: 1, by: world.draw(2) === 0 ? -1 : -3 }], () => [], () => null,
  ];
  return world.pick(wild)!();
}
