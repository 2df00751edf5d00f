import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import {
  headsSoul, headValue, parseHeadValue, parseRecordKey, parseSoul, parseWriterKey, recordKey, recordSoul, recordValue, valueHash, writerKey, writersSoul,
} from '#vm/protocol/gun-names';
import { parseRecord } from '#vm/protocol/record';
import { b } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';

interface Case { what: string; record?: string; seq?: number; soul: string; key: string; value?: string; state?: number; hash?: string }
const file = sharedJson<{ cases: Case[] }>('vectors', 'gun.json');

if (file) {
  const first = parseRecord(b(file.cases[0]!.record!));
  if (!first.ok) throw new Error(first.error.code);
  const { space, fragment, writer } = first.value.header;

  describe('FORMATS §7: golden gun.json', () => {
    for (const [i, c] of file.cases.entries()) {
      it(`case ${i}: ${c.what}`, () => {
        const soul = parseSoul(c.soul)!;
        expect([toBase64url(soul.space), toBase64url(soul.fragment)]).toEqual([toBase64url(space), toBase64url(fragment)]);
        if (c.what.startsWith('head')) {
          expect(headsSoul(space, fragment, writer)).toBe(c.soul);
          expect(soul.kind === 'heads' && c.key.startsWith(soul.first)).toBe(true);
          const head = parseHeadValue(c.value!)!;
          expect(headValue(head)).toBe(c.value);
          expect(head.seq).toBe(c.state);
        } else if (c.what === 'writer list') {
          expect(soul.kind).toBe('writers');
          expect(writersSoul(space, fragment)).toBe(c.soul);
          expect(writerKey(writer, c.value!)).toBe(c.key);
          expect(toBase64url(parseWriterKey(c.key)!.writer)).toBe(toBase64url(writer));
        } else {
          expect(recordSoul(space, fragment, writer, c.seq!)).toBe(c.soul);
          expect(soul.kind === 'page' && soul.page).toBe(Math.floor(c.seq! / 256));
          const parsed = parseRecordKey(c.key)!;
          expect(parsed.seq).toBe(c.seq);
          if (!c.record) return;
          expect(recordValue(b(c.record))).toBe(c.value);
          expect(valueHash(c.value!)).toBe(c.hash);
          expect(recordKey(c.seq!, c.value!)).toBe(c.key);
        }
      });
    }

    it('names that are not exactly ours are refused', () => {
      const good = file.cases[0]!.soul;
      for (const bad of ['', 'lg', good + '/', good.slice(0, -1), good.replace('lg/', 'LG/'), good.replace('/0#', '/00#'), good.replace('/0#', '/-1#'), good.replace('/0#', '/99999999#'),
        good.replace('/0#', '/h/ab'), `${good}#`, good.replace(/.\/0#$/, '/0#'), '__proto__', 'lg/__proto__/x/y/0#']) expect(parseSoul(bad)).toBeNull();
      for (const bad of ['0#x', '00000000001#' + 'A'.repeat(43) + '=', '9999999999#' + 'A'.repeat(43) + '=', '0000000000#' + 'A'.repeat(44)]) expect(parseRecordKey(bad)).toBeNull();
      const head = file.cases.find((c) => c.what === 'head')!.value!;
      for (const bad of [head + '.', head.replace('1.', '01.'), head.replace('1.', '4294967296.'), head.slice(0, -1), '']) expect(parseHeadValue(bad)).toBeNull();
    });
  });
}
