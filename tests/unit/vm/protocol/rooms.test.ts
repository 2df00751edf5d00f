/** What a signaling server sees names by: rooms, another every day for every key, and sessions, drawn at each start. Golden bytes of both: tests/golden, docs/PROTOCOL.md. */
import { describe, expect, test } from 'vitest';
import { equalBytes, toBase64url } from '#base/bytes';
import { drawSession } from '#ports/session-name';
import { discoveryKey } from '#vm/protocol/keys';
import { roomOfDay, roomsAt } from '#vm/protocol/rooms';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { realCrypto } from '#tests/support/web-crypto';

const DAY_MS = 86_400_000;
const DAYS = 200;
const random = createSeededRandom('rooms');
/** Two spaces, and one whose key differs from the first in one bit. */
const ONE = random.bytes(32);
const TWO = random.bytes(32);
const NEAR = ONE.map((byte, at) => (at === 31 ? byte ^ 1 : byte));
const rooms = (key: Uint8Array): Uint8Array[] => Array.from({ length: DAYS }, (_, day) => roomOfDay(discoveryKey(key), 20_000 + day));

const ones = (byte: number): number => byte.toString(2).replaceAll('0', '').length;
const bitsOf = (names: readonly Uint8Array[]): number => names.reduce((sum, name) => sum + name.reduce((own, byte) => own + ones(byte), 0), 0) / names.reduce((sum, name) => sum + name.length * 8, 0);
/** Share of the bits in which neighbours differ: a half where one says nothing of the next. */
const apart = (a: readonly Uint8Array[], b: readonly Uint8Array[]): number => bitsOf(a.map((name, at) => name.map((byte, i) => byte ^ b[at]![i]!)));
/** 51,200 bits: five standard deviations. */
const NEAR_HALF = 0.012;
const looksDrawn = (share: number): boolean => Math.abs(share - 0.5) < NEAR_HALF;

describe('{V8}{V9} what a server sees of spaces and devices', () => {
  test('[row 28] a room has another name every day and for every space; without the key the names look drawn, and one says nothing of the next or of another space', () => {
    const [one, two, near] = [rooms(ONE), rooms(TWO), rooms(NEAR)];
    expect(new Set([...one, ...two, ...near].map(toBase64url)).size).toBe(3 * DAYS);
    for (const [name, share] of Object.entries({
      one: bitsOf(one), two: bitsOf(two), days: apart(one.slice(1), one), spaces: apart(one, two), 'a key one bit away': apart(one, near),
    })) expect(looksDrawn(share), `${name}: ${share}`).toBe(true);
    // Control: names that can be told apart are seen by the same measure.
    const counted = one.map((_, at) => new Uint8Array(32).fill(at));
    expect([looksDrawn(bitsOf(counted)), looksDrawn(apart(counted.slice(1), counted)), looksDrawn(apart(one, one))]).toEqual([false, false, false]);
  });

  test('[row 28] at a day\'s end one is in both rooms, so that clocks need not agree, and after two hours in the new one alone', () => {
    const at = (ms: number): number[] => roomsAt(discoveryKey(ONE), 20_000 * DAY_MS + ms).map(({ day }) => day - 20_000);
    expect([at(DAY_MS - 7_200_001), at(DAY_MS - 7_200_000), at(DAY_MS + 7_199_999), at(DAY_MS + 7_200_000)]).toEqual([[0], [0, 1], [0, 1], [1]]);
  });

  test('[row 28] the name a device goes by there is drawn at each start: it is neither its key nor made of it, and no two starts share one', async () => {
    const { pub } = await realCrypto.generateSigning();
    const starts = Array.from({ length: 64 }, (_, start) => drawSession(createSeededRandom(`start ${start}`)));
    expect(new Set(starts.map(({ session }) => toBase64url(session))).size).toBe(starts.length);
    expect(starts.some(({ session }) => Array.from({ length: pub.length - 11 }, (_, from) => pub.subarray(from, from + 12)).some((part) => equalBytes(part, session.subarray(0, 12))))).toBe(false);
    // Of the randomness alone: what device it is goes in nowhere, so the same draw is the same name on any device.
    expect(drawSession(createSeededRandom('start 0'))).toEqual(starts[0]);
    expect(looksDrawn(bitsOf(Array.from({ length: 600 }, (_, start) => drawSession(createSeededRandom(`many ${start}`)).session.subarray(0, 12))))).toBe(true);
  });
});
