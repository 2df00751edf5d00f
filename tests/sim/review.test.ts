/** What a hostile review of the kernel found in its own doing: saving, starting, joining, repairing. Run on the production kernel. */
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { FRAGMENT } from '#vm/protocol/types';
import { StoreError, type CommitInput, type RecordStore } from '#ports/record-store';
import { createSimWorld, type SimTab } from './support/sim-world.ts';
import { noise, pair, say, texts } from './support/pair.ts';

test('[limit KERNEL.opBytes] {V4} an operation that no record can hold is refused at once and keeps nothing behind it from being saved', async () => {
  const { world, a, b, space } = await pair(310);
  await expect(say(a, space, noise(40_000))).rejects.toMatchObject({ code: 'too-large' });
  await expect(say(a, space, 'torn \ud83d')).rejects.toMatchObject({ code: 'bad-value' });
  await say(a, space, 'after');
  await world.wait(a.api.saved());
  await world.clock.run(2_000);
  expect(await texts(b, space)).toEqual(['after']);
  expect(a.running.parts.faults).toEqual([]);
});

test('{V4} a long paste is several text operations, all saved and the same at the other end', async () => {
  const { world, a, b, space } = await pair(311);
  const graph = a.api.graph(space);
  const { ids } = await graph.transact([{ op: 'node.create', type: 'doc@1', props: {} }]);
  const long = noise(90_000);
  await graph.transact([{ op: 'text.splice', id: ids[0]!, at: 0, remove: 0, insert: long }]);
  for (let i = 0; i < 40; i++) await graph.transact([{ op: 'text.splice', id: ids[0]!, at: 0, remove: 0, insert: noise(1_500) }]);
  await graph.transact([{ op: 'text.splice', id: ids[0]!, at: 10, remove: 30_000, insert: 'short' }]);
  await world.wait(a.api.saved());
  await world.clock.run(5_000);
  expect((await b.api.graph(space).text(ids[0]!)).length).toBe(90_000 + 60_000 - 30_000 + 5);
  expect(await b.api.graph(space).text(ids[0]!)).toBe(await graph.text(ids[0]!));
});

test('{V4} FORMATS §3, Yjs: several edits of a new text in one step start at the next clock each', async () => {
  const { world, a, b, space } = await pair(314);
  const id = toBase64url(new Uint8Array(16).fill(77));
  const splice = (at: number, insert: string) => ({ op: 'text.splice' as const, id, at, remove: 0, insert });
  await a.api.graph(space).transact([{ op: 'node.create', type: 'doc@1', props: {}, id }, splice(0, 'one'), splice(3, ' two'), splice(0, 'zero ')], { fragment: (await a.api.graph(space).query({ type: 'fragment@1' }))[0]!.id });
  await world.wait(a.api.saved());
  await world.clock.run(2_000);
  expect(await a.api.graph(space).text(id)).toBe('zero one two');
  expect(await b.api.graph(space).text(id)).toBe('zero one two');
});

test('{V4} a step that is refused takes its text edits back, and what is typed next is saved', async () => {
  const { world, a, b, space } = await pair(312);
  const graph = a.api.graph(space);
  const { ids } = await graph.transact([{ op: 'node.create', type: 'doc@1', props: {} }, { op: 'node.create', type: 'doc@1', props: {} }]);
  const id = ids[0]!;
  await graph.transact([{ op: 'text.splice', id, at: 0, remove: 0, insert: 'one' }]);
  await expect(graph.transact([{ op: 'text.splice', id, at: 3, remove: 0, insert: ' lost' }, { op: 'count.add', id, key: 'k', n: 0.5 }])).rejects.toMatchObject({ code: 'bad-op' });
  expect(await graph.text(id)).toBe('one');
  await graph.transact([{ op: 'text.splice', id, at: 3, remove: 0, insert: ' two' }]);
  await world.wait(a.api.saved());
  await world.clock.run(2_000);
  expect(await b.api.graph(space).text(id)).toBe('one two');
});

