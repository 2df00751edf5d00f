import { describe, expect, it, vi } from 'vitest';
import { toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import { GUARD_LIMITS } from '#vm/limits';
import { parseHeadValue, parseSoul } from '#vm/protocol/gun-names';
import { createGuard, type GuardDeps } from '#vm/replication/guard';
import { FRAGMENT, headFieldOf, pageFieldOf, putFrame, recordOf, SPACE, writerFieldOf, writerOf } from '#tests/support/guard-cases';

function bench(over: Partial<GuardDeps> = {}) {
  let now = 0;
  const banned: string[] = [];
  const held = new Set<string>();
  const guard = createGuard({
    clock: { now: () => now, monotonic: () => now, setTimer: () => () => {} },
    admits: (_link, space) => space[0] === SPACE[0],
    admitsWriter: (writer) => writer[0] !== 66,
    has: (id) => held.has(toBase64url(id)),
    knownSeq: () => 10,
    onBan: (link) => banned.push(link),
    ...over,
  });
  return { guard, banned, held, advance: (ms: number) => void (now += ms) };
}

const code = (verdict: { ok: boolean } | { drop: string }): string => ('drop' in verdict ? verdict.drop : 'ok');

describe('guard: records', () => {
  it('lets a record of an admitted space through, taken apart', () => {
    const { guard } = bench();
    const verdict = guard.checkPut('l', recordOf(1, 3));
    expect(verdict.ok && verdict.parsed.header.seq).toBe(3);
  });

  it('FORMATS §2: refuses by size, canonical form, field, writer and space', () => {
    const { guard } = bench();
    const good = recordOf(1, 3);
    expect(code(guard.checkPut('l', new Uint8Array(65_537)))).toBe('size');
    expect(code(guard.checkPut('l', new Uint8Array(0)))).toBe('canonical');
    expect(code(guard.checkPut('l', good.subarray(0, good.length - 1)))).toBe('canonical');
    expect(code(guard.checkPut('l', new Uint8Array([...good, 0])))).toBe('canonical');
    expect(code(guard.checkPut('l', recordOf(66, 3)))).toBe('writer');
    expect(code(guard.checkPut('l', recordOf(1, 3, { space: new Uint8Array(32) })))).toBe('space');
    expect(guard.counters()).toEqual({ 'guard.rejected.size': 1, 'guard.rejected.canonical': 3, 'guard.rejected.writer': 1, 'guard.rejected.space': 1 });
  });

  it('drops known records silently: no strike', () => {
    const { guard, held, banned } = bench();
    const record = recordOf(1, 3);
    const first = guard.checkPut('l', record);
    if (first.ok) held.add(toBase64url(first.parsed.id));
    for (let i = 0; i < 1000; i++) expect(code(guard.checkPut('l', record))).toBe('known');
    expect(banned).toEqual([]);
  });

  it('[limit GUARD.unknownBurst] FORMATS §2: keeps records of an unknown version within the sender’s budget', () => {
    const { guard } = bench({ limits: { unknownBurst: 2000, unknownPerSecond: 100 } });
    const results = Array.from({ length: 20 }, (_, i) => code(guard.checkPut('l', recordOf(1, i, { v: 7 }))));
    expect(results.filter((r) => r === 'ok').length).toBeGreaterThan(1);
    expect(results.at(-1)).toBe('unknown-budget');
    expect(code(guard.checkPut('other', recordOf(1, 0, { v: 7 })))).toBe('ok');
    expect(code(guard.checkPut('l', recordOf(1, 0)))).toBe('ok');
  });

  it('[limit GUARD.recordsBurst GUARD.recordsPerSecond] has budgets per link that refill', () => {
    const { guard, advance } = bench({ limits: { recordsBurst: 5, recordsPerSecond: 10 } });
    const put = (link: string, seq: number): string => code(guard.checkPut(link, recordOf(1, seq)));
    expect(Array.from({ length: 6 }, (_, i) => put('l', i))).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'rate']);
    expect(put('m', 9)).toBe('ok');
    advance(300);
    expect([put('l', 10), put('l', 11), put('l', 12), put('l', 13)]).toEqual(['ok', 'ok', 'ok', 'rate']);
  });

  it('[limit GUARD.keysBurst] [limit GUARD.keysPerSecond] keys never met before have a budget: judging one costs a millisecond', () => {
    const met = new Set<number>();
    const { guard, advance } = bench({ knowsWriter: (writer) => met.has(writer[0]!), limits: { keysBurst: 3, keysPerSecond: 10 } });
    const put = (writer: number): string => code(guard.checkPut('l', recordOf(writer, 0)));
    expect([put(1), put(2), put(3), put(4)]).toEqual(['ok', 'ok', 'ok', 'rate']);
    met.add(1);
    expect([put(1), put(5)]).toEqual(['ok', 'rate']);
    expect(code(guard.checkPut('m', recordOf(5, 0)))).toBe('ok');
    advance(100);
    expect([put(5), put(6)]).toEqual(['ok', 'rate']);
    expect([GUARD_LIMITS.keysBurst, GUARD_LIMITS.keysPerSecond]).toEqual([2_048, 64]);
  });

  it('[limit GUARD.knownBurst GUARD.knownPerSecond] records held already have a budget too: reading one costs as much as a new one', () => {
    const { guard, advance } = bench({ has: () => true, limits: { knownBurst: 3, knownPerSecond: 10 } });
    const put = (link: string): string => code(guard.checkPut(link, recordOf(1, 0)));
    expect([put('l'), put('l'), put('l'), put('l'), put('m')]).toEqual(['known', 'known', 'known', 'rate', 'known']);
    advance(100);
    expect([put('l'), put('l')]).toEqual(['known', 'rate']);
    expect([GUARD_LIMITS.knownBurst, GUARD_LIMITS.knownPerSecond]).toEqual([40_000, 10_000]);
  });

  it('[limit GUARD.asksBurst GUARD.asksPerSecond GUARD.itemsBurst GUARD.itemsPerSecond] words that make work beyond their size have budgets per link', () => {
    const { guard, advance } = bench();
    const most = (kind: 'asks' | 'items'): number => {
      let count = 0;
      while (guard.spend('l', kind, 1)) count += 1;
      return count;
    };
    expect([most('asks'), most('items')]).toEqual([2_048, 32_768]);
    advance(1_000);
    expect([most('asks'), most('items')]).toEqual([50, 2_000]);
    expect(guard.spend('m', 'asks', 1)).toBe(true);
  });

  it('[limit GUARD.ownBurst GUARD.ownPerSecond] what the far end wrote itself and nobody asked for has a smaller budget than what it passes on or was asked for', () => {
    const { guard, advance } = bench({ isOwn: (_link, _space, writer) => writer[0] === 1, limits: { ownBurst: 3, ownPerSecond: 10 } });
    let seq = 0;
    const put = (writer: number, asked = false): string => code(guard.checkPut('l', recordOf(writer, seq++), asked));
    expect([put(1), put(1), put(1), put(1)]).toEqual(['ok', 'ok', 'ok', 'rate']);
    expect([put(2), put(2), put(1, true), put(1, true)]).toEqual(['ok', 'ok', 'ok', 'ok']);
    advance(100);
    expect([put(1), put(1)]).toEqual(['ok', 'rate']);
    expect([GUARD_LIMITS.ownBurst, GUARD_LIMITS.ownPerSecond]).toEqual([10_000, 1_000]);
  });

  it('[limit GUARD.overPerStrike GUARD.overPerAsk] [row 9] TRUST §3: ten times over a budget is a flood and bans, a little over it does not; who passes on what others write is not to blame', () => {
    const { guard, banned, advance } = bench({ isOwn: (link) => link !== 'relay', limits: { recordsBurst: 5, recordsPerSecond: 100 } });
    const second = (link: string, count: number): void => {
      for (let i = 0; i < count; i++) guard.checkPut(link, recordOf(1, i));
    };
    for (let i = 0; i < 100; i++) {
      second('eager', 110);
      second('relay', 1_000);
      advance(1_000);
    }
    expect(banned).toEqual([]);
    for (let i = 0; i < 60 && banned.length === 0; i++) {
      second('flood', 1_000);
      advance(1_000);
    }
    expect(banned).toEqual(['flood']);
    for (let i = 0; i < 2_048 + (256 / 4) * 64 - 1; i++) guard.spend('asker', 'asks', 1);
    expect(banned).toEqual(['flood']);
    guard.spend('asker', 'asks', 1);
    expect(banned).toEqual(['flood', 'asker']);
  });

  it('[limit GUARD.strikes GUARD.strikeMs] bans a link after too many faults, once, and forgives with time', () => {
    const { guard, banned, advance } = bench({ limits: { strikes: 5, strikeMs: 1000 } });
    const junk = new Uint8Array([1, 2, 3]);
    for (let i = 0; i < 20; i++) {
      guard.checkPut('slow', junk);
      advance(1001);
    }
    expect(banned).toEqual([]);
    for (let i = 0; i < 10; i++) guard.checkPut('l', junk);
    expect(banned).toEqual(['l']);
    expect(code(guard.checkPut('l', recordOf(1, 0)))).toBe('banned');
    expect(code(guard.checkFrame('l', 1))).toBe('banned');
    expect(code(guard.checkPut('m', recordOf(1, 0)))).toBe('ok');
    guard.forget('l');
    expect(code(guard.checkPut('l', recordOf(1, 0)))).toBe('ok');
  });
});

