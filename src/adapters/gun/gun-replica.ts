/**
 * The Replica port on GUN core (GUN.md 7, FORMATS 7, SPIKE 6). GUN holds and routes the graph: souls are log pages, keys are
 * `seq#hash`, values are records as text, states never move. On the links between LGOS peers the wire is not JSON: every GUN frame is a
 * short token (its message id), and the peer's wire turns tokens back into record bytes, so nothing is encoded only to be decoded.
 *
 * What a peer sent enters GUN's graph and is reported (onPut), but is not passed on: only put() sends, after the kernel has verified and
 * committed (GUN.md 7.5). Answers to gets of ours never enter the graph. The guard stands before every hear*.
 */
import type { GunField, GunMessage, GunMeta, GunPeer } from 'gun/gun.js';
import type { Clock } from '#ports/clock';
import type { Random } from '#ports/random';
import type { RangeRequest, RecordEntry, Replica, ReplicaHooks } from '#ports/replica';
import { GUN_GET_TIMEOUT_MS, GUN_HEARD_PENDING, GUN_RAM_BYTES, GUN_RANGE_BYTES, GUN_RECENT_FIELDS, GUN_SERVING_PER_PEER } from '#adapters/limits';
import { fieldId, pageField, rangeGet, toGraph, writerField, type Field } from './graph-entry.ts';
import { openGun } from './gun-root.ts';
import { messageId } from './message-id.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { serveGet } from './serve-get.ts';

export interface GunReplicaDeps {
  readonly random: Random;
  readonly hooks: ReplicaHooks;
  readonly clock: Clock;
}

interface LinkedPeer {
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
  readonly range: RangeRequest;
  end(entries: readonly RecordEntry[] | null, reason: string): void;
}

interface Serving {
  readonly peer: string;
  readonly request: string;
  readonly range: RangeRequest;
}

