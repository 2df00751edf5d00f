/** Room for files between two kernels: what goes, what stays, and what waits for it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import { addFile, bytesOf, done, follow, review, twoWithFiles, until } from '#tests/sim/support/file-pair';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import type { SimTab } from '#tests/sim/support/sim-world';
import { CHUNK_LIMITS } from '#vm/chunk-limits';

const MIB = 1_048_576;
const LARGE = 10_000;
const random = createSeededRandom('files-room');
const LOW = { usage: 90 * MIB, quota: 100 * MIB };
type World = Awaited<ReturnType<typeof twoWithFiles>>;

/** As if the file had been used two days ago, and nobody in this run knew of it. */
async function age({ running }: SimTab, space: string, id: string): Promise<void> {
  const { kernel } = running.parts;
  const row = `used/${toBase64url(sha256('lgos/used/1', `${space}/${id}`))}`;
  expect(await kernel.store.get(row)).toBeTypeOf('number');
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [[row, kernel.deps.clock.now() - 2 * CHUNK_LIMITS.freshMs]] });
  ((await running.parts.files!.desk()) as unknown as { room: { noted: Map<string, unknown> } }).room.noted.clear();
}

async function fetched({ world, space }: World, tab: SimTab, id: string) {
  const seen = follow(tab, space, id);
  await until(world, 'it is known', () => seen.last()?.state === 'absent');
  await done(world, tab.api.files!.want(space, id));
  await until(world, 'it is here', () => seen.last()?.state === 'here');
  return seen;
}

describe('room for files', () => {
  // What counts as large is small here: nothing else of a large file is needed.
  const limits = CHUNK_LIMITS as { followFile: number };
  const { followFile } = limits;
  beforeAll(() => void (limits.followFile = LARGE - 1));
  afterAll(() => void (limits.followFile = followFile));

  test('FILE2 what somebody else writes about the pieces of an own file takes none of them away', async () => {
    const made = await twoWithFiles(121);
    const { world, a, b, space, fragment, disk } = made;
    const id = await addFile(made, random.bytes(LARGE));
    await fetched(made, b, id);
    const view = await b.api.graph(space).get(id);
    if (view.state !== 'here') throw new Error('not here');
    const [twin] = (await b.api.graph(space).transact([{ op: 'node.create', type: 'file@1', props: view.props as Record<string, number | string | Uint8Array> }], { fragment })).ids;
    const seen = follow(a, space, twin!);
    await until(world, 'it looks as if it were here', () => seen.last()?.state === 'here');
    await bytesOf(world, a, space, twin!);
    await age(a, space, twin!);
    // The own one is deleted by him too: it may come back.
    await b.api.graph(space).transact([{ op: 'node.delete', id }]);
    await until(world, 'it is deleted', async () => (await a.api.graph(space).query({ type: 'file@1' })).length === 1);
    disk(a.name).disk = LOW;
    const pieces = disk(a.name).rows.size;
    await world.clock.run(CHUNK_LIMITS.roomLookMs + 1_000);
    await review(world, a);
    expect(disk(a.name).rows.size).toBe(pieces);
    // The control: it is this that keeps them.
    const desk = (await a.running.parts.files!.desk()) as unknown as { givingUp: { host: { beside: () => unknown[] } } };
    desk.givingUp.host.beside = () => [];
    await world.clock.run(CHUNK_LIMITS.roomLookMs + 1_000);
    await review(world, a);
    expect(disk(a.name).rows.size).toBeLessThan(pieces);
    await world.stop();
  });

  test('FILE1 a small file that finds no room waits, is not fetched again and again, and drives nothing out; a device that gives no answer holds up nothing', async () => {
    const made = await twoWithFiles(122);
    const { world, b, space, disk } = made;
    const large = await fetched(made, b, await addFile(made, random.bytes(LARGE)));
    const old = (await b.api.graph(space).query({ type: 'file@1' }))[0]!.id;
    await age(b, space, old);
    disk(b.name).full = true;
    const small = follow(b, space, await addFile(made, random.bytes(900)));
    const refused = (): number => b.running.parts.faults.filter((fault) => fault.startsWith('files: StoreError')).length;
    await until(world, 'the disk refused it', () => refused() > 0);
    await world.clock.run(30_000);
    await review(world, b);
    // What were begun again would be refused again by now.
    for (let at = 0; at < 10; at++) {
      await world.clock.run(300);
      await new Promise((next) => setImmediate(next));
    }
    expect([refused(), large.last()?.state]).toEqual([1, 'here']);
    disk(b.name).full = false;
    await world.clock.run(CHUNK_LIMITS.roomLookMs);
    await until(world, 'it came by itself', () => small.last()?.state === 'here');
    // Now something is to go, and who is asked for it says nothing.
    const desk = (await b.running.parts.files!.desk()) as unknown as { fetcher: { isHeld: () => Promise<boolean> }; looking: unknown };
    let asked = 0;
    desk.fetcher.isHeld = () => ((asked += 1), new Promise<boolean>(() => undefined));
    disk(b.name).disk = LOW;
    await world.clock.run(CHUNK_LIMITS.roomLookMs + 1_000);
    await done(world, (await b.running.parts.files!.desk()).review());
    await until(world, 'it is asked', () => asked > 0);
    await fetched(made, b, await addFile(made, random.bytes(LARGE)));
    expect([asked, desk.looking === null]).toEqual([1, false]);
    await world.stop();
  });

  test('FILE1 what one tab takes off, asks for or has no room for the tab with the links learns', async () => {
    const made = await twoWithFiles(123);
    const { world, b, space, disk } = made;
    const id = await addFile(made, random.bytes(LARGE));
    const seen = await fetched(made, b, id);
    const other = await world.open(b.device);
    await done(world, other.api.ready);
    const there = follow(other, space, id);
    await until(world, 'the other tab shows it', () => there.last()?.state === 'here');
    expect([b, other].map(({ running }) => running.parts.kernel.leader)).toEqual([true, false]);
    await done(world, other.api.files!.drop(space, id));
    await until(world, 'both show that', () => seen.last()?.state === 'absent' && there.last()?.state === 'absent');
    await done(world, other.api.files!.want(space, id));
    await until(world, 'it comes again', () => seen.last()?.state === 'here' && there.last()?.state === 'here');
    // Refused where it was fetched, asked for again in the other tab.
    const more = await addFile(made, random.bytes(LARGE));
    const next = follow(b, space, more);
    await until(world, 'it is known', () => next.last()?.state === 'absent');
    disk(b.name).full = true;
    await done(world, other.api.files!.want(space, more));
    await until(world, 'there is no room', () => next.last()?.problem === 'full');
    disk(b.name).full = false;
    await done(world, other.api.files!.want(space, more));
    await until(world, 'it is here', () => next.last()?.state === 'here');
    // A write of the other tab is refused: this one makes room, and that one shows what went.
    await age(b, space, id);
    await world.clock.run(CHUNK_LIMITS.roomLookMs + 1_000);
    await review(world, b);
    expect(seen.last()?.state, 'nothing was refused').toBe('here');
    (await done(world, other.running.parts.files!.desk())).press();
    await until(world, 'it went', () => seen.last()?.state === 'absent' && there.last()?.state === 'absent');
    await world.stop();
  });
});
