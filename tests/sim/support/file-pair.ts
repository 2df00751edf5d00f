/** Two people with disks for pieces, and what the tests of files do there. */
import type { FileState } from '#os/files-api';
import { createMemoryChunks, type MemoryChunks } from '#tests/support/memory-chunks';
import { pair } from './pair.ts';
import type { SimTab, SimWorld } from './sim-world.ts';

/** Two people, each with a disk for pieces; a device keeps its disk over restarts. */
export async function twoWithFiles(seed: number, fleeting: (tab: string) => boolean = () => false) {
  const disks = new Map<string, MemoryChunks>();
  const disk = (tab: string): MemoryChunks => {
    const device = tab.split('.')[0]!;
    if (!disks.has(device)) disks.set(device, createMemoryChunks());
    return disks.get(device)!;
  };
  const made = await pair(seed, { mutate: (deps, tab) => ({ ...deps, fleeting: fleeting(tab), chunks: async () => disk(tab).open() }) });
  const [node] = await made.a.api.graph(made.space).query({ type: 'fragment@1' });
  const fragment = String(node!.props['fragment']);
  return { ...made, fragment, disk };
}

/** Compression and hashes take real time, links take that of the world: both go on until it holds. */
export async function until(world: SimWorld, what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end; ) {
    if (await holds()) return;
    await world.clock.run(50);
    await new Promise((next) => setImmediate(next));
  }
  throw new Error(`not in time: ${what}`);
}

export async function done<T>(world: SimWorld, promise: Promise<T>): Promise<T> {
  let over = false;
  const end = (): void => void (over = true);
  promise.then(end, end);
  await until(world, 'a promise settles', () => over);
  return promise;
}

/** Follows the state of a file. */
export function follow(tab: SimTab, space: string, id: string) {
  const states: FileState[] = [];
  const stop = tab.api.files!.watch(space, id, (state) => states.push(state));
  return { states, stop, last: () => states.at(-1) };
}

export async function bytesOf(world: SimWorld, tab: SimTab, space: string, id: string): Promise<Uint8Array> {
  return new Uint8Array(await done(world, new Response(tab.api.files!.read(space, id)).arrayBuffer()));
}

export const addFile = ({ world, a, space, fragment }: Awaited<ReturnType<typeof twoWithFiles>>, content: Uint8Array, name = 'plan.bin'): Promise<string> =>
  done(world, a.api.files!.add(space, fragment, new Blob([content as Uint8Array<ArrayBuffer>]), { name }));

/** The files of a tab are looked at, and what is to go went. */
export async function review(world: SimWorld, tab: SimTab): Promise<void> {
  const desk = await done(world, tab.running.parts.files!.desk());
  await done(world, desk.review());
  await done(world, Promise.resolve((desk as unknown as { looking: Promise<void> | null }).looking));
}
