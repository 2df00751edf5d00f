/** Every example of docs/API.md runs: each ```js block against a production kernel in the simulator world, with `lifegraph` bound. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createNativeCrypto } from '#tests/sim/support/native-crypto';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import type { KernelDeps } from '#os/kernel/deps';
import { createMemoryChunks } from '#tests/support/memory-chunks';
import { createSimWorld, type SimTab, type SimWorld } from '#tests/sim/support/sim-world';

// The kernel asks for these when they are used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await Promise.all([import('#os/kernel/recovery-key'), import('#os/kernel/returns'), import('#os/kernel/key-file'), import('#os/kernel/lock'), import('#os/kernel/device-acts'), import('#os/kernel/pairing'), import('#os/kernel/compare'), import('#os/kernel/files'), import('#vm/mesh/net-check')])));

interface Example {
  /** Heading above the block. */
  readonly title: string;
  /** Word after `js`: `fresh` = before the first run, `joiner` = in another browser, '' = in the browser that made the space. */
  readonly where: string;
  readonly code: string;
}

const withFiles = (deps: KernelDeps): KernelDeps => ({ ...deps, chunks: async () => createMemoryChunks().open() });

type Runner = (...args: unknown[]) => Promise<void>;
const AsyncFunction = (async () => undefined).constructor as new (...names: string[]) => Runner;
const DOC = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'API.md'), 'utf8');

function examples(): Example[] {
  const out: Example[] = [];
  for (const match of DOC.matchAll(/^### (.+)$|^```js ?(\w*)\n([\s\S]*?)^```$/gm)) {
    if (match[1] !== undefined) out.push({ title: match[1], where: '', code: '' });
    else out[out.length - 1] = { title: out.at(-1)!.title, where: match[2]!, code: match[3]! };
  }
  return out;
}

async function person(world: SimWorld, name: string): Promise<SimTab> {
  const tab = await world.open(world.device(name));
  await world.wait(tab.api.identity.create({ name }));
  return tab;
}

/** What the names of the examples stand for. */
async function names(world: SimWorld, where: string): Promise<Record<string, unknown>> {
  if (where === 'fresh') return { lifegraph: (await world.open(world.device('Anna'))).api };
  const { api } = await person(world, 'Anna');
  const space = await world.wait(api.spaces.create({ name: 'River Watch' }));
  const link = await world.wait(api.spaces.invite(space));
  const graph = api.graph(space);
  const channel = (await graph.query({ type: 'fragment@1' }))[0]!.id;
  const message = (await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'Hello' } }])).ids[0];
  return { lifegraph: where === 'joiner' ? (await person(world, 'Boris')).api : api, space, link, channel, message };
}

const strict = { assert: (held: unknown): void => expect(held, 'console.assert').toBeTruthy() };
const all = examples();

test('docs/API.md has an example under every heading', () => {
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter((example) => example.code === '').map((example) => example.title)).toEqual([]);
});

test('docs/API.md names every member of the API', async () => {
  const world = createSimWorld({ seed: 1, mutate: withFiles });
  const { lifegraph, space } = (await names(world, '')) as { lifegraph: Record<string, unknown> & { graph(id: string): object }; space: string };
  const members = Object.entries(lifegraph).flatMap(([name, value]) => (typeof value === 'object' && value !== null && !(value instanceof Promise) ? Object.keys(value).map((inner) => `${name}.${inner}`) : [name]));
  const titles = all.map((example) => example.title).join('\n');
  const missing = [...members.filter((name) => name !== 'graph'), ...Object.keys(lifegraph.graph(space))].filter((name) => !new RegExp(`(^|[ ,])${name.replace('.', '\\.')}\\b`, 'm').test(titles));
  expect(missing).toEqual([]);
});

describe('{K1}{V6} docs/API.md: every example runs: transact, query, subscribe, events and the rest', () => {
  test.each(all.map((example, at) => ({ ...example, at })))('$title', async ({ where, code, at }) => {
    const world = createSimWorld({ seed: 100 + at, crypto: (name) => createNativeCrypto(createSeededRandom(`crypto-${at}-${name}`)), mutate: withFiles });
    const bound = { ...(await names(world, where)), console: strict };
    await world.wait(new AsyncFunction(...Object.keys(bound), code)(...Object.values(bound)));
  });
});

test('docs/API.md lists every error code of the kernel', () => {
  const root = join(import.meta.dirname, '..', '..', '..', 'src', 'os');
  const files = ['graph-manager/operations', 'graph-manager/values', 'kernel/sealer', 'kernel/text-sessions', 'kernel/api-facade', 'kernel/membership', 'kernel/profile', 'kernel/slots', 'kernel/joins', 'kernel/transact', 'kernel/status', 'kernel/inspect'];
  const codes = new Set(files.flatMap((file) => [...readFileSync(join(root, `${file}.ts`), 'utf8').matchAll(/new AppError\('([a-z-]+)'/g)].map((match) => match[1]!)));
  expect(codes.size).toBeGreaterThan(20);
  expect([...codes].filter((code) => !DOC.includes(`\`${code}\``))).toEqual([]);
});
