/** Random acl graphs: 3–8 persons with up to 3 devices each, some of them hostile, all writing from what each of them holds. */
import { everybodyComes } from './acts-crossing.ts';
import { honestAct, type Turn, wildAct } from './acts.ts';
import { mayCommentIn, mayWriteIn } from './oracle-permits.ts';
import { type Name, personOf, type SpecGraph } from './spec.ts';
import { type GraphKind, type Peer, World } from './world.ts';

/** The graph of a seed; of each kind another one. */
export function randomGraph(seed: number, kind: GraphKind = 'plain'): SpecGraph {
  const world = new World(seed, kind);
  if (kind === 'crossing') everybodyComes(world);
  const records = kind === 'crossing' ? world.records.length + 6 + world.draw(12) : 10 + world.draw(32);
  /** How often a device hears another before it writes: seldom = long partitions. */
  const mixing = 1 + world.draw(5);
  let last: Peer | null = null;
  for (let steps = 0; world.records.length < records && steps < records * 4; steps++) {
    const peers = [...world.peers.values()];
    // Where acts cross, a device often writes several in a row, unheard.
    const peer: Peer = kind === 'crossing' && last !== null && world.draw(2) === 0 ? last : world.pick(peers)!;
    last = peer;
    const other = world.pick(peers)!;
    if (world.draw(6) < mixing) world.exchange(peer, other);
    if (world.hostile.has(personOf(peer.device)) && world.draw(3) !== 0) hostileTurn(world, peer);
    else honestTurn(world, peer);
  }
  return world.graph;
}

function turnOf(world: World, peer: Peer, heads: readonly Name[]): Turn {
  const view = world.view(heads);
  const p = personOf(peer.device);
  return { world, peer, p, view, me: view.devices.includes(peer.device) ? (view.state.members.get(p) ?? null) : null, begins: [] };
}

/** Of who has a part of the space mostly one of that. */
function someFragment({ me, world }: Turn): number {
  return me?.scope != null && world.draw(4) !== 0 ? world.pick(me.scope)![0] : world.draw(3);
}

function honestTurn(world: World, peer: Peer): void {
  const heads = world.heads(peer);
  const turn = turnOf(world, peer, heads);
  if (turn.me === null) return;
  if (world.rarely(3)) {
    const fragment = someFragment(turn);
    if ((turn.view.sealing?.to.has(peer.device) || turn.view.sealing?.parts.get(fragment)?.has(peer.device)) && (mayWriteIn(turn.me, fragment) || mayCommentIn(turn.me, fragment))) world.writeData(peer, heads, fragment, true);
    return;
  }
  const slot = peer.slot;
  const ops = honestAct(turn);
  if (ops === null) return;
  const next = peer.slot;
  peer.slot = slot;
  // A slot that its fork froze is left for a new one.
  if (world.frozen(turn.view).some((writer) => writer === world.writerOf(peer))) peer.slot++;
  world.write(peer, { acl: heads, ops, honest: !world.hostile.has(turn.p) });
  if (next > slot) peer.slot = Math.max(peer.slot, next);
  for (const device of turn.begins) world.begin(device, peer);
}

/** Old heads, or heads that leave the own last record out. */
function oddHeads(world: World, peer: Peer): Name[] {
  const some = [...peer.held].filter(() => world.rarely(3));
  const own = world.rarely(5) ? null : world.tip(peer);
  const set = world.oracle.closure([...some.slice(0, 1 + world.draw(3)), ...(own ? [own.name] : [])]);
  return set.size === 0 ? world.heads(peer) : world.oracle.heads(set).slice(-8);
}

/** Where acts cross: without what the own log's other branch shows, so that each branch grows. */
function onOneBranch(world: World, peer: Peer, heads: Name[]): Name[] {
  const tip = world.tip(peer);
  if (world.kind !== 'crossing' || tip === null) return heads;
  const others = world.records.filter(({ name, writer }) => writer === tip.writer && !world.oracle.covers(tip.name, name));
  if (others.length === 0 || world.rarely(4)) return heads;
  return world.oracle.heads(new Set([...world.oracle.closure([...heads, tip.name])].filter((name) => !others.some((other) => world.oracle.covers(name, other.name)))));
}

function hostileTurn(world: World, peer: Peer): void {
  const heads = onOneBranch(world, peer, world.draw(2) === 0 ? world.heads(peer) : oddHeads(world, peer));
  if (world.rarely(4)) {
    world.writeData(peer, heads, someFragment(turnOf(world, peer, heads)), false);
    return;
  }
  const turn = turnOf(world, peer, heads);
  const slot = peer.slot;
  const ops = world.draw(world.kind === 'crossing' ? 3 : 2) === 0 ? honestAct(turn) : wildAct(turn);
  const next = peer.slot;
  peer.slot = slot;
  const fork = world.rarely(world.kind === 'crossing' ? 3 : 5);
  const tip = world.tip(peer);
  // A second record at the same seq has to come from heads that do not show the first, or it is refused for that alone.
  const acl = fork && tip !== null && world.draw(4) !== 0 ? world.oracle.heads(new Set([...world.oracle.closure(heads)].filter((name) => !world.oracle.covers(name, tip.name)))) : heads;
  world.write(peer, { acl: acl.length > 0 ? acl : heads, ops, honest: false, fork });
  peer.slot = next;
  for (const device of turn.begins) world.begin(device, peer);
}
