/**
 * Three builds in one space, in real browsers (issue 5, must show 4): one of an earlier commit, the one of today, and one that knows a kind of operation and a type more (`npm run builds`).
 * Each comes from a server of its own, as from hosts that are updated at different times. They work on what they share; what the older ones do not know is kept and passed on by them; then
 * each host gives the newest, the app offers it, and all have the same.
 */
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { ensureMixedBuilds, NEWER_BUILD, OLD_BUILD } from '#scripts/lib/mixed-builds';
import { digest, has, inviteTo, join, kept, newSpace, person, ready, sameSeal, say, texts, until } from './acts.ts';
import type { Peer } from './peer.ts';
import { DIST, startServer, type TestServer } from './server.ts';

const LONG_MS = 60_000;

const set = (page: Page, space: string, id: string, props: Record<string, string>): Promise<unknown> =>
  page.evaluate(([at, node, values]) => window.lifegraph.graph(at).transact([{ op: 'node.set', id: node, props: values }]).then(() => window.lifegraph.saved()), [space, id, props] as const);
const propsOf = (page: Page, space: string, type: string): Promise<Record<string, unknown>[]> =>
  page.evaluate(async ([at, name]) => (await window.lifegraph.graph(at).query({ type: name })).map(({ props }) => props), [space, type] as const);
const make = (page: Page, space: string, type: string, props: Record<string, string>): Promise<string> =>
  page.evaluate(async ([at, name, values]) => {
    const { ids } = await window.lifegraph.graph(at).transact([{ op: 'node.create', type: name, props: values }]);
    await window.lifegraph.saved();
    return ids[0]!;
  }, [space, type, props] as const);
const sameSet = (a: Page, b: Page, space: string): Promise<void> => expect.poll(async () => (await digest(a, space)).set === (await digest(b, space)).set, { timeout: LONG_MS, message: 'the same records on both' }).toBe(true);

/** The host gives the newest build: the app finds it at its next start and offers it. */
async function update(peer: Peer, servers: Map<string, TestServer>, name: 'old' | 'today'): Promise<void> {
  const { port } = servers.get(name)!;
  // The earlier build serves no page of a first visit, which waited for that for ever.
  if (name === 'old') await peer.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  else await kept(peer.page);
  await servers.get(name)!.stop();
  servers.set(name, await startServer({ dist: NEWER_BUILD, port }));
  await peer.page.reload();
  await ready(peer.page);
  await peer.page.getByText('A newer version is ready').waitFor({ timeout: LONG_MS });
  const reloaded = peer.page.waitForEvent('load');
  await peer.page.getByRole('button', { name: 'Reload' }).click();
  await reloaded;
  await ready(peer.page);
}

interface Three {
  readonly olga: Peer;
  readonly anna: Peer;
  readonly nina: Peer;
  readonly space: string;
  readonly thing: string;
}

/** A kind and types that two of them do not know, while these change the same thing. */
async function apart({ olga, anna, nina, space, thing }: Three, lines: readonly string[]): Promise<void> {
  await set(nina.page, space, thing, { later: 'of a new kind' });
  await make(nina.page, space, 'lab/sample@2', { shared: 'of a new type' });
  await Promise.all([set(olga.page, space, thing, { shared: 'by Olga' }), say(anna.page, space, 'and on')]);
  for (const { page } of [anna, olga, nina]) await has(page, space, [...lines, 'and on'], LONG_MS);
  for (const { page } of [olga, nina]) await sameSet(anna.page, page, space);
  for (const { page } of [anna, olga]) {
    expect(await propsOf(page, space, 'lab/sample@1')).toEqual([{ shared: 'by Olga' }]);
    expect(await propsOf(page, space, 'lab/sample@2')).toEqual([{ shared: 'of a new type' }]);
  }
  expect(await propsOf(nina.page, space, 'lab/sample@1')).toEqual([{ shared: 'by Olga', later: 'of a new kind' }]);
  await sameSeal(anna.page, olga.page, space, LONG_MS);
}

/** The whole story; the builds are made first. */
export async function mixedBuilds(): Promise<void> {
  expect(await ensureMixedBuilds()).toBe(true);
  const servers = new Map<string, TestServer>();
  try {
    for (const [name, dist] of [['old', OLD_BUILD], ['today', DIST], ['newer', NEWER_BUILD]] as const) servers.set(name, await startServer({ dist }));
    await story(servers);
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}

async function story(servers: Map<string, TestServer>): Promise<void> {
  const [olga, anna, nina] = [await person({ name: 'Olga', url: servers.get('old')!.url, offline: true }), await person({ name: 'Anna', url: servers.get('today')!.url, offline: true }), await person({ name: 'Nina', url: servers.get('newer')!.url })];
  const space = await newSpace(anna);
  const thing = await make(anna.page, space, 'lab/sample@1', { shared: 'by Anna' });
  const link = await inviteTo(anna, space, { uses: 5 });
  for (const peer of [olga, nina]) await join(peer, link);
  const lines = ['from today', 'from an old build', 'from a newer build'];
  for (const [at, peer] of [anna, olga, nina].entries()) await say(peer.page, space, lines[at]!);
  for (const { page } of [anna, olga, nina]) await has(page, space, lines, LONG_MS);
  await sameSeal(anna.page, olga.page, space, LONG_MS);
  await sameSeal(anna.page, nina.page, space, LONG_MS);
  await apart({ olga, anna, nina, space, thing }, lines);

  // So much that the older one makes a snapshot of it, with what it does not know inside.
  const many = Array.from({ length: 80 }, (_, at) => `line ${at}`);
  for (const line of many) await anna.page.evaluate(([at, text]) => window.lifegraph.graph(at).transact([{ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' }]).then(() => window.lifegraph.saved()), [space, line] as const);
  lines.push('and on', ...many);
  await until(anna.page, () => (window.lifegraph.metrics()['snapshots.made'] ?? 0) > 0, null, 'there is a snapshot', LONG_MS);

  // Nina goes; who comes has from the older ones what they cannot read.
  await nina.expectClean();
  await nina.close({ keep: true });
  const nora = await person({ name: 'Nora', url: servers.get('newer')!.url });
  await join(nora, link);
  await has(nora.page, space, lines, LONG_MS);
  await until(nora.page, async ([at]) => (await window.lifegraph.graph(at!).query({ type: 'lab/sample@1' }))[0]?.props['later'] === 'of a new kind', [space], 'passed on', LONG_MS);

  // The hosts are updated.
  await update(olga, servers, 'old');
  await update(anna, servers, 'today');
  for (const { page } of [olga, anna]) {
    await until(page, async ([at]) => (await window.lifegraph.graph(at!).query({ type: 'lab/sample@1' }))[0]?.props['later'] === 'of a new kind', [space], 'it is read now', LONG_MS);
    expect((await texts(page, space)).toSorted()).toEqual(lines.toSorted());
  }
  await sameSeal(anna.page, olga.page, space, LONG_MS);
  await sameSeal(anna.page, nora.page, space, LONG_MS);
  for (const peer of [olga, anna, nora]) expect(peer.complaints.page, peer.name).toEqual([]);
}