test('{V4} FORMATS §6: drafts wait visibly until a valid epoch exists, then go by themselves; saved() does not say yes before', async () => {
  const { world, a, b, space } = await pair(313);
  await world.wait(b.api.spaces.leave(space));
  const rights = a.running.parts.kernel.spaces.get(space)!.rights;
  expect(await world.clock.until(() => rights.rotationDue(), 5_000)).toBe(true);
  await say(a, space, 'between two keys');
  await expect(world.wait(a.api.saved())).rejects.toMatchObject({ code: 'no-key' });
  await world.clock.run(6_000);
  const [node] = await a.api.graph(space).query({ type: 'chat/message@1' });
  expect(node).toMatchObject({ saved: true });
  await world.wait(a.api.saved());
});

test('{V4} FORMATS §3, Yjs: what is typed while the slot changes is signed by the writer whose client id it bears', async () => {
  const { world, a, b, space } = await pair(320, { commitMs: () => 30 });
  const graph = a.api.graph(space);
  const { ids } = await graph.transact([{ op: 'node.create', type: 'doc@1', props: {} }]);
  await world.wait(a.api.saved());
  await world.clock.run(1_000);
  const { kernel, repair } = a.running.parts;
  const writer = kernel.slot!.text;
  for (let i = 0; i < 200; i++) {
    await graph.transact([{ op: 'text.splice', id: ids[0]!, at: 0, remove: 0, insert: `${i} ` }]);
    const tip = kernel.spaces.get(space)!.chain.tip(kernel.slot!.writer)!;
    if (i === 60) repair.onFork(kernel.spaces.get(space)!, { kind: 'same-seq', writer: tip.writer, a: tip, b: tip });
    await world.clock.run(7);
  }
  await world.wait(repair.idle());
  await world.wait(a.api.saved());
  await world.clock.run(30_000);
  expect(kernel.slot!.text).not.toBe(writer);
  const statuses = (await a.api.log.records(space, { limit: 500 })).filter((record) => record.status !== 'applied').map((record) => record.why);
  expect(statuses).toEqual([]);
  expect(await b.api.graph(space).text(ids[0]!)).toBe(await graph.text(ids[0]!));
});

test('{V7} FORMATS §4: a clock set forward for a while and back again leaves nothing parked', async () => {
  const { world, a, b, space } = await pair(321);
  await world.clock.run(1_000);
  a.device.clockOffsetMs = 86_400_000;
  await say(a, space, 'tomorrow');
  await world.clock.run(1_000);
  a.device.clockOffsetMs = 0;
  await world.clock.run(10_000);
  await say(a, space, 'today');
  await world.clock.run(3_000);
  expect(await texts(b, space)).toEqual(['tomorrow', 'today']);
  expect(await texts(a, space)).toEqual(['tomorrow', 'today']);
});

test('FORMATS §6: an invite with one use lets one in, also when two ask in the same moment; the other gets no key', async () => {
  const world = createSimWorld({ seed: 330, commitMs: () => 40 });
  const [a, b, c] = [await world.open(world.device('anna')), await world.open(world.device('boris')), await world.open(world.device('clara'))] as const;
  for (const tab of [a, b, c]) await world.wait(tab.api.identity.create({ name: tab.device.name }));
  const space = await world.wait(a.api.spaces.create({ name: 'River' }));
  const link = await world.wait(a.api.spaces.invite(space, { uses: 1 }));
  const { kernel, joins } = a.running.parts;
  const here = kernel.spaces.get(space)!;
  const ask = async (tab: SimTab) => {
    await world.wait(tab.api.spaces.join(link));
    return tab.running.parts.joins.attempts()[0]!;
  };
  b.offline(true);
  c.offline(true);
  const attempts = [await ask(b), await ask(c)];
  const answers = await world.wait(Promise.all(attempts.map((attempt) => joins.onJoin(here.id, attempt.message, attempt.invite.pub, 'test'))));
  expect(answers).toEqual([{ state: 'accepted' }, { state: 'refused', reason: 'used' }]);
  expect(here.rights.view().members.size).toBe(2);
  expect(here.rights.rotationDue()).toBe(false);
  expect((await a.api.log.records(space, { fragment: toBase64url(FRAGMENT.acl) })).filter((record) => record.status === 'void')).toEqual([]);
});

