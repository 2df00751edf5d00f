/** How many bad frames and records a second the guard refuses (GUN.md 7: at least 50,000); the slowest kind counts. */
import { result, rounds } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { pageFieldOf, putFrame, recordOf } from '#tests/support/guard-cases';
import { createGuard } from '#vm/replication/guard';

const RUN_MS = 200;

type Judge = () => boolean;

function cases(): [name: string, judge: Judge, bad: boolean][] {
  const guard = createGuard({
    clock: { now: () => Date.now(), monotonic: () => performance.now(), setTimer: () => () => {} },
    limits: { recordsBurst: 1e15, bytesBurst: 1e15, getsBurst: 1e15, headsBurst: 1e15, unknownBurst: 1e15, strikes: 1e15 },
    admits: () => true, admitsWriter: () => true, has: () => false, knownSeq: () => 0, onBan: () => {},
  });
  const good = pageFieldOf(1, 0, recordOf(1, 0, { size: 450 }));
  const record = recordOf(1, 3, { size: 450 });
  const flipped = record.slice();
  flipped[0] = 0x84;
  const long = new Uint8Array(70_000);
  const frame = (text: string): Judge => () => {
    const verdict = guard.checkGunFrame('l', text);
    return verdict.ok && verdict.rejected.length === 0;
  };
  return [
    ['frame-wrong-hash', frame(putFrame([{ ...good, value: `${String(good.value).slice(0, -4)}AAAA` }])), true],
    ['frame-text-state', frame(putFrame([{ ...good, state: 'zzz' }])), true],
    ['frame-proto-soul', frame(putFrame([{ ...good, soul: '__proto__' }])), true],
    ['frame-dam', frame('{"#":"abcdefghi","dam":"mob","peers":{"http://x":1}}'), true],
    ['frame-no-json', frame(`{"#":"abcdefghi","put":{${'x'.repeat(900)}`), true],
    ['frame-deep-100k', frame('['.repeat(100_000)), true],
    ['record-not-canonical', () => guard.checkPut('l', flipped).ok, true],
    ['record-truncated', () => guard.checkPut('l', record.subarray(0, 300)).ok, true],
    ['record-too-long', () => guard.checkPut('l', long).ok, true],
    ['frame-good', frame(putFrame([good])), false],
    ['record-good', () => guard.checkPut('l', record).ok, false],
  ];
}

/** Judgements per second. */
function rate(judge: Judge, bad: boolean): number {
  if (judge() === bad) throw new Error('the guard judged wrongly');
  const from = performance.now();
  let n = 0;
  while (performance.now() - from < RUN_MS) for (let i = 0; i < 64; i++, n++) judge();
  return n / ((performance.now() - from) / 1000);
}

export const suite: Suite = {
  name: 'guard',
  async run(count): Promise<BenchResult[]> {
    const list = cases();
    for (const [, judge, bad] of list) rate(judge, bad);
    const all = await rounds(count, async () => new Map(list.map(([name, judge, bad]) => [name, rate(judge, bad)])));
    const slowest = all.map((round) => Math.min(...list.filter(([, , bad]) => bad).map(([name]) => round.get(name)!)));
    return [
      result({
        name: 'guard-rejects-per-s', unit: '1/s', target: 50_000, direction: 'higher', values: slowest,
        peer: Object.fromEntries(list.map(([name]) => [name, all.map((round) => round.get(name)!)])),
        how: 'the slowest of nine kinds of bad frames and records, one thread; beside it each kind, and the rate of good ones',
      }),
    ];
  },
};
