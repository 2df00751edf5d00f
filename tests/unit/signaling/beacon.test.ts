/** The beacon as a process: the production kernel, LevelDB and the relay, with people whose kernels run here. The browsers' side: tests/e2e/beacon.e2e.ts. */
import { webcrypto } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { toBase64url } from '#base/bytes';
import { must } from '#base/assert';
import { logKey } from '#os/kernel/log-key';
import { beaconKeys } from '#signaling/beacon/keys';
import { openLevelStore } from '#signaling/beacon/level-store';
import { startServer, type RunningServer } from '#signaling/server';
import { startBeaconProcess, type BeaconProcess } from '#tests/support/beacon-process';
import { eventually, startNodePeer, type NodePeer } from '#tests/support/node-peer';
import { parseMetrics } from '#tests/support/prometheus';
import { formsOf } from '#tests/e2e/support/scan';

const CYCLES = process.env.LGOS_FULL === '1' ? 20 : 2;
/** Records acknowledged in a cycle before the kill may come, and within which time after that it comes, ms. */
const ENOUGH = 20;
const WITHIN_MS = 150;
/** Between two messages: as fast as a few people write at once. */
const PACE_MS = 8;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function server(): Promise<RunningServer> {
  const running = await startServer({ port: 0, host: '127.0.0.1', staticDir: null });
  ends.push(() => running.stop());
  return running;
}

async function peer(name: string, url: string, disk?: NodePeer['disk']): Promise<NodePeer> {
  const running = await startNodePeer(name, url, disk);
  ends.push(() => running.stop());
  return running;
}

const say = (who: NodePeer, space: string, text: string) => who.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' }]);
const texts = async (who: NodePeer, space: string): Promise<string[]> => (await who.api.graph(space).query({ type: 'chat/message@1' })).map((node) => String(node.props.text));
const found = (bytes: Buffer, text: string): string[] => formsOf(text).filter(({ form }) => bytes.includes(form)).map(({ name }) => name);

/** Of each log that this person writes: how far the beacon said that it holds it. */
function acknowledged(who: NodePeer, space: string, device: string): Map<string, number> {
  const { kernel } = who.parts;
  const held = must(kernel.spaces.get(space), 'space');
  const writer = must(kernel.slot, 'slot').text;
  return new Map([...held.fragments.values()].map((fragment) => [`${fragment.key}/${writer}`, kernel.copies.heldBy(logKey(held, fragment, writer), [device])?.seq ?? -1]));
}

/** Places of records on the disk of a beacon that is not running; rows that are not as it wrote them do not count. */
async function onDisk({ folder }: BeaconProcess): Promise<Set<string>> {
  const { macKey } = await beaconKeys(createWebCrypto(webcrypto.subtle as SubtleCrypto), join(folder, 'beacon.key'), 'tower');
  const store = await openLevelStore({ path: join(folder, 'store'), macKey });
  const out = new Set<string>();
  for (let at = 0; ; ) {
    const rows = await store.scan(at, 1_000);
    if (rows.length === 0) break;
    at = rows.at(-1)!.arrival;
    for (const { records, trusted } of rows) if (trusted) for (const { fragment, writer, seq } of records) out.add(`${toBase64url(fragment)}/${toBase64url(writer)}/${seq}`);
  }
  await store.end();
  return out;
}

const lost = (acks: ReadonlyMap<string, number>, disk: ReadonlySet<string>): string[] => [...acks].flatMap(([log, to]) => Array.from({ length: to + 1 }, (_, seq) => `${log}/${seq}`).filter((place) => !disk.has(place)));

