/**
 * The same work by stock GUN and by Yjs, in memory and in one thread. Neither signs, encrypts, hash-links nor commits; figures of theirs
 * are an upper bound of what they would do with that.
 */
import Gun, { type GunMessage } from 'gun/gun.js';
import * as Y from 'yjs';
import '#adapters/gun/gun-root';
import { turn } from '#bench/support/measure';
import { batches } from '#bench/support/words';

interface Moved {
  readonly rate: number;
  readonly bytes: number;
}

const textOf = (op: ReturnType<typeof batches>[number][number]): string => (op.op === 'node.create' ? String(op.props.text) : '');

/** A Y.Map of nodes, one Y.Map per message; one update per transaction goes to the other document. */
export async function yjsLive(each: number, ops: number): Promise<Moved> {
  const [a, b] = [new Y.Doc(), new Y.Doc()];
  let bytes = 0;
  a.on('update', (update: Uint8Array) => {
    bytes += update.length;
    Y.applyUpdate(b, update);
  });
  const work = batches(2, ops / each, each);
  const from = performance.now();
  fillYjs(a, work);
  return { rate: ops / ((performance.now() - from) / 1000), bytes: bytes / ops };
}

function fillYjs(doc: Y.Doc, work: ReturnType<typeof batches>): void {
  const nodes = doc.getMap<Y.Map<unknown>>('nodes');
  let n = 0;
  for (const batch of work) {
    doc.transact(() => {
      for (const op of batch) {
        const node = new Y.Map<unknown>();
        node.set('type', 'chat/message@1');
        node.set('text', textOf(op));
        node.set('time', 1_767_225_600_000 + n);
        nodes.set(`node-${String(n++).padStart(11, '0')}`, node);
      }
    });
  }
}

/** Milliseconds from an edit to the observer, one value per edit. */
export function yjsEdits(nodes: number, edits: number): number[] {
  const doc = new Y.Doc();
  fillYjs(doc, batches(2, nodes / 100, 100));
  const map = doc.getMap<Y.Map<unknown>>('nodes');
  const ids = [...map.keys()];
  const out: number[] = [];
  let from = 0;
  map.observeDeep(() => void out.push(performance.now() - from));
  for (let i = 0; i < edits; i++) {
    from = performance.now();
    map.get(ids[i % ids.length]!)!.set('n', i);
  }
  return out;
}

/** A late joiner: the whole document as one update. */
export function yjsCatchUp(ops: number): { rate: number; openMs: number } {
  const doc = new Y.Doc();
  fillYjs(doc, batches(2, ops / 100, 100));
  const from = performance.now();
  const update = Y.encodeStateAsUpdate(doc);
  const encoded = performance.now();
  Y.applyUpdate(new Y.Doc(), update);
  const end = performance.now();
  return { rate: ops / ((end - from) / 1000), openMs: end - encoded };
}

/** Two stock instances over JSON frames in memory, one put message per batch at the root (the chain API is ten times slower). */
export async function gunLive(each: number, ops: number): Promise<Moved> {
  const [a, b] = [stock(), stock()];
  let bytes = 0;
  let arrived = 0;
  let done = (): void => {};
  const wire = (to: () => void, deliver: (raw: string) => void) => ({ send: (raw: string) => {
    bytes += raw.length;
    setImmediate(() => deliver(raw));
    to();
  } });
  const peerB = { id: 'b', wire: wire(() => {}, (raw) => b.opt.mesh!.hear(raw as unknown as GunMessage, peerA)) };
  const peerA = { id: 'a', wire: wire(() => {}, (raw) => a.opt.mesh!.hear(raw as unknown as GunMessage, peerB)) };
  a.opt.mesh!.hi(peerB);
  b.opt.mesh!.hi(peerA);
  await turn();
  const work = batches(2, ops / each, each);
  b.on('put', function (field) {
    this.to.next(field);
    if (field.put['.'] === 'text' && ++arrived === ops) done();
  });
  bytes = 0;
  const from = performance.now();
  const finished = new Promise<void>((resolve) => (done = resolve));
  let n = 0;
  for (const batch of work) {
    const put: Record<string, Record<string, unknown>> = {};
    for (const op of batch) {
      const soul = `node-${String(n++).padStart(11, '0')}`;
      put[soul] = { _: { '#': soul, '>': { type: 1, text: 1, time: 1 } }, type: 'chat/message@1', text: textOf(op), time: 1_767_225_600_000 + n };
    }
    a.on('in', { '#': Math.random().toString(36).slice(2, 12), put } as unknown as GunMessage);
    if (n % 1_000 === 0) await turn();
  }
  const late = setTimeout(() => done(), 30_000);
  await finished;
  clearTimeout(late);
  return { rate: arrived / ((performance.now() - from) / 1000), bytes: bytes / ops };
}

function stock() {
  const options = { localStorage: false, radisk: false, multicast: false, axe: false, peers: {}, WebSocket: false, log: () => {} } as const;
  const root = Gun({ ...options } as never)._;
  if (!root.opt.mesh) {
    root.opt.mesh = Gun.Mesh(root);
    // What GUN itself does where it finds a browser.
    (root.on as (event: string, listener: unknown) => void)('out', (root.opt.mesh as unknown as { say: unknown }).say);
  }
  return root;
}

/** Put at the root to the 'put' hook, per edit; stock GUN keeps the same nodes in memory. */
export function gunEdits(nodes: number, edits: number): number[] {
  const root = stock();
  const out: number[] = [];
  const put = (soul: string, key: string, value: unknown, state: number): void => {
    root.on('in', { '#': Math.random().toString(36).slice(2, 12), put: { [soul]: { _: { '#': soul, '>': { [key]: state } }, [key]: value } } } as unknown as GunMessage);
  };
  for (let i = 0; i < nodes; i++) put(`node-${i}`, 'text', `text ${i}`, 1);
  let from = 0;
  root.on('put', function (field) {
    this.to.next(field);
    out.push(performance.now() - from);
  });
  for (let i = 0; i < edits; i++) {
    from = performance.now();
    put(`node-${i % nodes}`, 'n', i, 2 + i);
  }
  return out;
}
