/**
 * A direct connection arranged by hand (docs/PROTOCOL.md §16): the offer of one side and the answer of the other, small enough for one QR code. Of an SDP
 * only what differs between two connections is kept; the rest is written anew here, so that nothing of a stranger's text reaches the engine as it came.
 */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { err, ok, type Result } from '#base/result';
import { HAND_LIMITS } from '#vm/hand-limits';

export type HandKind = 'offer' | 'answer';

/** Where one side may be reached. */
export interface HandCandidate {
  readonly type: 'host' | 'srflx' | 'relay';
  /** IPv4, IPv6, or the multicast name a browser gives in place of an address of its network. */
  readonly address: string;
  readonly port: number;
}

/** What a description of a data connection says that is not the same in all of them. */
export interface HandWay {
  readonly ufrag: string;
  readonly pwd: string;
  /** SHA-256 of the certificate. */
  readonly fingerprint: Bytes;
  readonly candidates: readonly HandCandidate[];
}

export interface HandWord extends HandWay {
  readonly kind: HandKind;
  /** Session of the mesh that says it, and the attempt that an answer belongs to. */
  readonly session: Bytes;
  readonly attempt: Bytes;
  /** When the offer was made, s. */
  readonly made: number;
}

/** `version`: made by a newer version; `malformed`: neither offer nor answer. */
export type HandError = 'malformed' | 'version';

const PREFIX = '#/meet/';
const TYPES = ['host', 'srflx', 'relay'] as const;
/** Candidates of each type that are told, in the order the engine found them. */
const TOLD: Readonly<Record<HandCandidate['type'], number>> = { host: 4, srflx: 2, relay: 2 };
/** Type preferences of RFC 8445. */
const PREFERENCE: Readonly<Record<HandCandidate['type'], number>> = { host: 126, srflx: 100, relay: 2 };
const UFRAG = /^[A-Za-z0-9+/]{4,32}$/;
const PWD = /^[A-Za-z0-9+/]{22,64}$/;
const NAME = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\.local$/i;

/** `#/meet/<base64url of CBOR [0, kind, session b16, attempt b8, made, ufrag, pwd, fingerprint b32, [[type, address, port]…]]>`. */
export function encodeHand(word: HandWord): string {
  const candidates = word.candidates.map(({ type, address, port }): CborValue => [TYPES.indexOf(type) + (NAME.test(address) ? 8 : 0), addressBytes(address)!, port]);
  return PREFIX + toBase64url(encodeCbor([0, word.kind === 'offer' ? 0 : 1, word.session, word.attempt, word.made, word.ufrag, word.pwd, word.fingerprint, candidates]));
}

/** Reads a whole address, its fragment part, or the bare payload, wrapped into lines or not. */
export function decodeHand(text: string): Result<HandWord, HandError> {
  const at = text.indexOf(PREFIX);
  const payload = (at >= 0 ? text.slice(at + PREFIX.length) : text).replace(/\s+/g, '');
  const bytes = payload.length > HAND_LIMITS.chars ? null : fromBase64url(payload);
  const value = bytes === null ? undefined : tryDecodeCbor(bytes);
  if (!Array.isArray(value)) return err('malformed');
  const [version, kind, session, attempt, made, ufrag, pwd, fingerprint, list] = value;
  if (typeof version === 'number' && version > 0) return err('version');
  if (version !== 0 || value.length !== 9 || (kind !== 0 && kind !== 1) || !isBytes(session, 16) || !isBytes(attempt, 8) || !isBytes(fingerprint, 32)) return err('malformed');
  if (!isUint(made) || typeof ufrag !== 'string' || !UFRAG.test(ufrag) || typeof pwd !== 'string' || !PWD.test(pwd) || !Array.isArray(list)) return err('malformed');
  const candidates = list.length > HAND_LIMITS.candidates ? [null] : list.map(readCandidate);
  if (!candidates.every((one) => one !== null)) return err('malformed');
  return ok({ kind: kind === 0 ? 'offer' : 'answer', session, attempt, made, ufrag, pwd, fingerprint, candidates });
}

