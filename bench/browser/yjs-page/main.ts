/**
 * The page that does the same work with Yjs: one Y.Map per node under one map, y-websocket or y-webrtc between the browsers, y-indexeddb
 * below. `window.peer` is its whole surface; the benchmark drives it by page.evaluate, as it drives window.lifegraph.
 */
import { IndexeddbPersistence } from 'y-indexeddb';
import { WebrtcProvider } from 'y-webrtc';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

/** One text edit: place, characters removed, text put in. */
export type Splice = readonly [at: number, remove: number, insert: string];

export interface YjsPeer {
  /** Opens a room; `via` none = only the local store. Resolves when the store is read. */
  open(room: string, via: 'ws' | 'rtc' | 'none', server: string): Promise<void>;
  /** Leaves the room; the store stays. */
  close(): Promise<void>;
  /** Nodes of four fields from number `from` on, `each` per transaction; the time of the start. */
  fill(from: number, count: number, each: number): number;
  /** Resolves with the time when so many nodes are there. */
  reached(count: number): Promise<number>;
  /** Edits one by one, each a transaction; the time of the start. */
  splices(edits: readonly Splice[]): number;
  /** Resolves with the time when the text has this length. */
  textReached(length: number): Promise<number>;
  text(): string;
  pause(): void;
  /** The time of the start. */
  resume(): number;
  /** True when another browser is in the room. */
  linked(): boolean;
  /** Resolves when what was written is in the store. */
  stored(): Promise<void>;
  /** The time when node number n arrived. */
  arrivals(): [number, number][];
}

const clock = (): number => performance.timeOrigin + performance.now();
let doc = new Y.Doc();
let store: IndexeddbPersistence | null = null;
let socket: WebsocketProvider | null = null;
let rtc: WebrtcProvider | null = null;
let seen: [number, number][] = [];

const nodes = (): Y.Map<Y.Map<unknown>> => doc.getMap('nodes');

/** Looks after every change of the document; nothing is polled. */
function when(done: () => boolean): Promise<number> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!done()) return;
      doc.off('afterTransaction', look);
      resolve(clock());
    };
    doc.on('afterTransaction', look);
    look();
  });
}

const peer: YjsPeer = {
  async open(room, via, server) {
    doc = new Y.Doc();
    seen = [];
    nodes().observe((event) => {
      const at = clock();
      for (const key of event.keysChanged) seen.push([Number(key.slice(5)), at]);
    });
    store = new IndexeddbPersistence(room, doc);
    await store.whenSynced;
    if (via === 'ws') socket = new WebsocketProvider(server, room, doc, { disableBc: true });
    if (via === 'rtc') rtc = new WebrtcProvider(room, doc, { signaling: [server] });
  },
  async close() {
    socket?.destroy();
    rtc?.destroy();
    socket = rtc = null;
    await store?.destroy();
    doc.destroy();
  },
  fill(from, count, each) {
    const at = clock();
    for (let done = 0; done < count; done += each) {
      doc.transact(() => {
        for (let i = done; i < Math.min(count, done + each); i++) {
          const node = new Y.Map<unknown>();
          node.set('title', `Item ${from + i}`);
          node.set('state', i % 3 === 0 ? 'done' : 'open');
          node.set('n', from + i);
          node.set('due', 1_767_225_600_000 + i);
          nodes().set(`node-${from + i}`, node);
        }
      });
    }
    return at;
  },
  reached: (count) => when(() => nodes().size >= count),
  splices(edits) {
    const at = clock();
    const text = doc.getText('text');
    for (const [place, remove, insert] of edits) {
      doc.transact(() => {
        if (remove > 0) text.delete(place, remove);
        if (insert !== '') text.insert(place, insert);
      });
    }
    return at;
  },
  textReached: (length) => when(() => doc.getText('text').length === length),
  text: () => doc.getText('text').toString(),
  pause() {
    socket?.disconnect();
    rtc?.disconnect();
  },
  resume() {
    const at = clock();
    socket?.connect();
    rtc?.connect();
    return at;
  },
  linked: () => socket?.synced === true || (rtc?.room?.webrtcConns.size ?? 0) > 0,
  stored: async () => {
    // Writes of y-indexeddb are queued in order: a value written now is stored after them.
    await store?.set('mark', clock());
  },
  arrivals: () => seen,
};

(globalThis as unknown as { peer: YjsPeer }).peer = peer;
