/** Comparing with another device: equal, records on their way, and a first differing operation that is named (FORMATS §9, Seal). */
import { beforeAll, expect, test } from 'vitest';
import { encodeCbor } from '#base/cbor';
import type { Comparison } from '#os/api';
import { fragmentOf, fragmentOfNode, generalFragment } from '#os/kernel/spaces';
import type { Fragment, Space } from '#os/kernel/state';
import type { AppliedRecord } from '#vm/log/held-record';
import { PRIMITIVE } from '#vm/protocol/types';
import type { SimTab } from './support/sim-world.ts';
import { equal, meet, noFaults, say, type Meeting } from './support/walks.ts';

// Asked for when it is used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await import('#os/kernel/compare')));

const spaceOf = (tab: SimTab, id: string): Space => tab.running.parts.kernel.spaces.get(id)!;
const deviceOf = (tab: SimTab): string => tab.api.identity.get()!.device;
const compare = (m: Meeting, from: SimTab, to: SimTab): Promise<Comparison> => m.world.wait(from.api.graph(m.space).compare(deviceOf(to)));

function general(tab: SimTab, id: string): Fragment {
  const space = spaceOf(tab, id);
  return fragmentOf(tab.running.parts.kernel, space, generalFragment(space)!);
}

/** Twelve nodes, one of them edited again and again by both. */
async function written(seed: number): Promise<{ m: Meeting; a: SimTab; b: SimTab; node: string }> {
  const m = await meet({ seed }, ['anna', 'boris']);
  const [a, b] = m.tabs as [SimTab, SimTab];
  for (let i = 0; i < 11; i++) await say(a, m.space, `line ${i}`);
  const { ids } = await a.api.graph(m.space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'much edited' } }]);
  await m.world.clock.run(500);
  for (let i = 0; i < 30; i++) {
    await (i % 2 ? a : b).api.graph(m.space).transact([{ op: 'node.set', id: ids[0]!, props: { [`edit ${i}`]: i } }]);
    await m.world.clock.run(60);
  }
  await equal(m.world, [a, b], m.space);
  return { m, a, b, node: ids[0]! };
}

/** From now on this tab takes the operation of the record otherwise, in what it shows and in what it replays. */
function takeOtherwise(tab: SimTab, id: string, record: string): void {
  const fragment = general(tab, id);
  const right = fragment.log.applied.bind(fragment.log);
  fragment.log.applied = function* (): IterableIterator<AppliedRecord> {
    for (const one of right()) {
      if (one.key !== record) yield one;
      else yield { ...one, ops: one.ops.map((op) => (op.primitive === PRIMITIVE.nodeSet ? { ...op, args: [op.args[0]!, op.args[1]!, 'misread'] } : op)) };
    }
  };
  const graph = tab.running.parts.kernel.newGraph();
  for (const one of fragment.log.applied()) graph.apply({ key: one.key, writer: one.writer, seq: one.seq, ops: one.ops, delta: one.delta });
  fragment.graph = graph;
}

test('{K8} equal data: both seals have the same words, nothing differs', async () => {
  const { m, a, b } = await written(9_101);
  const found = await compare(m, a, b);
  expect(found).toMatchObject({ difference: null, waiting: 0, covers: { onlyHere: 0, onlyThere: 0 } });
  expect(found.covers.both).toBeGreaterThanOrEqual(3);
  expect(found.here).toEqual(found.there);
  const digest = await a.api.graph(m.space).digest();
  expect(found.here.words, 'the words of the screen').toEqual(digest.words);
  noFaults([a, b]);
});

