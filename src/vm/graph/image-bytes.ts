/** Bytes of an image of a state: numbers, texts and values one after the other. Read only by the build that wrote them. */
import { equalBytes, fromUtf8, utf8, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor } from '#base/cbor';
import type { CborValue } from '#vm/protocol/types';

const FIRST_BYTES = 65_536;
/** Names that a reader remembers. */
const NAMES = 32;

export class ImageWriter {
  private out = new Uint8Array(FIRST_BYTES);
  private at = 0;

  get length(): number {
    return this.at;
  }

  private room(length: number): void {
    if (this.at + length <= this.out.length) return;
    const next = new Uint8Array(Math.max(this.out.length * 2, this.at + length));
    next.set(this.out.subarray(0, this.at));
    this.out = next;
  }

  /** A safe integer from 0 on, 7 bits a byte. */
  uint(n: number): void {
    this.room(8);
    while (n >= 128) {
      this.out[this.at++] = (n % 128) | 128;
      n = Math.floor(n / 128);
    }
    this.out[this.at++] = n;
  }

  /** An integer of at most 52 bits with its sign. */
  int(n: number): void {
    this.uint(n < 0 ? -n * 2 - 1 : n * 2);
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.out.set(bytes, this.at);
    this.at += bytes.length;
  }

  bytes(bytes: Uint8Array): void {
    this.uint(bytes.length);
    this.raw(bytes);
  }

  text(text: string): void {
    this.bytes(utf8(text));
  }

  /** A text of characters below 256, a byte each. */
  latin(text: string): void {
    this.uint(text.length);
    this.room(text.length);
    for (let i = 0; i < text.length; i++) this.out[this.at++] = text.charCodeAt(i);
  }

  value(value: CborValue): void {
    if (typeof value === 'string') {
      this.uint(1);
      this.text(value);
    } else {
      this.uint(0);
      this.bytes(encodeCbor(value));
    }
  }

  take(): Bytes {
    return this.out.slice(0, this.at);
  }
}

/** Reads what a writer wrote. Throws RangeError where the bytes end too early. */
export class ImageReader {
  private at = 0;
  private readonly names: { readonly bytes: Uint8Array; readonly text: string }[] = [];

  constructor(private readonly input: Uint8Array) {}

  uint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      if (this.at >= this.input.length) throw new RangeError('image: end');
      const byte = this.input[this.at++]!;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
  }

  int(): number {
    const n = this.uint();
    return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
  }

  /** A view into the image. */
  raw(length: number): Uint8Array {
    if (length > this.input.length - this.at) throw new RangeError('image: end');
    this.at += length;
    return this.input.subarray(this.at - length, this.at);
  }

  /** A view into the image. */
  view(): Uint8Array {
    return this.raw(this.uint());
  }

  /** Bytes of their own: they do not keep the image in memory. */
  bytes(): Bytes {
    return this.view().slice();
  }

  text(): string {
    return fromUtf8(this.view());
  }

  /** A text that comes again and again, as types and names of properties do: few are made, once each. */
  name(): string {
    const bytes = this.view();
    for (const known of this.names) if (equalBytes(known.bytes, bytes)) return known.text;
    const text = fromUtf8(bytes);
    if (this.names.length < NAMES) this.names.push({ bytes, text });
    return text;
  }

  latin(): string {
    const bytes = this.view();
    let out = '';
    for (let i = 0; i < bytes.length; i++) out += String.fromCharCode(bytes[i]!);
    return out;
  }

  value(): CborValue {
    return this.uint() === 1 ? this.text() : decodeCbor(this.bytes());
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.at !== this.input.length) throw new RangeError('image: more bytes');
  }
}
