/** Two Chromium processes share one encrypted graph through the console API (API.md). */
import { afterAll, beforeAll, test } from 'vitest';
import { has, join, linked, within } from './support/acts.ts';
import { launchPeer, type Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

/** From the link to the content of the space. */
const JOIN_MS = 10_000;

let server: TestServer;
const peers: Peer[] = [];

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  for (const peer of peers) await peer.close();
  await server?.stop();
});

async function open(name: string): Promise<Peer> {
  const peer = await launchPeer({ name, url: server.url, offline: true });
  peers.push(peer);
  await peer.page.waitForFunction(() => 'lifegraph' in window);
  await peer.page.evaluate(async (who) => {
    await window.lifegraph.ready;
    if (!window.lifegraph.identity.get()) await window.lifegraph.identity.create({ name: who });
  }, name);
  return peer;
}

test('{V7}{V8}{V9} join by link, talk, bytes on the data channel', async () => {
  const a = await open('Anna');
  const b = await open('Boris');
  const { space, link } = await a.page.evaluate(async () => {
    const id = await window.lifegraph.spaces.create({ name: 'River Watch' });
    return { space: id, link: await window.lifegraph.spaces.invite(id) };
  });
  within('join', await join(b, link), JOIN_MS);
  await a.page.evaluate((id) => window.lifegraph.graph(id).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'hello' } }]), space);
  await has(b.page, space, ['hello']);
  await linked(b.page, 'direct');
  await a.expectClean();
  await b.expectClean();
});
