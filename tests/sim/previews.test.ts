/** Live text previews on the production kernel (FORMATS 3, Batch windows; 8, Ephemeral): shown at once, kept nowhere, capped, ended by the record. */
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { TextPreview } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import { MAX_PREVIEW_UNITS } from '#vm/limits';
import { sealEphemeral } from '#vm/protocol/messages';
import { previewValue } from '#vm/protocol/text-preview';
import { ROLE, type CborValue } from '#vm/protocol/types';
import { pair } from './support/pair.ts';

const bytes = (id: string): Bytes => fromBase64url(id)! as Bytes;

/** Two peers with a page of text; what B is told. */
async function page(seed: number) {
  const made = await pair(seed);
  const { world, a, b, space, fragment } = made;
  const { ids } = await world.wait(a.api.graph(space).transact([{ op: 'node.create', type: 'doc/page@1', props: { title: 'Page' } }], { fragment }));
  await world.wait(a.api.saved());
  await world.clock.run(2_000);
  const seen: TextPreview[] = [];
  b.api.previews.subscribe(space, null, (preview) => seen.push(preview));
  return { ...made, node: ids[0]!, seen };
}

test('{V4} FORMATS §8: a preview is shown at once, ends with the record that holds it, and is in no log and no digest', async () => {
  const { world, a, b, space, fragment, node, seen } = await page(501);
  const [records, digest] = [(await b.api.log.records(space, { limit: 500 })).length, JSON.stringify(await b.api.graph(space).digest())];
  a.api.previews.set(space, { fragment, node }, { at: 0, remove: 0, insert: 'H' });
  await world.clock.run(100);
  expect(seen).toEqual([{ uid: a.api.identity.get()!.uid, device: a.api.identity.get()!.device, writer: seen[0]!.writer, fragment, node, edit: { at: 0, remove: 0, insert: 'H' } }]);
  expect(await b.api.previews.list(space)).toEqual(seen);
  expect(await a.api.previews.list(space)).toEqual([]);
  expect((await b.api.log.records(space, { limit: 500 })).length).toBe(records);
  expect(JSON.stringify(await b.api.graph(space).digest())).toBe(digest);
  // The control: the record is in both.
  await world.wait(a.api.graph(space).transact([{ op: 'text.splice', id: node, at: 0, remove: 0, insert: 'H' }]));
  await world.wait(a.api.saved());
  await world.clock.run(500);
  expect(seen.map((one) => one.edit?.insert ?? null)).toEqual(['H', null]);
  expect(await b.api.previews.list(space)).toEqual([]);
  expect(await b.api.graph(space).text(node)).toBe('H');
  expect((await b.api.log.records(space, { limit: 500 })).length).toBeGreaterThan(records);
  expect(JSON.stringify(await b.api.graph(space).digest())).not.toBe(digest);
});

test('[limit KERNEL.previewTtlMs] a preview that nothing follows ends by itself; its author may end it at once', async () => {
  const { world, a, b, space, fragment, node, seen } = await page(502);
  a.api.previews.set(space, { fragment, node }, { at: 0, remove: 0, insert: 'x' });
  await world.clock.run(KERNEL_LIMITS.previewTtlMs - 100);
  expect(seen.length).toBe(1);
  await world.clock.run(500);
  expect(seen.map((one) => one.edit)).toEqual([{ at: 0, remove: 0, insert: 'x' }, null]);
  a.api.previews.set(space, { fragment, node }, { at: 0, remove: 0, insert: 'y' });
  await world.clock.run(100);
  a.api.previews.set(space, { fragment, node }, null);
  await world.clock.run(100);
  expect(seen.map((one) => one.edit?.insert ?? null)).toEqual(['x', null, 'y', null]);
  expect(await b.api.previews.list(space)).toEqual([]);
});

test('[limit KERNEL.previewEveryMs] [limit KERNEL.previewsWaiting] at most 30 a second go out, the latest state always', async () => {
  const { world, a, space, fragment, node, seen } = await page(503);
  for (let i = 1; i <= 200; i++) {
    a.api.previews.set(space, { fragment, node }, { at: 0, remove: 0, insert: 'x'.repeat(i) });
    await world.clock.run(5);
  }
  await world.clock.run(100);
  expect(seen.length).toBeGreaterThan(20);
  expect(seen.length).toBeLessThanOrEqual(31);
  expect(seen.at(-1)!.edit!.insert.length).toBe(200);
  // Many nodes at once: those that waited longest for their turn give way.
  const nodes = Array.from({ length: 40 }, (_, i) => toBase64url(new Uint8Array(16).fill(i + 1)));
  seen.length = 0;
  for (const one of nodes) a.api.previews.set(space, { fragment, node: one }, { at: 0, remove: 0, insert: 'z' });
  await world.clock.run(2_000);
  expect(seen.filter((one) => one.edit !== null).length).toBe(KERNEL_LIMITS.previewsWaiting + 1);
});

