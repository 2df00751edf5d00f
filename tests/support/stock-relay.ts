/**
 * A stock GUN relay as it was measured (GUN.md 2–3, SPIKE 5): HAM by state, SEA's check of hashes, ranges of about `%` characters, silence to ranges
 * after anyone's whole-soul get, gets passed on to the others, head puts passed on to whoever read the soul. The same tests run against the real one
 * (tests/contract/adapters/stock-relay.test.ts).
 */
import type { Clock } from '#ports/clock';
import type { TextSocketHandlers, TextSocketPort } from '#ports/wire';
import { valueHash } from '#vm/protocol/gun-names';

export interface StockRelay {
  readonly port: TextSocketPort;
  /** Everything stored: soul → key → value and state. */
  readonly graph: Map<string, Map<string, { value: unknown; state: number }>>;
  /** Cuts all sockets and refuses new ones until it is called with true. */
  up(alive: boolean): void;
  /** Takes puts and never acknowledges them. */
  mute: boolean;
  /** Answers nothing at all. */
  dead: boolean;
  /** SEA is loaded (the default of the package). */
  sea: boolean;
  /** Frames received, by kind. */
  readonly seen: { put: number; get: number; whole: number; longest: number; heads: number };
  /** Sockets opened so far, and tried. */
  opened: number;
  tried: number;
  /** Puts that wait for their ack now, and the most that did; acks come so late, ms. */
  ackAfterMs: number;
  flying: number;
  most: number;
  /** Sends a text to every socket, as a hostile relay may. */
  shout(text: string): void;
  sockets(): number;
}

interface Client {
  readonly handlers: TextSocketHandlers;
  readonly subscribed: Set<string>;
  open: boolean;
}

type Json = Record<string, unknown>;
type RelayClock = Pick<Clock, 'now' | 'setTimer'>;
const LATENCY_MS = 5;
const CHUNK_KEYS = 9;

export function createStockRelay(clock: RelayClock): StockRelay {
  return new Relay(clock);
}

class Relay implements StockRelay {
  readonly graph: StockRelay['graph'] = new Map();
  readonly seen = { put: 0, get: 0, whole: 0, longest: 0, heads: 0 };
  opened = 0;
  tried = 0;
  ackAfterMs = 0;
  flying = 0;
  most = 0;
  mute = false;
  dead = false;
  sea = true;
  private readonly clients = new Set<Client>();
  /** Souls that somebody read whole: RAM answers for them, and RAM answers no range. */
  private readonly whole = new Set<string>();
  private alive = true;
  private no = 0;
  readonly port: TextSocketPort = { open: (_url, handlers) => this.open(handlers) };

  constructor(private readonly clock: RelayClock) {}

  up(alive: boolean): void {
    this.alive = alive;
    if (!alive) for (const client of [...this.clients]) this.drop(client, 'closed 1006');
  }

  shout(text: string): void {
    for (const client of this.clients) this.send(client, text);
  }

  sockets(): number {
    return this.clients.size;
  }

  private open(handlers: TextSocketHandlers): ReturnType<TextSocketPort['open']> {
    const client: Client = { handlers, subscribed: new Set(), open: true };
    this.tried += 1;
    this.clock.setTimer(LATENCY_MS, () => {
      if (!this.alive) return this.drop(client, 'unreachable');
      if (!client.open) return;
      this.clients.add(client);
      handlers.onOpen();
      this.say(client, { '#': this.id(), dam: '?', pid: 'relay0000' });
      this.opened += 1;
    });
    return {
      // As a WebSocket: what is sent before it is open is lost.
      send: (text) => void (this.clients.has(client) && this.clock.setTimer(LATENCY_MS, () => this.hear(client, text))),
      buffered: () => 0,
      close: () => {
        client.open = false;
        this.clients.delete(client);
      },
    };
  }

  private id(): string {
    return `r${String(++this.no).padStart(8, '0')}`;
  }

  private drop(client: Client, reason: string): void {
    this.clients.delete(client);
    if (!client.open) return;
    client.open = false;
    client.handlers.onClose(reason);
  }

  private say(client: Client, message: Json): void {
    if (!this.dead) this.send(client, JSON.stringify(message));
  }

  private send(client: Client, text: string): void {
    this.clock.setTimer(LATENCY_MS, () => {
      if (client.open) client.handlers.onMessage(text);
    });
  }