describe('guard: frames, gets, heads', () => {
  it('[row 6] [limit GUARD.frame GUARD.bytesBurst] FORMATS §7: cap 256 KiB before parsing, bytes by budget', () => {
    const { guard } = bench({ limits: { bytesBurst: 300_000, bytesPerSecond: 1 } });
    expect(code(guard.checkFrame('l', 262_145))).toBe('size');
    expect(code(guard.checkFrame('l', 262_144))).toBe('ok');
    expect(code(guard.checkFrame('l', 262_144))).toBe('rate');
  });

  it('[limit GUARD.getsBurst] judges gets by form, space and rate', () => {
    const { guard } = bench({ limits: { getsBurst: 2, getsPerSecond: 1 } });
    const range = { space: SPACE, fragment: FRAGMENT, writer: writerOf(1), from: 0, to: 9, maxBytes: 1000 };
    expect(code(guard.checkGet('l', { ...range, to: -1 }))).toBe('range');
    expect(code(guard.checkGet('l', { ...range, from: 10 }))).toBe('range');
    expect(code(guard.checkGet('l', { ...range, to: 1e20 }))).toBe('range');
    expect(code(guard.checkGet('l', { ...range, maxBytes: 1e9 }))).toBe('range');
    expect(code(guard.checkGet('l', { ...range, fragment: SPACE }))).toBe('range');
    expect(code(guard.checkGet('l', { ...range, space: writerOf(9) }))).toBe('space');
    expect([1, 2, 3].map(() => code(guard.checkGet('l', range)))).toEqual(['ok', 'ok', 'rate']);
  });

  it('[limit GUARD.headAhead] FORMATS §7: a head further ahead than 2^20 is ignored', () => {
    const { guard } = bench();
    expect(code(guard.checkHead('l', SPACE, FRAGMENT, writerOf(1), 10 + 2 ** 20))).toBe('ok');
    expect(code(guard.checkHead('l', SPACE, FRAGMENT, writerOf(1), 11 + 2 ** 20))).toBe('head-ahead');
    expect(code(guard.checkHead('l', SPACE, FRAGMENT, writerOf(1), -1))).toBe('head');
    expect(code(guard.checkHead('l', SPACE, FRAGMENT, writerOf(1), Number.NaN))).toBe('head');
  });

  it('remembers a bounded number of links', () => {
    const { guard } = bench({ limits: { links: 10, strikes: 2 } });
    for (let i = 0; i < 1000; i++) guard.checkPut(`link${i}`, new Uint8Array(1));
    expect(guard.counters()['guard.rejected.canonical']).toBe(1000);
  });
});

