/** Envelopes of large payloads: the same bytes as the plain way, in memory that is used again. */
import { randomFillSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { decodeEnvelope, encodeEnvelope, encodeEnvelopeInto, envelopeAround, payloadWithRoom } from '#base/envelope';

const random = (length: number): Uint8Array => randomFillSync(new Uint8Array(length));
const HEADS = [
  { eventType: 'chunk:want:v1:completed', id: 'q1' },
  { eventType: 'chunk:want:v1:completed', id: 'q1', metadata: { securityToken: 'A'.repeat(22) } },
  { eventType: 'link:ready:v1:completed', timestamp: 7, metadata: { userId: 'u'.repeat(43), deviceId: 'd'.repeat(43), securityToken: 'A'.repeat(22) } },
  // More than the room in front.
  { eventType: 'link:ready:v1:completed', metadata: { userId: 'u'.repeat(400), securityToken: 'A'.repeat(22) } },
];

test.each([0, 1, 127, 128, 16_384, 131_072])('an envelope around %i bytes is that of the plain encoder, with and without room in front', (length) => {
  const payload = random(length);
  const roomy = payloadWithRoom(length);
  roomy.set(payload);
  for (const encode of [envelopeAround(payload), envelopeAround(roomy)]) {
    for (const head of HEADS) {
      const wanted = encodeEnvelope({ ...head, payload });
      expect(Buffer.compare(encode(head), wanted)).toBe(0);
      expect(Buffer.compare(decodeEnvelope(encode(head)).payload, payload)).toBe(0);
      for (const memory of [new Uint8Array(0), random(length + 2_000)]) expect(Buffer.compare(encodeEnvelopeInto({ ...head, payload }, memory), wanted)).toBe(0);
    }
  }
});

test('a payload with room that goes out twice leaves the first envelope as it was', () => {
  const payload = payloadWithRoom(50_000);
  randomFillSync(payload);
  const first = envelopeAround(payload)(HEADS[0]!);
  expect(first.buffer).toBe(payload.buffer);
  const before = first.slice();
  const second = envelopeAround(payload)(HEADS[1]!);
  expect(second.buffer).not.toBe(payload.buffer);
  expect(Buffer.compare(first, before)).toBe(0);
  expect(Buffer.compare(decodeEnvelope(second).payload, payload)).toBe(0);
});
