/** What agents are given, out of production kernels: with the heads of every part it lies in, and read again as it was then. */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { digestOfInputs, lineageProps, readLineage, type Lineage } from '#os/agents/lineage';
import type { AgentInput, AgentRequest } from '#os/agents/output';
import type { LifegraphApi, Op } from '#os/api';
import { AGENT_LIMITS } from '#os/limits';
import { MESSAGE } from '#domain/chat';
import { TASK } from '#domain/goals';
import { DIGEST, keepResult, readResult, RELATED, SUMMARY, type Subject } from '#domain/mind';
import { MIND_LIMITS } from '#domain/shared';
import { pair } from '#tests/sim/support/pair';
import { equal, standing, until } from '#tests/sim/support/walks';
import { nodeView } from '#tests/support/node-view';
import { gather, gatherAgain, type Gathered } from '#view/kit/agent-inputs.ts';

const message = (text: string): Op[] => [{ op: 'node.create', type: MESSAGE, props: { text }, verb: 'chat/message.send@1' }];
const request = (inputs: readonly AgentInput[]): AgentRequest => ({ agent: RELATED.id, version: RELATED.version, inputs, today: '2027-01-01', subject: 0, people: [] });
const lineageOf = ({ inputs, heads, headsCut, readAt }: Gathered): Lineage => ({ agent: RELATED.id, version: RELATED.version, code: 'c', model: null, backend: 'js', executor: 'd', readAt, today: '2027-01-01', inputs, subject: 0, heads, ...(headsCut && { headsCut }), given: digestOfInputs(request(inputs)), made: 'm', ms: 1 });
const NOBODY: ReadonlySet<string> = new Set();

