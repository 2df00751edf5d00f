/** A file as QR codes: any codes in any order make it whole, what is damaged or foreign is named, and nobody who shows codes makes the reader grow. */
import { describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url, u32be } from '#base/bytes';
import { sha256 } from '#base/hash';
import { CODES_LIMITS } from '#os/code-limits';
import { CodesReader, codesOf, isCodeText } from '#view/kit/codes.ts';
import { readPicture } from '#view/kit/qr-find.ts';
import { drawn } from '#tests/support/qr-picture';

const file = (length: number, seed = 1): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, i) => sha256(u32be(seed), u32be(i >> 5))[i & 31]!);
const PREFIX = 'LGCODES1.';
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => fromBase64url(text.slice(PREFIX.length))!;
/** The code with its bytes changed, and the check made right again. */
function forged(text: string, change: (bytes: Uint8Array) => void): string {
  const bytes = bytesOf(text);
  change(bytes);
  bytes.set(sha256(bytes.subarray(0, 24), bytes.subarray(28)).subarray(0, 4), 24);
  return PREFIX + toBase64url(bytes);
}
const put32 = (at: number, value: number) => (bytes: Uint8Array): void => bytes.set(u32be(value), at);

describe('{K15} a file as QR codes', () => {
  test('its codes are these, for good', () => {
    const codes = codesOf(file(1_000));
    expect([codes.pieces, codes.text(0).length, toBase64url(sha256([0, 1, 2, 3, 4, 999].map(codes.text).join(' ')))]).toEqual([3, 607, 'h5doLpMJqQqwBFrYMYd_Sjja_8zp2JY6HMz_rgaUkco']);
  });

  test('the first round alone makes it whole, so do only the sums behind it, and any mix in any order with losses; twice is known', () => {
    for (const length of [1, 419, 420, 421, 20_000]) {
      const bytes = file(length, length);
      const codes = codesOf(bytes);
      const plain = new CodesReader();
      for (let no = 0; no < codes.pieces; no++) {
        expect(plain.whole()).toBeNull();
        expect(plain.take(codes.text(no))).toBe('new');
      }
      expect([plain.whole(), plain.take(codes.text(0))]).toEqual([bytes, 'known']);
      const late = new CodesReader();
      let read = 0;
      for (let no = 7_000; late.whole() === null; no++) {
        late.take(codes.text(no));
        read++;
      }
      expect(late.whole()).toEqual(bytes);
      expect(read - codes.pieces, 'few more than there are pieces').toBeLessThan(16);
      const mixed = new CodesReader();
      // Every third code is missed, and they come backwards.
      for (let no = 3 * codes.pieces + 60; no >= 0 && mixed.whole() === null; no--) if (no % 3 !== 0) mixed.take(codes.text(no));
      expect(mixed.whole(), `${length}`).toEqual(bytes);
    }
  });

  test('damaged codes are counted and left out, those of another file named; what does not come to its name is not given', () => {
    const [one, two] = [codesOf(file(2_000, 1)), codesOf(file(2_000, 2))];
    const reader = new CodesReader();
    expect(reader.take(one.text(0))).toBe('new');
    const flipped = bytesOf(one.text(1));
    flipped[100]! ^= 1;
    const damaged = [PREFIX, `${PREFIX}***`, one.text(1).slice(0, -8), PREFIX + toBase64url(flipped), one.text(1).replace(PREFIX, 'LGCODES9.')];
    expect(damaged.map((text) => reader.take(text))).toEqual(damaged.map(() => 'damaged'));
    expect([reader.take(two.text(1)), reader.damaged, reader.have]).toEqual(['other', 5, 1]);
    // One that stands before the camera for a while is one.
    const slow = new CodesReader();
    expect([...Array<string>(8).fill(damaged[2]!), one.text(0), damaged[2]!].map((text) => slow.take(text))).toEqual(['damaged', ...Array(7).fill('known'), 'new', 'damaged']);
    expect(slow.damaged).toBe(2);
    expect([isCodeText(one.text(0)), isCodeText('https://graph.example.org/#/meet/x'), isCodeText(damaged[4]!)]).toEqual([true, false, false]);
    for (let no = 1; no < one.pieces; no++) reader.take(one.text(no));
    expect(reader.whole()).toEqual(file(2_000, 1));
    const lied = new CodesReader();
    for (let no = 0; no < one.pieces; no++) lied.take(no === 3 ? forged(one.text(no), (bytes) => (bytes[50]! ^= 1)) : one.text(no));
    expect(lied.whole()).toBe('wrong');
  });

  test('[limit CODES.fileBytes CODES.pieceBytes CODES.readPieceBytes CODES.pieces] larger files are neither shown nor read; a code that says so keeps nothing', () => {
    expect(() => codesOf(new Uint8Array(CODES_LIMITS.fileBytes + 1))).toThrow(RangeError);
    const most = codesOf(new Uint8Array(CODES_LIMITS.fileBytes));
    expect(most.pieces).toBe(Math.ceil(CODES_LIMITS.fileBytes / CODES_LIMITS.pieceBytes));
    const reader = new CodesReader();
    const short = (text: string, to: number): string => forged(PREFIX + toBase64url(bytesOf(text).slice(0, 28 + to)), () => undefined);
    const long = forged(PREFIX + toBase64url(Uint8Array.from([...bytesOf(most.text(0)), ...new Uint8Array(CODES_LIMITS.readPieceBytes + 1 - CODES_LIMITS.pieceBytes)])), () => undefined);
    for (const text of [forged(most.text(0), put32(16, CODES_LIMITS.fileBytes + 1)), forged(most.text(0), put32(16, 0)), short(most.text(0), 255), long]) expect(reader.take(text)).toBe('damaged');
    expect([reader.of, reader.have]).toEqual([0, 0]);
    expect(reader.take(short(most.text(0), 256)), 'control: 1,024 pieces').toBe('new');
    expect(new CodesReader().take(forged(most.text(0), put32(20, 0xffff_ffff))), 'control: the last number').toBe('new');
  });

  test('read from pictures of the codes, as a camera gives them', () => {
    const bytes = file(1_500, 9);
    const codes = codesOf(bytes);
    const reader = new CodesReader();
    for (let no = 2; reader.whole() === null && no < 40; no++) {
      const text = readPicture(drawn(codes.text(no)));
      expect(text).toBe(codes.text(no));
      reader.take(text!);
    }
    expect(reader.whole()).toEqual(bytes);
  });
});
