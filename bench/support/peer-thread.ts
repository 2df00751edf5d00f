/** A peer in a worker thread of its own: what the main thread may ask of it. Times are ms of the clock that all threads of the process share. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { openContent } from '#os/kernel/open-content';
import type { StoredRecord } from '#ports/record-store';
import type { SocketPort } from '#ports/wire';
import { createFragmentGraph } from '#vm/graph/fragment-graph';
import { parseRecord, verifyRecord } from '#vm/protocol/record';
import type { ParsedRecord } from '#vm/protocol/types';
import { now, OtherThread } from './other-threads.ts';
import { beginPhase } from './profile.ts';
import { createThreadDialer, createThreadSockets, type ThreadDialer } from './thread-net.ts';
import { batches } from './words.ts';
import { applied, crypto, makePlace, openAlone, openPeer, placeOf, shown, writeRecords, type BenchPeer, type Place } from './world.ts';
import { wait } from './measure.ts';

export interface ThreadData {
  readonly name: string;
  readonly wires: MessagePort;
  readonly sockets: MessagePort;
}

/** Records worked on together by the pipeline, as the kernel does. */
const BURST = 64;

/** What the main thread may call, each answered when it is done. */
export class PeerThread extends OtherThread {
  private readonly dialer: ThreadDialer;
  private readonly sockets: SocketPort;
  private peer!: BenchPeer;
  private place!: Place;
  /** The space both are in, and when its channel showed how many nodes. */
  private common = '';
  private seen: { nodes: number; at: number }[] = [];
  private endPhase: () => Promise<void> = async () => {};

  constructor(private readonly data: ThreadData) {
    super();
    this.dialer = createThreadDialer(data.name, data.wires);
    this.sockets = createThreadSockets(data.sockets);
  }

  /** A fresh profile. */
  async open(): Promise<void> {
    (globalThis as { gc?: () => void }).gc?.();
    const peer = await openPeer(this.data.name, { dialer: this.dialer, sockets: this.sockets });
    const seen: { nodes: number; at: number }[] = [];
    Object.assign(this, { peer, seen, common: '' });
    peer.api.on(() => {
      const nodes = shown(peer, this.common);
      if (nodes !== (seen[seen.length - 1]?.nodes ?? 0)) seen.push({ nodes, at: now() });
    });
  }

  stop(): Promise<void> {
    return this.peer.running.stop();
  }

  async createSpace(): Promise<string> {
    this.place = await makePlace(this.peer);
    return (this.common = this.place.id);
  }

  invite(space: string): Promise<string> {
    return this.peer.api.spaces.invite(space, { role: 'member' });
  }

  async identity(): Promise<void> {
    await this.peer.api.identity.create({ name: this.data.name });
  }

  /** Resolves when this peer is a member. */
  async join(space: string, link: string): Promise<void> {
    this.common = space;
    await this.peer.api.spaces.join(link);
    for (const from = now(); this.peer.running.parts.kernel.spaces.get(space)?.standing !== 'member'; await wait(1)) {
      if (now() - from > 60_000) throw new Error('no member by link');
    }
  }

  /** Writes seeded batches; gives when the first transaction began. */
  async write(seed: number, records: number, each: number): Promise<number> {
    const work = batches(seed, records, each);
    const from = now();
    await writeRecords(this.peer, this.place, work);
    return from;
  }

  /** When the channel showed so many nodes, which is awaited. */
  async applied(nodes: number): Promise<number> {
    const { peer, seen } = this;
    await applied(peer, this.common, nodes);
    return seen.find((one) => one.nodes >= nodes)!.at;
  }

  /** ms from the first range get until then, in this peer's clock. */
  async pulled(nodes: number): Promise<number> {
    await applied(this.peer, this.common, nodes);
    const at = performance.now();
    const first = this.peer.gets[0];
    if (first === undefined) throw new Error('nothing was pulled by range');
    return at - first;
  }

  /** Bytes of all frames given to data channels so far. */
  sent(): number {
    return this.dialer.sent();
  }

  /** ms to verify, decrypt, inflate, decode and apply the records of the channel that are held here, and nothing else. */
  pipeline(ops: number): Promise<number> {
    const place = placeOf(this.peer, this.common);
    const all = this.peer.store.rows.flatMap((row) => row.records);
    return pipeline(place, all.filter((record) => Buffer.compare(record.fragment, place.fragment.id) === 0 && record.bytes.length > 1_000), ops);
  }

  /** ms until a kernel on the store of this peer, which was stopped, is ready. */
  async reopen(nodes: number): Promise<number> {
    const store = this.peer.store.reopen();
    (globalThis as { gc?: () => void }).gc?.();
    const from = now();
    const again = await openAlone('again', store);
    const ms = now() - from;
    await applied(again, this.common, nodes, 1_000);
    await again.running.stop();
    return ms;
  }

  async begin(phase: string): Promise<void> {
    this.endPhase = await beginPhase(phase, this.data.name);
  }

  end(): Promise<void> {
    return this.endPhase();
  }
}

async function pipeline(place: Place, rows: readonly StoredRecord[], ops: number): Promise<number> {
  const graph = createFragmentGraph();
  const from = now();
  for (let at = 0; at < rows.length; at += BURST) {
    const parsed = rows.slice(at, at + BURST).map((row) => parseRecord(row.bytes)).filter((one) => one.ok).map((one) => one.value);
    const opened = await Promise.all(parsed.map((record) => open(place, record)));
    opened.forEach((list, i) => {
      const { header, id } = parsed[i]!;
      graph.apply({ key: String(id), writer: header.writer, seq: header.seq, ops: list });
    });
  }
  const ms = now() - from;
  if (graph.size < ops) throw new Error(`the pipeline applied ${graph.size} nodes`);
  return ms;
}

async function open(place: Place, record: ParsedRecord) {
  if (!(await verifyRecord(crypto, record))) throw new Error('a record does not verify');
  const content = await openContent(place.space, record);
  if (content.kind !== 'ops') throw new Error(`content is ${content.kind}`);
  return content.ops;
}

export interface Call {
  readonly id: number;
  readonly name: keyof PeerThread;
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Serves the calls of the main thread. */
export function servePeerThread(): void {
  const thread = new PeerThread(workerData as ThreadData) as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
  parentPort!.on('message', ({ id, name, args }: Call) => {
    const answer = (rest: Omit<Answer, 'id'>): void => parentPort!.postMessage({ id, ...rest });
    void (async () => thread[name]!(...args))().then(
      (value) => answer({ value }),
      (error: unknown) => answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
