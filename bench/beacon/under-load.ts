/**
 * A beacon and a signaling server in processes of their own, with the caps they have for everybody, under many peers, each a production kernel with a space of its own and all
 * of them in this process, over the WebSocket relay or over WebRTC. Beside it a raw WebSocket echo in a process of its own that answers messages of the same size. What counts
 * is the processor time of the process that is measured: the peers share the cores with it. Peers that are not linked in time are said, and the others are measured.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { must } from '#base/assert';
import { toBase64url } from '#base/bytes';
import { logKey } from '#os/kernel/log-key';
import { createNodeDialer } from '#signaling/beacon/dialer';
import { endWithUs } from '#tests/support/child-processes';
import { startBeaconProcess, type BeaconProcess } from '#tests/support/beacon-process';
import { eventually, startNodePeer, type NodePeer } from '#tests/support/node-peer';

/** Records of one peer that are not confirmed yet. */
const AHEAD = 8;
/** Peers that begin at a time. */
const AT_ONCE = 25;
/** Peers that come from one address: the server has caps for each. */
const PER_ADDRESS = 40;

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

interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<unknown>;
}

/** The server as it is started by whoever runs one. */
async function serverProcess(): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'signaling/main.ts', '--no-static', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = endWithUs(child);
  const url = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as { event: string; url?: string; level: string };
    if (said.event === 'server.started') resolve(said.url!);
    else if (said.level !== 'info') console.error(line);
  }));
  return { url, pid: child.pid!, stop: () => (child.kill('SIGTERM'), gone) };
}

interface Client {
  readonly peer: NodePeer;
  readonly space: string;
  readonly close: () => Promise<void>;
}

/** Null when it was not linked in time. */
async function client(no: number, server: string, beacon: BeaconProcess, direct: boolean, until: number): Promise<Client | null> {
  if (performance.now() > until) return null;
  const dialer = direct ? must(await createNodeDialer(), '@roamhq/wrtc is not installed') : null;
  const peer = await startNodePeer(`peer ${no}`, server, undefined, dialer?.dialer, `127.0.0.${2 + Math.floor(no / PER_ADDRESS)}`);
  const [personal] = await peer.api.spaces.list();
  const space = must(personal, 'a Personal space').id;
  await peer.api.access.beacons(space, { add: beacon.address });
  const close = async (): Promise<void> => (await peer.stop(), dialer?.close());
  const linked = (): boolean => peer.api.network.status().peers.some(({ via, pair, spaces }) => via === 'beacon' && spaces.includes(space) && (!direct || pair !== null));
  try {
    await eventually(`peer ${no} is linked`, async () => linked() && (await peer.api.access.beacons(space))[0]!.state === 'linked', until - performance.now());
  } catch (error) {
    console.error((error as Error).message);
    await close();
    return null;
  }
  return { peer, space, close };
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

/** All of them, so many at a time. */
async function inTurn<T>(count: number, make: (no: number) => Promise<T>): Promise<T[]> {
  const out: T[] = [];
  let next = 0;
  const turn = async (): Promise<void> => {
    while (next < count) out.push(await make(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, turn));
  return out;
}

/** What a process used between two looks. */
const between = (from: Used, to: Used): Used => ({ cpuS: to.cpuS - from.cpuS, rssMiB: to.rssMiB - from.rssMiB });

/** What was measured of a beacon under peers. */
export interface Measured {
  readonly links: number;
  /** Until all of them were linked, or time was up. */
  readonly linkedS: number;
  readonly linkMiB: number;
  readonly loadMiB: number;
  readonly perS: number;
  /** Per second of processor time of the beacon, and of the server. */
  readonly perCpuS: number;
  readonly perServerCpuS: number;
  readonly cpuMsPerLink: number;
  readonly recordBytes: number;
  readonly socketKiB: number;
}

export interface Load {
  readonly links: number;
  readonly direct: boolean;
  /** How long is measured, and how long peers have to be linked, s. */
  readonly seconds: number;
  readonly wait: number;
}

/** A beacon under so many peers that write as fast as it confirms. */
export async function underLoad({ links: count, direct, seconds, wait }: Load): Promise<Measured> {
  const server = await serverProcess();
  const beacon = await startBeaconProcess({ server: server.url, args: direct ? [] : ['--relay-only'] });
  const look = (): { beacon: Used; server: Used } => ({ beacon: used(beacon.pid), server: used(server.pid) });
  const before = look();
  const from = performance.now();
  const clients = (await inTurn(count, (no) => client(no, server.url, beacon, direct, from + wait * 1_000))).filter((one) => one !== null);
  const linkedS = (performance.now() - from) / 1000;
  const linked = look();
  let over = false;
  const sum = (): number => clients.reduce((all, one) => all + confirmed(one), 0);
  const work = clients.map((one) => write(one, () => over));
  await new Promise((next) => setTimeout(next, 2_000));
  const [acks, start, at] = [sum(), look(), performance.now()];
  await new Promise((next) => setTimeout(next, seconds * 1_000));
  const [more, end, s] = [sum() - acks, look(), (performance.now() - at) / 1000];
  over = true;
  await Promise.all(work);
  const sizes = clients[0]?.peer.disk.records() ?? [];
  await Promise.all(clients.map((one) => one.close()));
  await beacon.stop();
  await server.stop();
  const [made, load] = [between(before.beacon, linked.beacon), between(start.beacon, end.beacon)];
  const [sockets, relayed] = [between(before.server, linked.server), between(start.server, end.server)];
  const links = clients.length;
  return {
    links, linkedS, linkMiB: made.rssMiB / links, loadMiB: end.beacon.rssMiB, perS: more / s, perCpuS: more / load.cpuS, perServerCpuS: more / relayed.cpuS, cpuMsPerLink: (made.cpuS / links) * 1000,
    recordBytes: sizes.reduce((all, row) => all + row.bytes.length, 0) / sizes.length, socketKiB: (sockets.rssMiB / links) * 1024,
  };
}

/** Messages per second of a bare echo server with as many sockets and as much under way. */
export async function echo(count: number, bytes: number): Promise<Pick<Measured, 'linkMiB' | 'loadMiB' | 'perS' | 'perCpuS'>> {
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
  return { linkMiB: (linked.rssMiB - before.rssMiB) / count, loadMiB: end.rssMiB, perS: got / s, perCpuS: got / (end.cpuS - start.cpuS) };
}
