/** The log of a beacon process: what it said is on its disk before anybody hears it, and goes on where it was after kill -9. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { must } from '#base/assert';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { proofCommand } from '#signaling/beacon/proof';
import { startServer } from '#signaling/server';
import { startBeaconProcess } from '#tests/support/beacon-process';
import { eventually, startNodePeer, type NodePeer } from '#tests/support/node-peer';
import { parseWitness, type Witness } from '#vm/protocol/witness';
import { WITNESS_LIMITS } from '#vm/witness-limits';

const FULL = process.env.LGOS_FULL === '1';
const KILLS = FULL ? 20 : 1;
/** A statement waits for other changes, and for what its beacon may hear on a link. */
const SOON_MS = WITNESS_LIMITS.gatherMs + WITNESS_LIMITS.moreMs * 2 + 40_000;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function heardBy({ parts }: NodePeer, space: string, device: string): Promise<Witness[]> {
  const row = (await parts.kernel.store.get(`witness/${space}/${device}`)) as { witnesses: Bytes[] } | undefined;
  return (row?.witnesses ?? []).map((bytes) => must(parseWitness(must(fromBase64url(space), 'space'), bytes), 'witness'));
}

test(`WIT2 {V10} killed -9 ${KILLS} times under load a beacon process goes on with its log: no second word at a place, nothing it said is gone`, async () => {
  const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null });
  ends.push(() => server.stop());
  let beacon = await startBeaconProcess({ server: server.signalUrl, args: ['--relay-only'] });
  ends.push(() => beacon.stop());
  const anna = await startNodePeer('Anna', server.signalUrl);
  ends.push(() => anna.stop());
  const space = await anna.api.spaces.create({ name: 'Quiet Harbour', kind: 'team' });
  const [added] = await anna.api.access.beacons(space, { add: beacon.address });
  const say = (text: string) => anna.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' }]);
  await eventually('it is linked', async () => (await anna.api.access.beacons(space))[0]!.state === 'linked');
  const device = must([...must(anna.parts.kernel.spaces.get(space), 'space').rights.devicesOf(added!.id)][0], 'device').ds;
  let said = 0;
  for (let kill = 0; kill <= KILLS; kill++) {
    await say(`message ${kill}`);
    const before = said;
    await eventually(`statement ${kill}`, () => (said = anna.api.network.status().beacons[0]?.saidAt ?? 0) > before, SOON_MS);
    if (kill === KILLS) break;
    for (let at = 0; at < 20; at++) await say(`under load ${kill} ${at}`);
    await beacon.kill();
    beacon = await startBeaconProcess({ server: server.signalUrl, folder: beacon.folder, args: ['--relay-only'] });
  }
  await eventually('all of it is kept', async () => (await heardBy(anna, space, device)).length > KILLS, WITNESS_LIMITS.lookMs * 2);
  const heard = await heardBy(anna, space, device);
  expect(new Set(heard.map(({ log }) => toBase64url(log))).size).toBe(1);
  expect(heard.map(({ seq }) => seq)).toEqual(heard.map((_, seq) => seq));
  for (const [at, { prev }] of heard.entries()) expect(prev === null ? null : toBase64url(prev)).toBe(at === 0 ? null : toBase64url(heard[at - 1]!.id));
  expect(anna.api.network.status().beacons).toMatchObject([{ state: 'ok', proof: false }]);
  expect(anna.parts.metrics.get('witness.anew') ?? 0).toBe(0);
}, 60_000 + (KILLS + 1) * SOON_MS);

// Looks are minutes apart: tests/sim/witness.test.ts has the same in no time, here are the processes.
if (FULL) test('[row 11] WIT3 WIT8 {V10} two beacon processes, one lies: it keeps contents from who comes later and tells him something else; he has all of it by the other one, and a proof that the command takes', async () => {
  const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null });
  ends.push(() => server.stop());
  const raise = async (name: string, entry?: string) => {
    const one = await startBeaconProcess({ server: server.signalUrl, name, args: ['--relay-only'], ...(entry ? { entry } : {}) });
    ends.push(() => one.stop());
    return one;
  };
  const [tower, liar] = await Promise.all([raise('tower'), raise('liar', 'tests/support/lying-beacon.ts')]);
  const start = async (name: string, disk?: NodePeer['disk']): Promise<NodePeer> => {
    const one = await startNodePeer(name, server.signalUrl, disk);
    ends.push(() => one.stop());
    return one;
  };
  const [anna, boris] = [await start('Anna'), await start('Boris')];
  const space = await anna.api.spaces.create({ name: 'Quiet Harbour', kind: 'team' });
  await boris.api.spaces.join(await anna.api.spaces.invite(space));
  await eventually('Boris is in', async () => (await boris.api.spaces.list()).some(({ id, role }) => id === space && role === 'member'));
  await boris.stop();
  for (const { address } of [liar, tower]) await anna.api.access.beacons(space, { add: address });
  await anna.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'for Boris' }, verb: 'chat/message.send@1' }]);
  await eventually('both confirmed all of it to Anna, and the liar told her its first word', async () => (await anna.api.access.beacons(space)).every(({ state, behind }) => state === 'linked' && behind === 0) && anna.api.network.status().beacons.some(({ name, saidAt }) => name === 'liar' && saidAt !== null));
  expect(anna.api.network.status().beacons.find(({ name }) => name === 'liar'), 'one word is no lie').toMatchObject({ state: 'ok', proof: false });
  await anna.stop();

  const later = await start('Boris', boris.disk);
  await eventually('it is complete', async () => (await later.api.graph(space).query({ type: 'chat/message@1' })).some(({ props }) => props.text === 'for Boris'));
  await eventually('he has the proof', () => later.api.network.status().beacons.some(({ name, state }) => name === 'liar' && state === 'forked'), WITNESS_LIMITS.lookMs * 8);
  const views = await later.api.access.beacons(space);
  expect(views.find(({ name }) => name === 'liar')!.check).toMatchObject({ state: 'forked', proof: true });
  expect(views.find(({ name }) => name === 'tower')!.check).toMatchObject({ proof: false });
  const folder = mkdtempSync(join(tmpdir(), 'lifegraph-proof-'));
  ends.push(async () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'liar.json');
  writeFileSync(file, await (await later.api.access.beaconReport(space, views.find(({ name }) => name === 'liar')!.id)).text());
  const lines: string[] = [];
  expect(await proofCommand(file, liar.address, (line) => void lines.push(line), (line) => void lines.push(line)), lines.join('\n')).toBe(0);
  expect(await proofCommand(file, tower.address, () => undefined, () => undefined), 'control: not of the other one').toBe(1);
}, 180_000 + WITNESS_LIMITS.lookMs * 8);