test('a record that has not reached the other side is named with its author and operation, from both sides', async () => {
  const { m, a, b } = await written(9_102);
  const { kernel } = a.running.parts;
  const publish = kernel.replication!.publish.bind(kernel.replication);
  kernel.replication!.publish = () => undefined;
  await say(a, m.space, 'kept back');
  await m.world.clock.run(50);
  const fromA = await compare(m, a, b);
  expect(fromA.difference).toMatchObject({ kind: 'records', side: 'there', missingThere: 1, missingHere: 0, what: 'chat/message.send@1', who: a.api.identity.get()!.uid });
  expect(fromA.here.words).not.toEqual(fromA.there.words);
  const fromB = await compare(m, b, a);
  expect(fromB.difference).toMatchObject({ kind: 'records', side: 'here', missingHere: 1, missingThere: 0, who: a.api.identity.get()!.uid, record: null });
  expect(fromB.difference!.seq).toBe(general(a, m.space).log.contiguous(kernel.slot!.writer));
  kernel.replication!.publish = publish;
  // Anti-entropy brings it: the same question then has the other answer.
  await equal(m.world, [a, b], m.space);
  expect((await compare(m, a, b)).difference).toBeNull();
});

test('the same records taken otherwise: bisection names the first operation, at whatever place it stands', async () => {
  for (const place of [0, 7, 18, 29]) {
    const { m, a, b, node } = await written(9_110 + place);
    const history = (await b.api.graph(m.space).history(node)).filter((item) => item.kind === 'node.set');
    const odd = history[place]!;
    takeOtherwise(b, m.space, odd.record!);
    const fromA = await compare(m, a, b);
    expect(fromA.difference, `place ${place}`).toMatchObject({ kind: 'operation', side: 'both', node, record: odd.record, what: 'node.set', who: odd.who });
    expect(fromA.difference!.at).toBe(odd.at);
    expect((await compare(m, b, a)).difference).toMatchObject({ kind: 'operation', record: odd.record });
  }
});

test('a screen that shows what its log does not say: the side that is wrong is named', async () => {
  const { m, a, b, node } = await written(9_103);
  const { kernel } = b.running.parts;
  const space = spaceOf(b, m.space);
  const fragment = fragmentOfNode(space, node)!;
  const stamp = kernel.time.now() + 10;
  fragment.graph.apply({ key: 'bit rot', writer: kernel.slot!.writer, seq: 9_999, ops: [{ primitive: PRIMITIVE.nodeSet, verb: '', stamp: { ms: stamp, ctr: 0 }, args: [Buffer.from(node, 'base64url'), 'text', 'rotten'] }] });
  expect((await compare(m, a, b)).difference).toMatchObject({ kind: 'state', side: 'there', node });
  expect((await compare(m, b, a)).difference).toMatchObject({ kind: 'state', side: 'here', node });
});

test('[limit SYNC.comparesPerSecond] [limit SYNC.comparesBurst] nobody linked, questions without end, and one in a wrong form', async () => {
  const { m, a, b } = await written(9_104);
  await expect(m.world.wait(a.api.graph(m.space).compare('x'))).rejects.toMatchObject({ code: 'not-linked' });
  const remote = b.running.parts.kernel.replication!.compareWith(spaceOf(b, m.space).id, Buffer.from(deviceOf(a), 'base64url'))!;
  const asked = m.world.wait(Promise.all(Array.from({ length: 40 }, (_, i) => remote.buckets(general(a, m.space).id).then((answer) => [i, answer !== null] as const))));
  expect((await asked).every(([, answered]) => answered)).toBe(true);
  let refused = 0;
  for (let round = 0; round < 10; round++) {
    const answers = await m.world.wait(Promise.all(Array.from({ length: 40 }, () => remote.buckets(general(a, m.space).id))));
    refused += answers.filter((answer) => answer === null).length;
  }
  expect(refused, 'beyond the burst the answer is no').toBeGreaterThan(50);
  expect(a.api.metrics()['compare.busy']).toBe(refused);
  expect(a.api.network.status().peers.length, 'the link goes on').toBe(1);
  // Nothing in a wrong form is answered: the link ends, and comes back.
  const [peer] = [...(b.running.parts.kernel.replication as unknown as { core: { peers: Map<string, { link: { send(channel: string, event: string, payload: Uint8Array, id: string): void } }> } }).core.peers.values()];
  peer!.link.send('bulk', 'seal:compare:v1:requested', encodeCbor([spaceOf(a, m.space).id, 3, null, null, null]), 'q-x');
  expect(await m.world.clock.until(() => a.api.network.status().peers.length === 0, 5_000)).toBe(true);
  noFaults([a, b]);
});
