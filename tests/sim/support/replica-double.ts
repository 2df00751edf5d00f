/** The Replica port without GUN, for the simulator: same behaviour, all at once, nothing random. Passes tests/contract/replica-contract.ts. */
import { toBase64url } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { HeadHint, RangeRequest, RecordEntry, Replica, ReplicaHooks, ReplicaPeer } from '#ports/replica';

export interface ReplicaDoubleDeps {
  readonly hooks: ReplicaHooks;
  readonly clock: Clock;
  /** How long a get waits; that of the GUN adapter by default. */
  readonly timeoutMs?: number;
}

interface Asking {
  readonly peer: string;
  readonly range: RangeRequest;
  end(entries: readonly RecordEntry[] | null, reason: string): void;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const HEAD_MS = 2_000;

const logOf = (at: Pick<HeadHint, 'space' | 'fragment' | 'writer'>): string => [at.space, at.fragment, at.writer].map(toBase64url).join('/');

/** A replica that remembers which entries it met. */
export function createReplicaDouble(deps: ReplicaDoubleDeps): Replica {
  const { hooks, clock } = deps;
  const peers = new Map<string, ReplicaPeer>();
  const known = new Set<string>();
  const asking = new Map<string, Asking>();
  const counts = new Map<string, number>();
  let next = 1;

  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  const safely = (work: () => void): void => {
    try {
      work();
    } catch {
      count('gun.errors');
    }
  };
  const read = async (range: RangeRequest): Promise<readonly RecordEntry[]> => hooks.readRange(range);
  const remember = (entries: readonly RecordEntry[]): RecordEntry[] => entries.filter((entry) => {
    // As GUN does: by the value. A copy with a forged signature has the same id.
    const key = `${toBase64url(entry.id)} ${entry.bytes.length} ${toBase64url(entry.bytes.slice(-64))}`;
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
  const drop = (id: string): void => {
    if (!peers.delete(id)) return;
    for (const asked of [...asking.values()]) if (asked.peer === id) asked.end(null, 'peer gone');
  };

  const hints = new Map<string, HeadHint>();
  const due = new Map<string, RecordEntry>();
  const tell = (): void => safely(() => {
    const told = [...due].map(([log, entry]) => ({ log, entry, head: { ...entry, id: entry.id.slice(), sig: entry.bytes.slice(-64) } }));
    due.clear();
    for (const { log, head } of told) if (head.seq > (hints.get(log)?.seq ?? -1)) hints.set(log, head);
    for (const peer of peers.values()) {
      const mine = told.filter(({ entry }) => peer.sendHeads && hooks.route(entry, null).includes(peer.id)).map(({ head }) => head);
      if (mine.length > 0) safely(() => peer.sendHeads!(mine));
    }
  });
  const note = (entries: readonly RecordEntry[]): void => {
    for (const entry of entries) {
      if (entry.bytes.length <= 64 || (due.get(logOf(entry))?.seq ?? -1) >= entry.seq) continue;
      if (due.size === 0) clock.setTimer(HEAD_MS, tell);
      due.set(logOf(entry), entry);
    }
  };

  return {
    hearHeads: (from, heads) => safely(() => {
      if (!peers.has(from)) return;
      for (const head of heads) {
        if (head.seq <= (hints.get(logOf(head))?.seq ?? -1)) continue;
        hints.set(logOf(head), head);
        hooks.onHead(head, from);
      }
    }),
    heads: (space, fragment) => [...hints.values()].filter((head) => toBase64url(head.space) === toBase64url(space) && toBase64url(head.fragment) === toBase64url(fragment)),
    addPeer(peer) {
      drop(peer.id);
      peers.set(peer.id, peer);
    },
    removePeer: drop,
    put: (entries, from) => safely(() => {
      remember(entries);
      note(entries);
      const perPeer = new Map<string, RecordEntry[]>();
      for (const entry of entries) {
        for (const id of new Set(hooks.route(entry, from))) if (id !== from) perPeer.set(id, [...(perPeer.get(id) ?? []), entry]);
      }
      for (const [id, list] of perPeer) safely(() => peers.get(id)?.sendPut(list));
    }),
    hearPut: (from, entries) => safely(() => {
      if (!peers.has(from)) return;
      const fresh = remember(entries);
      if (fresh.length > 0) hooks.onPut(fresh, from);
    }),
    hearGet: (from, request, range) => safely(() => {
      if (!peers.has(from)) return;
      read(range).catch(() => []).then((entries) => safely(() => peers.get(from)?.sendReply(request, entries)));
    }),
    hearReply: (from, request, entries) => safely(() => {
      const asked = asking.get(request);
      if (asked?.peer !== from) return count('gun.reply.unasked');
      asked.end(entries.filter((entry) => inRange(entry, asked.range)), 'answered');
    }),
    get: (to, range) => new Promise((resolve, reject) => {
      const peer = peers.get(to);
      if (!peer) return reject(new Error('get: peer gone'));
      const id = `r${next++}`;
      const cancel = clock.setTimer(deps.timeoutMs ?? DEFAULT_TIMEOUT_MS, () => asking.get(id)?.end(null, 'timeout'));
      asking.set(id, {
        peer: to,
        range,
        end(entries, reason) {
          asking.delete(id);
          cancel();
          if (entries === null) reject(new Error(`get: ${reason}`));
          else resolve(entries);
        },
      });
      safely(() => peer.sendGet(id, range));
    }),
    evict() {
      known.clear();
      hints.clear();
    },
    counters: () => Object.fromEntries(counts),
  };
}

/** A replica that does some things otherwise; the inner one may be an object of any kind. */
export function wrapReplica(inner: Replica, changed: Partial<Replica>): Replica {
  return {
    addPeer: (peer) => inner.addPeer(peer), removePeer: (id) => inner.removePeer(id), put: (entries, from) => inner.put(entries, from),
    hearHeads: (peer, heads) => inner.hearHeads(peer, heads), heads: (space, fragment) => inner.heads(space, fragment),
    hearPut: (peer, entries) => inner.hearPut(peer, entries), hearGet: (peer, request, range) => inner.hearGet(peer, request, range),
    hearReply: (peer, request, entries) => inner.hearReply(peer, request, entries), get: (peer, range) => inner.get(peer, range),
    evict: () => inner.evict(), counters: () => inner.counters(), ...changed,
  };
}

function inRange(entry: RecordEntry, range: RangeRequest): boolean {
  const same = (a: Uint8Array, b: Uint8Array): boolean => toBase64url(a) === toBase64url(b);
  return entry.seq >= range.from && entry.seq <= range.to && same(entry.writer, range.writer) && same(entry.fragment, range.fragment) && same(entry.space, range.space);
}
