/**
 * `npm run bench:beacon -- [--links 200] [--direct 50] [--seconds 20]`: a beacon in a process of its own under many peers, each a production kernel with a space
 * of its own, all of them in this process: first over the WebSocket relay, then over WebRTC. Beside it a raw WebSocket echo in a process of its own that answers
 * messages of the same size. What counts is the processor time of the process that is measured: the peers share the cores with it.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { must } from '#base/assert';
import { toBase64url } from '#base/bytes';
import { logKey } from '#os/kernel/log-key';
import { createNodeDialer } from '#signaling/beacon/dialer';
import { startServer } from '#signaling/server';
import { startBeaconProcess, type BeaconProcess } from '#tests/support/beacon-process';
import { eventually, startNodePeer, type NodePeer } from '#tests/support/node-peer';

const { values } = parseArgs({ options: { links: { type: 'string', default: '200' }, direct: { type: 'string', default: '50' }, seconds: { type: 'string', default: '20' } } });
const SECONDS = Number(values.seconds);
/** Records of one peer that are not confirmed yet. */
const AHEAD = 8;
/** Peers that begin at once. */
const AT_ONCE = 25;
const LONG_MS = 300_000;

interface Used {
  readonly cpuS: number;
  readonly rssMiB: number;
}

/** Processor time and memory of a process (Linux). */
function used(pid: number): Used {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { cpuS: (Number(fields[11]) + Number(fields[12])) / 100, rssMiB: (pages * 4096) / 2 ** 20 };
}

interface Client {
  readonly peer: NodePeer;
  readonly space: string;
  readonly close: () => Promise<void>;
}

async function client(no: number, server: string, beacon: BeaconProcess, direct: boolean): Promise<Client> {
  const dialer = direct ? must(await createNodeDialer(), '@roamhq/wrtc is not installed') : null;
  const peer = await startNodePeer(`peer ${no}`, server, undefined, dialer?.dialer);
  const [personal] = await peer.api.spaces.list();
  const space = must(personal, 'a Personal space').id;
  const [added] = await peer.api.access.beacons(space, { add: beacon.address });
  const linked = (): boolean => peer.api.network.status().peers.some(({ via, pair, spaces }) => via === 'beacon' && spaces.includes(space) && (!direct || pair !== null));
  await eventually(`peer ${no} is linked`, async () => linked() && (await peer.api.access.beacons(space))[0]!.state === 'linked', LONG_MS);
  void added;
  return { peer, space, close: async () => (await peer.stop(), dialer?.close()) };
}

/** Records of its own log in the channel that the beacon confirmed. */
function confirmed({ peer, space }: Client): number {
  const { kernel } = peer.parts;
  const held = must(kernel.spaces.get(space), 'space');
  const writer = must(kernel.slot, 'slot').text;
  let sum = 0;
  for (const fragment of held.fragments.values()) sum += kernel.copies.confirmed(logKey(held, fragment, writer)) + 1;
  return sum;
}

/** Own records that there are. */
function written({ peer, space }: Client): number {
  const { kernel } = peer.parts;
  let sum = 0;
  for (const fragment of must(kernel.spaces.get(space), 'space').fragments.values()) for (const { writer, seq } of fragment.log.frontier()) if (toBase64url(writer) === kernel.slot?.text) sum += seq + 1;
  return sum;
}

/** Writes as long as no more than AHEAD records wait, until told. */
async function write(one: Client, ended: () => boolean): Promise<void> {
  for (let no = 0; !ended(); no++) {
    if (written(one) - confirmed(one) >= AHEAD) {
      await new Promise((next) => setTimeout(next, 5));
      continue;
    }
    await one.peer.api.graph(one.space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: `a message of the usual length, number ${no}, ${'and so on '.repeat(4)}` }, verb: 'chat/message.send@1' }]);
    await one.peer.api.saved();
  }
}

