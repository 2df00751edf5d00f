/** Limits of single parts of the kernel; those that need a whole one: tests/sim/limits.test.ts. */
import '#tests/support/text-engine';
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import type { Op } from '#os/api';
import { toOperations, type OperationContext } from '#os/graph-manager/operations';
import { createAckBook } from '#os/kernel/ack-book';
import { cutIntoRecords } from '#os/kernel/cut-records';
import { tell } from '#os/kernel/deliver';
import { createForkProofs } from '#os/kernel/fork-proofs';
import { createHost } from '#os/kernel/host';
import { createIngest } from '#os/kernel/ingest';
import { ownHeadsKnown, scanStore } from '#os/kernel/load';
import { createMeshTime } from '#os/kernel/mesh-time';
import { checkName } from '#os/kernel/profile';
import { createRecordIndex } from '#os/kernel/record-index';
import { createRepair } from '#os/kernel/repair';
import { createServerList } from '#os/kernel/server-list';
import { createSpaceKeys } from '#os/kernel/space-keys';
import type { Fragment, Kernel, PendingOp, Space } from '#os/kernel/state';
import { createTextSessions, mergeTextUpdates } from '#os/kernel/text-sessions';
import type { RecordStore, Segment } from '#ports/record-store';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { entryNo, named } from '#tests/support/core-kit';
import { session } from '#tests/support/text-kit';
import type { ForkEvidence } from '#vm/log/space-chain';
import type { KeyRotateOp } from '#vm/protocol/acl-operation';
import { epochId, sealPrevKey } from '#vm/protocol/keys';
import { PRIMITIVE, type Operation } from '#vm/protocol/types';

const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
/** A kernel of which only these parts are there. */
const kernelOf = (parts: object): Kernel => parts as Kernel;
const operation = (primitive: number, ...args: Operation['args']): Operation => ({ primitive, verb: '', stamp: { ms: 1, ctr: 0 }, args });

describe('what is sealed', () => {
  test('[limit KERNEL.opsPerRecord KERNEL.payloadBytes] a burst is cut into records of 1,000 operations and 48 KiB', () => {
    const pending = (count: number, size: number): PendingOp[] => times(count, () => ({ op: operation(PRIMITIVE.nodeDelete, named('n', 16)), at: 1, size }));
    expect(cutIntoRecords(pending(2_500, 30)).map((ops) => ops.length)).toEqual([1_000, 1_000, 500]);
    expect(cutIntoRecords(pending(10, 10_000)).map((ops) => ops.length)).toEqual([4, 4, 2]);
  });

  test('[limit KERNEL.textRun KERNEL.textRunBytes] what was typed becomes updates of 256 keystrokes and 32 KiB', () => {
    const runs = (count: number, insert: string): number[] => {
      const { doc, take } = session(named('writer'), `typing ${count}`);
      const pending = times(count, (): PendingOp => {
        doc.getText('text').insert(doc.getText('text').length, insert);
        return { op: operation(PRIMITIVE.textUpdate, named('n', 16), take()! as Bytes), at: 1 };
      });
      return mergeTextUpdates(pending).map((item) => (item.op.args[1] as Uint8Array).length);
    };
    expect(runs(600, 'x')).toHaveLength(3);
    const large = runs(10, 'x'.repeat(10_000));
    expect([large.length, Math.max(...large) < 32_768]).toEqual([4, true]);
  });

  test('[limit KERNEL.textSessions] of 257 texts that are written in the one written first begins anew, the others go on', () => {
    const kernel = kernelOf({ slot: { writer: named('writer') }, deps: { random: createSeededRandom('texts') } });
    const texts = createTextSessions(kernel);
    const fragment = { key: 'f', graph: { textDoc: () => null } } as unknown as Fragment;
    const fresh = (no: number): boolean => texts.splice(fragment, named(`n${no}`, 16), 0, 0, 'x').salt !== null;
    expect(times(256, fresh)).toEqual(times(256, () => true));
    expect([fresh(0), fresh(255), fresh(256), fresh(255), fresh(0)]).toEqual([false, false, true, false, true]);
  });
});

