import { describe, expect, test } from 'vitest';
import { equalBytes, toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import { fileMime, fileName, readFileNode } from '#os/kernel/file-node';
import { addFile as add, bytesOf, done, follow, review, twoWithFiles as two, until } from '#tests/sim/support/file-pair';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { CHUNK_LIMITS } from '#vm/chunk-limits';

const MIB = 1_048_576;
const random = createSeededRandom('files');

describe('files between two kernels', () => {
  test('CHUNK6 [limit CHUNK.followFile] a file of 1 MiB follows its fragment, a larger one comes when it is asked for', async () => {
    const world = await two(101);
    const [small, large] = [random.bytes(MIB), random.bytes(MIB + 1)];
    const [one, other] = [await add(world, small), await add(world, large)];
    const [seen, waits] = [follow(world.b, world.space, one), follow(world.b, world.space, other)];
    await until(world.world, 'the small one is here', () => seen.last()?.state === 'here');
    await world.world.clock.run(5_000);
    expect(waits.last()).toMatchObject({ state: 'absent', name: 'plan.bin', size: MIB + 1, have: 0, of: 2, from: [] });
    await done(world.world, world.b.api.files!.want(world.space, other));
    await until(world.world, 'the large one is here', () => waits.last()?.state === 'here');
    expect(equalBytes(await bytesOf(world.world, world.b, world.space, one), small)).toBe(true);
    expect(equalBytes(await bytesOf(world.world, world.b, world.space, other), large)).toBe(true);
    expect(waits.states.some(({ state, from }) => state === 'coming' && from.includes(world.a.api.identity.get()!.device))).toBe(true);
    await world.world.stop();
  });

  test('FILE1 FILE2 [row 32] [limit CHUNK.roomLookMs] [limit CHUNK.givenUpAtOnce] with little room left a large file that was long not used goes where another device has it, and comes again when it is asked for; one\'s own, one that nobody else has and one used lately stay', async () => {
    const { world, a, b, space, disk, ...rest } = await two(104);
    const files = () => b.api.files!;
    const content = random.bytes(MIB + 1);
    const [old, lone, late] = [await add({ world, a, b, space, disk, ...rest }, content, 'old'), await add({ world, a, b, space, disk, ...rest }, random.bytes(MIB + 1), 'lone'), await add({ world, a, b, space, disk, ...rest }, random.bytes(MIB + 1), 'late')];
    const seen = new Map([old, lone, late].map((id) => [id, follow(b, space, id)]));
    const is = (id: string) => seen.get(id)!.last()?.state;
    for (const id of [old, lone, late]) {
      await until(world, 'it is known', () => is(id) === 'absent');
      await done(world, files().want(space, id));
      await until(world, 'it is here', () => is(id) === 'here');
    }
    // As if two of them had been used two days ago; and nobody but B has one of these any more.
    const { kernel } = b.running.parts;
    const rowOf = (id: string): string => `used/${toBase64url(sha256('lgos/used/1', `${space}/${id}`))}`;
    expect((await kernel.store.list('used/')).map(([row]) => row).sort()).toEqual([old, lone, late].map(rowOf).sort());
    const { room } = (await b.running.parts.files!.desk()) as unknown as { room: { noted: Map<string, unknown> } };
    const date = async (ids: readonly string[]): Promise<void> => void (room.noted.clear(), await kernel.store.commit({ origin: kernel.boot, records: [], values: ids.map((id) => [rowOf(id), kernel.deps.clock.now() - 2 * CHUNK_LIMITS.freshMs]) }));
    const pieces = disk(b.name).rows.size;
    disk(b.name).disk = { usage: 90 * MIB, quota: 100 * MIB };
    disk(a.name).disk = { usage: 90 * MIB, quota: 100 * MIB };
    await done(world, a.api.files!.drop(space, lone));
    const look = async (): Promise<void> => {
      await world.clock.run(CHUNK_LIMITS.roomLookMs + 1_000);
      await review(world, b);
    };
    await look();
    expect([is(old), is(lone), is(late), disk(b.name).rows.size], 'used lately').toEqual(['here', 'here', 'here', pieces]);
    await date([old, lone]);
    await look();
    await until(world, 'the old one went', () => is(old) === 'absent');
    await look();
    expect([is(lone), is(late)], 'nobody else has it; used lately').toEqual(['here', 'here']);
    expect(disk(b.name).rows.size).toBeLessThan(pieces);
    expect([...disk(a.name).rows.keys()].length, 'own files stay, whatever room there is').toBeGreaterThanOrEqual(6);
    disk(b.name).disk = null;
    await done(world, files().want(space, old));
    await until(world, 'it comes again', () => is(old) === 'here');
    expect(equalBytes(await bytesOf(world, b, space, old), content)).toBe(true);
    // The browser says nothing of its room, and refuses a piece: so says it that there is none.
    await date([old]);
    const more = await add({ world, a, b, space, disk, ...rest }, random.bytes(MIB + 1), 'more');
    const next = follow(b, space, more);
    await until(world, 'it is known', () => next.last()?.state === 'absent');
    disk(b.name).full = true;
    await done(world, files().want(space, more));
    await until(world, 'the old one went', () => is(old) === 'absent');
    await until(world, 'it was tried once more, and says so', () => next.last()?.problem === 'full');
    expect([is(lone), is(late)]).toEqual(['here', 'here']);
    disk(b.name).full = false;
    await done(world, files().want(space, more));
    await until(world, 'there is room', () => next.last()?.state === 'here');
    await world.stop();
  });

  test('CHUNK6 [limit CHUNK.followSpaceBytes] small files of one space come by themselves up to so many bytes, and leave the rest to the other spaces', async () => {
    const limits = CHUNK_LIMITS as { followSpaceBytes: number };
    const { followSpaceBytes } = limits;
    limits.followSpaceBytes = 250_000;
    try {
      const world = await two(105);
      const all = [await add(world, random.bytes(100_000)), await add(world, random.bytes(100_000)), await add(world, random.bytes(100_000))].map((id) => follow(world.b, world.space, id));
      await until(world.world, 'two came', () => all.filter(({ last }) => last()?.state === 'here').length === 2);
      await world.world.clock.run(5_000);
      expect(all.map(({ last }) => last()?.state).sort()).toEqual(['absent', 'here', 'here']);
      await world.world.stop();
    } finally {
      limits.followSpaceBytes = followSpaceBytes;
    }
  });

  test('added in a tab that keeps nothing it counts as nowhere else until all of it went out; to another such tab it never does', async () => {
    for (const [seed, both, after] of [[102, false, 0], [103, true, 1]] as const) {
      const world = await two(seed, (tab) => both || tab.startsWith('a'));
      const unheld = () => done(world.world, world.a.running.parts.files!.unheld());
      expect(await unheld()).toBe(0);
      const id = await add(world, random.bytes(MIB + 1));
      const seen = follow(world.b, world.space, id);
      await until(world.world, 'it is known', () => seen.last()?.state === 'absent');
      await world.world.clock.run(10_000);
      expect(await unheld()).toBe(1);
      if (!both) expect(await done(world.world, world.a.api.devices.unheld()), 'its record is confirmed').toBe(1);
      await done(world.world, world.b.api.files!.want(world.space, id));
      await until(world.world, 'it is there', () => seen.last()?.state === 'here');
      expect(await unheld()).toBe(after);
      await world.world.stop();
    }
  });

  test('CHUNK5 a download goes on behind what it has when either end comes back, and after it was given up', async () => {
    const world = await two(102);
    const content = random.bytes(9 * MIB);
    const id = await add(world, content);
    let { a, b } = world;
    const gone = follow(b, world.space, id);
    await until(world.world, 'its node is here', () => gone.last()?.state === 'absent');
    await done(world.world, b.api.files!.want(world.space, id));
    await until(world.world, 'some of it came', () => (gone.last()?.have ?? 0) >= 2);
    world.world.kill(b);
    const before = world.disk('boris').rows.size;
    expect(before).toBeGreaterThan(1);
    expect(before).toBeLessThan(10);
    world.world.kill(a);
    b = await world.world.open(b.device);
    await done(world.world, b.api.ready);
    const back = follow(b, world.space, id);
    await until(world.world, 'nobody has it', () => back.last()?.state === 'asked');
    a = await world.world.open(a.device);
    await done(world.world, a.api.ready);
    world.disk('anna').reads.length = 0;
    await until(world.world, 'more of it came', () => world.disk('boris').rows.size > before);
    await done(world.world, b.api.files!.cancel(world.space, id));
    await world.world.clock.run(3_000);
    const rest = follow(b, world.space, id);
    await until(world.world, 'it stands still', () => rest.last()?.state === 'absent' || rest.last()?.state === 'here');
    await done(world.world, b.api.files!.want(world.space, id));
    await until(world.world, 'it is whole', () => rest.last()?.state === 'here');
    expect(equalBytes(await bytesOf(world.world, b, world.space, id), content)).toBe(true);
    // What was here is not sent twice.
    expect(new Set(world.disk('anna').reads).size).toBe(10 - before);
    await world.world.stop();
  });

  test('a file is read while it comes: each piece is given when it is here, in the order of who reads; what was not asked for is not waited for', async () => {
    const world = await two(103);
    const content = random.bytes(9 * MIB);
    const id = await add(world, content);
    const { b, space } = world;
    const seen = follow(b, space, id);
    await until(world.world, 'its node is here', () => seen.last()?.state === 'absent');
    await expect(done(world.world, b.api.files!.piece(space, id, 7))).rejects.toMatchObject({ code: 'not-here' });
    await done(world.world, b.api.files!.want(space, id));
    await until(world.world, 'some of it came', () => (seen.last()?.have ?? 0) >= 1);
    const had: (number | undefined)[] = [];
    const read = async (index: number): Promise<void> => {
      const piece = await b.api.files!.piece(space, id, index);
      had.push(seen.last()?.have);
      expect(equalBytes(piece, content.slice(index * MIB, (index + 1) * MIB))).toBe(true);
    };
    await done(world.world, (async () => {
      for (let index = 0; index < 9; index++) await read(index);
    })());
    expect(had[0]).toBeLessThan(9);
    await until(world.world, 'it is whole', () => seen.last()?.state === 'here');
    await world.world.stop();
  });

  test('[limit CHUNK.followBytes] nothing follows above 512 MiB of pieces; who asks still gets it', async () => {
    const world = await two(103);
    const big = Object.assign(new Uint8Array(0), {});
    Object.defineProperty(big, 'length', { value: CHUNK_LIMITS.followBytes - 10 });
    world.disk('boris').rows.set('elsewhere/x', big as Uint8Array<ArrayBuffer>);
    const id = await add(world, random.bytes(2_000));
    const seen = follow(world.b, world.space, id);
    await until(world.world, 'its node is here', () => seen.last()?.state === 'absent');
    await world.world.clock.run(5_000);
    expect(seen.last()?.state).toBe('absent');
    await done(world.world, world.b.api.files!.want(world.space, id));
    await until(world.world, 'it is here', () => seen.last()?.state === 'here');
    await world.world.stop();
  });

  test('a disk that is full says so, keeps what came and asks for nothing more until somebody wants it again', async () => {
    const world = await two(109);
    const content = random.bytes(4 * MIB);
    const id = await add(world, content);
    const seen = follow(world.b, world.space, id);
    await until(world.world, 'its node is here', () => seen.last()?.state === 'absent');
    // The tree and two pieces.
    world.disk('boris').room = 3;
    await done(world.world, world.b.api.files!.want(world.space, id));
    await until(world.world, 'it says so', () => seen.last()?.problem === 'full');
    expect(seen.last()).toMatchObject({ state: 'asked', have: 2, of: 4 });
    const { rows } = world.disk('boris');
    world.disk('boris').room = Infinity;
    await world.world.clock.run(10_000);
    expect(rows.size).toBe(3);
    await done(world.world, world.b.api.files!.want(world.space, id));
    await until(world.world, 'it is whole', () => seen.last()?.state === 'here');
    expect(seen.last()?.problem).toBeUndefined();
    expect(equalBytes(await bytesOf(world.world, world.b, world.space, id), content)).toBe(true);
    await world.world.stop();
  });

  test('[limit CHUNK.transfers] four files that were asked for come at a time', async () => {
    const world = await two(104);
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) ids.push(await add(world, new Uint8Array(MIB + 10)));
    const seen = ids.map((id) => follow(world.b, world.space, id));
    await until(world.world, 'all nodes are here', () => seen.every((one) => one.last()?.state === 'absent'));
    world.a.offline(true);
    await world.world.clock.run(30_000);
    for (const id of ids) await done(world.world, world.b.api.files!.want(world.space, id));
    const desk = (await world.b.running.parts.files!.desk()) as unknown as { transfers: Map<string, unknown> };
    expect(desk.transfers.size).toBe(4);
    expect(seen.map((one) => one.last()?.state)).toEqual(Array.from({ length: 6 }, () => 'asked'));
    world.a.offline(false);
    await until(world.world, 'all are here', () => seen.every((one) => one.last()?.state === 'here'));
    await world.world.stop();
  });

  test('[limit CHUNK.idleMs] files that nobody has give way to one that somebody has, whether they were asked for or follow; each has its turn', async () => {
    const world = await two(110);
    const { b, space } = world;
    const large = await add(world, random.bytes(MIB + 1));
    const view = await world.a.api.graph(space).get(large);
    if (view.state !== 'here') throw new Error('not here');
    const props = view.props as Record<string, number | string | Uint8Array>;
    const make = async (n: number, size: number): Promise<string[]> =>
      (await world.a.api.graph(space).transact(Array.from({ length: n }, () => ({ op: 'node.create' as const, type: 'file@1', props: { ...props, size, root: random.bytes(32) } })), { fragment: world.fragment })).ids;
    // More than come to their turn before the first of them had rested.
    const none = await make(22, MIB + 1);
    const seen = follow(b, space, large);
    const last = follow(b, space, none.at(-1)!);
    await until(world.world, 'all nodes are here', () => seen.last()?.state === 'absent' && last.last()?.state === 'absent');
    for (const id of none) await done(world.world, b.api.files!.want(space, id));
    const desk = (await b.running.parts.files!.desk()) as unknown as { transfers: Map<string, unknown> };
    expect(desk.transfers.size).toBe(4);
    await done(world.world, b.api.files!.want(space, large));
    expect(seen.last()?.state).toBe('asked');
    await world.world.clock.run(14_000);
    expect(seen.last()?.state).toBe('asked');
    await until(world.world, 'it is here', () => seen.last()?.state === 'here');
    // Still asked for, and still four at a time.
    expect(last.last()?.state).toBe('asked');
    expect(desk.transfers.size).toBe(4);
    await make(70, 900);
    await until(world.world, 'all places are taken', () => desk.transfers.size >= 64);
    const small = follow(b, space, await add(world, random.bytes(900)));
    await until(world.world, 'the small one is here', () => small.last()?.state === 'here');
    await world.world.stop();
  });

  test('[limit CHUNK.follows] 64 files come at a time, the others behind them; a full disk ends none for good', async () => {
    const world = await two(108);
    world.disk('boris').full = true;
    const id = await add(world, random.bytes(900));
    const view = await world.a.api.graph(world.space).get(id);
    if (view.state !== 'here') throw new Error('not here');
    const first = follow(world.b, world.space, id);
    const refused = (): boolean => world.b.running.parts.faults.some((fault) => fault.startsWith('files: StoreError'));
    await until(world.world, 'the disk refused it', refused);
    world.disk('boris').full = false;
    // Nobody has the pieces of these.
    const props = view.props as Record<string, number | string | Uint8Array>;
    await world.a.api.graph(world.space).transact(Array.from({ length: 70 }, () => ({ op: 'node.create' as const, type: 'file@1', props: { ...props, root: random.bytes(32) } })), { fragment: world.fragment });
    await world.world.clock.run(CHUNK_LIMITS.roomLookMs + 1_000);
    await until(world.world, 'the first one is here', () => first.last()?.state === 'here');
    const desk = (await world.b.running.parts.files!.desk()) as unknown as { transfers: Map<string, unknown> };
    await until(world.world, 'all places are taken', () => desk.transfers.size >= 64);
    await world.world.clock.run(3_000);
    expect(desk.transfers.size).toBe(64);
    await world.world.stop();
  });

  test('CHUNK4 a disk that changed a piece does not give it out and does not show it; it comes again', async () => {
    const world = await two(105);
    const content = random.bytes(5_000);
    const id = await add(world, content);
    const seen = follow(world.b, world.space, id);
    await until(world.world, 'it is here', () => seen.last()?.state === 'here');
    const [key, bytes] = [...world.disk('boris').rows][0]!;
    bytes[200]! ^= 1;
    await expect(done(world.world, world.b.api.files!.piece(world.space, id, 0))).rejects.toMatchObject({ code: 'not-here' });
    expect(world.disk('boris').rows.has(key)).toBe(false);
    await done(world.world, world.b.api.files!.want(world.space, id));
    await until(world.world, 'it is here again', () => seen.last()?.state === 'here' && world.disk('boris').rows.has(key));
    expect(equalBytes(await bytesOf(world.world, world.b, world.space, id), content)).toBe(true);
    await world.world.stop();
  });

  test('[limit CHUNK.fileBytes] what is too large, given up or finds no room leaves nothing', async () => {
    const world = await two(106);
    const { a, space, fragment } = world;
    const files = a.api.files!;
    const huge = Object.defineProperty(new Blob([]), 'size', { value: CHUNK_LIMITS.fileBytes + 1 });
    await expect(done(world.world, files.add(space, fragment, huge, { name: 'huge' }))).rejects.toMatchObject({ code: 'too-large' });
    const over = new AbortController();
    const parts: number[] = [];
    const given = files.add(space, fragment, new Blob([new Uint8Array(3 * MIB)]), { name: 'given up', signal: over.signal, onProgress: (part) => (parts.push(part), over.abort()) });
    await expect(done(world.world, given)).rejects.toMatchObject({ code: 'cancelled' });
    expect(parts).toEqual([1 / 3]);
    world.disk('anna').full = true;
    await expect(done(world.world, files.add(space, fragment, new Blob(['x']), { name: 'x' }))).rejects.toMatchObject({ code: 'store-quota' });
    await expect(done(world.world, files.add(toBase64url(random.bytes(32)), fragment, new Blob(['x']), { name: 'x' }))).rejects.toMatchObject({ code: 'no-space' });
    expect(world.disk('anna').rows.size).toBe(0);
    expect(await a.api.graph(space).query({ type: 'file@1' })).toEqual([]);
    await world.world.stop();
  });

  test('CHUNK1 a node that tells lies is said to be damaged, asks for nothing twice and stops nothing else', async () => {
    const world = await two(107);
    const good = await add(world, random.bytes(100));
    const view = await world.a.api.graph(world.space).get(good);
    if (view.state !== 'here') throw new Error('not here');
    const make = async (props: Record<string, number | string | Uint8Array>): Promise<string> =>
      (await world.a.api.graph(world.space).transact([{ op: 'node.create', type: 'file@1', props }], { fragment: world.fragment })).ids[0]!;
    const props = view.props as Record<string, number | string | Uint8Array>;
    const [negative, longer, otherKey] = [await make({ ...props, size: -1 }), await make({ ...props, size: 200 }), await make({ ...props, key: random.bytes(32) })];
    const seen = [negative, good].map((id) => follow(world.b, world.space, id));
    await until(world.world, 'one is damaged, the other one here', () => seen[0]!.last()?.state === 'damaged' && seen[1]!.last()?.state === 'here');
    for (const id of [longer, otherKey]) await expect(done(world.world, world.b.api.files!.piece(world.space, id, 0))).rejects.toMatchObject({ code: 'damaged' });
    await world.world.stop();
  });
});

