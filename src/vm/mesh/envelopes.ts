/**
 * Inner envelopes of a link (FORMATS 8): every one carries a security token under the key of its sender; user_id and device_id are sent
 * in the first envelope only. The token covers the envelope as encoded without it, so nothing in it can be changed or moved to another link.
 */
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { decodeEnvelope, encodeEnvelope, encodeEnvelopeInto, envelopeAround, type Envelope } from '#base/envelope';
import { err, ok, type Result } from '#base/result';
import type { Mac } from '#ports/crypto';
import { securityToken, shortToken } from '#vm/protocol/handshake';
import { LINK_LIMITS } from '#vm/limits';

export interface EnvelopeWriter {
  write(event: string, payload: Uint8Array, id: string): Bytes;
  /** The same bytes; the token is made beside this thread. */
  writeLarge(event: string, payload: Uint8Array, id: string, mac: Mac): Promise<Bytes>;
}

export interface ReadEnvelope {
  readonly event: string;
  readonly id: string;
  readonly payload: Bytes;
  readonly userId: string;
  readonly deviceId: string;
}

export type Read = Result<ReadEnvelope, 'token' | 'envelope'>;

export interface EnvelopeReader {
  read(bytes: Uint8Array): Read;
  /** The same; the token is checked beside this thread. */
  readLarge(bytes: Uint8Array, mac: Mac): Promise<Read>;
}

/** `constant` is sent once, with the first envelope. */
export function createEnvelopeWriter(key: Bytes, constant: { readonly userId: string; readonly deviceId: string }): EnvelopeWriter {
  let first = true;
  const begin = (event: string, payload: Uint8Array, id: string): Envelope => {
    const envelope: Envelope = { eventType: event, payload, ...(id !== '' && { id }) };
    if (first) envelope.metadata = { ...constant };
    first = false;
    return envelope;
  };
  const signed = (envelope: Envelope, token: Uint8Array): Envelope => ({ ...envelope, metadata: { ...envelope.metadata, securityToken: toBase64url(token) } });
  return {
    write(event, payload, id) {
      const envelope = begin(event, payload, id);
      return encodeEnvelope(signed(envelope, securityToken(key, encodeEnvelope(envelope))));
    },
    async writeLarge(event, payload, id, mac) {
      const envelope = begin(event, payload, id);
      const encode = envelopeAround(payload);
      return encode(signed(envelope, shortToken(await mac(encode(envelope)))));
    },
  };
}

/** The envelope as its sender encoded it before the token was put in. */
function withoutToken(envelope: Envelope): Envelope {
  const { securityToken: _, ...rest } = envelope.metadata ?? {};
  const { metadata: __, ...plain } = envelope;
  return Object.keys(rest).length === 0 ? plain : { ...plain, metadata: rest };
}

function parse(bytes: Uint8Array): Envelope | null {
  try {
    return decodeEnvelope(bytes);
  } catch {
    return null;
  }
}

function judge(envelope: Envelope, expected: Uint8Array): Read {
  const token = fromBase64url(envelope.metadata?.securityToken ?? '');
  if (token === null || !equalBytes(token, expected)) return err('token');
  const id = envelope.id ?? '';
  if (envelope.eventType === '' || id.length > LINK_LIMITS.idChars) return err('envelope');
  return ok({
    event: envelope.eventType, id, payload: envelope.payload as Bytes,
    userId: envelope.metadata?.userId ?? '', deviceId: envelope.metadata?.deviceId ?? '',
  });
}

/** Fresh memory is dearer than what is done in it: one for all links, since a mac has its bytes when it returns. */
let scratch: Uint8Array | null = null;

export function createEnvelopeReader(key: Bytes): EnvelopeReader {
  return {
    read(bytes) {
      const envelope = parse(bytes);
      return envelope === null ? err('envelope') : judge(envelope, securityToken(key, encodeEnvelope(withoutToken(envelope))));
    },
    async readLarge(bytes, mac) {
      const envelope = parse(bytes);
      if (envelope === null) return err('envelope');
      return judge(envelope, shortToken(await mac(encodeEnvelopeInto(withoutToken(envelope), (scratch ??= new Uint8Array(LINK_LIMITS.message))))));
    },
  };
}
