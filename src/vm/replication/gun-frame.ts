/**
 * JSON frames of stock GUN peers: parsed once without a reviver, judged by a strict grammar, taken apart into fresh values. No object that
 * a peer made leaves this module, so nothing of it can reach a prototype (GUN.md 2: one raw frame polluted Object.prototype).
 */
import { equalBytes, fromBase64url } from '#base/bytes';
import { err, ok, type Result } from '#base/result';
import { MAX_LEX_CHARS } from '#vm/limits';
import { parseHeadValue, parseRecordKey, parseSoul, parseWriterKey, PAGE_SIZE, valueHash, type SoulName } from '#vm/protocol/gun-names';
import { parseRecord } from '#vm/protocol/record';
import type { ParsedRecord } from '#vm/protocol/types';

/** What a frame or an entry is refused for. */
export type GunRefusal =
  | 'json' | 'depth' | 'entries' | 'kind' | 'dam' | 'id'
  | 'soul' | 'key' | 'state' | 'value' | 'hash' | 'mismatch' | 'node' | 'lex'
  | 'record';

export type GunEntry =
  | { readonly kind: 'record'; readonly parsed: ParsedRecord }
  /** A hint, never more (FORMATS 7): costs a range get at most. */
  | { readonly kind: 'head'; readonly space: Uint8Array; readonly fragment: Uint8Array; readonly writer: Uint8Array; readonly seq: number; readonly id: Uint8Array; readonly sig: Uint8Array };

export interface GunRange {
  readonly exact?: string;
  readonly prefix?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface GunMessage<Soul = SoulName, Entry = GunEntry> {
  readonly kind: 'put' | 'get' | 'ack';
  readonly id: string;
  /** The message this one answers. */
  readonly ack: string | null;
  /** It says that what it answers failed. */
  readonly failed: boolean;
  /** It says that further parts of the same answer come. */
  readonly more: boolean;
  /** Of a put. */
  readonly entries: readonly Entry[];
  /** Of a get: the soul taken apart, its text, and which keys; null = the whole soul. */
  readonly soul: Soul | null;
  readonly range: GunRange | null;
}

export interface GunFrame<Soul = SoulName, Entry = GunEntry> {
  readonly messages: readonly GunMessage<Soul, Entry>[];
  /** Messages and entries that were left out, the others stand. */
  readonly rejected: readonly GunRefusal[];
}

/** What names and fields mean on a wire: the plain names of FORMATS 7, or the hashed ones of an archive (#vm/archive). */
export interface GunReader<Soul, Entry extends object> {
  soul(text: string): Soul | null;
  field(soul: Soul, key: string, value: unknown, state: unknown): Entry | GunRefusal;
}

export interface FrameLimits {
  readonly depth: number;
  readonly messages: number;
  readonly entries: number;
}

/** Stock GUN makes ids of 9 characters, and appends counters for acks; ours have 24. */
const ID = /^[0-9A-Za-z]{9,32}$/;
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Only what the frame itself says: a key such as `constructor` is never looked up on the prototype. */
const own = (object: Json, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** The plain names of FORMATS 7. */
const PLAIN: GunReader<SoulName, GunEntry> = { soul: parseSoul, field: readField };

/** A frame whose souls have plain names. Never throws. */
export function readGunFrame(text: string, limits: FrameLimits): Result<GunFrame, GunRefusal> {
  return readFrame(text, limits, PLAIN);
}

/** Takes a frame apart, one message or an array of them. Refused as a whole: not JSON, too deep, too many. Never throws. */
export function readFrame<Soul, Entry extends object>(text: string, limits: FrameLimits, reader: GunReader<Soul, Entry>): Result<GunFrame<Soul, Entry>, GunRefusal> {
  const first = text.charCodeAt(0);
  if (first !== 0x7b && first !== 0x5b) return err('json');
  if (tooDeep(text, limits.depth)) return err('depth');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err('json');
  }
  const list: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (list.length > limits.messages) return err('entries');
  const messages: GunMessage<Soul, Entry>[] = [];
  const rejected: GunRefusal[] = [];
  let budget = limits.entries;
  for (const item of list) {
    const message = readMessage(item, reader, rejected, () => --budget >= 0);
    if (budget < 0) return err('entries');
    if (message !== null) messages.push(message);
  }
  return ok({ messages, rejected });
}

/** Depth of brackets outside texts, so that a hostile nest is refused before it is built. */
function tooDeep(text: string, limit: number): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inText) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inText = false;
    } else if (c === 0x22) {
      // Long texts hold the values: jump to their end.
      const end = text.indexOf('"', i + 1);
      if (end < 0) return false;
      if (text.charCodeAt(end - 1) === 0x5c) inText = true;
      else i = end;
    } else if (c === 0x7b || c === 0x5b) {
      if (++depth > limit) return true;
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  return false;
}

