/**
 * Removal under fire: two admins remove each other's people, neither having heard of the other's act, while the removed are still connected and run a build that
 * hears of no removal, goes on writing and sends everything again. What is sealed by a device that has a removal stays closed to who was removed by it, and nothing of theirs counts.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { parseRecord } from '#vm/protocol/record';
import { closeAll, has, inviteTo, join, launch, newSpace, ready, sameSeal, say, texts, until } from './support/acts.ts';
import { buildMutant } from './support/mutant-build.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
let deaf: TestServer;
beforeAll(async () => {
  server = await startServer();
  const dist = await buildMutant({
    name: 'deaf-to-removals', file: 'src/os/kernel/ingest.ts',
    find: '  return verified.filter((item) => {\n    const { job, record, space } = item;\n',
    replace: `  const self = globalThis as unknown as { ear?: BroadcastChannel; deaf?: boolean };
  self.ear ??= Object.assign(new BroadcastChannel('deaf'), { onmessage: () => void (self.deaf = true) });
  return verified.filter((item) => {
    const { job, record, space } = item;
    if (self.deaf === true && record.header.class === 0) return void (job.result = 'refused');
`,
  });
  deaf = await startServer({ dist });
}, 120_000);
afterEach((context) => closeAll(context));
afterAll(async () => {
  await server?.stop();
  await deaf?.stop();
});

/** A person whose app comes from one server and who meets the others at the first. */
async function born(name: string, from: TestServer): Promise<Peer> {
  const peer = await launch({ name, url: `${from.url}/#/open?signal=${encodeURIComponent(server.signalUrl)}` });
  await ready(peer.page);
  await peer.page.evaluate((who) => window.lifegraph.identity.create({ name: who }).then(() => undefined), name);
  return peer;
}

const uid = (peer: Peer): Promise<string> => peer.page.evaluate(() => window.lifegraph.identity.get()!.uid);
const remove = (by: Peer, space: string, who: string): Promise<unknown> => by.page.evaluate(([id, person]) => window.lifegraph.access.remove(id!, person!).then(() => undefined), [space, who]);
const names = (peer: Peer, space: string): Promise<string[]> => peer.page.evaluate(async (id) => (await window.lifegraph.spaces.members(id)).map((one) => one.name).sort(), space);
/** `saved()` may only be refused for want of the new key. */
function waitsForKey(error: Error): void {
  expect(error.message).toContain('the new one has not come yet');
}
/** Ids of the records that have their effect here. */
const ids = (peer: Peer, space: string): Promise<string[]> => peer.page.evaluate(async (id) => (await window.lifegraph.log.records(id, { limit: 500 })).filter((one) => one.status === 'applied').map((one) => one.id), space);

interface Removal {
  readonly id: string;
  readonly by: string;
  /** Ids of the acl records before it, as the records themselves name them. */
  readonly past: ReadonlySet<string>;
}

/** The acts of removal in a space. */
async function removals(peer: Peer, space: string): Promise<Removal[]> {
  const acl = await peer.page.evaluate(async (at) => {
    const list = (await window.lifegraph.log.records(at, { limit: 500 })).filter((one) => one.class === 'acl');
    return Promise.all(list.map(async ({ id, uid }) => {
      const { raw, operations } = (await window.lifegraph.log.record(at, id))!;
      return { id, by: uid ?? '', raw: [...raw], removes: operations?.some(({ primitive }) => primitive === 'revoke') ?? false };
    }));
  }, space);
  const heads = new Map(acl.map(({ id, raw }) => {
    const parsed = parseRecord(Uint8Array.from(raw));
    if (!parsed.ok) throw new Error(`${id}: ${parsed.error.code}`);
    return [id, parsed.value.header.acl.map(toBase64url)] as const;
  }));
  return acl.filter(({ removes }) => removes).map(({ id, by }) => {
    const past = new Set<string>();
    for (const open = [...heads.get(id)!]; open.length > 0;) {
      const next = open.pop()!;
      if (past.has(next)) continue;
      past.add(next);
      open.push(...(heads.get(next) ?? []));
    }
    return { id, by, past };
  });
}