/** A replica on a GUN instance of its own. Nothing it is given makes it throw; get() rejects. */
export function createGunReplica(deps: GunReplicaDeps): Replica {
  const { random, hooks, clock } = deps;
  const peers = new Map<string, LinkedPeer>();
  const passing = new Map<string, Passing>();
  const asking = new Map<string, Asking>();
  const serving = new Map<string, Serving>();
  const answers = new Map<string, readonly RecordEntry[]>();
  const recent = new Map<Uint8Array, Field>();
  const counts = new Map<string, number>();
  let ramBytes = 0;

  const count = (name: string, add = 1): void => void counts.set(name, (counts.get(name) ?? 0) + add);
  const safely = (work: () => void): void => {
    try {
      work();
    } catch {
      count('gun.errors');
    }
  };
  const read = async (range: RangeRequest): Promise<readonly RecordEntry[]> => hooks.readRange(range);
  const { root, mesh } = openGun({
    onField: (field) => safely(() => onField(field)),
    onGet: (message) => safely(() => onGet(message)),
    way: (message) => safely(() => settle(message)),
  });

  /** A heard record comes back as put() a moment later: its text and hash are kept until eviction. */
  const fieldOf = (entry: RecordEntry): Field => {
    const known = recent.get(entry.bytes);
    if (known) return known;
    const field = pageField(entry);
    recent.set(entry.bytes, field);
    if (recent.size > GUN_RECENT_FIELDS) recent.delete(recent.keys().next().value!);
    return field;
  };
  const pass = (entries: readonly RecordEntry[], from: string | null, own: boolean, enter: (message: GunMessage) => void): void => {
    const id = messageId(random);
    const byField = new Map<string, RecordEntry>();
    const fields: Field[] = [];
    for (const entry of entries) {
      const field = fieldOf(entry);
      byField.set(fieldId(field), entry);
      fields.push(field);
      if (entry.seq === 0) fields.push(writerField(entry, field.value));
    }
    passing.set(id, { entries, from, own, byField, fresh: [] });
    if (passing.size > GUN_HEARD_PENDING) passing.delete(passing.keys().next().value!);
    enter({ '#': id, put: toGraph(fields) });
  };
  const onField = ({ put, _: context }: GunField): void => {
    const value = put[':'];
    ramBytes += put['.'].length + (typeof value === 'string' ? value.length : 0);
    const pending = passing.get(context['#']);
    const entry = pending?.own === false ? pending.byField.get(`${put['#']} ${put['.']}`) : undefined;
    if (entry) pending!.fresh.push(entry);
  };
  /** GUN is done with a message: route own puts, report heard ones; gets are never passed on. */
  const settle = (message: GunMessage): void => {
    const pending = passing.get(message['#']);
    if (!pending || message.put === undefined) return;
    passing.delete(message['#']);
    if (ramBytes > GUN_RAM_BYTES) evict();
    if (pending.own) route(pending, message);
    else if (pending.fresh.length > 0) hooks.onPut(pending.fresh, pending.from!);
  };
  const route = (pending: Passing, message: GunMessage): void => {
    const perPeer = new Map<string, RecordEntry[]>();
    for (const entry of pending.entries) {
      for (const id of new Set(hooks.route(entry, pending.from))) {
        if (id === pending.from) continue;
        const list = perPeer.get(id);
        if (list) list.push(entry);
        else perPeer.set(id, [entry]);
      }
    }
    for (const [id, entries] of perPeer) {
      const peer = peers.get(id);
      if (!peer) continue;
      const token = messageId(random);
      mesh.say({ '#': token, put: message.put!, _: meta(peer.outbox.add(token, { kind: 'put', entries })) }, peer.gun);
      count('gun.put.sent', entries.length);
    }
  };
  const onGet = (message: GunMessage): void => {
    const wanted = serving.get(message['#']);
    if (wanted) void answer(message['#'], wanted);
    else if (message.get) {
      void serveGet(message.get, read).catch(() => null).then((graph) => safely(() => {
        root.on('in', { '@': message['#'], '#': messageId(random), '##': messageId(random), put: graph ?? undefined, _: meta(undefined, true) } as GunMessage);
      }));
    }
  };
  const answer = async (id: string, { peer: from, request, range }: Serving): Promise<void> => {
    const entries = await read(range).catch(() => []);
    serving.delete(id);
    const peer = peers.get(from);
    if (!peer) return;
    peer.serving--;
    count('gun.get.served');
    const token = messageId(random);
    const raw = peer.outbox.add(token, { kind: 'reply', request, entries });
    // `faith`: GUN passes the answer on to the asker without merging it here; '##' spares its own hash of the JSON (SPIKE 3).
    safely(() => root.on('in', { '@': id, '#': token, '##': messageId(random), put: {}, _: meta(raw, true) }));
  };
  const evict = (): void => {
    const souls = Object.keys(root.graph);
    for (const soul of souls) delete root.graph[soul];
    ramBytes = 0;
    recent.clear();
    count('gun.evicted', souls.length);
  };

  return {
    addPeer(peer) {
      safely(() => {
        if (peers.has(peer.id)) drop(peer.id);
        const outbox = createOutbox(peer, () => count('gun.errors'));
        const gun: GunPeer = { id: messageId(random), wire: { send: outbox.send } };
        peers.set(peer.id, { gun, outbox, serving: 0 });
        mesh.hi(gun);
      });
    },
    removePeer: (id) => safely(() => drop(id)),
    put: (entries, from) => safely(() => {
      if (entries.length === 0) return;
      count('gun.put.own', entries.length);
      pass(entries, from, true, (message) => root.on('in', message));
    }),
    hearPut: (from, entries) => safely(() => {
      const peer = peers.get(from);
      if (!peer || entries.length === 0) return;
      count('gun.put.heard', entries.length);
      pass(entries, from, false, (message) => mesh.hear(message, peer.gun));
    }),
    hearGet: (from, request, range) => safely(() => {
      const peer = peers.get(from);
      if (!peer) return;
      if (peer.serving >= GUN_SERVING_PER_PEER) return count('gun.get.dropped');
      peer.serving++;
      const id = messageId(random);
      serving.set(id, { peer: from, request, range });
      mesh.hear({ '#': id, get: { ...rangeGet(range), '%': GUN_RANGE_BYTES } }, peer.gun);
    }),
    hearReply: (from, request, entries) => safely(() => {
      const peer = peers.get(from);
      const asked = asking.get(request);
      // An answer nobody waits for would be merged as a put: it ends here.
      if (!peer || asked?.peer !== from) return count('gun.reply.unasked');
      const id = messageId(random);
      answers.set(id, entries);
      mesh.hear({ '#': id, '@': request, put: {} }, peer.gun);
      answers.delete(id);
    }),
    get: (to, range) => new Promise((resolve, reject) => {
      const peer = peers.get(to);
      if (!peer) return reject(new Error('gun get: peer gone'));
      const id = messageId(random);
      const cancel = clock.setTimer(GUN_GET_TIMEOUT_MS, () => asking.get(id)?.end(null, 'timeout'));
      asking.set(id, {
        peer: to,
        range,
        end(entries, reason) {
          asking.delete(id);
          cancel();
          if (entries === null) count(`gun.get.${reason.replace(' ', '-')}`);
          if (entries === null) reject(new Error(`gun get: ${reason}`));
          else resolve(entries);
        },
      });
      count('gun.get.asked');
      safely(() => {
        root.ask((message) => {
          const entries = answers.get(message['#']);
          if (entries) asking.get(id)?.end(entries.filter((entry) => inRange(entry, range)), 'answered');
        }, { '#': id });
        const raw = peer.outbox.add(id, { kind: 'get', request: id, range });
        mesh.say({ '#': id, get: { ...rangeGet(range), '%': GUN_RANGE_BYTES }, _: meta(raw) }, peer.gun);
      });
    }),
    evict: () => safely(evict),
    counters: () => ({ ...Object.fromEntries(counts), 'gun.ram.bytes': ramBytes, 'gun.ram.souls': Object.keys(root.graph).length, 'gun.peers': peers.size }),
  };

  function drop(id: string): void {
    const peer = peers.get(id);
    if (!peer) return;
    peers.delete(id);
    peer.outbox.clear();
    for (const [gunId, wanted] of serving) if (wanted.peer === id) serving.delete(gunId);
    for (const asked of [...asking.values()]) if (asked.peer === id) asked.end(null, 'peer gone');
    mesh.bye(peer.gun);
  }
}

function meta(raw: string | undefined, faith = false): GunMeta {
  const notes: GunMeta = () => {};
  if (raw !== undefined) notes.raw = raw;
  if (faith) notes.faith = true;
  return notes;
}

function inRange(entry: RecordEntry, range: RangeRequest): boolean {
  return entry.seq >= range.from && entry.seq <= range.to && same(entry.writer, range.writer) && same(entry.fragment, range.fragment) && same(entry.space, range.space);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