test('FORMATS §6: an approval by hand is judged when the hand comes: a used or ended invite lets nobody in', async () => {
  const world = createSimWorld({ seed: 331 });
  const [a, b, c] = [await world.open(world.device('anna')), await world.open(world.device('boris')), await world.open(world.device('clara'))] as const;
  for (const tab of [a, b, c]) await world.wait(tab.api.identity.create({ name: tab.device.name }));
  const space = await world.wait(a.api.spaces.create({ name: 'River' }));
  const link = await world.wait(a.api.spaces.invite(space, { uses: 1, approval: 'manual' }));
  await world.wait(b.api.spaces.join(link));
  await world.wait(c.api.spaces.join(link));
  expect(await world.clock.until(() => a.running.parts.joins.waiting(space).length === 2, 20_000)).toBe(true);
  const [first, second] = a.running.parts.joins.waiting(space);
  await world.wait(a.api.spaces.approve(space, first!.uid));
  await expect(world.wait(a.api.spaces.approve(space, second!.uid))).rejects.toMatchObject({ code: 'invite-over' });
  await world.clock.run(5_000);
  const { rights } = a.running.parts.kernel.spaces.get(space)!;
  expect([...rights.view().members.keys()].includes(second!.uid)).toBe(false);
  expect((await a.api.log.records(space, { fragment: toBase64url(FRAGMENT.acl) })).filter((record) => record.status === 'void')).toEqual([]);
});

test('{V8} who left, reloaded and is invited again gets in', async () => {
  const { world, a, b, space } = await pair(350);
  await say(a, space, 'before');
  await world.clock.run(2_000);
  await world.wait(b.api.spaces.leave(space));
  await world.clock.run(8_000);
  world.kill(b);
  const again = await world.open(b.device);
  expect((await again.api.spaces.list()).map((one) => one.id)).not.toContain(space);
  const link = await world.wait(a.api.spaces.invite(space));
  await world.wait(again.api.spaces.join(link));
  expect(await world.clock.until(() => again.running.parts.kernel.spaces.get(space)?.standing === 'member', 20_000)).toBe(true);
  await world.clock.run(5_000);
  expect(await texts(again, space)).toEqual(['before']);
  await say(again, space, 'again');
  await world.clock.run(3_000);
  expect(await texts(a, space)).toEqual(['before', 'again']);
});

test('{V5} a record on which the graph throws has no effect; what came with it and the next start are not harmed', async () => {
  const { world, a, b, space } = await pair(351);
  const poison = (tab: SimTab): void => {
    const { kernel } = tab.running.parts;
    const make = kernel.newGraph.bind(kernel);
    kernel.newGraph = () => {
      const graph = make();
      const apply = graph.apply.bind(graph);
      graph.apply = (record, touched) => {
        if (record.ops.some((op) => op.args[1] === 'poison@1')) throw new RangeError('boom');
        return apply(record, touched);
      };
      return graph;
    };
    for (const one of kernel.spaces.get(space)?.fragments.values() ?? []) one.graph = kernel.newGraph();
  };
  poison(a);
  for (let i = 0; i < 3; i++) {
    await say(b, space, `before ${i}`);
    await world.wait(b.api.saved());
    await b.api.graph(space).transact([{ op: 'node.create', type: 'poison@1', props: {} }]);
    await world.wait(b.api.saved());
    await say(b, space, `after ${i}`);
    await world.wait(b.api.saved());
  }
  await world.clock.run(5_000);
  expect(await texts(a, space)).toEqual(['before 0', 'after 0', 'before 1', 'after 1', 'before 2', 'after 2']);
  // Its kind and place are kept, never its words.
  expect(a.running.parts.faults.map((fault) => fault.slice(0, 'apply: RangeError'.length))).toEqual(['apply: RangeError']);
});