describe('what a node of a file says', () => {
  const props = { name: 'a.txt', mime: 'text/plain', size: 3, root: new Uint8Array(32), key: new Uint8Array(32), salt: new Uint8Array(16) };

  test('only a whole and sensible one is a file', () => {
    expect(readFileNode({ type: 'file@1', props })).toMatchObject({ name: 'a.txt', mime: 'text/plain', size: 3 });
    for (const bad of [{ size: 1.5 }, { size: -1 }, { size: CHUNK_LIMITS.fileBytes + 1 }, { size: '3' }, { root: new Uint8Array(31) }, { key: 'x' }, { salt: null }]) expect(readFileNode({ type: 'file@1', props: { ...props, ...bad } })).toBeNull();
    expect(readFileNode({ type: 'file@2', props })).toBeNull();
  });

  test('a name is one line without a path, a type is a type', () => {
    expect(fileName('../../etc/pass\u202Ewd\n')).not.toMatch(/[/\\\u202E\n]/);
    expect(fileName('')).toBe('file');
    expect(fileName(`${'x'.repeat(500)}.tar`)).toHaveLength(200);
    expect(fileName(`${'x'.repeat(500)}.tar`)).toMatch(/\.tar$/);
    expect(['text/html; charset=x', 'IMAGE/PNG', 'a b/c', '', 'image/svg+xml'].map(fileMime)).toEqual(['text/html', 'image/png', 'application/octet-stream', 'application/octet-stream', 'image/svg+xml']);
  });
});
