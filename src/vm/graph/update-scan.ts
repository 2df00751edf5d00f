/**
 * Reads a Yjs update v1 without making Yjs structs of it: which client ids and clocks it claims, and whether its contents fit
 * the CBOR profile. Own reader because Yjs decodes JSON-like values into plain objects, where a key `__proto__` vanishes.
 * Format: yjs 13.6 src/utils/updates.js and structs/*, lib0 decoding.
 */
import { fromUtf8 } from '#base/bytes';
import { TEXT_VALUE_DEPTH } from '#vm/limits';

/** Clocks `clock … clock + length − 1` of a client id. */
export interface ClockRange {
  readonly client: number;
  readonly clock: number;
  readonly length: number;
}

class Refused extends Error {}

function refuse(): never {
  throw new Refused();
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const LONE_SURROGATE = /\p{Surrogate}/u;

function key(text: string): string {
  return FORBIDDEN.has(text) ? refuse() : text;
}

function number(value: number): void {
  if (!Number.isFinite(value) || Object.is(value, -0) || (Number.isInteger(value) && !Number.isSafeInteger(value))) refuse();
}

/** A value of JSON.parse. */
function json(value: unknown, depth: number): void {
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return LONE_SURROGATE.test(value) ? refuse() : undefined;
  if (value === null || typeof value === 'boolean') return;
  if (typeof value !== 'object' || depth >= TEXT_VALUE_DEPTH) return refuse();
  for (const [name, item] of Object.entries(value)) {
    if (!Array.isArray(value)) {
      key(name);
      if (LONE_SURROGATE.test(name)) refuse();
    }
    json(item, depth + 1);
  }
}

class UpdateReader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly input: Uint8Array, private readonly skips: boolean) {
    this.view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  }

  get done(): boolean {
    return this.at === this.input.length;
  }

  u8(): number {
    return this.at < this.input.length ? this.input[this.at++]! : refuse();
  }

  uint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 127) * unit;
      if (value > Number.MAX_SAFE_INTEGER) refuse();
      if (byte < 128) return value;
      unit *= 128;
    }
  }

  /** A signed integer whose first byte holds a sign bit and 6 bits. */
  private int(): void {
    let byte = this.u8();
    const negative = (byte & 64) !== 0;
    let value = byte & 63;
    let unit = 64;
    while (byte >= 128) {
      byte = this.u8();
      value += (byte & 127) * unit;
      if (value > Number.MAX_SAFE_INTEGER) refuse();
      unit *= 128;
    }
    if (negative && value === 0) refuse();
  }

  slice(length: number): Uint8Array {
    if (length > this.input.length - this.at) refuse();
    this.at += length;
    return this.input.subarray(this.at - length, this.at);
  }

  text(): string {
    return fromUtf8(this.slice(this.uint()));
  }

  jsonText(): void {
    json(JSON.parse(this.text()) as unknown, 0);
  }

  any(depth = 0): void {
    const type = this.u8();
    if (type === 126 || type === 120 || type === 121) return;
    if (type === 125) return this.int();
    if (type === 124 || type === 123) {
      const bytes = this.slice(type === 124 ? 4 : 8);
      const start = bytes.byteOffset - this.input.byteOffset;
      return number(type === 124 ? this.view.getFloat32(start) : this.view.getFloat64(start));
    }
    if (type === 119) return void this.text();
    if (type === 116) return void this.slice(this.uint());
    if ((type !== 118 && type !== 117) || depth >= TEXT_VALUE_DEPTH) refuse();
    for (let count = this.uint(); count > 0; count--) {
      if (type === 118) key(this.text());
      this.any(depth + 1);
    }
  }

  id(): void {
    this.uint();
    this.uint();
  }

  /** Content of an item; gives its length in clocks. */
  content(kind: number): number {
    switch (kind) {
      case 1:
        return this.uint();
      case 2:
        return this.jsonItems();
      case 3:
        this.slice(this.uint());
        return 1;
      case 4:
        return this.text().length;
      case 5:
        this.jsonText();
        return 1;
      case 6:
        key(this.text());
        this.jsonText();
        return 1;
      case 7: {
        const type = this.uint();
        if (type > 6) refuse();
        if (type === 3 || type === 5) this.text();
        return 1;
      }
      case 8: {
        const count = this.uint();
        for (let i = 0; i < count; i++) this.any();
        return count;
      }
      default:
        return refuse();
    }
  }

  private jsonItems(): number {
    const count = this.uint();
    for (let i = 0; i < count; i++) this.jsonText();
    return count;
  }

  /** One struct; gives its length. Skip structs (info 10) and subdocuments (content 9) are refused. */
  struct(): number {
    const info = this.u8();
    const kind = info & 31;
    if (kind === 0 || (this.skips && info === 10)) return this.uint();
    if ((info & 128) !== 0) this.id();
    if ((info & 64) !== 0) this.id();
    if ((info & 192) === 0) {
      if (this.uint() === 1) this.text();
      else this.id();
      if ((info & 32) !== 0) key(this.text());
    }
    return this.content(kind);
  }

  deleteSet(): void {
    for (let clients = this.uint(); clients > 0; clients--) {
      this.uint();
      for (let ranges = this.uint(); ranges > 0; ranges--) this.id();
    }
  }
}

function scan(update: Uint8Array, skips: boolean): ClockRange[] {
  const reader = new UpdateReader(update, skips);
  const ranges: ClockRange[] = [];
  for (let clients = reader.uint(); clients > 0; clients--) {
    let structs = reader.uint();
    const client = reader.uint();
    const clock = reader.uint();
    let length = 0;
    for (; structs > 0; structs--) {
      const step = reader.struct();
      if (step === 0) refuse();
      length += step;
      if (!Number.isSafeInteger(clock + length)) refuse();
    }
    if (length > 0) ranges.push({ client, clock, length });
  }
  reader.deleteSet();
  if (!reader.done) refuse();
  return ranges;
}

/**
 * The clocks an update claims, in its order; null when it is no update v1 or holds what the profile refuses. `skips`: of a whole document, which may have
 * gaps where something in it waits for what never had effect. Never throws.
 */
export function scanUpdate(update: Uint8Array, skips = false): ClockRange[] | null {
  try {
    return scan(update, skips);
  } catch {
    return null;
  }
}
