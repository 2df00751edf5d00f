import { describe, expect, it } from 'vitest';
import { createGuard } from '#vm/replication/guard';
import { valueHash } from '#vm/protocol/gun-names';
import { parseRecord } from '#vm/protocol/record';
import { equalBytes, toBase64url } from '#base/bytes';
import { headFieldOf, pageFieldOf, putFrame, recordOf, writerFieldOf } from '#tests/support/guard-cases';

const FULL = process.env['LGOS_FULL'] === '1';
const ROUNDS = FULL ? 1_000_000 : 20_000;
/** A million frames take minutes on a busy machine. */
const timeout = FULL ? 1_800_000 : 60_000;

/** mulberry32: a failing round is found again by its number. */
function prng(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Every own name of the prototypes a frame could reach. */
function prototypes(): string {
  return [Object.prototype, Array.prototype, String.prototype, Function.prototype].map((p) => Object.getOwnPropertyNames(p).sort().join()).join('|');
}

const guard = createGuard({
  clock: { now: () => 0, monotonic: () => 0, setTimer: () => () => {} },
  limits: { recordsBurst: 1e15, bytesBurst: 1e15, getsBurst: 1e15, headsBurst: 1e15, unknownBurst: 1e15, strikes: 1e15 },
  admits: () => true, admitsWriter: () => true, has: () => false, knownSeq: () => 0, onBan: () => {},
});

/** What verdicts said, by code, and what the guard counted meanwhile: the same. */
function tally(): { readonly add: (code: string) => void; readonly check: () => number } {
  const before = guard.counters();
  const told: Record<string, number> = {};
  return {
    add: (code) => void (told[`guard.rejected.${code}`] = (told[`guard.rejected.${code}`] ?? 0) + 1),
    /** How many the guard refused. */
    check() {
      const counted = Object.fromEntries(Object.entries(guard.counters()).map(([code, n]) => [code, n - (before[code] ?? 0)] as const).filter(([, n]) => n > 0));
      expect(told).toEqual(counted);
      return Object.values(counted).reduce((sum, n) => sum + n, 0);
    },
  };
}

const seedFrames = [
  putFrame([pageFieldOf(1, 0), pageFieldOf(1, 1), writerFieldOf(1), headFieldOf(1, 1)]),
  putFrame([pageFieldOf(2, 256)]),
  `[${putFrame([headFieldOf(3, 9)])},${putFrame([pageFieldOf(3, 9)], 'bcdefghijklm')}]`,
  `{"#":"abcdefghi","get":{"#":"${pageFieldOf(1, 0).soul}",".":{">":"0000000000#","<":"0000000009#"},"%":90000}}`,
  '{"#":"abcdefghi","@":"bcdefghij","ok":{"":1}}',
  '{"dam":"mob","#":"abcdefghi","peers":{"http://x":{}}}',
];
const splices = ['__proto__', 'constructor', 'prototype', '"__proto__":{"polluted":1}', '{"__proto__":{"polluted":1},', '"put":{"__proto__":{"_":{"#":"__proto__",">":{"polluted":1}},"polluted":1}}',
  '"_":', '">":', 'null', '[', ']', '{', '}', '"', '\\', '\\u0000', '1e999', '-1', '9007199254740993', '[[[[[[[[', '"zzz"', '', '#', '/'];

function mutate(text: string, random: () => number): string {
  let out = text;
  for (let n = 1 + Math.floor(random() * 3); n > 0; n--) {
    const at = Math.floor(random() * out.length);
    const kind = Math.floor(random() * 5);
    const splice = splices[Math.floor(random() * splices.length)]!;
    if (kind === 0) out = out.slice(0, at) + splice + out.slice(at);
    else if (kind === 1) out = out.slice(0, at) + splice + out.slice(at + 1 + Math.floor(random() * 20));
    else if (kind === 2) out = out.slice(0, at) + String.fromCharCode(32 + Math.floor(random() * 95)) + out.slice(at + 1);
    else if (kind === 3) out = out.slice(0, at);
    else out = out.replace(/"(_|#|>|put|get|lg[^"]*|[0-9]{10}#[^"]*)"/, `"${splice.replaceAll(/["\\]/g, '')}"`);
  }
  return out;
}

describe('guard fuzz', () => {
  it('control: the pollution check sees a polluted prototype', () => {
    const before = prototypes();
    Object.defineProperty(Object.prototype, 'polluted', { value: 1, configurable: true });
    const after = prototypes();
    Reflect.deleteProperty(Object.prototype, 'polluted');
    expect(after).not.toBe(before);
    expect(prototypes()).toBe(before);
  });

  it(`[row 8] [row 31] ${ROUNDS} mutated JSON frames: nothing thrown, nothing accepted that is no record, no prototype touched`, { timeout }, () => {
    const before = prototypes();
    let accepted = 0;
    const refused = tally();
    for (let round = 0; round < ROUNDS; round++) {
      const random = prng(round);
      const verdict = guard.checkGunFrame('l', mutate(seedFrames[Math.floor(random() * seedFrames.length)]!, random));
      if (!verdict.ok) {
        refused.add(verdict.drop);
        continue;
      }
      for (const code of verdict.rejected) refused.add(code);
      for (const entry of verdict.messages.flatMap((m) => m.entries)) {
        if (entry.kind !== 'record') continue;
        accepted++;
        // Whatever was mutated around it: what comes through is byte for byte a record in canonical form.
        const again = parseRecord(entry.parsed.bytes);
        if (!again.ok || !equalBytes(again.value.id, entry.parsed.id) || valueHash(toBase64url(entry.parsed.bytes)).length !== 44) expect.fail(`round ${round}`);
      }
    }
    expect(accepted).toBeGreaterThan(ROUNDS / 20);
    expect(refused.check()).toBeGreaterThan(ROUNDS / 3);
    expect(prototypes()).toBe(before);
  });

  it(`[row 8] ${ROUNDS} mutated records: nothing thrown, nothing accepted that is not canonical`, { timeout }, () => {
    const before = prototypes();
    const seeds = [recordOf(1, 0), recordOf(1, 5, { size: 400 }), recordOf(2, 3, { v: 3 })];
    const refused = tally();
    for (let round = 0; round < ROUNDS; round++) {
      const random = prng(round + 0x9e37);
      const bytes = seeds[round % seeds.length]!.slice(0, random() < 0.1 ? Math.floor(random() * 300) : undefined);
      for (let n = Math.floor(random() * 4); n >= 0; n--) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const verdict = guard.checkPut('l', bytes);
      if (!verdict.ok) refused.add(verdict.drop);
      else if (!parseRecord(verdict.parsed.bytes).ok || verdict.parsed.header.space.length !== 32) expect.fail(`round ${round}`);
    }
    expect(refused.check()).toBeGreaterThan(ROUNDS / 10);
    expect(prototypes()).toBe(before);
  });
});