const isBytes = (value: CborValue | undefined, length: number): value is Bytes => value instanceof Uint8Array && value.length === length;
const isUint = (value: CborValue | undefined): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function readCandidate(value: CborValue): HandCandidate | null {
  if (!Array.isArray(value) || value.length !== 3) return null;
  const [kind, bytes, port] = value;
  const type = isUint(kind) ? TYPES[kind & 7] : undefined;
  if (type === undefined || (kind as number) > 10 || !isUint(port) || port === 0 || port > 65_535 || !(bytes instanceof Uint8Array)) return null;
  const address = (kind as number) >= 8 ? nameOf(bytes) : addressOf(bytes);
  return address === null ? null : { type, address, port };
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function nameOf(bytes: Uint8Array): string | null {
  return bytes.length === 16 ? `${hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}.local` : null;
}

function addressOf(bytes: Uint8Array): string | null {
  if (bytes.length === 4) return bytes.join('.');
  return bytes.length === 16 ? hex(bytes).match(/.{4}/g)!.map((group) => group.replace(/^0+(?=.)/, '')).join(':') : null;
}

/** 4 or 16 bytes; null for what is neither an address nor a multicast name. */
function addressBytes(address: string): Bytes | null {
  const name = NAME.exec(address);
  if (name) return fromHex(name.slice(1).join(''));
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) {
    const parts = address.split('.').map(Number);
    return parts.every((part) => part < 256) ? Uint8Array.from(parts) : null;
  }
  if (!/^[0-9a-f:]+$/i.test(address)) return null;
  const [head, tail, more] = address.split('::').map((side) => (side === '' ? [] : side.split(':')));
  const missing = 8 - head!.length - (tail?.length ?? 0);
  if (more !== undefined || (tail === undefined ? missing !== 0 : missing < 1)) return null;
  const groups = [...head!, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? fromHex(groups.map((group) => group.padStart(4, '0')).join('')) : null;
}

const fromHex = (text: string): Bytes => Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));

/** What an SDP of the engine says; null when it is not of a data connection as this build makes them. */
export function readDescription(kind: HandKind, sdp: string): HandWay | null {
  const of = (name: string): string[] => [...sdp.matchAll(new RegExp(`^a=${name}:(.*?)\\r?$`, 'gm'))].map((match) => match[1]!.trim());
  const [ufrag, pwd, setup] = [of('ice-ufrag')[0], of('ice-pwd')[0], of('setup')[0]];
  const print = /^sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i.exec(of('fingerprint')[0] ?? '');
  if (!ufrag || !UFRAG.test(ufrag) || !pwd || !PWD.test(pwd) || !print || setup !== (kind === 'offer' ? 'actpass' : 'active')) return null;
  const left = { ...TOLD };
  const candidates: HandCandidate[] = [];
  for (const line of of('candidate')) {
    const [, component, transport, , address, port, , type] = line.split(' ');
    const of = TYPES.find((one) => one === type);
    // Of an address of the link alone the other side does not know which link.
    if (of === undefined || component !== '1' || transport?.toLowerCase() !== 'udp' || !address || addressBytes(address) === null || /^fe80:/i.test(address) || left[of] === 0) continue;
    left[of] -= 1;
    candidates.push({ type: of, address, port: Number(port) });
  }
  return { ufrag, pwd, fingerprint: fromHex(print[1]!.replaceAll(':', '')), candidates };
}

/** One candidate as the engine takes it. */
export function candidateLine({ type, address, port }: HandCandidate, at: number): string {
  const priority = PREFERENCE[type] * 2 ** 24 + (65_535 - at) * 2 ** 8 + 255;
  return `candidate:${at + 1} 1 udp ${priority} ${address} ${port} typ ${type}${type === 'host' ? '' : ' raddr 0.0.0.0 rport 0'}`;
}

/** The SDP of an offer or an answer; without its candidates when they shall be told later. */
export function writeDescription(kind: HandKind, way: HandWay, withCandidates: boolean): string {
  const print = hex(way.fingerprint).toUpperCase().match(/../g)!.join(':');
  const lines = [
    'v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0',
    ...(withCandidates ? way.candidates.map((one, at) => `a=${candidateLine(one, at)}`) : []),
    `a=ice-ufrag:${way.ufrag}`, `a=ice-pwd:${way.pwd}`, 'a=ice-options:trickle', `a=fingerprint:sha-256 ${print}`, `a=setup:${kind === 'offer' ? 'actpass' : 'active'}`,
    'a=mid:0', 'a=sctp-port:5000', 'a=max-message-size:262144',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