describe('what an act may ask', () => {
  const pieces: number[] = [];
  const ctx = {
    writer: 'w', nextStamp: () => ({ ms: 1, ctr: 0 }), randomId: () => named('id', 16), siblings: () => [], observedEdge: () => null, observedValue: () => [],
    splice: (_node: Bytes, _at: number, remove: number, insert: string) => (pieces.push(Math.max(remove, insert.length)), { update: new Uint8Array(1), salt: null }),
  } as unknown as OperationContext;
  const id = toBase64url(named('n', 16));
  const nested = (depth: number): never => times(depth, () => 0).reduce<unknown>((inner) => [inner], 'x') as never;
  const go = (op: Op): number => toOperations(op, ctx).operations.length;

  test('[limit KERNEL.textInsert KERNEL.textUnits] a paste of 100,000 characters is cut into pieces of 8,000, a longer one is refused', () => {
    expect(go({ op: 'text.splice', id, at: 0, remove: 0, insert: 'x'.repeat(100_000) })).toBe(13);
    expect(Math.max(...pieces)).toBe(8_000);
    expect(() => go({ op: 'text.splice', id, at: 0, remove: 0, insert: 'x'.repeat(100_001) })).toThrow(expect.objectContaining({ code: 'bad-op' }) as Error);
  });

  test('[limit KERNEL.valueDepth] a value with 31 lists inside each other is stored, one with 32 is refused', () => {
    expect(go({ op: 'node.set', id, props: { p: nested(31) } })).toBe(1);
    expect(() => go({ op: 'node.set', id, props: { p: nested(32) } })).toThrow(expect.objectContaining({ code: 'bad-value' }) as Error);
  });

  test('[limit KERNEL.nameChars] a name of 80 characters is taken, one of 81 refused', () => {
    expect(checkName('x'.repeat(80))).toHaveLength(80);
    expect(() => checkName('x'.repeat(81))).toThrow(expect.objectContaining({ code: 'bad-name' }) as Error);
  });

  test('[limit KERNEL.eventsPerBurst] a burst of 32 things gives an event each, a larger one a single event without names', () => {
    const events: unknown[] = [];
    const kernel = kernelOf({ emit: (event: unknown) => events.push(event) });
    tell(kernel, 'node_created', { space: 's', origin: 'remote' }, times(32, String));
    expect(events).toHaveLength(32);
    tell(kernel, 'node_created', { space: 's', origin: 'remote' }, times(33, String));
    expect(events.slice(32)).toEqual([{ type: 'node_created', space: 's', origin: 'remote' }]);
  });
});

