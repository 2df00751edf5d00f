/** Entry of the beacon group, built by bench/run.ts and run by plain Node. */
import { writeFileSync } from 'node:fs';
import type { BenchResult } from '#bench/support/types';
import { echo, underLoad } from './under-load.ts';

/** Peers, how long they have to be linked, s, and how long is measured, s. */
const LOADS = { sockets: { links: 200, direct: false, wait: 150, seconds: 15 }, direct: { links: 50, direct: true, wait: 120, seconds: 15 } } as const;

async function measure(name: keyof typeof LOADS): Promise<BenchResult[]> {
  const load = LOADS[name];
  const got = await underLoad(load);
  const raw = await echo(load.links, Math.round(got.recordBytes));
  const over = load.direct ? 'WebRTC' : 'the WebSocket relay of the real server process';
  const row = (what: string, unit: string, value: number, direction: 'lower' | 'higher', target: number | null, how: string, echoed?: number): BenchResult => ({
    group: 'beacon', name: `${name}-${what}`, unit, value, target, direction, how, ...(echoed === undefined ? {} : { peer: { 'raw-websocket-echo': echoed } }),
  });
  return [
    row('links', 'links', got.links, 'higher', load.links, `peers that are linked to one beacon over ${over} at once, each a production kernel with a space of its own that the beacon keeps; the last one after ${got.linkedS.toFixed(0)} s, all peers in one process on the same cores`),
    row('records', '1/s', got.perS, 'higher', null, `records of ${got.recordBytes.toFixed(0)} bytes written by all of them, verified, synced to disk and confirmed, at most 8 of a peer under way; the peers take most of the processors; beside it messages of that size over as many bare sockets`, raw.perS),
    row('records-cpu', '1/s', got.perCpuS, 'higher', null, 'the same per second of processor time of the beacon', raw.perCpuS),
    row('memory', 'MiB', got.linkMiB, 'lower', null, 'resident memory of the beacon that each link and its space added', raw.linkMiB),
    row('memory-load', 'MiB', got.loadMiB, 'lower', null, 'resident memory of the beacon at the end of the load', raw.loadMiB),
  ];
}

const [out, , name] = process.argv.slice(2);
const results = await measure(name as keyof typeof LOADS);
for (const one of results) console.log(`${one.name.padEnd(28)} ${String(one.value).padStart(10)} ${one.unit.padEnd(6)} ${one.peer ? JSON.stringify(one.peer) : ''}`);
writeFileSync(out!, JSON.stringify(results));
// Sockets of peers that were closed may linger.
process.exit(0);