function readMessage<Soul, Entry extends object>(item: unknown, reader: GunReader<Soul, Entry>, rejected: GunRefusal[], take: () => boolean): GunMessage<Soul, Entry> | null {
  const refuse = (code: GunRefusal): null => {
    rejected.push(code);
    return null;
  };
  if (!isObject(item)) return refuse('kind');
  // `mob` made GUN dial an address of the sender's choice; no dam frame means anything on our wires (FORMATS 7).
  if (Object.hasOwn(item, 'dam')) return refuse('dam');
  const id = own(item, '#');
  const ack = own(item, '@');
  if (typeof id !== 'string' || !ID.test(id)) return refuse('id');
  if (ack !== undefined && (typeof ack !== 'string' || !ID.test(ack))) return refuse('id');
  const base = { id, ack: ack ?? null, failed: typeof own(item, 'err') === 'string', more: own(item, '%') !== undefined, entries: [], soul: null, range: null };
  const put = own(item, 'put');
  const get = own(item, 'get');
  if (put !== undefined && put !== null) {
    if (get !== undefined || !isObject(put)) return refuse('kind');
    return { ...base, kind: 'put', entries: readGraph(put, reader, rejected, take) };
  }
  if (get !== undefined) return ack === undefined ? readGet(base, get, reader, refuse) : refuse('kind');
  return ack === undefined ? refuse('kind') : { ...base, kind: 'ack' };
}

function readGet<Soul, Entry extends object>(
  base: Omit<GunMessage<Soul, Entry>, 'kind'>, get: unknown, reader: GunReader<Soul, Entry>, refuse: (code: GunRefusal) => null,
): GunMessage<Soul, Entry> | null {
  if (!isObject(get)) return refuse('kind');
  const name = own(get, '#');
  const soul = typeof name === 'string' ? reader.soul(name) : null;
  if (soul === null) return refuse('soul');
  const keys = own(get, '.');
  if (keys === undefined) return { ...base, kind: 'get', soul };
  if (typeof keys === 'string') return keys.length > MAX_LEX_CHARS ? refuse('lex') : { ...base, kind: 'get', soul, range: { exact: keys } };
  if (!isObject(keys)) return refuse('lex');
  const range: { exact?: string; prefix?: string; from?: string; to?: string } = {};
  for (const [sign, value] of Object.entries(keys)) {
    if (typeof value !== 'string' || value.length > MAX_LEX_CHARS) return refuse('lex');
    if (sign === '=') range.exact = value;
    else if (sign === '*') range.prefix = value;
    else if (sign === '>') range.from = value;
    else if (sign === '<') range.to = value;
    else return refuse('lex');
  }
  return { ...base, kind: 'get', soul, range };
}

/** The valid fields of a put; each bad node or field is refused by itself. */
function readGraph<Soul, Entry extends object>(put: Json, reader: GunReader<Soul, Entry>, rejected: GunRefusal[], take: () => boolean): Entry[] {
  const entries: Entry[] = [];
  for (const [soul, node] of Object.entries(put)) {
    const name = reader.soul(soul);
    if (name === null) {
      if (!take()) return entries;
      rejected.push('soul');
      continue;
    }
    const states = nodeStates(soul, node);
    if (states === null) {
      if (!take()) return entries;
      rejected.push('node');
      continue;
    }
    for (const [key, value] of Object.entries(node as Json)) {
      if (key === '_') continue;
      if (!take()) return entries;
      const entry = reader.field(name, key, value, own(states, key));
      if (typeof entry === 'string') rejected.push(entry);
      else entries.push(entry);
    }
  }
  return entries;
}

/** The states of a node that names its own soul, or null. */
function nodeStates(soul: string, node: unknown): Json | null {
  if (!isObject(node)) return null;
  const meta = own(node, '_');
  if (!isObject(meta) || own(meta, '#') !== soul) return null;
  const states = own(meta, '>');
  return isObject(states) ? states : null;
}

function readField(name: SoulName, key: string, value: unknown, state: unknown): GunEntry | GunRefusal {
  // A text or an object as state always wins in HAM, and one of the future waits in a timer: numbers we know only (GUN.md 3).
  if (typeof state !== 'number') return 'state';
  if (typeof value !== 'string') return 'value';
  if (name.kind === 'heads') return readHead(name, key, value, state);
  if (state !== 1) return 'state';
  const page = name.kind === 'page' ? parseRecordKey(key) : null;
  const writer = name.kind === 'writers' ? parseWriterKey(key) : null;
  const hash = page?.hash ?? writer?.hash;
  if (hash === undefined) return 'key';
  if (page !== null && name.kind === 'page' && Math.floor(page.seq / PAGE_SIZE) !== name.page) return 'mismatch';
  const bytes = fromBase64url(value);
  if (bytes === null) return 'value';
  if (valueHash(value) !== hash) return 'hash';
  const parsed = parseRecord(bytes);
  if (!parsed.ok) return 'record';
  const header = parsed.value.header;
  const seq = page === null ? 0 : page.seq;
  const author = name.kind === 'page' ? name.writer : writer!.writer;
  const fits = header.seq === seq && equalBytes(header.space, name.space) && equalBytes(header.fragment, name.fragment) && equalBytes(header.writer, author);
  return fits ? { kind: 'record', parsed: parsed.value } : 'mismatch';
}

function readHead(name: Extract<SoulName, { kind: 'heads' }>, key: string, value: string, state: number): GunEntry | GunRefusal {
  const writer = key.length === 43 && key[0] === name.first ? fromBase64url(key) : null;
  if (writer === null || writer.length !== 32) return 'key';
  const head = parseHeadValue(value);
  if (head === null) return 'value';
  if (head.seq !== state) return 'state';
  return { kind: 'head', space: name.space, fragment: name.fragment, writer, seq: head.seq, id: head.id, sig: head.sig };
}
