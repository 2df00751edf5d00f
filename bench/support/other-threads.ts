/**
 * Yjs and stock GUN with a thread for each side, like the kernels beside them: updates and JSON frames go over a MessagePort. Neither signs,
 * encrypts, hash-links nor commits; figures of theirs are an upper bound of what they would do with that.
 */
import type { MessagePort } from 'node:worker_threads';
import Gun, { type GunMessage } from 'gun/gun.js';
import * as Y from 'yjs';
import '#adapters/gun/gun-root';
import { turn } from './measure.ts';
import { batches, textOf } from './words.ts';

/** When the sending side began, and the bytes it sent per operation. */
export interface Sent {
  readonly from: number;
  readonly bytes: number;
}

/** A Y.Map of nodes, one Y.Map per message, a transaction per batch. */
export function fillYjs(doc: Y.Doc, work: ReturnType<typeof batches>): void {
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

/** A stock instance without network and storage of its own. */
export function stockGun() {
  const options = { localStorage: false, radisk: false, multicast: false, axe: false, peers: {}, WebSocket: false, log: () => {} } as const;
  const root = Gun({ ...options } as never)._;
  if (!root.opt.mesh) {
    root.opt.mesh = Gun.Mesh(root);
    // What GUN itself does where it finds a browser.
    (root.on as (event: string, listener: unknown) => void)('out', (root.opt.mesh as unknown as { say: unknown }).say);
  }
  return root;
}

/** A stock instance with one peer at the other end of the port. */
function gunOn(port: MessagePort, onSent: (bytes: number) => void) {
  const root = stockGun();
  const peer = { id: 'other', wire: { send(raw: string) {
    onSent(raw.length);
    port.postMessage(raw);
  } } };
  port.on('message', (raw: GunMessage) => root.opt.mesh!.hear(raw, peer));
  root.opt.mesh!.hi(peer);
  return root;
}

/** ms of the clock that all threads of the process share. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** What the main thread may call. */
export class OtherThread {
  /** One update per transaction. */
  async yjsSend(port: MessagePort, each: number, ops: number): Promise<Sent> {
    const doc = new Y.Doc();
    let bytes = 0;
    doc.on('update', (update: Uint8Array) => {
      bytes += update.length;
      port.postMessage(update, [update.buffer as ArrayBuffer]);
    });
    const work = batches(2, ops / each, each);
    const from = now();
    fillYjs(doc, work);
    return { from, bytes: bytes / ops };
  }

  /** When the last of so many updates was applied. */
  yjsTake(port: MessagePort, updates: number): Promise<number> {
    const doc = new Y.Doc();
    let left = updates;
    return new Promise((resolve) => port.on('message', (update: Uint8Array) => {
      Y.applyUpdate(doc, update);
      if (--left > 0) return;
      resolve(now());
      port.close();
    }));
  }

  /** Makes the document, and answers questions with all of it as one update. */
  async yjsServe(port: MessagePort, ops: number): Promise<void> {
    const doc = new Y.Doc();
    fillYjs(doc, batches(2, ops / 100, 100));
    port.on('message', () => port.postMessage(Y.encodeStateAsUpdate(doc)));
  }

  /** Asks for it: ms until it is applied, and of the applying alone. */
  yjsJoin(port: MessagePort): Promise<{ ms: number; openMs: number }> {
    const from = now();
    const answered = new Promise<{ ms: number; openMs: number }>((resolve) => port.on('message', (update: Uint8Array) => {
      const got = now();
      Y.applyUpdate(new Y.Doc(), update);
      const at = now();
      resolve({ ms: at - from, openMs: at - got });
      port.close();
    }));
    port.postMessage('all');
    return answered;
  }

  /** One put message per batch at the root (the chain API is ten times slower). */
  async gunSend(port: MessagePort, each: number, ops: number): Promise<Sent> {
    let bytes = 0;
    const root = gunOn(port, (n) => (bytes += n));
    const work = batches(2, ops / each, each);
    await turn();
    bytes = 0;
    const from = now();
    let n = 0;
    for (const batch of work) {
      const put: Record<string, Record<string, unknown>> = {};
      for (const op of batch) {
        const soul = `node-${String(n++).padStart(11, '0')}`;
        put[soul] = { _: { '#': soul, '>': { type: 1, text: 1, time: 1 } }, type: 'chat/message@1', text: textOf(op), time: 1_767_225_600_000 + n };
      }
      root.on('in', { '#': Math.random().toString(36).slice(2, 12), put } as unknown as GunMessage);
      if (n % 1_000 === 0) await turn();
    }
    // Its mesh sends in timers of its own; the port is closed by the other side, which has all.
    await new Promise<void>((resolve) => port.on('close', () => resolve()));
    return { from, bytes: bytes / ops };
  }

  /** When so many nodes had come. */
  gunTake(port: MessagePort, ops: number): Promise<number> {
    const root = gunOn(port, () => {});
    let left = ops;
    return new Promise((resolve) => root.on('put', function (field) {
      this.to.next(field);
      if (field.put['.'] !== 'text' || --left > 0) return;
      resolve(now());
      port.close();
    }));
  }
}
