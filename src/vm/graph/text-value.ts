/**
 * What the roots of a Yjs document show, as CBOR values (FORMATS 9). Reads the linked structs themselves: a root that no one
 * opened has no class, and opening it under a class would both fix the class and let Yjs clean formats up.
 */
import type * as Y from 'yjs';
import { CborWriter } from '#base/cbor';
import type { CborValue } from '#vm/protocol/types';
import { TEXT_NESTING } from '#vm/limits';
import { compareUtf8 } from './keys.ts';
import { yjs } from './text-engine.ts';

type AnyType = Y.AbstractType<unknown>;
const writer = new CborWriter();
/** Containers a document may nest beyond the 64 of one value, so that no content makes its own digest fail. */
const FREE_DEPTH = -4 * TEXT_NESTING;

/** JSON-like content as Yjs keeps it → CBOR value. The text rules refused everything outside the profile before. */
function plain(value: unknown): CborValue {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object') return value as CborValue;
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(plain);
  return new Map(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function* live(type: AnyType): Generator<Y.Item> {
  for (let item = type._start; item !== null; item = item.right) if (!item.deleted) yield item;
}

/** Values of one live item that is no text. */
function contents(item: Y.Item, depth: number): CborValue[] {
  if (item.content instanceof yjs().ContentType) return [typeValue(item.content.type as AnyType, depth + 1)];
  if (item.content instanceof yjs().ContentString) return [item.content.str];
  return item.countable ? (item.content.getContent() as unknown[]).map(plain) : [];
}

function keyed(type: AnyType, depth: number): Map<string, CborValue> {
  const out = new Map<string, CborValue>();
  for (const [key, item] of type._map) {
    if (item.deleted) continue;
    const all = contents(item, depth);
    if (all.length > 0) out.set(key, all[all.length - 1]!);
  }
  return out;
}

/** [[insert, attributes]…]; neighbours with equal attributes are one piece, whatever marks lie between them. */
function textValue(type: AnyType, depth: number): CborValue {
  const out: { insert: CborValue; attributes: Map<string, CborValue>; print: string }[] = [];
  const current = new Map<string, CborValue>();
  let print = '';
  for (const item of live(type)) {
    if (item.content instanceof yjs().ContentFormat) {
      const { key, value } = item.content;
      if (value === null || value === undefined) current.delete(key);
      else current.set(key, plain(value));
      print = fingerprint(current);
    } else if (item.content instanceof yjs().ContentString) {
      const last = out[out.length - 1];
      if (last !== undefined && typeof last.insert === 'string' && last.print === print) last.insert += item.content.str;
      else out.push({ insert: item.content.str, attributes: new Map(current), print });
    } else {
      for (const insert of contents(item, depth)) out.push({ insert, attributes: new Map(current), print: '\u0000' });
    }
  }
  return out.map((piece) => [piece.insert, piece.attributes]);
}

function fingerprint(attributes: Map<string, CborValue>): string {
  if (attributes.size === 0) return '';
  writer.reset();
  writer.value(attributes, FREE_DEPTH);
  return writer.take().join();
}

function xmlValue(type: AnyType, name: string, depth: number): CborValue {
  const children: CborValue[] = [];
  for (const item of live(type)) children.push(...contents(item, depth));
  return [name, keyed(type, depth), children];
}

function arrayValue(type: AnyType, depth: number): CborValue {
  const out: CborValue[] = [];
  for (const item of live(type)) out.push(...contents(item, depth));
  return out;
}

function typeValue(type: AnyType, depth: number): CborValue {
  if (depth > TEXT_NESTING) return null;
  if (type instanceof yjs().Map) return keyed(type as unknown as AnyType, depth);
  if (type instanceof yjs().Text) return textValue(type as unknown as AnyType, depth);
  if (type instanceof yjs().XmlElement) return xmlValue(type as unknown as AnyType, type.nodeName, depth);
  if (type instanceof yjs().XmlFragment) return xmlValue(type as unknown as AnyType, '', depth);
  return arrayValue(type, depth);
}

function isXml(type: AnyType): boolean {
  return type instanceof yjs().XmlFragment || type instanceof yjs().XmlText || type instanceof yjs().XmlHook;
}

/** The value of a root by what lives in it; undefined when nothing does. */
function rootValue(type: AnyType): CborValue | undefined {
  let text = false;
  let xml = false;
  let other = false;
  for (const item of live(type)) {
    const content = item.content;
    if (content instanceof yjs().ContentString || content instanceof yjs().ContentFormat || content instanceof yjs().ContentEmbed) text = true;
    else if (content instanceof yjs().ContentType && isXml(content.type as AnyType)) xml = true;
    else if (item.countable) other = true;
  }
  if (text) return textValue(type, 0);
  if (xml) return xmlValue(type, '', 0);
  if (other) return arrayValue(type, 0);
  const map = keyed(type, 0);
  return map.size > 0 ? map : undefined;
}

/** [[root name, value]…] sorted by name. */
export function documentValue(doc: Y.Doc): CborValue[] {
  const names = [...doc.share.keys()].sort(compareUtf8);
  const out: CborValue[] = [];
  for (const name of names) {
    const value = rootValue(doc.share.get(name) as unknown as AnyType);
    if (value !== undefined) out.push([name, value]);
  }
  return out;
}

/** The text of the root `text`, without formats and embeds. */
export function plainText(doc: Y.Doc): string {
  const type = doc.share.get('text') as unknown as AnyType | undefined;
  if (type === undefined) return '';
  let out = '';
  for (const item of live(type)) if (item.content instanceof yjs().ContentString) out += item.content.str;
  return out;
}

/** CBOR bytes of a document value; never throws for what the text rules let through. */
export function encodeDocument(value: CborValue): Uint8Array {
  writer.reset();
  writer.value(value, FREE_DEPTH);
  return writer.take();
}
