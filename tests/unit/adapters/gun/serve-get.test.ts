import { describe, expect, it } from 'vitest';
import { lexMatch, serveGet } from '#adapters/gun/serve-get';
import { pageField, toGraph, writerField } from '#adapters/gun/graph-entry';
import type { RangeRequest } from '#ports/replica';
import { parseRecord } from '#vm/protocol/record';
import { fromBase64url } from '#base/bytes';
import { sharedJson } from '#tests/support/shared';
import { entryOf } from '#tests/contract/replica-contract';

const stored = Array.from({ length: 600 }, (_, seq) => entryOf(1, seq));
const asked: RangeRequest[] = [];
const read = async (range: RangeRequest) => {
  asked.push(range);
  return stored.filter((e) => e.seq >= range.from && e.seq <= range.to);
};
const keysOf = async (lex: unknown, seq = 256): Promise<number[]> => {
  const graph = await serveGet({ '#': pageField(stored[seq]!).soul, '.': lex as never }, read);
  return graph === null ? [] : Object.keys(Object.values(graph)[0]!).filter((k) => k !== '_').map((k) => Number(k.slice(0, 10)));
};

describe('gets by soul', () => {
  it('SPIKE §5: answers an exact key, a LEX range and a whole soul', async () => {
    expect(await keysOf(pageField(stored[300]!).key)).toEqual([300]);
    expect(await keysOf({ '>': '0000000300#', '<': '0000000302#~' })).toEqual([300, 301, 302]);
    expect(await keysOf({ '*': '00000003' })).toEqual(Array.from({ length: 100 }, (_, i) => 300 + i));
    expect(await keysOf({ '=': pageField(stored[511]!).key })).toEqual([511]);
    expect((await keysOf(undefined)).length).toBe(256);
    expect((await keysOf(undefined, 512)).length).toBe(88);
  });

  it('[limit GUN_RANGE_BYTES] answers nothing for other souls, foreign keys and hostile bounds', async () => {
    for (const soul of ['__proto__', 'lg/x', '', 'lg/a/b/h/c']) expect(await serveGet({ '#': soul }, read)).toBeNull();
    expect(await serveGet({}, read)).toBeNull();
    expect(await keysOf('0000000001#x')).toEqual([]);
    expect(await keysOf('__proto__')).toEqual([]);
    expect(await keysOf({ '>': '9999999999#' })).toEqual([]);
    expect(await keysOf({ '<': '0000000100#' })).toEqual([]);
    expect(asked.every((r) => r.from >= 256 && r.to <= 767 && r.maxBytes <= 90_000)).toBe(true);
  });

  it('matches LEX as GUN does', () => {
    expect(lexMatch('b', { '>': 'b', '<': 'b' })).toBe(true);
    expect(lexMatch('c', { '<': 'b' })).toBe(false);
    expect(lexMatch('abc', { '*': 'ab' })).toBe(true);
  });
});

const vectors = sharedJson<{ cases: { what: string; record?: string; soul: string; key: string; value?: string }[] }>('vectors', 'gun.json');

if (vectors !== null) describe('FORMATS §7: gun vectors', () => {
  it('builds the soul, key and value of records, stubs and writers', () => {
    for (const { what, record, soul, key, value } of vectors.cases) {
      if (record === undefined) continue;
      const parsed = parseRecord(fromBase64url(record)!);
      expect(parsed.ok, what).toBe(true);
      if (!parsed.ok) continue;
      const { space, fragment, writer, seq } = parsed.value.header;
      const entry = { space, fragment, writer, seq, id: parsed.value.id, bytes: parsed.value.bytes };
      expect(pageField(entry)).toEqual({ soul, key, value });
      expect(toGraph([pageField(entry)])[soul]).toEqual({ _: { '#': soul, '>': { [key]: 1 } }, [key]: value });
    }
    const list = vectors.cases.find((c) => c.what === 'writer list')!;
    const first = parseRecord(fromBase64url(list.value!)!);
    if (first.ok) expect(writerField({ ...first.value.header, id: first.value.id, bytes: first.value.bytes }, list.value!)).toMatchObject({ soul: list.soul, key: list.key });
  });
});
