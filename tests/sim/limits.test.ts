/** Limits of the whole kernel, met by a member who sends what he likes, by disks that refuse, and by a person in a hurry. */
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64url, u32be, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { AppError } from '#base/app-error';
import type { JoinState } from '#os/api';
import { createEphemeralOut } from '#os/kernel/ephemeral-out';
import { createPresence } from '#os/kernel/presence';
import { fragmentSeals, createCompareSource } from '#os/kernel/compare-source';
import { answeredInvites } from '#os/kernel/membership';
import { fragmentOf, generalFragment } from '#os/kernel/spaces';
import type { Fragment, Space } from '#os/kernel/state';
import type { ParsedRecord } from '#vm/protocol/types';
import { PRIMITIVE } from '#vm/protocol/types';
import { sealEphemeral } from '#vm/protocol/messages';
import type { AppliedRecord } from '#vm/log/held-record';
import { entryOf, give, message, nextRecord, resign } from './support/forge.ts';
import { hostileOf } from './support/hostile.ts';
import { pair, say, texts } from './support/pair.ts';
import type { SimTab } from './support/sim-world.ts';

// Asked for when it is used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await import('#os/kernel/compare')));

const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
const spaceOf = (tab: SimTab, id: string): Space => tab.running.parts.kernel.spaces.get(id)!;
const general = (tab: SimTab, id: string): Fragment => fragmentOf(tab.running.parts.kernel, spaceOf(tab, id), generalFragment(spaceOf(tab, id))!);
const metric = (tab: SimTab, name: string): number => Number(tab.api.metrics()[name] ?? 0);
const code = async (promise: Promise<unknown>): Promise<string> => promise.then(() => 'done', (error: AppError) => error.code);

