/** Text that does not fit into one message is cut where nobody's word or character is. */
import { describe, expect, test } from 'vitest';
import { fitsBeside, fitsField, insertedPiece, partEnd, piecesOf, writeHeld } from '#view/kit/held-paste.ts';

/** No half of a character at either end: such a text does not come back from its bytes. */
const whole = (text: string): boolean => new TextDecoder().decode(new TextEncoder().encode(text)) === text;

describe('pasted text that waits beside the field', () => {
  test('[limit FIELD_TEXT_MAX] a field takes twice a message and not one unit more', () => {
    expect([fitsField(32_000), fitsField(32_001)]).toEqual([true, false]);
  });

  test('[limit PASTE_TEXT_MAX] four million units wait beside a field, those that wait already counted', () => {
    expect([fitsBeside(0, 4_000_000), fitsBeside(0, 4_000_001), fitsBeside(1, 4_000_000)]).toEqual([true, false, false]);
  });

  test('a part ends after a line, else after a word, else at its room, and never inside a character', () => {
    expect('one two\nthree four'.slice(0, partEnd('one two\nthree four', 0, 9))).toBe('one two\n');
    expect('one two three four'.slice(4, partEnd('one two three four', 4, 11))).toBe('two three ');
    expect(partEnd('x'.repeat(50), 10, 20)).toBe(30);
    expect('aaa🙂🙂'.slice(0, partEnd('aaa🙂🙂', 0, 4))).toBe('aaa');
    expect(partEnd('short', 2, 20)).toBe(5);
  });

  test('all parts together are the text', () => {
    const text = Array.from({ length: 3_000 }, (_, at) => `${'🙂'.repeat(at % 7)} word${at}${at % 40 === 0 ? '\n' : ' '}`).join('');
    const parts: string[] = [];
    for (let at = 0; at < text.length; ) {
      const end = partEnd(text, at, 1_000);
      expect(end).toBeGreaterThan(at);
      parts.push(text.slice(at, end));
      at = end;
    }
    expect(parts.join('')).toBe(text);
    expect(parts.every(whole)).toBe(true);
    const pieces = piecesOf('🙂'.repeat(60_001));
    expect([pieces.join('').length, pieces.every((piece) => whole(piece) && JSON.stringify(piece).length <= 262_144)]).toEqual([120_002, true]);
  });

  test('what came in is found by what was there before', () => {
    expect(insertedPiece('ab', 'aXYZb')).toBe('XYZ');
    expect(insertedPiece('', 'all')).toBe('all');
    expect(insertedPiece('aa', 'aaaa')).toBe('aa');
  });

  test('a text that is discarded, and one that is shorter than the one before, leave none of their pieces behind', async () => {
    const held = new Map<string, unknown>();
    const shelf = { get: async (key: string) => held.get(key), set: async (key: string, value: unknown) => void (value === undefined ? held.delete(key) : held.set(key, value)) } as unknown as Parameters<typeof writeHeld>[0];
    await writeHeld(shelf, { key: 'paste:a', text: 'x'.repeat(200_000), from: 0 }, true);
    expect(held.size).toBeGreaterThan(3);
    await writeHeld(shelf, { key: 'paste:a', text: 'short', from: 0 }, true);
    expect([...held.keys()].sort()).toEqual(['paste:a', 'paste:a/0']);
    await writeHeld(shelf, { key: 'paste:a', text: '', from: 0 }, true);
    expect([...held.keys()]).toEqual([]);
  });
});