describe('what others bring', () => {
  test('[limit KERNEL.ingestQueue] a burst of 16,385 records is dropped as a whole and counted; what comes after it is judged', async () => {
    const metrics = new Map<string, number>();
    const kernel = kernelOf({ index: { has: () => false }, spaces: new Map(), metric: (name: string, add: number) => void metrics.set(name, (metrics.get(name) ?? 0) + add) });
    const ingest = createIngest(kernel);
    const entries = times(16_385, (i) => entryNo('flood', i, 1));
    await ingest.ingest(entries, 'live', 'evil');
    expect(Object.fromEntries(metrics)).toEqual({ 'ingest.dropped': 16_385 });
    expect((await ingest.ingest(entries.slice(1), 'live', 'evil')).refused).toBe(16_384);
    expect(metrics.get('ingest.dropped')).toBe(16_385);
  });

  test('[limit KERNEL.clockVotes] clocks of 64 sources count; of more the oldest votes go', () => {
    const time = createMeshTime({ now: () => 0, monotonic: () => 0 }, () => {});
    for (let i = 0; i < 100; i++) time.vote(`old ${i}`, 'peer', 1_000_000);
    expect(time.offset()).toBe(1_000_000);
    for (let i = 0; i < 64; i++) time.vote(`new ${i}`, 'peer', 5);
    expect(time.offset()).toBe(5);
  });

  test('[limit KERNEL.linkServers] invite links may add eight servers in one run', () => {
    const list = createServerList(kernelOf({ deps: { servers: ['ws://own/'] }, replication: null }));
    for (let i = 0; i < 20; i++) list.add([`ws://s${i}/`]);
    expect(list.urls()).toHaveLength(9);
  });

  test('[limit KERNEL.importedKeys] body keys of 4,096 logs are kept, the key of the first one is made anew after that', async () => {
    const crypto = createStubCrypto(createSeededRandom('keys'));
    let made = 0;
    const counting = { ...crypto, importAead: (bytes: Bytes) => ((made += 1), crypto.importAead(bytes)) };
    const keys = createSpaceKeys(counting, { ds: { pub: named('ds') } } as never, named('space'));
    const key = named('epoch key');
    keys.add(key);
    const body = (i: number) => keys.body(epochId(key), named('f', 16), named(`writer ${i}`));
    for (let i = 0; i < 4_096; i++) await body(i);
    await body(0);
    expect(made).toBe(4_096);
    await body(4_096);
    await body(4_095);
    expect(made).toBe(4_097);
    await body(0);
    expect(made).toBe(4_098);
  });

  test('[limit KERNEL.rotations] rotations that wait for a key: 4,096 are kept, one more is not, and a kept one opens when its key comes', async () => {
    const crypto = createStubCrypto(createSeededRandom('rotations'));
    const keys = createSpaceKeys(crypto, { ds: { pub: named('ds') }, dx: await crypto.generateAgreement() } as never, named('space'));
    const rotate = async (i: number): Promise<KeyRotateOp> => ({
      t: 'key.rotate', epoch: epochId(named(`key ${i}`)), eph: named('eph'), wraps: [], cause: '', prev: await sealPrevKey(crypto, named(`key ${i}`), named(`before ${i}`), new Uint8Array(12)),
    });
    const [first, last] = [await rotate(0), await rotate(4_096)];
    await keys.learn([first, ...times(4_095, () => ({ ...first, epoch: named('other', 16) })), last]);
    for (const i of [0, 4_096]) keys.add(named(`key ${i}`));
    await keys.learn([]);
    expect([0, 4_096].map((i) => keys.has(epochId(named(`before ${i}`))))).toEqual([true, false]);
  });

  function acks() {
    const clock = createSimClock();
    const metrics = new Map<string, number>();
    const commits: number[] = [];
    const held = new Set<string>();
    const fragment = { index: { at: (_writer: string, seq: number) => (held.has(String(seq)) ? [toBase64url(named(`id ${seq}`))] : []) } };
    const kernel = kernelOf({
      deps: { clock }, spaces: new Map([[toBase64url(named('space')), { fragments: new Map([[toBase64url(named('f', 16)), fragment]]) }]]), slot: null, boot: 'b',
      metric: (name: string, add: number) => void metrics.set(name, (metrics.get(name) ?? 0) + add), emit: () => {}, fault: () => {},
      copies: { ack: (log: string, device: string, seq: number, at: number) => ({ log, device, seq, at }) },
      store: { commit: async ({ values }: { values: unknown[] }) => void commits.push(values.length) },
    });
    const book = createAckBook(kernel, () => {});
    const ack = (seq: number): void => book.onAck({ space: named('space'), fragment: named('f', 16), writer: named('w'), seq, id: named(`id ${seq}`), level: 1, ds: named('ds') });
    return { clock, metrics, commits, held, ack };
  }

  test('[limit KERNEL.earlyAcks KERNEL.earlyAckMs] acks of records that are not here: 1,024 wait for 3 s, those whose record came count', async () => {
    const { clock, metrics, commits, held, ack } = acks();
    for (let seq = 0; seq < 1_100; seq++) ack(seq);
    expect(metrics.get('acks.unknown')).toBe(1_100 - 1_024);
    held.add('7');
    await clock.run(2_900);
    expect(commits).toEqual([]);
    await clock.run(400);
    expect([metrics.get('acks.unknown'), commits]).toEqual([1_099, [1]]);
  });

  test('[limit KERNEL.ackGatherMs] a hundred acks at once are written together, after 200 ms', async () => {
    const { clock, commits, held, ack } = acks();
    for (let seq = 0; seq < 100; seq++) {
      held.add(String(seq));
      ack(seq);
    }
    await clock.run(190);
    expect(commits).toEqual([]);
    await clock.run(20);
    expect(commits).toEqual([100]);
  });

  test('[limit KERNEL.forkProofsPlanned KERNEL.proofPauseMs KERNEL.forkProofsPerWriter] forks without end: proofs of 64 writers are planned, within 3 s, and none where four of the writer count already', async () => {
    const clock = createSimClock();
    const looked: string[] = [];
    const counts = new Map<string, number>();
    const kernel = kernelOf({
      deps: { clock, random: createSeededRandom('forks') }, leader: true, profile: { uid: named('me') }, metric: () => {},
      index: { read: async (keys: string[]) => (looked.push(keys[0]!), []) },
    });
    const space = {
      key: 's', id: named('space'), standing: 'member',
      rights: { roleOf: () => 2, view: () => ({ forkProofs: new Map([...counts].map(([writer, count]) => [writer, { n: 1_000, count }])) }) },
    } as unknown as Space;
    const proofs = createForkProofs(kernel, {} as never, (work) => void work());
    const evidence = (no: number): ForkEvidence => ({
      kind: 'same-n', writer: named(`w${no}`), a: { key: `a${no}`, n: 5, fragment: named('f1', 16) }, b: { key: `b${no}`, n: 5, fragment: named('f2', 16) },
    } as unknown as ForkEvidence);
    for (let no = 0; no < 100; no++) proofs.plan(space, evidence(no));
    counts.set(toBase64url(named('w0')), 3).set(toBase64url(named('w1')), 4);
    await clock.run(3_000);
    expect(looked).toHaveLength(63);
    expect([looked.includes('a0'), looked.includes('a1'), looked.includes('a64')]).toEqual([true, false, false]);
    proofs.plan(space, evidence(64));
    await clock.run(3_000);
    expect(looked).toHaveLength(64);
  });
});