describe('guard: what one link may bring', () => {
  type Try = (guard: ReturnType<typeof bench>['guard'], link: string, n: number) => string;
  const range = { space: SPACE, fragment: FRAGMENT, writer: writerOf(1), from: 0, to: 9, maxBytes: 1_000 };
  const small = recordOf(1, 0, { v: 7 });
  const cases: readonly (readonly [string, Try, burst: number, perSecond: number])[] = [
    ['[limit GUARD.getsBurst GUARD.getsPerSecond] gets', (guard, link) => code(guard.checkGet(link, range)), 2_000, 500],
    ['[limit GUARD.headsBurst GUARD.headsPerSecond] heads', (guard, link) => code(guard.checkHead(link, SPACE, FRAGMENT, writerOf(1), 5)), 4_096, 200],
    ['[limit GUARD.recordsBurst GUARD.recordsPerSecond] records', (guard, link, n) => code(guard.checkPut(link, recordOf(n % 60, n))), 20_000, 5_000],
    ['[limit GUARD.bytesBurst GUARD.bytesPerSecond] frames of 256 KiB', (guard, link) => code(guard.checkFrame(link, 262_144)), 256, 128],
    ['[limit GUARD.unknownBurst GUARD.unknownPerSecond] records of an unknown version', (guard, link) => code(guard.checkPut(link, small)), Math.floor(1_048_576 / small.length), Math.floor(4_096 / small.length)],
  ];
  it.each(cases)('%s: so many at once and so many a second after; another link has its own, and nobody is banned for it', (_, go, burst, perSecond) => {
    const { guard, banned, advance } = bench();
    const passed = (link: string, count: number): number => {
      let ok = 0;
      for (let n = 0; n < count; n++) if (go(guard, link, n) === 'ok') ok += 1;
      return ok;
    };
    expect(passed('loud', burst + 100)).toBe(burst);
    expect(passed('calm', 5)).toBe(5);
    advance(1_000);
    const more = passed('loud', perSecond + 100);
    expect(more).toBeGreaterThanOrEqual(perSecond);
    expect(more).toBeLessThanOrEqual(perSecond + 1);
    expect(banned).toEqual([]);
  });

  it('FORMATS §7: a hint of a record that is held is dropped before GUN, and is nobody\'s fault', () => {
    const { guard, held, banned } = bench();
    const hear = () => {
      const verdict = guard.checkGunFrame('l', putFrame([headFieldOf(1, 7)]));
      return verdict.ok ? [verdict.messages.flatMap((message) => message.entries).length, verdict.rejected] : verdict;
    };
    expect(hear()).toEqual([1, []]);
    held.add(toBase64url(sha256('id')));
    for (let i = 0; i < 300; i++) expect(hear()).toEqual([0, ['known']]);
    expect(banned).toEqual([]);
  });

  it('[limit GUARD.replyBytes] a get that asks for more than 256 KiB is refused, one for as much is not', () => {
    const { guard } = bench();
    expect([262_144, 262_145].map((maxBytes) => code(guard.checkGet('l', { ...range, maxBytes })))).toEqual(['ok', 'range']);
  });

  it('[limit GUARD.links] of 1,025 links the one that was silent longest is forgotten, however old the others are', () => {
    const { guard } = bench({ limits: { getsBurst: 1, getsPerSecond: 0 } });
    const get = (link: string): string => code(guard.checkGet(link, range));
    for (let n = 0; n < 1_024; n++) expect(get(`l${n}`)).toBe('ok');
    expect([get('l0'), get('new'), get('l0'), get('l1')]).toEqual(['rate', 'ok', 'rate', 'ok']);
  });
});