async function inGroups<T>(count: number, make: (no: number) => Promise<T>): Promise<T[]> {
  const out: T[] = [];
  for (let at = 0; at < count; at += AT_ONCE) out.push(...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, n) => make(at + n)))));
  return out;
}

async function underLoad(count: number, direct: boolean): Promise<string[]> {
  const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, limits: { socketsPerAddress: 4_096, connectionsPerAddress: 4_096, routesPerAddress: 8_192, addressRequestRate: 100_000, addressRequestBurst: 1_000_000, relayBytesPerAddress: 2 ** 40 } });
  const beacon = await startBeaconProcess({ server: server.signalUrl, args: direct ? [] : ['--relay-only'] });
  const before = used(beacon.pid);
  const from = performance.now();
  const clients = await inGroups(count, (no) => client(no, server.signalUrl, beacon, direct));
  const linkedS = (performance.now() - from) / 1000;
  const linked = used(beacon.pid);
  let over = false;
  const sum = (): number => clients.reduce((all, one) => all + confirmed(one), 0);
  const work = clients.map((one) => write(one, () => over));
  await new Promise((next) => setTimeout(next, 2_000));
  const [acks, start, at] = [sum(), used(beacon.pid), performance.now()];
  await new Promise((next) => setTimeout(next, SECONDS * 1_000));
  const [more, end, s] = [sum() - acks, used(beacon.pid), (performance.now() - at) / 1000];
  over = true;
  await Promise.all(work);
  const sizes = clients[0]!.peer.disk.records();
  const bytes = sizes.reduce((all, row) => all + row.bytes.length, 0) / sizes.length;
  for (const one of clients) await one.close();
  await beacon.stop();
  await server.stop();
  const n = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });
  return [direct ? 'WebRTC' : 'WebSocket relay', n(count), n(linkedS), n((linked.rssMiB - before.rssMiB) / count), n(end.rssMiB), n(more / s), n(more / (end.cpuS - start.cpuS)), n((linked.cpuS - before.cpuS) / count * 1000), n(bytes)];
}

/** Messages per second of a bare echo server with as many sockets and as much under way. */
async function echo(count: number, bytes: number): Promise<string[]> {
  const child = spawn(process.execPath, ['-e', `const { WebSocketServer } = require('ws'); const s = new WebSocketServer({ port: 0, host: '127.0.0.1' }); s.on('connection', (c) => c.on('message', (m) => c.send(m))); s.on('listening', () => console.log(s.address().port));`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve) => createInterface({ input: child.stdout! }).once('line', resolve));
  const before = used(child.pid!);
  const message = new Uint8Array(bytes);
  let answers = 0;
  const sockets = await Promise.all(Array.from({ length: count }, () => new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    socket.on('message', () => (answers++, socket.send(message))).once('open', () => resolve(socket)).once('error', reject);
  })));
  const linked = used(child.pid!);
  for (const socket of sockets) for (let no = 0; no < AHEAD; no++) socket.send(message);
  const [start, at, had] = [used(child.pid!), performance.now(), answers];
  await new Promise((next) => setTimeout(next, 5_000));
  const [end, s, got] = [used(child.pid!), (performance.now() - at) / 1000, answers - had];
  for (const socket of sockets) socket.terminate();
  child.kill('SIGKILL');
  const n = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });
  return ['raw WebSocket echo', n(count), '–', n((linked.rssMiB - before.rssMiB) / count), n(end.rssMiB), n(got / s), n(got / (end.cpuS - start.cpuS)), '–', n(bytes)];
}

const rows = [['over', 'links', 'all linked after, s', 'memory per link, MiB', 'memory under load, MiB', 'records/s', 'records per second of its processor time', 'its processor time per link made, ms', 'bytes of a record']];
if (Number(values.links) > 0) rows.push(await underLoad(Number(values.links), false), await echo(Number(values.links), 470));
if (Number(values.direct) > 0) rows.push(await underLoad(Number(values.direct), true));
console.log(rows.map((row) => `| ${row.join(' | ')} |`).join('\n'));
process.exit(0);
