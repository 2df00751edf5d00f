/** A real editing trace (B4) through our documents and through raw Yjs, in one process: typing, sealing, opening, a snapshot, batches of others, a merge, memory. */
import { getHeapStatistics } from 'node:v8';
import * as Y from 'yjs';
import { loadTrace, type Trace } from '#bench/browser/trace';
import { percentile, result, rounds, turn } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { chance } from '#bench/support/words';
import { DocReplica, oneUpdate, plainOf } from '#domain/editor/model';
import { loadTextEngine } from '#vm/graph/text-engine';
import { newLog } from './log.ts';
import { press, RawText, stepsOf, textOf, type Step } from './typing.ts';

const EDITS = Number(process.env.LGOS_BENCH_EDITS ?? 259_778);
const BATCH = 200;
const REMOTE_BATCHES = 300;
const REMOTE_OPS = 20;
const MERGED_EDITS = 2_000;

interface Pair { readonly own: number; readonly raw: number }

async function timed<T>(work: () => T | Promise<T>): Promise<[number, T]> {
  (globalThis as { gc?: () => void }).gc?.();
  const from = performance.now();
  const done = await work();
  return [performance.now() - from, done];
}

/** Heap and external memory; what a collection frees in one turn only the next one takes off the count. */
async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await turn();
  }
  return getHeapStatistics().used_heap_size + getHeapStatistics().external_memory;
}

/** The bytes that are free once the box holds nothing: what the heap does besides is in both counts. */
async function freed(box: { held: unknown }): Promise<number> {
  const full = await heap();
  box.held = null;
  return full - (await heap());
}

function same(what: string, ...texts: readonly string[]): void {
  if (texts.some((text) => text !== texts[0])) throw new Error(`${what}: not the same text`);
}

/** The next edit at a place of its own, mostly a letter. */
function wander(next: () => number, replica: DocReplica): Step {
  const shown = replica.shown();
  const line = Math.floor(next() * shown.length);
  const length = plainOf(shown[line]!.text).length;
  const column = Math.floor(next() * (length + 1));
  const remove = column < length && next() < 0.25 ? 1 : 0;
  return { line, column, last: line, end: column + remove, insert: remove ? '' : 'x' };
}

function wanderRaw(next: () => number, raw: RawText): void {
  const { length } = raw.text;
  const at = Math.floor(next() * (length + 1));
  const remove = at < length && next() < 0.25 ? 1 : 0;
  raw.edit(at, remove, remove ? '' : 'x');
}

const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const batched = (updates: readonly Uint8Array[]): Uint8Array[] => many(Math.ceil(updates.length / BATCH), (i) => oneUpdate(updates.slice(i * BATCH, (i + 1) * BATCH)));

/** Batches of another that come into the whole document one after another, ms each; then both write apart and one takes what the other wrote. */
async function together(log: readonly Uint8Array[], told: readonly Uint8Array[]): Promise<{ receive: { own: number[]; raw: number[] }; merge: Pair }> {
  const [next, own, raw] = [chance(5), [new DocReplica(1_001), new DocReplica(2_002)] as const, [new RawText(told), new RawText(told)] as const];
  for (const one of own) one.take(log);
  const receive = { own: [] as number[], raw: [] as number[] };
  for (let i = 0; i < REMOTE_BATCHES; i++) {
    const update = oneUpdate(many(REMOTE_OPS, () => press(own[1], wander(next, own[1]))).flat());
    let from = performance.now();
    own[0].take([update]);
    receive.own.push(performance.now() - from);
    for (let n = 0; n < REMOTE_OPS; n++) wanderRaw(next, raw[1]);
    const other = oneUpdate(raw[1].told.splice(0));
    from = performance.now();
    Y.applyUpdate(raw[0].doc, other);
    receive.raw.push(performance.now() - from);
  }
  const [a, b] = own.map((one) => batched(many(MERGED_EDITS, () => press(one, wander(next, one))).flat()));
  const [c, d] = raw.map((one) => (many(MERGED_EDITS, () => wanderRaw(next, one)), batched(one.told)));
  const [ownMs] = await timed(() => own[0].take(b!));
  const [rawMs] = await timed(() => d!.forEach((update) => Y.applyUpdate(raw[0].doc, update)));
  own[1].take(a!);
  for (const update of c!) Y.applyUpdate(raw[1].doc, update);
  same('a merge', ...own.map((one) => JSON.stringify(one.shown())));
  same('a raw merge', ...raw.map((one) => one.text.toString()));
  return { receive, merge: { own: ownMs, raw: rawMs } };
}

