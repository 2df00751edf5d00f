/**
 * The Replica port on GUN core (GUN.md 7, FORMATS 7, SPIKE 6). GUN holds and routes the graph: souls are log pages, keys are
 * `seq#hash`, values are records as text, states never move. On the links between LGOS peers the wire is not JSON: every GUN frame is a
 * short token (its message id), and the peer's wire turns tokens back into record bytes, so nothing is encoded only to be decoded.
 *
 * What a peer sent enters GUN's graph and is reported (onPut), but is not passed on: only put() sends, after the kernel has verified and
 * committed (GUN.md 7.5). Answers to gets of ours never enter the graph. The guard stands before every hear*.
 */
import type { GunField, GunGraph, GunMessage, GunMeta, GunPeer } from 'gun/gun.js';
import { equalBytes, fromBase64url } from '#base/bytes';
import type { Clock } from '#ports/clock';
import { parseHeadValue } from '#vm/protocol/gun-names';
import type { Random } from '#ports/random';
import type { HeadHint, RangeRequest, RecordEntry, Replica, ReplicaHooks, ReplicaPeer } from '#ports/replica';
import { GUN_GET_TIMEOUT_MS, GUN_HEARD_PENDING, GUN_RAM_BYTES, GUN_RANGE_BYTES, GUN_RECENT_FIELDS, GUN_SERVING_PER_PEER } from '#adapters/limits';
import { fieldId, pageField, rangeGet, toGraph, writerField, type Field } from './graph-entry.ts';
import { openGun, type GunInstance } from './gun-root.ts';
import { createHeadBook, headField, headsIn, knownHead, type HeadBook } from './head-book.ts';
import { gunMessageId as messageId } from '#vm/protocol/gun-message-id';
import { createOutbox, type Outbox } from './outbox.ts';
import { serveGet } from './serve-get.ts';

export interface GunReplicaDeps {
  readonly random: Random;
  readonly hooks: ReplicaHooks;
  readonly clock: Clock;
  /** Bytes of keys and values in GUN's memory above which it is emptied, when not GUN_RAM_BYTES; Infinity = never, as the control of a measurement. */
  readonly ramBytes?: number;
}

/** Heads under way through GUN, and those it found new. */
interface Hinting {
  readonly from: string;
  readonly byField: ReadonlyMap<string, HeadHint>;
  readonly fresh: HeadHint[];
}

interface LinkedPeer {
  readonly port: ReplicaPeer;
  readonly gun: GunPeer;
  readonly outbox: Outbox;
  serving: number;
}

/** A put under way through GUN: own ones are routed, heard ones reported. */
interface Passing {
  readonly entries: readonly RecordEntry[];
  readonly from: string | null;
  readonly own: boolean;
  /** fieldId → entry, for those GUN found new. */
  readonly byField: ReadonlyMap<string, RecordEntry>;
  readonly fresh: RecordEntry[];
}

interface Asking {
  readonly peer: string;
  end(entries: readonly RecordEntry[] | null, reason: string): void;
}

interface Serving {
  readonly peer: string;
  readonly request: string;
  readonly range: RangeRequest;
}

/** A replica on a GUN instance of its own. Nothing it is given makes it throw; get() rejects. */
export function createGunReplica(deps: GunReplicaDeps): Replica {
  return new GunReplica(deps);
}

class GunReplica implements Replica {
  readonly #random: Random;
  readonly #hooks: ReplicaHooks;
  readonly #clock: Clock;
  readonly #gun: GunInstance;
  readonly #peers = new Map<string, LinkedPeer>();
  readonly #passing = new Map<string, Passing>();
  readonly #hinting = new Map<string, Hinting>();
  readonly #book: HeadBook;
  readonly #asking = new Map<string, Asking>();
  readonly #serving = new Map<string, Serving>();
  readonly #answers = new Map<string, readonly RecordEntry[]>();
  readonly #recent = new Map<Uint8Array, Field>();
  readonly #counts = new Map<string, number>();
  readonly #ramMost: number;
  #ramBytes = 0;