describe('{K4} what an agent is given', () => {
  test('AGENT4 what is like a task, and the news of two spaces, have the heads of every part they were read in; a card from before that has few of them is read again the same', async () => {
    const { world, a, b, space } = await pair(953);
    const [talk, other, plan] = [await world.wait(a.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'Talk' })), await world.wait(a.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'Other' })), await world.wait(a.api.graph(space).createFragment({ type: 'goals/goal@1', title: 'Stations' }))];
    const { ids: [task] } = await a.api.graph(space).transact([{ op: 'node.create', type: TASK, props: { title: 'Order gaskets' }, verb: 'goals/task.create@1' }], { fragment: plan });
    const meet = async (): Promise<void> => {
      for (const tab of [a, b]) await world.wait(tab.api.saved());
      await equal(world, [a, b], space);
    };
    await meet();
    const { ids: [said] } = await b.api.graph(space).transact(message('The gaskets of the sensors leak.'), { fragment: talk });
    await b.api.graph(space).transact(message('Gaskets of silicone hold.'), { fragment: other });
    await meet();
    // Read when all of it was there.
    const again = { space, fragment: plan, node: task!, title: 'Order gaskets', kind: 'thing' } satisfies Subject;
    const before = { ...(await gather(a.api, RELATED, again, NOBODY)), readAt: world.clock.now() };
    expect(before.inputs[0]).toMatchObject({ node: task, text: 'Order gaskets' });
    const parts = [...new Set(before.inputs.map(({ fragment }) => fragment))];
    expect(parts).toEqual(expect.arrayContaining([talk, other, plan]));
    expect(Object.keys(before.heads).sort()).toEqual([...parts].sort());
    for (const part of parts) {
      expect(before.heads[part]).toEqual(await a.api.graph(space).tops({ fragment: part }));
      expect(Object.keys(before.heads[part]!).length, 'control: there are logs').toBeGreaterThan(0);
    }
    expect(before.headsCut).toBeUndefined();
    // Later words, and others in the place of those that were read.
    await world.clock.run(2_000);
    await b.api.graph(space).transact([{ op: 'node.set', id: said!, props: { text: 'Nothing leaks.', edited: true }, verb: 'chat/message.edit@1' }]);
    await b.api.graph(space).transact(message('More gaskets.'), { fragment: other });
    await meet();
    const now = await gather(a.api, RELATED, again, NOBODY);
    expect(digestOfInputs(request(now.inputs)), 'control: it reads other now').not.toBe(digestOfInputs(request(before.inputs)));
    const old = [lineageOf(before), { ...lineageOf(before), heads: { [plan]: before.heads[plan]! } }, { ...lineageOf(before), heads: {} }];
    for (const card of old) {
      const read = readLineage(lineageProps(card))!;
      expect(read).toEqual({ ...card, inputs: card.inputs.map((one) => ({ space: one.space, fragment: one.fragment, node: one.node, block: one.block })) });
      expect(digestOfInputs(request(await gatherAgain(a.api, RELATED, read, again)))).toBe(read.given);
    }
    // The Hub is of no space that was read: each part is named with its own.
    const second = await world.wait(a.api.spaces.create({ name: 'Second' }));
    const room = await world.wait(a.api.graph(second).createFragment({ type: 'chat/channel@1', title: 'Room' }));
    await world.wait(b.api.spaces.join(await world.wait(a.api.spaces.invite(second))));
    await until(world, () => standing(b, second) === 'member', 20_000, 'inside');
    await world.clock.run(3_000);
    await b.api.graph(second).transact(message('Hello from here.'), { fragment: room });
    await world.wait(b.api.saved());
    await equal(world, [a, b], second);
    const personal = (await a.api.spaces.list()).find(({ kind }) => kind === 'personal')!.id;
    const hub = { kind: 'hub', space: personal, fragment: 'hub', node: 'hub', title: 'Hub', since: 0 } satisfies Subject;
    const news = await gather(a.api, DIGEST, hub, NOBODY);
    expect(Object.keys(news.heads).sort()).toEqual([`${space} ${talk}`, `${space} ${other}`, `${second} ${room}`].sort());
    expect(news.heads[`${second} ${room}`]).toEqual(await a.api.graph(second).tops({ fragment: room }));
    expect(await gather(a.api, DIGEST, hub, new Set([b.api.identity.get()!.uid])), 'of who is blocked nothing is read').toMatchObject({ inputs: [], heads: {} });
  }, 120_000);

  /** A graph that holds messages in parts, `read` of each, of so many logs; nothing else is asked of it. */
  const graphOf = (parts: readonly { readonly part: string; readonly read: number; readonly logs: number }[]): LifegraphApi => ({
    identity: { get: () => ({ uid: 'me' }) },
    spaces: { list: async () => [{ id: 's', role: 'member' }] },
    graph: () => ({
      query: async () => parts.flatMap(({ part, read }) => Array.from({ length: read }, (_, n) => nodeView({ id: `${part}-${n}`, space: 's', fragment: part, type: MESSAGE, createdBy: 'you', props: { text: 'words' } }))),
      tops: async ({ fragment }: { fragment: string }) => Object.fromEntries(Array.from({ length: parts.find(({ part }) => part === fragment)!.logs }, (_, n) => [`${fragment}-w${n}`, n])),
    }),
  } as unknown as LifegraphApi);
  const HUB: Subject = { kind: 'hub', space: 's', fragment: 'hub', node: 'hub', title: 'Hub', since: 0 };

  test('AGENT4 of very many logs those of the parts stay of which most was read, the longest first, and that there were more is told [limit AGENT.heads]', async () => {
    const most = AGENT_LIMITS.heads;
    const kept = async (parts: Parameters<typeof graphOf>[0]): Promise<[Record<string, number>, boolean | undefined]> => {
      const { heads, headsCut } = await gather(graphOf(parts), DIGEST, HUB, NOBODY);
      return [Object.fromEntries(Object.entries(heads).map(([part, logs]) => [part, Object.keys(logs).length])), headsCut];
    };
    expect(await kept([{ part: 'few', read: 1, logs: 1 }, { part: 'big', read: 3, logs: most - 4 }, { part: 'mid', read: 2, logs: 10 }])).toEqual([{ big: most - 4, mid: 4 }, true]);
    expect(await kept([{ part: 'big', read: 3, logs: most - 4 }, { part: 'mid', read: 2, logs: 4 }])).toEqual([{ big: most - 4, mid: 4 }, undefined]);
    const [many, cut] = await kept(Array.from({ length: most + 1 }, (_, n) => ({ part: `p${n}`, read: 1, logs: 1 })));
    expect([Object.keys(many).length, cut]).toEqual([most, true]);
    const { heads } = await gather(graphOf([{ part: 'one', read: 1, logs: most + 5 }]), SUMMARY, { ...HUB, kind: 'channel', fragment: 'one' }, NOBODY);
    expect(Math.min(...Object.values(heads['one']!)), 'the shortest are left out').toBe(5);
  });

  test('AGENT4 the longest there is, of 2,000 blocks of a page or 2,000 messages out of as many parts, with 500 lines in Russian and as many heads as are kept, is taken by a kernel and read as it was made; in one operation it is refused [limit MIND.partBytes]', async () => {
    const { world, a } = await pair(954);
    const personal = (await a.api.spaces.list()).find(({ kind }) => kind === 'personal')!.id;
    const graph = a.api.graph(personal);
    /** As ids are: of 16 bytes, those of spaces and of people of 32. */
    const id = (n: number, length: 22 | 43): string => {
      const bytes = new Uint8Array(length === 22 ? 16 : 32);
      new DataView(bytes.buffer).setUint32(0, n);
      return toBase64url(bytes);
    };
    const heads = Object.fromEntries(Array.from({ length: AGENT_LIMITS.heads }, (_, n) => [`${id(1, 43)} ${id(n, 22)}`, { [id(n, 43)]: 100_000 + n }]));
    const line = (n: number) => ({ text: `${n} ${'ё'.repeat(MIND_LIMITS.sentenceUnits)}`, sources: [n * 4], label: 'task', day: '2027-01-01', person: id(0, 43), why: Array.from({ length: 4 }, () => 'ё'.repeat(40)) });
    const items = Array.from({ length: MIND_LIMITS.items }, (_, n) => line(n));
    const subject: Subject = { kind: 'document', space: id(0, 43), fragment: id(0, 22), node: id(0, 22), title: 'ё'.repeat(200), entry: id(0, 22) };
    const blocks = Array.from({ length: AGENT_LIMITS.inputs }, (_, n): AgentInput => ({ space: id(0, 43), fragment: id(0, 22), node: id(0, 22), block: id(n, 22), by: null, at: 0, text: '' }));
    const apart = Array.from({ length: AGENT_LIMITS.inputs }, (_, n): AgentInput => ({ space: id(1, 43), fragment: id(n % 64, 22), node: id(n, 22), block: null, by: null, at: 0, text: '' }));
    for (const inputs of [blocks, apart]) {
      const lineage = { ...lineageOf({ inputs, heads, headsCut: true, readAt: 1, left: 0 }), code: id(0, 43), executor: id(0, 43), made: id(0, 43) };
      const ops = keepResult(id(inputs === blocks ? 7 : 8, 22), personal, subject, { kind: 'labels', items, lineage });
      const { ids } = await world.wait(graph.transact(ops));
      const node = await graph.get(ids[0]!);
      const read = node.state === 'here' ? readResult(node) : null;
      expect(read!.items).toEqual(items);
      expect(read!.lineage).toEqual({ ...lineage, inputs: inputs.map(({ space, fragment, node: one, block }) => ({ space, fragment, node: one, block })) });
      const sets = ops.flatMap((op) => (op.op === 'node.set' ? [op.props] : []));
      expect(sets.length, 'control: it did not fit').toBeGreaterThan(2);
      const [create] = ops;
      const atOnce = { ...create, id: id(9, 22), props: Object.assign({}, create?.op === 'node.create' ? create.props : {}, ...sets) } as Op;
      await expect(graph.transact([atOnce])).rejects.toMatchObject({ code: 'too-large' });
    }
    await world.wait(a.api.saved());
  }, 120_000);

  test('a short result stands in one operation, as it did', () => {
    const few: AgentInput[] = Array.from({ length: 300 }, (_, n) => ({ space: 's', fragment: 'f', node: `n${n}`, block: null, by: null, at: 0, text: '' }));
    const ops = keepResult('r', 'mine', { kind: 'channel', space: 's', fragment: 'f', node: 'n', title: 'Talk' }, { kind: 'related', items: [], lineage: lineageOf({ inputs: few, heads: {}, readAt: 1, left: 0 }) });
    expect(ops.map(({ op }) => op)).toEqual(['node.create', 'edge.add']);
  });
});