test('[limit MAX_PREVIEW_UNITS] a long paste is no preview, a wrong call a typed error', async () => {
  const { world, a, space, fragment, node, seen } = await page(504);
  a.api.previews.set(space, { fragment, node }, { at: 0, remove: 0, insert: 'x'.repeat(MAX_PREVIEW_UNITS + 1) });
  await world.clock.run(100);
  expect(seen).toEqual([]);
  a.api.previews.set(space, { fragment, node }, { at: 0, remove: 0, insert: 'x'.repeat(MAX_PREVIEW_UNITS) });
  await world.clock.run(100);
  expect(seen.length).toBe(1);
  expect(() => a.api.previews.set(space, { fragment, node }, { at: -1, remove: 0, insert: 'x' })).toThrow(/preview/);
  expect(() => a.api.previews.set(space, { fragment, node }, { at: 0.5, remove: 0, insert: 'x' })).toThrow(/preview/);
  expect(() => a.api.previews.set(space, { fragment, node: 'no' }, { at: 0, remove: 0, insert: 'x' })).toThrow();
});

test('[limit KERNEL.previewsPerSpace] {V7} hostile previews: wrong forms, another fragment than the sealed one, old counters and flooding show nothing', async () => {
  const { world, a, b, space, fragment, node, seen } = await page(505);
  const { kernel } = a.running.parts;
  const there = b.running.parts.kernel.spaces.get(space)!;
  const here = kernel.spaces.get(space)!;
  const home = bytes(fragment);
  const key = (await here.keys.presence(here.rights.sealingEpoch()!, home))!;
  const boot = kernel.deps.random.bytes(8);
  const hear = async (ctr: number, value: CborValue): Promise<void> => {
    const sealed = await sealEphemeral(kernel.deps.crypto, kernel.slot!.key, key, here.id, { fragment: home, boot, ctr, ttl: 5_000, nonce: kernel.deps.random.bytes(12), value });
    await world.wait(b.running.parts.presence.receive(there, sealed));
  };
  const good = (insert: string, of = node): CborValue => previewValue({ fragment: home, node: bytes(of), after: 2 ** 40, edit: { at: 0, remove: 0, insert } });
  const bad: CborValue[] = [
    ['text'], ['text', home, bytes(node), 0, [0, 0]], ['text', home, bytes(node), -2, [0, 0, 'x']], ['text', home, bytes(node), 0, [-1, 0, 'x']], ['text', home, bytes(node), 0, [0, 1.5, 'x']],
    ['text', home, bytes(node), 0, [0, 0, 7]], ['text', home, new Uint8Array(15), 0, [0, 0, 'x']], ['text', home, bytes(node), 0, [0, 0, 'x'.repeat(MAX_PREVIEW_UNITS + 1)]],
    previewValue({ fragment: new Uint8Array(16).fill(9), node: bytes(node), after: 0, edit: { at: 0, remove: 0, insert: 'x' } }),
  ];
  for (const [i, value] of bad.entries()) await hear(i, value);
  expect(seen).toEqual([]);
  expect(b.running.parts.metrics.get('previews.refused')).toBe(bad.length);
  await hear(100, good('new'));
  await hear(99, good('old'));
  expect(seen.map((one) => one.edit?.insert)).toEqual(['new']);
  for (let i = 0; i < KERNEL_LIMITS.previewsPerSpace + 20; i++) await hear(200 + i, good('x', toBase64url(Uint8Array.from({ length: 16 }, (_, at) => (at === 0 ? i & 255 : at === 1 ? 100 + (i >> 8) : 7)))));
  expect((await b.api.previews.list(space)).length).toBe(KERNEL_LIMITS.previewsPerSpace);
  await world.clock.run(6_000);
  expect(await b.api.previews.list(space)).toEqual([]);
});

test('{V7} who may not write here any more previews nothing', async () => {
  const { world, a, b, space, fragment, node, seen } = await page(506);
  a.api.previews.set(space, { fragment, node }, { at: 0, remove: 0, insert: 'member' });
  await world.clock.run(100);
  expect(seen.map((one) => one.edit?.insert)).toEqual(['member']);
  const { rights } = b.running.parts.kernel.spaces.get(space)!;
  Object.defineProperty(rights, 'roleOf', { value: () => ROLE.guest });
  a.api.previews.set(space, { fragment, node }, { at: 0, remove: 0, insert: 'guest' });
  await world.clock.run(100);
  expect(seen.map((one) => one.edit?.insert)).toEqual(['member']);
  expect(b.running.parts.metrics.get('previews.refused')).toBe(1);
});
