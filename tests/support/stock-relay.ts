/**
 * A stock GUN relay as it was measured (GUN.md 2–3, SPIKE 5): HAM by state, SEA's check of hashes, ranges of about `%` characters, silence to ranges
 * after anyone's whole-soul get, gets passed on to the others, head puts passed on to whoever read the soul; files, and what a get finds of them. The same tests run against the real one
 * (tests/contract/adapters/stock-relay.test.ts).
 */
import type { Clock } from '#ports/clock';
import type { TextSocketHandlers, TextSocketPort } from '#ports/wire';
import { valueHash } from '#vm/protocol/gun-names';

export interface StockRelay {
  readonly port: TextSocketPort;
  /** Everything stored: soul → key → value and state. */
  readonly graph: Map<string, Map<string, { value: unknown; state: number }>>;
  /** First names (`soul ESC key`) of the files after the first one, in order; and names that lie in the first file as well as in their own. */
  readonly files: string[];
  readonly stray: Set<string>;
  /** Answers to gets come so late, and so long after another the parts of one, ms. */
  answerMs: number;
  partMs: number;
  /** Cuts all sockets and refuses new ones until it is called with true. */
  up(alive: boolean): void;
  /** Takes puts and never acknowledges them. */
  mute: boolean;
  /** Answers nothing at all. */
  dead: boolean;
  /** SEA is loaded (the default of the package). */
  sea: boolean;
  /** Frames received, by kind; and the most fields of an answer to a get without a bound. */
  readonly seen: { put: number; get: number; whole: number; longest: number; heads: number; fields: number };
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
const ESC = '\u001b';

interface Lex {
  readonly '>'?: string;
  readonly '<'?: string;
}

export function createStockRelay(clock: RelayClock): StockRelay {
  return new Relay(clock);
}

class Relay implements StockRelay {
  readonly graph: StockRelay['graph'] = new Map();
  readonly files: string[] = [];
  readonly stray = new Set<string>();
  answerMs = 0;
  partMs = 0;
  readonly seen = { put: 0, get: 0, whole: 0, longest: 0, heads: 0, fields: 0 };
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
    else if (message['get'] !== undefined) {
      for (const other of this.clients) if (other !== client) this.send(other, text);
      this.clock.setTimer(this.answerMs, () => this.get(client, message));
    }
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

  private get(client: Client, message: Json): void {
    this.seen.get += 1;
    const { '#': soul, '.': lex, '%': limit } = message['get'] as { '#': string | Lex; '.'?: string | Lex; '%'?: number };
    if (typeof soul !== 'string') {
      // A stranger read a soul whole whose name is that of every object.
      if (this.whole.has('[object Object]')) return;
      return this.range(client, message, '', soul, limit);
    }
    client.subscribed.add(soul);
    const node = this.graph.get(soul);
    if (lex === undefined) {
      this.seen.whole += 1;
      this.whole.add(soul);
      const all = [...(node ?? [])];
      for (let at = 0; at < all.length; at += CHUNK_KEYS) this.reply(client, message, new Map([[soul, all.slice(at, at + CHUNK_KEYS)]]), at + CHUNK_KEYS < all.length);
      if (all.length === 0) this.say(client, { '#': this.id(), '@': message['#'] });
      return;
    }
    if (typeof lex === 'string') {
      const field = node?.get(lex);
      return field === undefined ? this.say(client, { '#': this.id(), '@': message['#'] }) : this.reply(client, message, new Map([[soul, [[lex, field]]]]));
    }
    if (!this.whole.has(soul)) this.range(client, message, `${soul}${ESC}`, lex, limit ?? 1);
  }

  private fileOf(name: string): string {
    return this.files.findLast((file) => file <= name) ?? '!';
  }

  /** Radisk's read: out of the file where the prefix, or without one the range, begins; of the next ones only when no size is asked for. */
  private range(client: Client, message: Json, prefix: string, { '>': from = '', '<': to }: Lex, asked: number | undefined): void {
    const limit = asked === undefined ? undefined : asked <= 100_000 ? asked : 1;
    const near = [...this.graph].filter(([soul]) => (prefix === '' ? `${soul}${ESC}\uffff` >= from : `${soul}${ESC}` === prefix));
    const found = near.flatMap(([soul, node]) => [...node].map(([key, field]) => ({ soul, key, field, name: `${soul}${ESC}${key}` })))
      .filter(({ name }) => name.startsWith(prefix) && name.slice(prefix.length) >= from && (to === undefined || name.slice(prefix.length) <= to))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    let chars = 0;
    let wait = 0;
    for (let file = this.fileOf(prefix === '' ? from : prefix); ;) {
      const next = this.files.find((name) => name > file);
      // As it is written there: the bound is compared with the name of a file, whether or not it is one.
      const more = next !== undefined && !((prefix < next && !next.startsWith(prefix)) || (to !== undefined && to < next));
      const out = new Map<string, [string, { value: unknown; state: number }][]>();
      for (const { soul, key, field, name } of found) {
        if (this.fileOf(name) !== file && !(file === '!' && this.stray.has(name))) continue;
        if (limit !== undefined && chars > 0 && limit <= chars) break;
        out.set(soul, [...(out.get(soul) ?? []), [key, field]]);
        chars += (typeof field.value === 'string' && field.value.length) || 9;
      }
      if (limit === undefined) this.seen.fields = Math.max(this.seen.fields, [...out.values()].reduce((sum, { length }) => sum + length, 0));
      if (out.size > 0) this.clock.setTimer(wait, () => this.reply(client, message, out, more));
      else if (!more) this.say(client, { '#': this.id(), '@': message['#'] });
      if (!more || limit !== undefined) return;
      wait += this.partMs;
      file = next!;
    }
  }

  private reply(client: Client, message: Json, nodes: ReadonlyMap<string, readonly [string, { value: unknown; state: number }][]>, more = false): void {
    const put: Json = {};
    for (const [soul, fields] of nodes) put[soul] = { _: { '#': soul, '>': Object.fromEntries(fields.map(([key, { state }]) => [key, state])) }, ...Object.fromEntries(fields.map(([key, { value }]) => [key, value])) };
    this.say(client, { '#': this.id(), '##': 1, '@': message['#'], put, ...(more ? { '%': 1 } : {}) });
  }
}