  constructor({ random, hooks, clock, ramBytes }: GunReplicaDeps) {
    this.#ramMost = ramBytes ?? GUN_RAM_BYTES;
    this.#random = random;
    this.#hooks = hooks;
    this.#clock = clock;
    this.#book = createHeadBook(clock, (heads) => this.#safely(() => this.#tellHeads(heads)));
    this.#gun = openGun({
      onField: (field) => this.#safely(() => this.#onField(field)),
      onGet: (message) => this.#safely(() => this.#onGet(message)),
      way: (message) => this.#safely(() => this.#settle(message)),
    });
  }

  addPeer(peer: ReplicaPeer): void {
    this.#safely(() => {
      this.#drop(peer.id);
      const outbox = createOutbox(peer, () => this.#count('gun.errors'));
      const gun: GunPeer = { id: messageId(this.#random), wire: { send: outbox.send } };
      this.#peers.set(peer.id, { port: peer, gun, outbox, serving: 0 });
      this.#gun.mesh.hi(gun);
    });
  }

  removePeer(id: string): void {
    this.#safely(() => this.#drop(id));
  }

  put(entries: readonly RecordEntry[], from: string | null): void {
    this.#safely(() => {
      if (entries.length === 0) return;
      this.#count('gun.put.own', entries.length);
      this.#pass(entries, from, true, (message) => this.#gun.root.on('in', message));
      this.#book.note(entries);
    });
  }

  hearPut(from: string, entries: readonly RecordEntry[]): void {
    this.#safely(() => {
      const peer = this.#peers.get(from);
      if (!peer || entries.length === 0) return;
      this.#count('gun.put.heard', entries.length);
      this.#pass(entries, from, false, (message) => this.#gun.mesh.hear(message, peer.gun));
    });
  }

  hearHeads(from: string, heads: readonly HeadHint[]): void {
    this.#safely(() => {
      const peer = this.#peers.get(from);
      const { graph } = this.#gun.root;
      const above = heads.filter((head) => head.seq > knownHead(graph, head));
      if (!peer || above.length === 0) return;
      this.#count('gun.heads.heard', above.length);
      const id = messageId(this.#random);
      const fields = above.map(headField);
      this.#hinting.set(id, { from, byField: new Map(fields.map((field, i) => [fieldId(field), above[i]!])), fresh: [] });
      if (this.#hinting.size > GUN_HEARD_PENDING) this.#hinting.delete(this.#hinting.keys().next().value!);
      this.#gun.mesh.hear({ '#': id, put: toGraph(fields) }, peer.gun);
    });
  }

  heads(space: Uint8Array, fragment: Uint8Array): readonly HeadHint[] {
    const out: HeadHint[] = [];
    for (const [writer, value] of headsIn(this.#gun.root.graph, space, fragment)) {
      const [key, head] = [fromBase64url(writer), parseHeadValue(value)];
      if (key && head) out.push({ space, fragment, writer: key, ...head });
    }
    return out;
  }

  hearGet(from: string, request: string, range: RangeRequest): void {
    this.#safely(() => {
      const peer = this.#peers.get(from);
      if (!peer) return;
      if (peer.serving >= GUN_SERVING_PER_PEER) return this.#count('gun.get.dropped');
      peer.serving++;
      const id = messageId(this.#random);
      this.#serving.set(id, { peer: from, request, range });
      this.#gun.mesh.hear({ '#': id, get: { ...rangeGet(range), '%': GUN_RANGE_BYTES } }, peer.gun);
    });
  }

  hearReply(from: string, request: string, entries: readonly RecordEntry[]): void {
    this.#safely(() => {
      const peer = this.#peers.get(from);
      // An answer nobody waits for would be merged as a put: it ends here.
      if (!peer || this.#asking.get(request)?.peer !== from) return this.#count('gun.reply.unasked');
      const id = messageId(this.#random);
      this.#answers.set(id, entries);
      this.#gun.mesh.hear({ '#': id, '@': request, put: {} }, peer.gun);
      this.#answers.delete(id);
    });
  }

  get(to: string, range: RangeRequest): Promise<readonly RecordEntry[]> {
    return new Promise((resolve, reject) => {
      const peer = this.#peers.get(to);
      if (!peer) return reject(new Error('gun get: peer gone'));
      const id = messageId(this.#random);
      const cancel = this.#clock.setTimer(GUN_GET_TIMEOUT_MS, () => this.#asking.get(id)?.end(null, 'timeout'));
      this.#asking.set(id, {
        peer: to,
        end: (entries, reason) => {
          this.#asking.delete(id);
          cancel();
          if (entries !== null) return resolve(entries);
          this.#count(`gun.get.${reason.replace(' ', '-')}`);
          reject(new Error(`gun get: ${reason}`));
        },
      });
      this.#count('gun.get.asked');
      this.#safely(() => this.#ask(id, peer, range));
    });
  }

  evict(): void {
    this.#safely(() => {
      const { graph } = this.#gun.root;
      const souls = Object.keys(graph);
      for (const soul of souls) delete graph[soul];
      this.#ramBytes = 0;
      this.#recent.clear();
      this.#count('gun.evicted', souls.length);
    });
  }

  counters(): Record<string, number> {
    return { ...Object.fromEntries(this.#counts), 'gun.ram.bytes': this.#ramBytes, 'gun.ram.souls': Object.keys(this.#gun.root.graph).length, 'gun.peers': this.#peers.size, 'gun.passing': this.#passing.size, 'gun.recent': this.#recent.size };
  }

  #count(name: string, add = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + add);
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch {
      this.#count('gun.errors');
    }
  }

  async #read(range: RangeRequest): Promise<readonly RecordEntry[]> {
    return this.#hooks.readRange(range);
  }

  /** A heard record comes back as put() a moment later: its text and hash are kept until eviction. */
  #fieldOf(entry: RecordEntry): Field {
    const known = this.#recent.get(entry.bytes);
    if (known) return known;
    const field = pageField(entry);
    this.#recent.set(entry.bytes, field);
    if (this.#recent.size > GUN_RECENT_FIELDS) this.#recent.delete(this.#recent.keys().next().value!);
    return field;
  }

  #pass(entries: readonly RecordEntry[], from: string | null, own: boolean, enter: (message: GunMessage) => void): void {
    const id = messageId(this.#random);
    const byField = new Map<string, RecordEntry>();
    const fields: Field[] = [];
    for (const entry of entries) {
      const field = this.#fieldOf(entry);
      byField.set(fieldId(field), entry);
      fields.push(field);
      if (entry.seq === 0) fields.push(writerField(entry, field.value));
    }
    this.#passing.set(id, { entries, from, own, byField, fresh: [] });
    if (this.#passing.size > GUN_HEARD_PENDING) this.#passing.delete(this.#passing.keys().next().value!);
    enter({ '#': id, put: toGraph(fields) });
  }

  #onField({ put, _: context }: GunField): void {
    const value = put[':'];
    this.#ramBytes += put['.'].length + (typeof value === 'string' ? value.length : 0);
    const hinting = this.#hinting.get(context['#']);
    const hint = hinting?.byField.get(fieldId({ soul: put['#'], key: put['.'] }));
    if (hint) hinting!.fresh.push(hint);
    const pending = this.#passing.get(context['#']);
    const entry = pending?.own === false ? pending.byField.get(fieldId({ soul: put['#'], key: put['.'] })) : undefined;
    if (entry) pending!.fresh.push(entry);
  }

  /** GUN is done with a message: route own puts, report heard ones; gets are never passed on. */
  #settle(message: GunMessage): void {
    const hinting = this.#hinting.get(message['#']);
    this.#hinting.delete(message['#']);
    if (hinting) for (const head of hinting.fresh) this.#hooks.onHead(head, hinting.from);
    const pending = this.#passing.get(message['#']);
    if (!pending || message.put === undefined) return;
    this.#passing.delete(message['#']);
    if (this.#ramBytes > this.#ramMost) this.evict();
    if (pending.own) this.#route(pending, message.put);
    else if (pending.fresh.length > 0) this.#hooks.onPut(pending.fresh, pending.from!);
  }

  /** Into the graph, and to those who take hints. */
  #tellHeads(heads: ReadonlyMap<HeadHint, RecordEntry>): void {
    this.#gun.root.on('in', { '#': messageId(this.#random), put: toGraph([...heads.keys()].map(headField)) });
    this.#count('gun.heads.written', heads.size);
    for (const peer of this.#peers.values()) {
      const { port } = peer;
      if (!port.sendHeads) continue;
      const mine = [...heads].filter(([, entry]) => this.#hooks.route(entry, null).includes(port.id)).map(([head]) => head);
      if (mine.length > 0) this.#safely(() => port.sendHeads!(mine));
    }
  }

  #route({ entries, from }: Passing, put: GunGraph): void {
    const perPeer = new Map<string, RecordEntry[]>();
    for (const entry of entries) {
      for (const id of new Set(this.#hooks.route(entry, from))) {
        if (id === from) continue;
        const list = perPeer.get(id);
        if (list) list.push(entry);
        else perPeer.set(id, [entry]);
      }
    }
    for (const [id, list] of perPeer) {
      const peer = this.#peers.get(id);
      if (!peer) continue;
      const token = messageId(this.#random);
      this.#gun.mesh.say({ '#': token, put, _: meta(peer.outbox.add(token, { kind: 'put', entries: list })) }, peer.gun);
      this.#count('gun.put.sent', list.length);
    }
  }

  #ask(id: string, peer: LinkedPeer, range: RangeRequest): void {
    this.#gun.root.ask((message) => {
      const entries = this.#answers.get(message['#']);
      if (entries) this.#asking.get(id)?.end(entries.filter((entry) => inRange(entry, range)), 'answered');
    }, { '#': id });
    const raw = peer.outbox.add(id, { kind: 'get', request: id, range });
    this.#gun.mesh.say({ '#': id, get: { ...rangeGet(range), '%': GUN_RANGE_BYTES }, _: meta(raw) }, peer.gun);
  }

  #onGet(message: GunMessage): void {
    const id = message['#'];
    const wanted = this.#serving.get(id);
    if (wanted) void this.#answer(id, wanted);
    else if (message.get) {
      void serveGet(message.get, (range) => this.#read(range)).catch(() => null).then((graph) => {
        const notFound = { '@': id, '#': messageId(this.#random), _: meta(undefined, true) };
        this.#safely(() => this.#gun.root.on('in', graph === null ? notFound : { ...notFound, '##': messageId(this.#random), put: graph }));
      });
    }
  }

  async #answer(id: string, { peer: from, request, range }: Serving): Promise<void> {
    const entries = await this.#read(range).catch(() => []);
    // The asker went meanwhile; another peer may carry its name now.
    if (!this.#serving.delete(id)) return;
    const peer = this.#peers.get(from)!;
    peer.serving--;
    this.#count('gun.get.served');
    const token = messageId(this.#random);
    const raw = peer.outbox.add(token, { kind: 'reply', request, entries });
    // `faith`: GUN passes the answer on to the asker without merging it here; '##' spares its own hash of the JSON (SPIKE 3).
    this.#safely(() => this.#gun.root.on('in', { '@': id, '#': token, '##': messageId(this.#random), put: {}, _: meta(raw, true) }));
  }

  #drop(id: string): void {
    const peer = this.#peers.get(id);
    if (!peer) return;
    this.#peers.delete(id);
    peer.outbox.clear();
    for (const [gunId, wanted] of this.#serving) if (wanted.peer === id) this.#serving.delete(gunId);
    for (const asked of [...this.#asking.values()]) if (asked.peer === id) asked.end(null, 'peer gone');
    this.#gun.mesh.bye(peer.gun);
  }
}

function meta(raw: string | undefined, faith = false): GunMeta {
  const notes: GunMeta = () => {};
  if (raw !== undefined) notes.raw = raw;
  if (faith) notes.faith = true;
  return notes;
}

function inRange(entry: RecordEntry, range: RangeRequest): boolean {
  return entry.seq >= range.from && entry.seq <= range.to && equalBytes(entry.writer, range.writer) && equalBytes(entry.fragment, range.fragment) && equalBytes(entry.space, range.space);
}
