/**
 * Codec of the signaling and relay messages (types and sizes: ./signaling-messages.ts). Strict both ways: a message that is written
 * reads back equal, and bytes with a missing, doubled, unknown or oversized field are refused with a typed error, never with a throw.
 */
import { assert } from '#base/assert';
import { concat, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { decodeEnvelope, encodeEnvelope, EVENT_TYPE, type Envelope } from '#base/envelope';
import { err, ok, type Result } from '#base/result';
import {
  SIGNAL_LIMITS, type IceServer, type ServerLimits, type SignalFailed, type SignalMessage, type SignalParseError,
} from './signaling-messages.ts';

export * from './signaling-messages.ts';

/** Kind of one field: exact bytes, bounded bytes, bounded text, safe unsigned integer, boolean, list of sessions, limits map, ICE servers. */
type Kind = 'b8' | 'b16' | 'b32' | 'data' | 'ticket' | 'text' | 'uint' | 'bool' | 'sessions' | 'limits' | 'ice';

const EXACT: { readonly [K in Kind]?: number } = { b8: 8, b16: 16, b32: 32 };
const AT_MOST: { readonly [K in Kind]?: number } = { data: SIGNAL_LIMITS.data, ticket: SIGNAL_LIMITS.ticket };

/** The fields of every message whose payload is a CBOR map. */
const FIELDS: ReadonlyMap<string, Readonly<Record<string, Kind>>> = new Map<string, Readonly<Record<string, Kind>>>([
  ['signal:hello:v1:requested', { session: 'b16' }],
  ['signal:hello:v2:requested', { secret: 'b32' }],
  ['signal:join:v1:requested', { room: 'b32' }],
  ['signal:leave:v1:requested', { room: 'b32' }],
  ['signal:forward:v1:requested', { room: 'b32', to: 'b16', data: 'data' }],
  ['signal:ping:v1:requested', {}],
  ['relay:open:v1:requested', { room: 'b32', to: 'b16', ticket: 'ticket' }],
  ['relay:close:v1:requested', { route: 'b8' }],
  ['signal:hello:v1:completed', { session: 'b16', time: 'uint', relay: 'b32', limits: 'limits', ice: 'ice' }],
  ['signal:join:v1:completed', { room: 'b32', sessions: 'sessions', ticket: 'ticket' }],
  ['signal:peer:v1:completed', { room: 'b32', session: 'b16', present: 'bool' }],
  ['signal:forward:v1:completed', { room: 'b32', from: 'b16', data: 'data' }],
  ['signal:ping:v1:completed', { time: 'uint' }],
  ['signal:close:v1:completed', { reason: 'text' }],
  ['relay:open:v1:completed', { room: 'b32', peer: 'b16', route: 'b8', initiator: 'bool' }],
  ['relay:close:v1:completed', { route: 'b8', reason: 'text' }],
  ['relay:flow:v1:completed', { route: 'b8', open: 'bool' }],
]);

const LIMIT_KEYS: readonly (keyof ServerLimits)[] = ['rooms', 'sessions', 'rate', 'relay_bytes', 'idle_ms'];
const FAILED = /^(signal|relay):([a-z0-9_]{1,24}):v1:failed$/;
const FRAME = /^relay:frame:v1:(requested|completed)$/;

/** The value as this kind of field, or undefined when it is not one. */
function field(kind: Kind, value: unknown): unknown {
  if (kind === 'bool') return typeof value === 'boolean' ? value : undefined;
  if (kind === 'uint') return isUint(value) ? value : undefined;
  if (kind === 'text') return typeof value === 'string' && value.length <= SIGNAL_LIMITS.text ? value : undefined;
  if (kind === 'limits') return limitsOf(value);
  if (kind === 'ice') return iceOf(value);
  if (kind === 'sessions') {
    if (!Array.isArray(value) || value.length > SIGNAL_LIMITS.sessions) return undefined;
    return value.every((item) => field('b16', item) !== undefined) ? value : undefined;
  }
  if (!(value instanceof Uint8Array)) return undefined;
  const exact = EXACT[kind];
  return (exact === undefined ? value.length <= AT_MOST[kind]! : value.length === exact) ? value : undefined;
}

const isUint = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** The entries of a decoded text-keyed map; null when the value is not one. */
function entriesOf(value: unknown): Map<string, unknown> | null {
  if (value instanceof Map) {
    for (const key of value.keys()) if (typeof key !== 'string') return null;
    return value as Map<string, unknown>;
  }
  return null;
}

/** Limits of a server; keys this build does not know are ignored, so that later servers can tell more. */
function limitsOf(value: unknown): ServerLimits | undefined {
  const entries = entriesOf(value);
  if (entries === null) return undefined;
  const out: Record<string, number> = {};
  for (const key of LIMIT_KEYS) {
    const number = entries.get(key);
    if (!isUint(number)) return undefined;
    out[key] = number;
  }
  return out as unknown as ServerLimits;
}

const ICE_URL = /^(?:stuns?|turns?):[^\s]+$/;
const isIceText = (value: unknown): value is string => typeof value === 'string' && value.length <= SIGNAL_LIMITS.iceText;

/** ICE servers from decoded maps; undefined when one is not of the form. */
function iceOf(value: unknown): IceServer[] | undefined {
  if (!Array.isArray(value) || value.length > SIGNAL_LIMITS.ice) return undefined;
  const out: IceServer[] = [];
  for (const item of value) {
    const entries = entriesOf(item);
    const urls = entries?.get('urls');
    const username = entries?.get('username');
    const credential = entries?.get('credential');
    if (!Array.isArray(urls) || urls.length === 0 || urls.length > SIGNAL_LIMITS.iceUrls) return undefined;
    if (!urls.every((url): url is string => isIceText(url) && ICE_URL.test(url))) return undefined;
    if ((username !== undefined && !isIceText(username)) || (credential !== undefined && !isIceText(credential))) return undefined;
    out.push({ urls, ...(username !== undefined && { username }), ...(credential !== undefined && { credential }) });
  }
  return out;
}

/** May a hello name these STUN and TURN servers? */
export const fitsIce = (servers: readonly IceServer[]): boolean => iceOf(servers.map(mapOf)) !== undefined;

function mapOf(fields: object): Map<string, CborValue> {
  const out = new Map<string, CborValue>();
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'type' || value === undefined) continue;
    out.set(key, key === 'limits' ? mapOf(value as object) : key === 'ice' ? (value as IceServer[]).map(mapOf) : (value as CborValue));
  }
  return out;
}

