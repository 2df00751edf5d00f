/** Random acl graphs where few persons act on each other: how they begin, and what hostile devices do, mostly with one thing in it that they may not. */
import type { Turn } from './acts.ts';
import { mayPass } from './oracle-permits.ts';
import { ADMIN, deviceNo, MEMBER, type Name, OWNER, personOf, type SpecOp, type SpecRights, type SpecStatement } from './spec.ts';
import type { Peer, World } from './world.ts';

/** The founder lets most in, with rights that may be passed on; some have further devices. */
export function everybodyComes(world: World): void {
  const founder = world.peers.get('0.0')!;
  const write = (peer: Peer, ops: readonly SpecOp[]): Name => world.write(peer, { acl: world.heads(peer), ops, honest: !world.hostile.has(personOf(peer.device)) }).name;
  for (let p = 0; p < world.people; p++) {
    if (p > 0) {
      if (world.rarely(4)) continue;
      const role = world.pick([1, MEMBER, MEMBER, ADMIN, ADMIN, OWNER])!;
      const scope = role < ADMIN && world.rarely(3) ? [[world.draw(3), 1 + world.draw(31)] as const] : null;
      const keys: SpecOp[] = scope === null ? [{ t: 'share', epoch: 0, to: [`${p}.0`] }] : [];
      write(founder, [...world.statementsOf(p), { t: 'accept', invite: write(founder, [{ t: 'invite', role, uses: 2 }]), p }, { t: 'grant', to: p, role, scope, exp: world.rarely(4) ? 30 : null, del: !world.rarely(4), max: 1 + world.draw(role) }, ...keys]);
      world.begin(`${p}.0`, founder);
    }
    const first = world.peers.get(`${p}.0`)!;
    for (let d = 1; d < 3 && world.draw(2) === 0; d++) {
      write(first, [{ t: 'add', p, d, by: 0, nbf: world.draw(3) }]);
      world.begin(`${p}.${d}`, first);
    }
    if (p === 0) continue;
    world.exchange(first, founder);
  }
}

/** `within`: rights of the role that the writer may pass on. */
export function wildCrossing(turn: Turn, within: (role: number) => SpecRights): SpecOp[] | null {
  const { world, me, view } = turn;
  const most = me === null ? 0 : mayPass(me);
  const below = Array.from({ length: world.people }, (_, p) => p).filter((p) => p !== turn.p && (view.state.members.get(p)?.role ?? 0) <= (me?.role ?? 0));
  const anybody = (): number => world.pick(world.rarely(4) ? [] : below) ?? world.draw(world.people);
  const beyond: Partial<SpecRights>[] = [{}, { role: Math.min(OWNER, most + 1) }, { exp: me?.exp == null ? null : me.exp + 1 }, { exp: null }, { scope: null }, { scope: [[world.draw(3), 1 + world.draw(31)]] }];
  const grant = (to = anybody(), role = 1 + world.draw(Math.max(1, most))): SpecOp => ({ t: 'grant', to, ...within(role), ...world.pick(beyond) });
  const accept = (): SpecOp[] | null => {
    const invite = world.pick([...view.state.invites]);
    const p = anybody();
    const role = world.draw(2) === 0 ? 1 + world.draw(Math.max(1, most)) : Math.min(OWNER, (invite?.[1].role ?? 0) + 1);
    return invite === undefined ? null : [...world.statementsOf(p), { t: 'accept', invite: invite[0], p }, { t: 'grant', to: p, ...within(role) }];
  };
  const revoke = (to = anybody()): SpecOp => ({ t: 'revoke', to, cuts: world.cutsFor(turn.peer, to) });
  const wild: (() => SpecOp[] | null)[] = [
    accept, accept, () => [grant()], () => [grant()], () => [grant(), grant()], () => [{ t: 'invite', role: 1 + world.draw(4), uses: 1 }], () => [revoke()], () => [revoke(), grant()], () => [someStatement(turn)], () => [someStatement(turn)], () => dropWithCut(turn),
  ];
  return world.pick(wild)!();
}

/** A device more, a device less or a recovery key, by a device younger or older, or by a key of the chain, of a chain whose middle nobody knows yet, or of none. */
function someStatement({ world, p, peer }: Turn): SpecStatement {
  const by = world.draw(2) === 0 ? deviceNo(peer.device) : -1 - world.draw(4);
  const k = 1 + world.draw(3);
  return world.pick<SpecStatement>([{ t: 'drop', p, d: world.draw(3), by }, { t: 'drop', p, d: world.draw(3), by }, { t: 'add', p, d: 1 + world.draw(2), by, nbf: world.draw(3) }, { t: 'recovery', p, k, by: -k }])!;
}

function dropWithCut(turn: Turn): SpecOp[] | null {
  const drop = someStatement(turn);
  if (drop.t !== 'drop') return null;
  const device = `${drop.p}.${drop.d}`;
  const cuts = Object.fromEntries(Object.entries(turn.world.cutsFor(turn.peer, drop.p)).filter(([writer]) => writer.startsWith(device)));
  return [drop, { t: 'cut', device, cuts }];
}