test('[row 36] two admins remove each other\'s people, neither knowing of the other\'s act, while these listen and send: they read nothing of what follows, nothing of theirs is taken, the others are equal', async () => {
  const [anna, boris, eve, frank] = [await born('Anna', server), await born('Boris', server), await born('Eve', deaf), await born('Frank', deaf)];
  const space = await newSpace(anna);
  const link = await inviteTo(anna, space, { uses: 3 });
  for (const peer of [boris, eve, frank]) await join(peer, link);
  await anna.page.evaluate(([id, person]) => window.lifegraph.access.setRole(id!, person!, 'admin').then(() => undefined), [space, await uid(boris)]);
  await until(boris.page, async (id) => (await window.lifegraph.spaces.list()).find((one) => one.id === id)?.role === 'admin', space, 'Boris is an admin');
  await say(anna.page, space, 'before');
  for (const peer of [boris, eve, frank]) await has(peer.page, space, ['before']);
  const before = new Set(await ids(anna, space));

  for (const peer of [eve, frank]) await peer.page.evaluate(() => new BroadcastChannel('deaf').postMessage('now'));
  // Boris hears nothing while both press; whom he removes is still linked with Anna when she gets to know it.
  await boris.page.evaluate(() => window.lifegraph.network.pause());
  await until(boris.page, () => window.lifegraph.network.status().peers.length === 0, null, 'Boris is alone');
  await Promise.all([remove(anna, space, await uid(frank)), remove(boris, space, await uid(eve))]);
  await boris.page.evaluate(() => window.lifegraph.network.resume());
  for (const peer of [anna, boris]) await until(peer.page, async (id) => (await window.lifegraph.spaces.members(id)).length === 2, space, `${peer.name} has both removals`);
  const acts = await removals(anna, space);
  const pair = await Promise.all([anna, boris].map(async (peer) => {
    const by = await uid(peer);
    return acts.filter((act) => act.by === by);
  }));
  expect(pair.map(({ length }) => length), 'one removal by each of them').toEqual([1, 1]);
  const [hers, his] = pair.map(([act]) => act!) as [Removal, Removal];
  expect([hers.past.has(his.id), his.past.has(hers.id)], 'neither is in the past of the other').toEqual([false, false]);
  expect([...hers.past].filter((id) => his.past.has(id)).length, 'control: what both knew is in both').toBeGreaterThan(3);
  // Where both removals meet, a key that both made stands for nobody: what is written waits for the next one and says so.
  for (const peer of [anna, boris]) await say(peer.page, space, `after, by ${peer.name}`).catch(waitsForKey);
  for (const peer of [anna, boris]) await has(peer.page, space, ['after, by Anna', 'after, by Boris']);

  // The removed believe to be members: they write, come back with everything they have, and hear each other.
  expect(await names(eve, space)).toEqual(['Anna', 'Boris', 'Eve', 'Frank']);
  await say(eve.page, space, 'by Eve');
  await say(frank.page, space, 'by Frank');
  for (const peer of [eve, frank]) await peer.page.evaluate(() => (window.lifegraph.network.pause(), window.lifegraph.network.resume()));
  await has(eve.page, space, ['by Frank'], 30_000);
  await has(frank.page, space, ['by Eve'], 30_000);
  await say(anna.page, space, 'later, by Anna');
  await has(boris.page, space, ['later, by Anna']);
  for (const peer of [anna, boris]) await until(peer.page, () => (window.lifegraph.metrics()['parting.told'] ?? 0) > 0, null, `${peer.name} met a removed one and told it`);

  const honest = ['after, by Anna', 'after, by Boris', 'before', 'later, by Anna'];
  for (const peer of [anna, boris]) expect((await texts(peer.page, space)).sort(), peer.name).toEqual(honest);
  await sameSeal(anna.page, boris.page, space);
  const fresh = (await ids(anna, space)).filter((id) => !before.has(id));
  expect(fresh.length).toBeGreaterThan(3);
  for (const peer of [eve, frank]) {
    expect((await texts(peer.page, space)).sort(), peer.name).toEqual(['before', 'by Eve', 'by Frank']);
    const opened = await peer.page.evaluate(async ([id, list]) => {
      const held = await Promise.all(list.map((one) => window.lifegraph.log.record(id, one)));
      return held.filter((one) => one?.status === 'applied').map((one) => one!.id);
    }, [space, fresh] as const);
    expect(opened, `${peer.name} opened of what came after`).toEqual([]);
  }
});
