/** How many frames a second the guard refuses and accepts in Node (GUN.md 7: at least 50,000 refused). Run: npx tsx bench/guard-rate.ts */
import { createGuard } from '#vm/replication/guard';
import { headFieldOf, pageFieldOf, putFrame, recordOf } from '#tests/support/guard-cases';

const guard = createGuard({
  clock: { now: () => Date.now(), monotonic: () => performance.now(), setTimer: () => () => {} },
  limits: { recordsBurst: 1e15, bytesBurst: 1e15, getsBurst: 1e15, headsBurst: 1e15, unknownBurst: 1e15, strikes: 1e15 },
  admits: () => true, admitsWriter: () => true, has: () => false, knownSeq: () => 0, onBan: () => {},
});

function rate(name: string, run: () => { ok: boolean }): void {
  const end = performance.now() + 500;
  let n = 0;
  let good = 0;
  while (performance.now() < end) for (let i = 0; i < 64; i++, n++) if (run().ok) good++;
  console.log(`${name.padEnd(44)} ${Math.round(n * 2).toLocaleString('en').padStart(12)} /s  accepted ${good > 0}`);
}

const good = pageFieldOf(1, 0, recordOf(1, 0, { size: 450 }));
const record = recordOf(1, 3, { size: 450 });
const flipped = record.slice();
flipped[0] = 0x84;
const cases: [string, string][] = [
  ['frame: good record 0.9 kB', putFrame([good])],
  ['frame: wrong hash', putFrame([{ ...good, value: `${String(good.value).slice(0, -4)}AAAA` }])],
  ['frame: text state', putFrame([{ ...good, state: 'zzz' }])],
  ['frame: __proto__ soul', putFrame([{ ...good, soul: '__proto__' }])],
  ['frame: dam mob', '{"#":"abcdefghi","dam":"mob","peers":{"http://x":1}}'],
  ['frame: no JSON', `{"#":"abcdefghi","put":{${'x'.repeat(900)}`],
  ['frame: deep nest 100 kB', '['.repeat(100_000)],
  ['frame: head', putFrame([headFieldOf(1, 3)])],
];
for (const [name, text] of cases) rate(name, () => {
  const verdict = guard.checkGunFrame('l', text);
  return { ok: verdict.ok && verdict.rejected.length === 0 };
});
rate('record: good', () => guard.checkPut('l', record));
rate('record: not canonical', () => guard.checkPut('l', flipped));
rate('record: truncated', () => guard.checkPut('l', record.subarray(0, 300)));
const long = new Uint8Array(70_000);
rate('record: too long', () => guard.checkPut('l', long));
