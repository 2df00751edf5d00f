/**
 * The INOS protobuf Envelope (spec 6.2) that carries every event on every wire (V12). Field numbers are the spec's:
 * Envelope {1 id, 2 event_type, 3 timestamp, 4 metadata, 5 payload}; Metadata {1 user_id, 2 device_id, 3 trace_context, 4 security_token}.
 * event_type = `{service}:{action}:v{n}:{state}`; empty fields are left out.
 */
import { PbfReader, PbfWriter } from 'pbf';
import type { Bytes } from './bytes.ts';

export interface Metadata {
  userId?: string;
  deviceId?: string;
  /** base64url of the first 16 bytes of HMAC-SHA256 (FORMATS 8). */
  securityToken?: string;
  traceContext?: Record<string, string>;
}

export interface Envelope {
  id?: string;
  eventType: string;
  /** Unix time in ms; left out when 0. */
  timestamp?: number;
  metadata?: Metadata;
  payload: Uint8Array;
}

export const EVENT_TYPE = /^[a-z0-9_]{1,24}:[a-z0-9_]{1,24}:v[0-9]{1,3}:(requested|processing|completed|failed)$/;

function writeEntry(entry: [string, string], w: PbfWriter): void {
  w.writeStringField(1, entry[0]);
  w.writeStringField(2, entry[1]);
}

function writeMetadata(m: Metadata, w: PbfWriter): void {
  if (m.userId) w.writeStringField(1, m.userId);
  if (m.deviceId) w.writeStringField(2, m.deviceId);
  if (m.traceContext) for (const key of Object.keys(m.traceContext).sort()) w.writeMessage(3, writeEntry, [key, m.traceContext[key]!]);
  if (m.securityToken) w.writeStringField(4, m.securityToken);
}

/** Bytes of an envelope besides its payload, mostly. */
const ROOM = 256;
const PAYLOAD_TAG = (5 << 3) | 2;

/** Memory whose bytes before the payload are free for the head of one envelope. */
const roomy = new WeakSet<ArrayBufferLike>();

/** Memory for a payload of so many bytes with room for the head of its envelope in front: it becomes the envelope without a copy. */
export function payloadWithRoom(length: number): Bytes {
  const out = new Uint8Array(ROOM + length);
  roomy.add(out.buffer);
  return out.subarray(ROOM);
}

/** All before the bytes of the payload: fields in the order of their numbers, it is the last. */
function headOf(e: Envelope): Uint8Array {
  const w = new PbfWriter(new Uint8Array(ROOM));
  if (e.id) w.writeStringField(1, e.id);
  if (e.eventType) w.writeStringField(2, e.eventType);
  if (e.timestamp) w.writeVarintField(3, e.timestamp);
  if (e.metadata) w.writeMessage(4, writeMetadata, e.metadata);
  if (e.payload.length > 0) {
    w.writeVarint(PAYLOAD_TAG);
    w.writeVarint(e.payload.length);
  }
  return w.finish();
}

/** Bytes of an envelope. */
export function encodeEnvelope(e: Envelope): Bytes {
  return encodeEnvelopeInto(e, new Uint8Array(e.payload.length + ROOM));
}

/** The same in the memory that is given, if it is enough. */
export function encodeEnvelopeInto(e: Envelope, memory: Uint8Array): Bytes {
  const head = headOf(e);
  const length = head.length + e.payload.length;
  const out = length <= memory.length ? memory.subarray(0, length) : new Uint8Array(length);
  out.set(head);
  out.set(e.payload, head.length);
  return out as Bytes;
}

/** An envelope that is encoded more than once with other metadata: its payload is copied once, or not at all when it has room in front. */
export function envelopeAround(payload: Uint8Array): (e: Omit<Envelope, 'payload'>) => Bytes {
  // What another envelope has in front of this payload must stay as it is.
  const own = roomy.delete(payload.buffer);
  const memory = own ? payload : payloadWithRoom(payload.length);
  if (!own) memory.set(payload);
  return (e) => {
    const whole = { ...e, payload: memory };
    const head = headOf(whole);
    if (head.length > memory.byteOffset) return encodeEnvelope(whole);
    const out = new Uint8Array(memory.buffer, memory.byteOffset - head.length, head.length + memory.length);
    out.set(head);
    return out as Bytes;
  };
}

/** The envelope in the bytes; throws RangeError or TypeError on bytes that are not one. Unknown fields are skipped. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  const out: Envelope = { eventType: '', payload: new Uint8Array(0) };
  const reader = new PbfReader(bytes);
  while (reader.pos < reader.length) {
    const start = reader.pos;
    const field = reader.nextField();
    if (field === 1) out.id = reader.readString();
    else if (field === 2) out.eventType = reader.readString();
    else if (field === 3) out.timestamp = reader.readVarint();
    else if (field === 4) out.metadata = readMetadata(reader);
    else if (field === 5) out.payload = reader.readBytes();
    else reader.skip(reader.type);
    if (reader.pos > reader.length || reader.pos <= start) throw new RangeError('envelope: truncated');
  }
  if (out.eventType !== '' && !EVENT_TYPE.test(out.eventType)) throw new RangeError('envelope: bad event_type');
  return out;
}

function readMetadata(reader: PbfReader): Metadata {
  const trace = new Map<string, string>();
  const meta = reader.readMessage((tag: number, m: Metadata, p: PbfReader) => {
    if (tag === 1) m.userId = p.readString();
    else if (tag === 2) m.deviceId = p.readString();
    else if (tag === 4) m.securityToken = p.readString();
    else if (tag === 3) {
      const entry = p.readMessage<[string, string]>((t, e, q) => {
        if (t === 1) e[0] = q.readString();
        else if (t === 2) e[1] = q.readString();
      }, ['', '']);
      if (trace.size < 16) trace.set(entry[0], entry[1]);
    }
  }, {} as Metadata);
  if (trace.size > 0) meta.traceContext = Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(trace));
  return meta;
}
