import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawSession, isOwned, sessionOf } from '#ports/session-name';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('a session is 12 bytes of a hash of its secret and the mark, as docs/PROTOCOL.md says; one without the mark is nobody’s', () => {
  const session = sessionOf(new Uint8Array(32).fill(9));
  expect(hex(session)).toBe('5817909ca9df19287a7c68716c676f73');
  expect(readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'PROTOCOL.md'), 'utf8')).toContain(hex(session));
  const drawn = drawSession(createSeededRandom('session'));
  expect([drawn.secret.length, hex(drawn.session)]).toEqual([32, hex(sessionOf(drawn.secret))]);
  expect([session.length, isOwned(session), isOwned(session.map((byte, at) => (at === 15 ? byte ^ 1 : byte))), isOwned(new Uint8Array(16))]).toEqual([16, true, false, false]);
});