describe('a member who sends what he likes', () => {
  test('[limit KERNEL.ingestLiveBatch KERNEL.ingestBulkBatch KERNEL.deliverAtOnce] live records are committed 256 at a time, bulk ones 32 and shown by 8', async () => {
    const { world, a, b, space } = await pair(901);
    b.api.network.pause();
    const sealed: ParsedRecord[] = [];
    const nowhere = { running: { parts: { kernel: b.running.parts.kernel, ingest: { ingest: async () => ({}) } } } } as unknown as SimTab;
    const hostile = hostileOf(b, nowhere, space);
    for (let i = 0; i < 430; i++) sealed.push(await hostile.send(general(b, space).id, [{ primitive: PRIMITIVE.nodeCreate, args: [sha256(u32be(i)).slice(0, 16), 'chat/message@1', new Map([['text', `${i}`]])] }]));
    const commits = async (records: readonly ParsedRecord[], priority: 'live' | 'bulk'): Promise<number> => {
      const before = metric(a, 'store.commits');
      const report = await world.wait(a.running.parts.ingest.ingest(records.map((record) => entryOf(record.bytes)), priority, 'hostile'));
      expect(report.added).toBe(records.length);
      return metric(a, 'store.commits') - before;
    };
    expect(await commits(sealed.slice(0, 300), 'live')).toBe(2);
    const shown: number[] = [];
    a.api.graph(space).subscribe({ type: 'chat/message@1' }, (change) => shown.push(change.added.length));
    expect(await commits(sealed.slice(300), 'bulk')).toBe(5);
    expect([Math.max(...shown), shown.length]).toEqual([8, 17]);
    expect((await texts(a, space)).length).toBe(430);
  });

  test('{K12} the adjusters are in use: batches and parts have the size they say, and what they see comes from the pipeline', async () => {
    const { world, a, b, space } = await pair(911);
    b.api.network.pause();
    const { kernel, ingest } = a.running.parts;
    const nowhere = { running: { parts: { kernel: b.running.parts.kernel, ingest: { ingest: async () => ({}) } } } } as unknown as SimTab;
    const hostile = hostileOf(b, nowhere, space);
    const sealed: ParsedRecord[] = [];
    for (let i = 0; i < 64; i++) sealed.push(await hostile.send(general(b, space).id, [{ primitive: PRIMITIVE.nodeCreate, args: [sha256(u32be(i)).slice(0, 16), 'chat/message@1', new Map([['text', `${i}`]])] }]));
    const at = { why: 'busy', since: 0 } as const;
    kernel.adjusted = { ...kernel.adjusted, bulkBatch: { value: 16, ...at }, deliverAtOnce: { value: 2, ...at } };
    const shown: number[] = [];
    a.api.graph(space).subscribe({ type: 'chat/message@1' }, (change) => shown.push(change.added.length));
    const before = metric(a, 'store.commits');
    await world.wait(ingest.ingest(sealed.map((record) => entryOf(record.bytes)), 'bulk', 'hostile'));
    expect([metric(a, 'store.commits') - before, Math.max(...shown)]).toEqual([4, 2]);
    const { seen, knobs } = await a.api.supervision.pipeline();
    expect([seen.ingestPerS >= 6.4, knobs.find((knob) => knob.name === 'bulkBatch')]).toEqual([true, expect.objectContaining({ value: 16, normal: 32, why: 'busy' })]);
  });

  test('[limit KERNEL.waitingPerFragment] a record 4,097 above what is held is refused, one nearer waits, and the log goes on', async () => {
    const { a, b, space } = await pair(902);
    await say(b, space, 'first');
    const held = general(b, space).log.contiguous(b.running.parts.kernel.slot!.writer);
    const at = async (seq: number): Promise<Uint8Array> => resign(b, await nextRecord(b, space, [message(b, space, 'far')]), (header) => header.set(5, seq).set(6, sha256(u32be(seq))));
    expect(await give(a, await at(held + 4_097))).toMatchObject({ added: 0, refused: 1 });
    expect(metric(a, 'records.refused.budget')).toBe(1);
    expect(await give(a, await at(held + 4_096))).toMatchObject({ added: 1, refused: 0 });
    await say(b, space, 'second');
    expect(await texts(b, space)).toEqual(['first', 'second']);
  });

  test('[limit KERNEL.unjudgedPerFragment] records of another version: 256 of a fragment are kept, further ones refused', async () => {
    const { a, b, space } = await pair(903);
    const base = await nextRecord(b, space, [message(b, space, 'new world')]);
    const records: Uint8Array[] = [];
    for (let i = 0; i < 300; i++) records.push(await resign(b, base, (header) => header.set(1, 2).set(7, i)));
    expect(await give(a, ...records)).toMatchObject({ added: 256, refused: 44 });
    await say(a, space, 'still here');
    expect(await texts(a, space)).toEqual(['still here']);
  });

  test('[limit KERNEL.unjudgedPerSpace] records of another version, each in a fragment of its own: 1,024 of a space are kept', async () => {
    const { a, b, space } = await pair(908);
    const base = await nextRecord(b, space, [message(b, space, 'new world')]);
    const records: Uint8Array[] = [];
    for (let i = 0; i < 1_030; i++) records.push(await resign(b, base, (header) => header.set(1, 2).set(3, sha256(u32be(i)).slice(0, 16))));
    const before = spaceOf(a, space).fragments.size;
    expect(await give(a, ...records)).toMatchObject({ added: 1_024, refused: 6 });
    expect(spaceOf(a, space).fragments.size - before).toBe(1_024);
    await say(a, space, 'still here');
    expect(await texts(a, space)).toEqual(['still here']);
  });

  test('[limit KERNEL.fragments] a member that begins a fragment with every record: 65,536 are kept, records of those go on', async () => {
    const { world, a, b, space } = await pair(909);
    await say(b, space, 'begin');
    await world.clock.run(2_000);
    const { fragments } = spaceOf(a, space);
    const other = await resign(b, await nextRecord(b, space, [message(b, space, 'x')]), (header) => header.set(3, sha256('another').slice(0, 16)));
    Object.defineProperty(fragments, 'size', { configurable: true, get: () => 65_536 });
    expect(await give(a, other)).toMatchObject({ added: 0, refused: 1 });
    expect(metric(a, 'records.refused.fragments')).toBe(1);
    expect(await give(a, await nextRecord(b, space, [message(b, space, 'known place')]))).toMatchObject({ added: 1 });
    Object.defineProperty(fragments, 'size', { configurable: true, get: () => 65_535 });
    expect(await give(a, other)).toMatchObject({ added: 1 });
  });

  test('[row 33] [limit KERNEL.aclWaiting] acl records whose past never comes: 4,096 wait, then who has most of them loses the oldest; an honest one that waits too is not crowded out, and one that comes is given to those alone that wait for it', async () => {
    const { a, b, space, world } = await pair(904);
    const own = spaceOf(a, space);
    await a.api.spaces.invite(space);
    await world.clock.run(1_000);
    const acl = spaceOf(b, space).fragments.get('AQEBAQEBAQEBAQEBAQEBAQ')!;
    const last = [...acl.log.records()].at(-1)!;
    const [row] = await b.running.parts.kernel.index.read([last.key]);
    const missing = (no: number): Promise<Uint8Array> => resign(b, row!.bytes, (header) => header.set(4, b.running.parts.kernel.slot!.writer).set(5, 1).set(6, sha256('prev', u32be(no))).set(7, 900 + no).set(8, null).set(10, [sha256('head', u32be(no))]));
    // Two of another person, the second of which comes first.
    a.offline(true);
    for (const { pair: wire } of world.network.pairs) wire.cut();
    const before = new Set([...acl.log.records()].map((record) => record.key));
    await a.api.spaces.invite(space);
    await a.api.spaces.invite(space);
    const fresh = [...own.fragments.get('AQEBAQEBAQEBAQEBAQEBAQ')!.log.records()].filter((record) => !before.has(record.key));
    const rows = await a.running.parts.kernel.index.read(fresh.map((record) => record.key));
    const at = spaceOf(b, space);
    await give(b, rows[1]!.bytes);
    const waits = toBase64url(rows[1]!.id);
    expect([at.aclWaiting.size, at.aclWaiting.has(waits)]).toEqual([1, true]);
    const flood: Uint8Array[] = [];
    for (let no = 0; no < 4_200; no++) flood.push(await missing(no));
    for (let from = 0; from < flood.length; from += 200) await give(b, ...flood.slice(from, from + 200));
    expect([at.aclWaiting.size, at.aclWaiting.has(waits)]).toEqual([4_096, true]);
    let asked = 0;
    const add = at.rights.add.bind(at.rights);
    at.rights.add = (...args) => ((asked += 1), add(...args));
    await give(b, rows[0]!.bytes);
    expect([at.aclWaiting.has(waits), at.rights.has(rows[1]!.id), asked]).toEqual([false, true, 2]);
  }, 120_000);

  test('[limit KERNEL.missingDeps] records that name deps nobody has: 1,024 are looked for per fragment', async () => {
    const { a, b, space } = await pair(905);
    const base = await nextRecord(b, space, [message(b, space, 'x')]);
    const records: Uint8Array[] = [];
    for (let i = 0; i < 80; i++) records.push(await resign(b, base, (header) => header.set(5, i).set(6, i === 0 ? null : sha256(u32be(i))).set(9, times(16, (n) => sha256('dep', u32be(i), u32be(n))).sort(Buffer.compare))));
    await give(a, ...records);
    expect(general(a, space).missingDeps.size).toBe(1_024);
  });

  test('[limit KERNEL.presencePerSpace KERNEL.hereTtlMs KERNEL.typingTtlMs] a member who is in a thousand places at once: 512 lines are kept, and gone by themselves', async () => {
    const { world, a, b, space } = await pair(906);
    const { kernel } = b.running.parts;
    const held = spaceOf(b, space);
    const anna = a.running.parts;
    const book = createPresence(anna.kernel, createEphemeralOut(anna.kernel), anna.previews);
    const epoch = held.rights.sealingEpoch()!;
    for (let i = 0; i < 600; i++) {
      const fragment = sha256(u32be(i)).slice(0, 16) as Bytes;
      const bytes = await sealEphemeral(kernel.deps.crypto, kernel.slot!.key, (await held.keys.presence(epoch, fragment))!, held.id, {
        fragment, boot: new Uint8Array(8) as Bytes, ctr: i, ttl: 20_000, nonce: kernel.deps.random.bytes(12), value: ['here', fragment, 'Boris'],
      });
      await book.receive(spaceOf(a, space), bytes);
    }
    expect(book.list(spaceOf(a, space))).toHaveLength(512);
    await world.clock.run(20_100);
    expect(book.list(spaceOf(a, space))).toEqual([]);
    const fragment = toBase64url(general(a, space).id);
    const kinds = async (): Promise<string[]> => (await a.api.presence.list(space)).filter((line) => line.fragment === fragment).map((line) => line.kind).sort();
    b.api.presence.set(space, fragment, 'here');
    b.api.presence.set(space, fragment, 'typing');
    await world.clock.run(5_500);
    expect(await kinds()).toEqual(['here', 'typing']);
    await world.clock.run(1_000);
    expect(await kinds()).toEqual(['here']);
    await world.clock.run(24_000);
    expect(await kinds()).toEqual([]);
  });

  test('{V8} who waits for a hand when the invite ends is no longer shown, and reads at his end that it has expired', async () => {
    const { world, a, space } = await pair(908);
    const link = await world.wait(a.api.spaces.invite(space, { uses: 5, approval: 'manual', expiresInMs: 60_000 }));
    const c = await world.open(world.device('clara'));
    await world.wait(c.api.identity.create({ name: 'Clara' }));
    const { state } = await world.wait(c.api.spaces.join(link));
    const steps: JoinState[] = [];
    void (async () => {
      for await (const step of state) steps.push(step);
    })();
    const last = (): JoinState | undefined => steps.at(-1);
    expect(await world.clock.until(() => last()?.state === 'waiting' && last()?.reason === 'by-hand', 30_000)).toBe(true);
    const { joins } = a.running.parts;
    expect(joins.waiting(space)).toHaveLength(1);
    const told: string[] = [];
    a.api.on((event) => void told.push(event.type));
    expect(await world.clock.until(() => joins.waiting(space).length === 0, 70_000)).toBe(true);
    await world.clock.run(2_000);
    expect(told, 'the list is drawn anew by itself').toContain('members');
    expect(await world.clock.until(() => last()?.state === 'failed', 10_000), 'told at once').toBe(true);
    expect(last()).toMatchObject({ step: 'asked', state: 'failed', reason: 'expired' });
  });
});

