/**
 * Inner envelopes of a link (FORMATS 8): every one carries a security token under the key of its sender; user_id and device_id are sent
 * in the first envelope only. The token covers the envelope as encoded without it, so nothing in it can be changed or moved to another link.
 */
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { decodeEnvelope, encodeEnvelope, type Envelope } from '#base/envelope';
import { err, ok, type Result } from '#base/result';
import { securityToken } from '#vm/protocol/handshake';
import { LINK_LIMITS } from '#vm/limits';

export interface EnvelopeWriter {
  write(event: string, payload: Uint8Array, id: string): Bytes;
}

export interface ReadEnvelope {
  readonly event: string;
  readonly id: string;
  readonly payload: Bytes;
  readonly userId: string;
  readonly deviceId: string;
}

export interface EnvelopeReader {
  read(bytes: Uint8Array): Result<ReadEnvelope, 'token' | 'envelope'>;
}

/** `constant` is sent once, with the first envelope. */
export function createEnvelopeWriter(key: Bytes, constant: { readonly userId: string; readonly deviceId: string }): EnvelopeWriter {
  let first = true;
  return {
    write(event, payload, id) {
      const envelope: Envelope = { eventType: event, payload, ...(id !== '' && { id }) };
      if (first) envelope.metadata = { ...constant };
      first = false;
      const token = toBase64url(securityToken(key, encodeEnvelope(envelope)));
      return encodeEnvelope({ ...envelope, metadata: { ...envelope.metadata, securityToken: token } });
    },
  };
}

/** Bytes of the envelope as its sender encoded it before the token was put in. */
function withoutToken(envelope: Envelope): Bytes {
  const { securityToken: _, ...rest } = envelope.metadata ?? {};
  const { metadata: __, ...plain } = envelope;
  return encodeEnvelope(Object.keys(rest).length === 0 ? plain : { ...plain, metadata: rest });
}

export function createEnvelopeReader(key: Bytes): EnvelopeReader {
  return {
    read(bytes) {
      let envelope: Envelope;
      try {
        envelope = decodeEnvelope(bytes);
      } catch {
        return err('envelope');
      }
      const token = fromBase64url(envelope.metadata?.securityToken ?? '');
      if (token === null || !equalBytes(token, securityToken(key, withoutToken(envelope)))) return err('token');
      const id = envelope.id ?? '';
      if (envelope.eventType === '' || id.length > LINK_LIMITS.idChars) return err('envelope');
      return ok({
        event: envelope.eventType, id, payload: envelope.payload as Bytes,
        userId: envelope.metadata?.userId ?? '', deviceId: envelope.metadata?.deviceId ?? '',
      });
    },
  };
}