async function round(trace: Trace, steps: readonly Step[]) {
  const raw = new RawText();
  const [rawApply] = await timed(() => trace.edits.forEach(([at, remove, insert]) => raw.edit(at, remove, insert)));
  const short = new RawText();
  short.doc.clientID = 1;
  for (const [at, remove, insert] of trace.edits) short.edit(at, remove, insert);
  const log = await newLog();
  const replica = new DocReplica(log.client);
  let [apply, seal] = [0, 0];
  for (let from = 0; from < steps.length; from += BATCH) {
    const began = performance.now();
    const updates = steps.slice(from, from + BATCH).flatMap((step) => press(replica, step));
    const typed = performance.now();
    await log.seal(updates);
    apply += typed - began;
    seal += performance.now() - typed;
  }
  same('typing', trace.text, raw.text.toString(), textOf(replica));
  const sum = (list: readonly Uint8Array[]): number => list.reduce((bytes, one) => bytes + one.length, 0);
  const boxes = { raw: { held: null as RawText | null }, own: { held: null as DocReplica | null } };
  const [replay] = await timed(() => void (boxes.raw.held = new RawText(raw.told)));
  same('replay', trace.text, boxes.raw.held!.text.toString());
  const rawBytes = await freed(boxes.raw);
  const [cold, graph] = await timed(async () => {
    const opened = await log.open();
    boxes.own.held = new DocReplica(1);
    boxes.own.held.take(log.updatesOf(opened));
    return opened;
  });
  same('opening', trace.text, textOf(boxes.own.held!));
  const ownBytes = await freed(boxes.own);
  const snapshot = await log.snapshot(graph);
  const state = Y.encodeStateAsUpdate(raw.doc);
  const [rawSnap] = await timed(() => new RawText([state]).text.toString());
  const [snap, text] = await timed(async () => {
    const copy = new DocReplica(1);
    copy.take(log.updatesOf(await log.openSnapshot(snapshot)));
    return textOf(copy);
  });
  same('the snapshot', trace.text, text);
  return {
    apply: { own: apply, raw: rawApply }, sealed: { own: apply + seal, raw: rawApply }, log: { own: sum(log.records), raw: sum(short.told) }, cold: { own: cold, raw: replay }, snap: { own: snap, raw: rawSnap },
    size: { own: snapshot.ct.length, raw: Y.encodeStateAsUpdateV2(raw.doc).length }, state: replica.state().length, kept: sum(log.updatesOf(graph)), drawn: sum(raw.told), memory: { own: ownBytes, raw: rawBytes }, ...(await together(log.updatesOf(graph), raw.told)),
  };
}

export const suite: Suite = {
  name: 'trace',
  async run(count): Promise<BenchResult[]> {
    await loadTextEngine();
    const trace = loadTrace(process.env.BENCH_TRACE, EDITS);
    const steps = stepsOf(trace);
    const list = await rounds(count, () => round(trace, steps));
    type Round = (typeof list)[number];
    const ratio = (name: string, target: number, unit: 'ms' | 'bytes', pick: (one: Round) => Pair, how: string, more: Record<string, number[]> = {}): BenchResult => result({
      group: 'documents', name, unit: 'ratio', target, direction: 'lower', values: list.map((one) => pick(one).own / pick(one).raw), how,
      peer: { [`lifegraph-${unit}`]: list.map((one) => pick(one).own), [`yjs-${unit}`]: list.map((one) => pick(one).raw), ...more },
    });
    const p99 = (of: (one: Round) => readonly number[]): number[] => list.map((one) => percentile(of(one), 0.99));
    return [
      ratio('b4-apply-vs-yjs', 1.5, 'ms', (one) => one.apply, `${trace.name}, ${trace.edits.length.toLocaleString('en')} edits: each a write of the page's copy of the document with all blocks, as the editor does it, nothing sealed; over one transaction and one update each in one Y.Text`),
      ratio('b4-sealed-vs-yjs', 2, 'ms', (one) => one.sealed, `the same, and every ${BATCH} edits merged, deflated, encrypted, signed and stored in memory as one record; over the same Yjs, which does none of it`),
      ratio('b4-log-bytes-vs-yjs', 0.3, 'bytes', (one) => one.log, 'all records with header and signature, over the updates that Yjs told, one an edit, under client id 1, which is a byte long, as where the target comes from; beside it under a client id as Yjs draws it', { 'yjs-drawn-id-bytes': list.map((one) => one.drawn) }),
      ratio('b4-cold-open-vs-replay', 0.6, 'ms', (one) => one.cold, 'every record parsed, verified, decrypted, judged and applied, until a new copy shows all blocks; over the updates of Yjs applied one by one'),
      ratio('b4-snapshot-open-vs-yjs', 2, 'ms', (one) => one.snap, 'the graph part of the device\'s own snapshot of the fragment opened, until a new copy shows all blocks; it holds the text as one update of the second form, deflated. Over the state of Yjs (v1) applied as one update'),
      ratio('b4-snapshot-bytes-vs-yjs', 1.02, 'bytes', (one) => one.size, 'that snapshot, sealed, over the state of Yjs in its second form; beside it the whole state of our copy as one update (v1)', { 'whole-state-bytes': list.map((one) => one.state) }),
      ratio('b4-memory-vs-yjs', 1.3, 'bytes', (one) => one.memory, 'heap and external memory that the copy of the page frees when it is let go; over a Y.Doc that replayed the trace. Beside it the updates that the kernel keeps for it', { 'kernel-bytes': list.map((one) => one.kept) }),
      result({ group: 'documents', name: 'b4-receive-20-p99-ms', unit: 'ms', target: 2, direction: 'lower', values: p99((one) => one.receive.own), peer: { yjs: p99((one) => one.receive.raw) }, how: `a batch of ${REMOTE_OPS} edits of another at random places taken into the open document, ${REMOTE_BATCHES} batches, without decrypting` }),
      ratio('b4-merge-vs-yjs', 1.5, 'ms', (one) => one.merge, `two writers with ${MERGED_EDITS.toLocaleString('en')} edits each at random places since they were together: one takes what the other wrote, in batches of ${BATCH}`),
    ];
  },
};