describe('a person in a hurry', () => {
  test('[limit KERNEL.transactOps KERNEL.localValueBytes KERNEL.inviteMaxMs KERNEL.spaces KERNEL.listed KERNEL.faults] what is too much is refused as a whole, with a reason, and the next act is taken', async () => {
    const { a, space } = await pair(911);
    const { kernel, faults } = a.running.parts;
    const many = times(100_001, () => ({ op: 'node.delete', id: 'x' }) as const);
    expect(await code(a.api.graph(space).transact(many))).toBe('too-much');
    expect(await code(a.api.graph(space).transact(many.slice(1)))).not.toBe('too-much');
    expect(await code(a.api.local.set('draft', 'x'.repeat(262_143)))).toBe('too-large');
    expect(await code(a.api.local.set('draft', 'x'.repeat(262_142)))).toBe('done');
    expect(await code(a.api.spaces.invite(space, { expiresInMs: 365 * 86_400_000 + 1 }))).toBe('bad-invite');
    expect(await code(a.api.spaces.invite(space, { expiresInMs: 365 * 86_400_000 }))).toBe('done');
    for (let i = 0; i < 60; i++) kernel.fault(`test-${i}`, new Error('x'));
    expect([faults.length, faults.at(-1)]).toEqual([50, expect.stringMatching(/^test-59: Error/)]);
    const log = general(a, space).log;
    await say(a, space, 'listed');
    await a.api.saved();
    const [record] = [...log.records()];
    log.records = () => times(600, () => record!).values() as never;
    expect(await a.api.log.records(space, { limit: 1e9 })).toHaveLength(500);
    const real = kernel.spaces.size;
    Object.defineProperty(kernel.spaces, 'size', { configurable: true, get: () => 512 });
    expect(await code(a.api.spaces.create({ name: 'one more' }))).toBe('too-many');
    Object.defineProperty(kernel.spaces, 'size', { configurable: true, get: () => 511 });
    expect(await code(a.api.spaces.create({ name: 'one more' }))).toBe('done');
    expect(real).toBeLessThan(512);
  });

  test('[limit KERNEL.endedInvites] of ten invites that ended the eight newest are still answered', async () => {
    const { world, a, space } = await pair(912);
    for (let i = 0; i < 10; i++) await world.wait(a.api.spaces.invite(space, { expiresInMs: 1_000 }));
    await world.clock.run(5_000);
    expect(answeredInvites(a.running.parts.kernel, spaceOf(a, space))).toHaveLength(8);
  });

  test('[limit KERNEL.clockWarningMs] a clock 100 s off is taken as it is, one 130 s off gives a warning', async () => {
    const warns: boolean[] = [];
    for (const aheadMs of [100_000, 130_000]) {
      const { a } = await pair(913, { aheadMs });
      warns.push(a.api.network.status().clockWarning);
    }
    expect(warns).toEqual([false, true]);
  });

  test('[limit KERNEL.pendingOps] while the disk takes nothing 250,000 operations wait; more are refused, and taken again when it does', async () => {
    const { world, a, space } = await pair(914);
    a.device.disk.fail('quota', 1_000);
    await say(a, space, 'waits');
    const { pending, sealing } = general(a, space);
    const list = pending.length > 0 ? pending : sealing;
    const [one] = list;
    while (list.length < 250_000) list.push(one!);
    expect(await code(say(a, space, 'the last one'))).toBe('done');
    expect(await code(say(a, space, 'too many'))).toBe('store-behind');
    list.splice(1, 249_999);
    a.device.disk.clearFaults();
    expect(await code(say(a, space, 'again'))).toBe('done');
    await world.clock.run(1);
  });

  test('[limit KERNEL.retryMs KERNEL.retryMaxMs] a disk that refuses is asked again after 0.5 s, ever more rarely, every 15 s at last', async () => {
    const { world, a, space } = await pair(915);
    a.device.disk.fail('quota', 1_000);
    const { kernel } = a.running.parts;
    const at: number[] = [];
    const real = kernel.store.commit.bind(kernel.store);
    kernel.store.commit = (input) => {
      if (input.records.length > 0) at.push(world.clock.monotonic());
      return real(input);
    };
    await say(a, space, 'waits');
    await world.clock.run(120_000);
    const pauses = at.slice(1).map((time, i) => Math.round((time - at[i]!) / 100) / 10);
    expect(pauses.slice(0, 7)).toEqual([0.5, 1, 2, 4, 8, 15, 15]);
    a.device.disk.clearFaults();
    await world.wait(a.api.saved());
  });
});

