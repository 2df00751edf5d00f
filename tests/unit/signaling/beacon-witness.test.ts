/** The log of a beacon process: what it said is on its disk before anybody hears it, and goes on where it was after kill -9. */
import { afterEach, expect, test } from 'vitest';
import { must } from '#base/assert';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { startServer } from '#signaling/server';
import { startBeaconProcess } from '#tests/support/beacon-process';
import { eventually, startNodePeer, type NodePeer } from '#tests/support/node-peer';
import { parseWitness, type Witness } from '#vm/protocol/witness';
import { WITNESS_LIMITS } from '#vm/witness-limits';

const KILLS = process.env.LGOS_FULL === '1' ? 20 : 1;
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