describe('what is kept to serve and to start', () => {
  const segment = (arrival: number, bytes: number): Segment => ({ arrival, origin: 'o', trusted: true, records: [{ ...entryNo('log', arrival, bytes) }] });

  test('[limit KERNEL.recordCacheBytes KERNEL.recordFetch] segments of 8 MiB stay in memory, older ones are read again, 64 at once', async () => {
    const asked: number[] = [];
    const store = { segments: async (arrivals: readonly number[]) => (asked.push(arrivals.length), arrivals.map((arrival) => segment(arrival, 100))) } as unknown as RecordStore;
    const index = createRecordIndex(() => store);
    for (let arrival = 1; arrival <= 20; arrival++) index.add(segment(arrival, 1_048_576));
    const read = (arrival: number): Promise<unknown> => index.read([toBase64url(named(`log/${arrival}`))]);
    for (let arrival = 13; arrival <= 20; arrival++) await read(arrival);
    expect(asked).toEqual([]);
    await read(12);
    expect(asked).toEqual([1]);
    const many = createRecordIndex(() => store);
    for (let arrival = 1; arrival <= 200; arrival++) many.add(segment(arrival, 100_000));
    asked.length = 0;
    expect(await many.read(times(100, (i) => toBase64url(named(`log/${i + 1}`))))).toHaveLength(100);
    expect(asked).toEqual([64, 36]);
  });

  test('[limit KERNEL.rangeRecords KERNEL.loadRows] a get of a long log looks for 2,048 records at most; a start reads 128 rows at a time', async () => {
    const asked: number[] = [];
    const fragment = { index: { range: (_writer: string, _from: number, _to: number, limit: number) => (asked.push(limit), []) } };
    const kernel = kernelOf({
      profile: { uid: named('me'), ds: {} }, spaces: new Map([[toBase64url(named('space')), { fragments: new Map([[toBase64url(named('f', 16)), fragment]]) }]]), scanned: 0,
      index: { read: async () => [] }, store: { id: 's', scan: async (_after: number, limit: number) => (asked.push(limit), []) },
    });
    const host = createHost({ kernel } as never);
    await host.readRange({ space: named('space'), fragment: named('f', 16), writer: named('w'), from: 0, to: 1e9, maxBytes: 1e9 });
    await scanStore(kernel, 'remote');
    expect(asked).toEqual([2_048, 128]);
  });

  test('[limit KERNEL.ownHeadsMs KERNEL.ownHeadsLookMs] a peer that names a newer own log and never gives it holds the first seal up for 2 s', async () => {
    const clock = createSimClock();
    const asked: number[] = [];
    let looks = 0;
    const space = {
      key: 's', id: named('space'), ownHeadsAsked: false, get fragments() {
        looks += 1;
        return new Map();
      },
    } as unknown as Space;
    const kernel = kernelOf({
      spaces: new Map([[toBase64url(named('space')), space]]), leaving: new Promise(() => undefined), slot: { writer: named('w'), fresh: false }, network: { peers: [{ spaces: ['s'] }] }, deps: { clock },
      replication: { ownHeads: async (_s: Bytes, _w: Bytes[], ms: number) => (asked.push(ms), [{ fragment: named('f', 16), writer: named('w'), seq: 9, id: named('id') }]), pull: () => {} },
    });
    let done = false;
    void ownHeadsKnown(kernel, space).then(() => (done = true));
    await clock.run(1_900);
    expect([done, asked]).toEqual([false, [2_000]]);
    await clock.run(200);
    expect(done).toBe(true);
    expect(looks).toBeGreaterThan(2_000 / 25 - 3);
    expect(looks).toBeLessThan(2_000 / 25 + 6);
  });

  test('{V1} a page that is left does not wait for an answer that would come over its own links', async () => {
    const clock = createSimClock();
    let leave = (): void => undefined;
    const kernel = kernelOf({
      leaving: new Promise<void>((done) => (leave = done)), spaces: new Map(), slot: { writer: named('w'), fresh: false }, network: { peers: [{ spaces: ['s'] }] }, deps: { clock },
      replication: { ownHeads: () => new Promise(() => undefined) },
    });
    const space = { key: 's', id: named('space'), ownHeadsAsked: false, fragments: new Map() } as unknown as Space;
    kernel.spaces.set(toBase64url(space.id), space);
    let done = false;
    void ownHeadsKnown(kernel, space).then(() => (done = true));
    await clock.run(5_000);
    expect(done).toBe(false);
    leave();
    await clock.run(1);
    expect(done).toBe(true);
  });
});