test('FORMATS §5, At start: what others hold of the own log and a restored profile does not is pulled before the first seal: no fork, nothing lost', async () => {
  const { world, a, b, space } = await pair(380, { faults: { latencyMs: 60 } });
  await say(a, space, 'one');
  await world.wait(a.api.saved());
  await world.clock.run(3_000);
  const backup = a.device.disk.clone();
  a.device.clockOffsetMs = 60_000;
  for (let i = 0; i < 5; i++) {
    await say(a, space, `later ${i}`);
    await world.clock.run(200);
  }
  await world.wait(a.api.saved());
  await world.clock.run(3_000);
  world.kill(a);
  const restored = await world.open(world.device('anna2', { disk: backup }));
  expect(await world.clock.until(() => restored.running.parts.kernel.network.peers.some((peer) => peer.spaces.includes(space)), 20_000)).toBe(true);
  await say(restored, space, 'after the restore');
  await world.wait(restored.api.saved());
  await world.clock.run(10_000);
  for (const tab of [restored, b]) expect(await texts(tab, space)).toEqual(['one', 'later 0', 'later 1', 'later 2', 'later 3', 'later 4', 'after the restore']);
  expect(restored.api.metrics()['forks.own'] ?? 0).toBe(0);
  expect((await b.api.log.records(space)).filter((record) => record.status !== 'applied').map((record) => record.why)).toEqual([]);
});

test('{V5} a tab that only listens opens a closed database again, and "try again" does so when nothing waits', async () => {
  const disks = new Map<string, () => ReturnType<SimTab['device']['disk']['open']>>();
  const { world, a, b, space } = await pair(390, { mutate: (deps, name) => ({ ...deps, reopen: async () => disks.get(name)!() }) });
  for (const tab of [a, b]) disks.set(tab.name, () => tab.device.disk.open());
  b.device.disk.closeAll('closed');
  expect((await b.api.copiesOf(space)).state).toBe('stuck');
  await world.wait(b.api.stuck.retry());
  expect((await b.api.copiesOf(space)).state).not.toBe('stuck');
  b.device.disk.closeAll('closed');
  await say(a, space, 'while it was closed');
  await world.wait(a.api.saved());
  await world.clock.run(5_000);
  expect(await texts(b, space)).toEqual(['while it was closed']);
  expect((await b.api.copiesOf(space)).state).not.toBe('stuck');
});

/** A pair of which one has a disk whose next commit with records lands and is reported as failed, each time `lies.next` is set. */
async function lyingPair(seed: number) {
  const lies = { next: false };
  const disk: { open: () => RecordStore } = { open: () => { throw new Error('not yet'); } };
  const lying = (store: RecordStore): RecordStore => new Proxy(store, {
    get(target, key) {
      if (key !== 'commit') return Reflect.get(target, key) as unknown;
      return async (input: CommitInput) => {
        const arrival = await target.commit(input);
        if (!lies.next || input.records.length === 0) return arrival;
        lies.next = false;
        throw new StoreError('closed', 'The connection was lost.');
      };
    },
    set: (target, key, value) => Reflect.set(target, key, value),
  });
  const all = await pair(seed, { mutate: (deps, name) => (name === 'anna.0' ? { ...deps, store: lying(deps.store), reopen: async () => disk.open() } : deps) });
  disk.open = () => lying(all.a.device.disk.open());
  return { ...all, lies };
}

/** No two records at one place of a log. */
function noTwins(tab: SimTab): void {
  const seen = new Set<string>();
  for (const row of tab.device.disk.records()) {
    const place = `${toBase64url(row.space)}/${toBase64url(row.fragment)}/${toBase64url(row.writer)}/${row.seq}`;
    expect(seen.has(place), place).toBe(false);
    seen.add(place);
  }
}