describe('guard: JSON frames of stock peers', () => {
  const run = (text: string) => {
    const { guard } = bench();
    const verdict = guard.checkGunFrame('l', text);
    return verdict.ok ? { entries: verdict.messages.flatMap((m) => m.entries), rejected: verdict.rejected, messages: verdict.messages } : { entries: [], rejected: [verdict.drop], messages: [] };
  };

  it('takes puts apart: pages, writers, heads; single and in arrays', () => {
    const fields = [pageFieldOf(1, 0), pageFieldOf(1, 257), writerFieldOf(2), headFieldOf(3, 5)];
    const one = run(putFrame(fields));
    expect(one.rejected).toEqual([]);
    expect(one.entries.map((e) => (e.kind === 'record' ? e.parsed.header.seq : `head ${e.seq}`))).toEqual([0, 257, 0, 'head 5']);
    expect(run(`[${putFrame(fields)},${putFrame(fields, 'zyxwvutsrq')}]`).entries.length).toBe(8);
  });

  it('takes gets apart and knows acks', () => {
    const soul = pageFieldOf(1, 0).soul;
    expect(run(`{"#":"abcdefghi","get":{"#":"${soul}",".":{">":"0000000001#","<":"0000000009#~"},"%":90000}}`).messages).toMatchObject([{ kind: 'get', soul: { kind: 'page', page: 0 }, range: { from: '0000000001#', to: '0000000009#~' } }]);
    expect(run(`{"#":"abcdefghi","get":{"#":"${soul}"}}`).messages).toMatchObject([{ kind: 'get', range: null }]);
    expect(run(`{"#":"abcdefghi","get":{"#":"${soul}",".":{"toString":"x"}}}`).rejected).toEqual(['lex']);
    expect(run(`{"#":"abcdefghi","get":{"#":"lg/evil"}}`).rejected).toEqual(['soul']);
    expect(run(`{"#":"abcdefghi","@":"ihgfedcba","ok":{"":1}}`).messages).toMatchObject([{ kind: 'ack', ack: 'ihgfedcba' }]);
  });

  it('GUN §7: one bad entry does not take the good ones with it', () => {
    const bad = { ...pageFieldOf(1, 1), value: 'AAAA' };
    const { entries, rejected } = run(putFrame([pageFieldOf(1, 0), bad, pageFieldOf(1, 2)]));
    expect(entries.length).toBe(2);
    expect(rejected).toEqual(['hash']);
  });

  it('GUN §3: refuses states that are no known number: text, object, negative, future, re-stamped', () => {
    for (const state of ['zzz', { a: 1 }, -1, 2, 0, 1e15, 1.5, null, [1], true]) {
      expect(run(putFrame([{ ...pageFieldOf(1, 0), state }])).rejected, JSON.stringify(state)).toEqual(['state']);
      expect(run(putFrame([{ ...headFieldOf(1, 7), state }])).entries, JSON.stringify(state)).toEqual([]);
    }
    expect(run(putFrame([headFieldOf(1, 0)])).entries.length).toBe(1);
  });

  it('refuses foreign souls and keys, prototype names among them', () => {
    for (const soul of ['__proto__', 'constructor', 'prototype', '~key/x', 'lg/a/b', '', 'lg/__proto__/x/w#', `${pageFieldOf(1, 0).soul}/`, pageFieldOf(1, 0).soul.replace('/0#', '/00#')]) {
      expect(run(putFrame([{ ...pageFieldOf(1, 0), soul }])).rejected, soul).toEqual(['soul']);
    }
    for (const key of ['__proto__', 'constructor', '0000000000', '0000000000#', '-000000001#x', 'toString']) {
      const { entries, rejected } = run(putFrame([{ ...pageFieldOf(1, 0), key }]));
      expect(entries, key).toEqual([]);
      expect(rejected.length, key).toBe(1);
    }
  });

  it('FORMATS §7: refuses what does not fit its soul: page, seq, writer, space, hash', () => {
    const good = pageFieldOf(1, 300);
    const other = pageFieldOf(2, 300);
    expect(run(putFrame([{ ...good, soul: other.soul }])).rejected).toEqual(['mismatch']);
    expect(run(putFrame([{ ...good, soul: pageFieldOf(1, 0).soul }])).rejected).toEqual(['mismatch']);
    expect(run(putFrame([{ ...good, key: good.key.replace('0000000300', '0000000301') }])).rejected).toEqual(['mismatch']);
    expect(run(putFrame([{ ...good, key: other.key }])).rejected).toEqual(['hash']);
    expect(run(putFrame([{ ...headFieldOf(1, 4), key: headFieldOf(200, 4).key }])).rejected).toEqual(['key']);
    const seven = recordOf(1, 7);
    expect(run(putFrame([{ ...pageFieldOf(1, 7, seven), key: pageFieldOf(1, 8, seven).key }])).rejected).toEqual(['mismatch']);
    expect(run(putFrame([pageFieldOf(1, 5, new Uint8Array([0x80]))])).rejected).toEqual(['record']);
  });

  it('SPIKE §5: refuses tombstones and other values', () => {
    for (const value of [null, 1, true, { '#': 'x' }, ['x'], '', 'AA==', 'ünïcode']) {
      expect(run(putFrame([{ ...pageFieldOf(1, 0), value }])).entries).toEqual([]);
    }
  });

  it('GUN §2: no dam frame gets through, whatever else it carries', () => {
    for (const dam of ['mob', '?', '!', 'rad', null, 1]) {
      expect(run(JSON.stringify({ '#': 'abcdefghi', dam, peers: { 'http://evil': 1 } })).rejected).toEqual(['dam']);
    }
    expect(run(putFrame([pageFieldOf(1, 0)]).replace('"put"', '"dam":"mob","put"')).rejected).toEqual(['dam']);
  });

  it('[limit GUARD.depth GUARD.messages GUARD.entries] refuses frames as a whole: no JSON, too deep, too many, too long, no object', () => {
    expect(run('').rejected).toEqual(['json']);
    expect(run('"x"').rejected).toEqual(['json']);
    expect(run('{"#":').rejected).toEqual(['json']);
    expect(run('['.repeat(100_000)).rejected).toEqual(['depth']);
    expect(run(`{"#":"abcdefghi","put":${'{"a":'.repeat(20)}1${'}'.repeat(21)}`).rejected).toEqual(['depth']);
    expect(run(`[${'0,'.repeat(512)}0]`).rejected).toEqual(['entries']);
    expect(run(putFrame(Array.from({ length: 513 }, (_, i) => ({ soul: `s${i}`, key: 'k', value: 'v', state: 1 })))).rejected).toEqual(['entries']);
    expect(run(`"${'x'.repeat(300_000)}"`).rejected).toEqual(['size']);
    expect(run('[1,null,"a",[]]').rejected).toEqual(['kind', 'kind', 'kind', 'kind']);
    expect(run('{"#":"__proto__","put":{}}').rejected).toEqual(['id']);
    expect(run('{"put":{}}').rejected).toEqual(['id']);
    expect(run('{"#":"abcdefghi"}').rejected).toEqual(['kind']);
  });

  it('judges gets and entries of spaces the link has not proved', () => {
    const { guard } = bench({ admits: () => false });
    const soul = pageFieldOf(1, 0).soul;
    expect(guard.checkGunFrame('l', putFrame([pageFieldOf(1, 0), headFieldOf(1, 0)]))).toMatchObject({ ok: true, rejected: ['space', 'space'] });
    expect(guard.checkGunFrame('l', `{"#":"abcdefghi","get":{"#":"${soul}"}}`)).toMatchObject({ ok: true, messages: [], rejected: ['space'] });
  });

  it('[limit MAX_SOUL_CHARS MAX_HEAD_VALUE_CHARS MAX_LEX_CHARS] names, hints and bounds without end are refused before they are taken apart', () => {
    const split = vi.spyOn(String.prototype, 'split');
    try {
      const looked = (read: () => unknown): boolean => {
        split.mockClear();
        read();
        return split.mock.calls.length > 0;
      };
      expect([256, 257].map((length) => looked(() => parseSoul('lg/'.padEnd(length, 'x'))))).toEqual([true, false]);
      expect([160, 161].map((length) => looked(() => parseHeadValue('1.'.padEnd(length, 'x'))))).toEqual([true, false]);
    } finally {
      split.mockRestore();
    }
    const soul = pageFieldOf(1, 0).soul;
    const get = (keys: string): string => run(`{"#":"abcdefghi","get":{"#":"${soul}",".":${keys}}}`).rejected.join();
    for (const wrap of [(bound: string) => `"${bound}"`, (bound: string) => `{">":"${bound}"}`]) {
      expect([128, 129].map((length) => get(wrap('x'.repeat(length))))).toEqual(['', 'lex']);
    }
  });
});