describe('repairs', () => {
  async function shop() {
    const clock = createSimClock();
    const faults: string[] = [];
    let looks = 0;
    const kernel = kernelOf({
      deps: { clock, random: createSeededRandom('repair') }, time: { known: () => true, now: () => 0 }, profile: { ds: { pub: named('ds') } }, slot: null, revoked: null, leader: false, loading: null,
      fault: (where: string) => void faults.push(where),
      spaces: {
        values: () => {
          looks += 1;
          return [];
        },
      },
    });
    const repair = createRepair(kernel, {} as never, {} as never);
    return { clock, repair, faults, looks: () => looks };
  }

  test('[limit KERNEL.strandedLookMs] records ahead of time are looked for once a second, however often the kernel is woken', async () => {
    const { clock, repair, looks } = await shop();
    for (let i = 0; i < 300; i++) {
      repair.onTick();
      await clock.run(10);
    }
    // For records ahead of time, and for access that ended.
    expect(looks()).toBe(2 * 3);
  });

  test('[limit KERNEL.repairPauseMs] a hundred changes of the acl lead to one repair, within 2 s', async () => {
    const { clock, repair, faults } = await shop();
    for (let i = 0; i < 100; i++) repair.onAcl({ key: 's' } as Space);
    await clock.run(2_000);
    // This kernel has nothing to repair with: the attempt shows as one fault.
    expect(faults).toEqual(['repair']);
  });
});