describe('{V10} a beacon process', () => {
  test(`[RIGHT34] two who are never online together read each other by it; killed -9 ${CYCLES} times under load it has what it acknowledged; its disk tells nothing`, async () => {
    const canary = `canary-${Buffer.from(webcrypto.getRandomValues(new Uint8Array(9))).toString('hex')}`;
    const { signalUrl } = await server();
    let beacon = await startBeaconProcess({ server: signalUrl, args: ['--relay-only', '--port', '0', '--log-level', 'debug'] });
    ends.push(() => beacon.stop());
    const { said } = beacon;
    const status = String((await beacon.heard('status.started')).url);
    expect([(await fetch(`${status}/else`)).status, (await fetch(`${status}/health`, { method: 'POST' })).status]).toEqual([404, 405]);
    const [anna, boris] = [await peer('AnnabellaQuietwater', signalUrl), await peer('Boris', signalUrl)];
    const space = await anna.api.spaces.create({ name: 'Quiet Harbour', kind: 'team' });
    await boris.api.spaces.join(await anna.api.spaces.invite(space));
    await eventually('Boris is in', async () => (await boris.api.spaces.list()).some(({ id, role }) => id === space && role === 'member'));
    const [added] = await anna.api.access.beacons(space, { add: beacon.address });
    await eventually('Boris knows the beacon', async () => (await boris.api.access.beacons(space)).some(({ state }) => state === 'linked'));
    await boris.stop();
    expect(await (await fetch(`${status}/health`)).json()).toMatchObject({ status: 'ok', spaces: 1 });
    const metrics = await (await fetch(`${status}/metrics`)).text();
    const read = parseMetrics(metrics);
    const value = (name: string): number => must(read.get(`lifegraph_beacon_${name}`), name).value;
    expect([value('up'), value('spaces'), value('links') > 0, value('records') > 0]).toEqual([1, 1, true, true]);

    await say(anna, space, canary);
    const device = must([...must(anna.parts.kernel.spaces.get(space), 'space').rights.devicesOf(added!.id)][0], 'device').ds;
    let written = 0;
    let writing = true;
    const load = (async () => {
      while (writing) {
        await say(anna, space, `message ${written++}`);
        await anna.api.saved();
        await new Promise((next) => setTimeout(next, PACE_MS));
      }
    })();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const sum = (): number => [...acknowledged(anna, space, device).values()].reduce((all, seq) => all + seq + 1, 0);
      const from = sum();
      await eventually(`cycle ${cycle}: it takes what is written`, () => sum() > from + ENOUGH);
      await new Promise((next) => setTimeout(next, Math.random() * WITHIN_MS));
      await beacon.kill();
      const acks = acknowledged(anna, space, device);
      const disk = await onDisk(beacon);
      expect(lost(acks, disk), `cycle ${cycle}`).toEqual([]);
      if (cycle === 0) {
        const [[log, to]] = [...acks].sort((a, b) => b[1] - a[1]) as [[string, number]];
        expect(lost(acks, new Set([...disk].filter((place) => place !== `${log}/${to}`))), 'control').toEqual([`${log}/${to}`]);
      }
      const { address } = beacon;
      beacon = await startBeaconProcess({ server: signalUrl, folder: beacon.folder, args: ['--relay-only'] });
      expect(beacon.address).toBe(address);
    }
    writing = false;
    await load;
    await eventually('it has everything', async () => (await anna.api.access.beacons(space))[0]!.behind === 0);
    await anna.stop();

    const later = await peer('Boris', signalUrl, boris.disk);
    const all = [canary, ...Array.from({ length: written }, (_, n) => `message ${n}`)];
    await eventually('Boris has all of it', async () => (await texts(later, space)).length === all.length);
    expect((await texts(later, space)).sort()).toEqual(all.sort());
    await eventually('it came from the beacon alone', () => later.api.network.status().peers.map(({ via, name }) => `${via} ${name}`).join() === 'beacon tower');
    await say(later, space, 'an answer');
    await eventually('the answer is kept', async () => (await later.api.access.beacons(space))[0]!.behind === 0);
    await later.stop();
    const again = await peer('Anna', signalUrl, anna.disk);
    await eventually('Anna has the answer', async () => (await texts(again, space)).includes('an answer'));
    await again.stop();
    expect(await beacon.end()).toBe(0);

    // What it said, at its most talkative.
    expect(said.map(({ event }) => event)).toEqual(expect.arrayContaining(['beacon.started', 'beacon.address', 'server.reached', 'spaces.changed']));
    const lines = Buffer.from(said.filter(({ event }) => event !== 'beacon.address').map((line) => JSON.stringify(line)).join('\n'));
    const ids = [space, device, must(anna.parts.kernel.profile, 'profile').uid, must(boris.parts.kernel.profile, 'profile').uid].map((id) => (typeof id === 'string' ? id : toBase64url(id)));
    for (const secret of [canary, 'Quiet Harbour', 'AnnabellaQuietwater', ...ids, ...ids.map((id) => id.slice(0, 12))]) expect(found(lines, secret), secret).toEqual([]);
    expect(found(lines, 'tower'), 'control').toContain('utf-8');

    // What lies on its disk.
    for (const secret of [canary, 'Quiet Harbour', 'AnnabellaQuietwater', 'an answer', 'message 1']) expect(found(beacon.stored(), secret), secret).toEqual([]);
    const store = await openLevelStore({ path: join(beacon.folder, 'store'), macKey: new Uint8Array(32) });
    await store.commit({ origin: 'control', records: [], values: [['control', canary]] });
    await store.end();
    expect(found(beacon.stored(), canary), 'control').toContain('utf-8');
    expect(existsSync(join(beacon.folder, 'beacon.key')) && statSync(join(beacon.folder, 'beacon.key')).mode & 0o077).toBe(0);
  }, 120_000 + CYCLES * 60_000);
});