describe('what is read at once', () => {
  test('[limit KERNEL.compareRounds KERNEL.compareAgainMs] a device that never settles is looked at four times, 400 ms apart', async () => {
    const { world, a, b, space } = await pair(922);
    const { kernel } = a.running.parts;
    const looks: number[] = [];
    const unsettled = fragmentSeals(spaceOf(a, space)).map((seal) => ({ ...seal, state: null }));
    kernel.replication!.compareWith = () => ({ fragments: async () => (looks.push(world.clock.monotonic()), unsettled) }) as never;
    await world.wait(a.api.graph(space).compare(b.api.identity.get()!.device));
    expect(looks.slice(1).map((time, i) => time - looks[i]!)).toEqual([400, 400, 400]);
  });

  test('[limit KERNEL.compareRecords KERNEL.compareSteps] fragments and nodes that are too large are not replayed for another device', async () => {
    const { a, space } = await pair(923);
    const { ids } = await say(a, space, 'much edited');
    await a.api.saved();
    const { kernel } = a.running.parts;
    const fragment = general(a, space);
    const source = createCompareSource(kernel);
    const node = Uint8Array.from(Buffer.from(ids[0]!, 'base64url')) as Bytes;
    const count = (): number | null => source.step(spaceOf(a, space).id, fragment.id, node, 1)?.count ?? null;
    expect(count()).toBe(1);
    const applied = [...fragment.log.applied()];
    const mine = applied.find((one) => one.ops.some((op) => op.primitive === PRIMITIVE.nodeCreate && Buffer.from(op.args[0] as Uint8Array).equals(Buffer.from(node))))!;
    const edited = (operations: number): AppliedRecord => ({ ...mine, ops: times(operations, (i) => ({ primitive: PRIMITIVE.nodeSet, verb: '', stamp: { ms: mine.hlc.ms + i, ctr: 0 }, args: [node, 'text', i] })) });
    for (const [operations, answer] of [[65_536, 65_536], [65_537, null]] as const) {
      fragment.log.applied = function* (): IterableIterator<AppliedRecord> {
        yield edited(operations);
      };
      expect(count()).toBe(answer);
    }
    fragment.log.applied = function* (): IterableIterator<AppliedRecord> {
      yield mine;
    };
    for (const [size, answer] of [[100_000, 1], [100_001, null]] as const) {
      Object.defineProperty(fragment.log, 'size', { configurable: true, get: () => size });
      expect(count()).toBe(answer);
    }
  });

  test('[limit KERNEL.writerFlushes] a change of the writer waits for what is typed, but not for somebody who never stops', async () => {
    const { a, space } = await pair(924);
    const { sealer } = a.running.parts;
    let changed = false;
    let typed = 0;
    const own = general(a, space);
    const real = own.graph.sealed.bind(own.graph);
    own.graph.sealed = (...args) => {
      if (typed++ < 500) void say(a, space, `${typed}`);
      return real(...args);
    };
    await say(a, space, 'begin');
    await sealer.betweenWriters(() => void (changed = true));
    expect(changed).toBe(true);
    expect(typed).toBeGreaterThan(10);
    expect(typed).toBeLessThan(200);
  });
});