test('{V5} FORMATS §2: a commit that landed although it was reported as failed is found, not sealed again: no fork, nothing twice', async () => {
  const { world, a, b, space, lies } = await lyingPair(400);
  await a.api.graph(space).transact([{ op: 'node.create', type: 'doc@1', props: {}, id: toBase64url(new Uint8Array(16).fill(6)) }], {});
  await world.wait(a.api.saved());
  lies.next = true;
  await a.api.graph(space).transact([{ op: 'count.add', id: toBase64url(new Uint8Array(16).fill(6)), key: 'n', n: 1 }]);
  await world.wait(a.api.saved().catch(() => undefined));
  await say(a, space, 'next');
  await world.clock.run(5_000);
  lies.next = true;
  await expect(world.wait(a.api.spaces.invite(space))).rejects.toMatchObject({ reason: 'closed' });
  await world.wait(a.api.spaces.invite(space));
  await world.wait(a.api.saved());
  await world.clock.run(5_000);
  expect(a.api.metrics()['commits.found']).toBe(2);
  expect(a.api.metrics()['forks.own'] ?? 0).toBe(0);
  noTwins(a);
  for (const tab of [a, b]) expect((await tab.api.graph(space).query({ type: 'doc@1' }))[0]!.counts).toEqual({ n: 1 });
  expect(await texts(b, space)).toEqual(['next']);
});

test('{V5} FORMATS §2: a space is made while it is not known whether the commit before it landed: both are found, nothing is sealed twice', async () => {
  const { world, a, b, space, lies } = await lyingPair(401);
  lies.next = true;
  await say(a, space, 'before');
  await world.wait(a.api.saved().catch(() => undefined));
  lies.next = true;
  await world.wait(a.api.spaces.create({ name: 'Another' }).catch(() => undefined));
  await world.clock.run(10_000);
  await say(a, space, 'after');
  await world.wait(a.api.saved());
  await world.clock.run(5_000);
  noTwins(a);
  expect(a.api.metrics()['forks.own'] ?? 0).toBe(0);
  expect(await texts(b, space)).toEqual(['before', 'after']);
});

test('FORMATS §1: two tabs of a new profile make one person, whoever comes second is told', async () => {
  const world = createSimWorld({ seed: 430, commitMs: () => 40 });
  const device = world.device('anna');
  const tabs = [await world.open(device), await world.open(device)];
  const made = await world.wait(Promise.allSettled(tabs.map((tab) => tab.api.identity.create({ name: tab.name }))));
  expect(made.map((one) => (one.status === 'fulfilled' ? 'made' : (one.reason as { code: string }).code))).toEqual(['made', 'already']);
  await world.clock.run(2_000);
  const uid = tabs[0]!.api.identity.get()!.uid;
  for (const tab of tabs) world.kill(tab);
  const again = await world.open(device);
  expect(again.api.identity.get()?.uid).toBe(uid);
  expect(await again.api.spaces.list()).toHaveLength(1);
});

test('gaps of a fragment are looked for once per batch, however many records it brings', async () => {
  const { world, a, space } = await pair(440);
  const here = a.running.parts.kernel.spaces.get(space)!;
  const rows = await a.running.parts.kernel.index.read((await a.api.log.records(space, { fragment: toBase64url(FRAGMENT.acl) })).map((info) => info.id));
  const { log } = here.fragments.get(toBase64url(FRAGMENT.acl))!;
  let looked = 0;
  const missing = log.missing.bind(log);
  log.missing = () => (looked++, missing());
  await world.wait(a.running.parts.ingest.ingest(Array.from({ length: 200 }, (_, i) => rows[i % rows.length]!), 'live', 'x'));
  expect(looked).toBe(1);
});

test('{V5} a first run that ended anywhere is completed at the next start: one person, one Personal space', async () => {
  for (let at = 10; at <= 240; at += 23) {
    const world = createSimWorld({ seed: 450 + at, commitMs: () => 20 });
    const device = world.device('anna');
    const tab = await world.open(device);
    void tab.api.identity.create({ name: 'Anna' }).catch(() => undefined);
    await world.clock.run(at);
    world.kill(tab);
    // A read waits for the write that the dead tab had begun, as in IndexedDB.
    await world.clock.run(20);
    const again = await world.open(device);
    if (again.api.identity.get() === null) await world.wait(again.api.identity.create({ name: 'Anna' }));
    await world.clock.run(2_000);
    expect((await again.api.spaces.list()).map((space) => space.kind), `killed after ${at} ms`).toEqual(['personal']);
    const [personal] = await again.api.spaces.list();
    expect(await again.api.graph(personal!.id).query({ type: 'fragment@1' }), `killed after ${at} ms`).toHaveLength(1);
    expect(again.running.parts.faults).toEqual([]);
  }
});