function encodeFailed(message: SignalFailed): Bytes {
  const { service, action, code, message: text, room, route } = message;
  return encodeEnvelope({ eventType: `${service}:${action}:v1:failed`, payload: encodeCbor(mapOf({ code, message: text, room, route })) });
}

/** Bytes of a message; AssertionError when a field breaks its size (a fault of the caller). */
export function encodeSignal(message: SignalMessage): Bytes {
  if (message.type === 'failed') return encodeFailed(message);
  if (message.type === 'relay:frame:v1:requested' || message.type === 'relay:frame:v1:completed') {
    assert(message.route.length === 8 && message.frame.length <= SIGNAL_LIMITS.frame, 'signaling: route of 8 bytes, frame within its limit');
    return encodeEnvelope({
      id: toBase64url(message.route), eventType: message.type, payload: concat(Uint8Array.of(message.channel), message.frame),
    });
  }
  const values = mapOf(message);
  for (const [key, kind] of Object.entries(FIELDS.get(message.type)!)) {
    assert(field(kind, values.get(key)) !== undefined, `signaling: ${message.type} ${key}`);
  }
  return encodeEnvelope({ eventType: message.type, payload: encodeCbor(values) });
}

const refuse = (code: SignalParseError['code'], message: string): Result<SignalMessage, SignalParseError> => err({ code, message });

function decodeFrame(envelope: Envelope): Result<SignalMessage, SignalParseError> {
  const route = fromBase64url(envelope.id ?? '');
  const channel = envelope.payload[0];
  if (route === null || route.length !== 8 || (channel !== 0 && channel !== 1)) return refuse('malformed', 'relay frame: route or channel');
  const type = envelope.eventType as 'relay:frame:v1:requested' | 'relay:frame:v1:completed';
  if (envelope.payload.length > SIGNAL_LIMITS.frame + 1) return refuse('too_large', 'relay frame');
  return ok({ type, route, channel, frame: envelope.payload.subarray(1) });
}

function decodeFailed(match: RegExpExecArray, values: Map<string, unknown>): Result<SignalMessage, SignalParseError> {
  const code = field('text', values.get('code'));
  const message = field('text', values.get('message'));
  const room = values.has('room') ? field('b32', values.get('room')) : undefined;
  const route = values.has('route') ? field('b8', values.get('route')) : undefined;
  if (typeof code !== 'string' || typeof message !== 'string') return refuse('malformed', 'failed: code or message');
  const failed = { type: 'failed', service: match[1], action: match[2], code, message } as SignalFailed;
  return ok({ ...failed, ...(room instanceof Uint8Array && { room }), ...(route instanceof Uint8Array && { route }) });
}

function decodeFields(type: string, values: Map<string, unknown>): Result<SignalMessage, SignalParseError> {
  const fields = FIELDS.get(type);
  if (fields === undefined) return refuse('unknown', type);
  const out: Record<string, unknown> = { type };
  for (const [key, kind] of Object.entries(fields)) {
    const value = field(kind, values.get(key));
    if (value === undefined) return refuse('malformed', `${type}: ${key}`);
    out[key] = value;
  }
  if (values.size !== Object.keys(fields).length) return refuse('malformed', `${type}: a key too many`);
  return ok(out as unknown as SignalMessage);
}

/** The message in the bytes of one WebSocket message. Never throws. The byte fields are views on `bytes` where possible. */
export function decodeSignal(bytes: Uint8Array): Result<SignalMessage, SignalParseError> {
  if (bytes.length > SIGNAL_LIMITS.message) return refuse('too_large', 'message');
  try {
    const envelope = decodeEnvelope(bytes);
    if (!EVENT_TYPE.test(envelope.eventType)) return refuse('malformed', 'event_type');
    if (FRAME.test(envelope.eventType)) return decodeFrame(envelope);
    const failed = FAILED.exec(envelope.eventType);
    if (failed === null && !FIELDS.has(envelope.eventType)) return refuse('unknown', envelope.eventType);
    const values = entriesOf(decodeCbor(envelope.payload));
    if (values === null) return refuse('malformed', 'payload is not a text-keyed map');
    return failed === null ? decodeFields(envelope.eventType, values) : decodeFailed(failed, values);
  } catch {
    return refuse('malformed', 'envelope or CBOR');
  }
}