  private hear(client: Client, text: string): void {
    if (!client.open || this.dead) return;
    const message = JSON.parse(text) as Json;
    if (message['put'] !== undefined && message['@'] !== undefined) {
      // An answer of a client to a get that was passed on: handed to whoever asked.
      for (const other of this.clients) if (other !== client) this.send(other, text);
    } else if (message['put'] !== undefined) {
      this.seen.longest = Math.max(this.seen.longest, text.length);
      this.put(client, message);
    }
    else if (message['get'] !== undefined) this.get(client, message, text);
  }

  private put(client: Client, message: Json): void {
    this.seen.put += 1;
    if (Object.keys(message['put'] as Json).some((soul) => !soul.endsWith('#'))) this.seen.heads += 1;
    let err: string | null = null;
    let fresh = false;
    for (const [soul, node] of Object.entries(message['put'] as Record<string, Json>)) {
      const states = (node['_'] as { '>': Record<string, number> })['>'];
      for (const [key, value] of Object.entries(node)) {
        if (key === '_') continue;
        const state = states[key]!;
        if (state > this.clock.now()) return;
        if (this.sea && soul.includes('#') && (typeof value !== 'string' || valueHash(value) !== key.slice(key.lastIndexOf('#') + 1))) err = 'Data hash not same as hash!';
        else if (this.merge(soul, key, value, state)) {
          fresh = true;
          this.tellSubscribers(client, soul, key);
        }
      }
    }
    // What it had already is not acknowledged.
    if (this.mute || (!fresh && err === null)) return;
    this.most = Math.max(this.most, ++this.flying);
    this.clock.setTimer(this.ackAfterMs, () => {
      this.flying -= 1;
      this.say(client, err === null ? { '#': this.id(), '@': message['#'], ok: true } : { '#': this.id(), '@': message['#'], err });
    });
  }

  private merge(soul: string, key: string, value: unknown, state: number): boolean {
    let node = this.graph.get(soul);
    if (node === undefined) this.graph.set(soul, (node = new Map()));
    const known = node.get(key);
    if (known !== undefined && (known.state > state || (known.state === state && JSON.stringify(known.value) >= JSON.stringify(value)))) return false;
    node.set(key, { value, state });
    return true;
  }

  private tellSubscribers(from: Client, soul: string, key: string): void {
    if (soul.endsWith('#')) return;
    const { value, state } = this.graph.get(soul)!.get(key)!;
    for (const client of this.clients) if (client !== from && client.subscribed.has(soul)) this.say(client, { '#': this.id(), put: { [soul]: { _: { '#': soul, '>': { [key]: state } }, [key]: value } } });
  }

  private get(client: Client, message: Json, text: string): void {
    this.seen.get += 1;
    const { '#': soul, '.': lex, '%': limit } = message['get'] as { '#': string; '.'?: string | { '>'?: string; '<'?: string }; '%'?: number };
    for (const other of this.clients) if (other !== client) this.send(other, text);
    client.subscribed.add(soul);
    const node = this.graph.get(soul);
    if (lex === undefined) {
      this.seen.whole += 1;
      this.whole.add(soul);
      const all = [...(node ?? [])];
      for (let at = 0; at < all.length; at += CHUNK_KEYS) this.reply(client, message, soul, all.slice(at, at + CHUNK_KEYS));
      if (all.length === 0) this.say(client, { '#': this.id(), '@': message['#'] });
      return;
    }
    if (typeof lex !== 'string' && this.whole.has(soul)) return;
    const out: [string, { value: unknown; state: number }][] = [];
    let chars = 0;
    for (const [key, field] of [...(node ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (typeof lex === 'string' ? key !== lex : key < (lex['>'] ?? '') || key > (lex['<'] ?? '\uffff')) continue;
      if (out.length > 0 && chars >= (limit !== undefined && limit <= 100_000 ? limit : 1)) break;
      out.push([key, field]);
      chars += (typeof field.value === 'string' && field.value.length) || 9;
    }
    if (out.length === 0) return this.say(client, { '#': this.id(), '@': message['#'] });
    this.reply(client, message, soul, out);
  }

  private reply(client: Client, message: Json, soul: string, fields: [string, { value: unknown; state: number }][]): void {
    const node: Json = { _: { '#': soul, '>': Object.fromEntries(fields.map(([key, { state }]) => [key, state])) } };
    for (const [key, { value }] of fields) node[key] = value;
    this.say(client, { '#': this.id(), '##': 1, '@': message['#'], put: { [soul]: node } });
  }
}
