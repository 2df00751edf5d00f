import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { keyOf } from '#vm/graph/keys';
import { createFragmentLog, type FragmentLog } from '#vm/log/fragment-log';
import { setDigest } from '#vm/log/digests';
import type { Delivery, HeldRecord, Verdict } from '#vm/log/held-record';
import { FORK_GAP, MAX_DEPS, MAX_FORK_RECORDS, MAX_LOGS, MAX_SEQ_JUMP, MAX_WAITING_PER_LOG } from '#vm/limits';
import { PRIMITIVE as P, type Operation } from '#vm/protocol/types';
import { chain, draft, idNamed, keyOfDelivery as key, op, writerNamed } from '#tests/support/log-kit';

const A = writerNamed('a');
const B = writerNamed('b');
const node = idNamed('n');
const set = (ms: number, ctr = 0): Operation => op(P.nodeSet, ms, [node, 'a', ms], ctr);
const ok = (): Verdict => 'ok';
const newLog = (judge: (record: HeldRecord) => Verdict = ok, meshMs = 1e12): FragmentLog => createFragmentLog({ judge, meshMs });
const statuses = (log: FragmentLog, deliveries: readonly Delivery[]): (string | null)[] => deliveries.map((d) => log.status(key(d)));

describe('fragment log: chain and states (FORMATS §2)', () => {
  test('[LOG1] a record waits for its prev and is in no digest; the whole run follows when it comes', () => {
    const [r0, r1, r2] = chain(A, [[set(1)], [set(2)], [set(3)]]) as [Delivery, Delivery, Delivery];
    const log = newLog();
    expect(log.deliver([r2]).added.map((r) => r.key)).toEqual([key(r2)]);
    log.deliver([r1]);
    expect([log.heads(), log.contiguous(A), statuses(log, [r1, r2])]).toEqual([[], -1, ['waiting-prev', 'waiting-prev']]);
    expect(toBase64url(log.setDigest())).toBe(toBase64url(sha256('')));
    const delta = log.deliver([r0]);
    expect(delta.applied.map((r) => r.seq)).toEqual([0, 1, 2]);
    expect([delta.headsChanged, log.contiguous(A), log.ownTip(A)!.key]).toEqual([true, 2, key(r2)]);
    expect(log.frontier()).toEqual([{ writer: A, seq: 2 }]);
  });

  test('[LOG1] a record that cannot follow its prev is refused: seq left out, prev of another writer, seq 1 without prev', () => {
    const [r0] = chain(A, [[set(1)]]) as [Delivery];
    const jump = draft({ writer: A, seq: 2, prev: r0, ops: [set(3)] });
    const foreign = draft({ writer: B, seq: 1, prev: r0, ops: [set(3)] });
    const bare = draft({ writer: B, seq: 1, ops: [set(3)] });
    const log = newLog();
    log.deliver([jump, foreign]);
    expect(log.deliver([r0]).refused.map((r) => r.why)).toEqual(['chain', 'chain']);
    expect(log.deliver([bare, jump]).refused.map((r) => r.why)).toEqual(['chain', 'chain']);
    expect([log.size, log.heads().length]).toEqual([1, 1]);
  });

  test('[LOG2] an acl head not held: the record and the log behind it wait, count as heads, and go on', () => {
    const records = chain(A, [[set(1)], [set(2)], [set(3)]]);
    let held = false;
    const log = newLog((r) => (r.seq === 1 && !held ? 'no-acl' : 'ok'));
    log.deliver(records);
    expect(statuses(log, records)).toEqual(['applied', 'waiting-acl', 'waiting-log']);
    expect(log.heads().map((h) => h.seq)).toEqual([2]);
    held = true;
    expect(log.aclChanged().applied.map((r) => r.seq)).toEqual([1, 2]);
    expect(log.aclChanged()).toMatchObject({ applied: [], unapplied: [], headsChanged: false });
  });

  test('[LOG3] operation faults: no effect, the chain goes on, prev counts with its header hlc', () => {
    const r0 = draft({ writer: A, seq: 0, ops: [set(5)] });
    const notAbove = draft({ writer: A, seq: 1, prev: r0, ops: [set(5)] });
    const notRising = draft({ writer: A, seq: 2, prev: notAbove, ops: [set(8, 1), set(8, 1)], hlc: { ms: 8, ctr: 1 } });
    const otherHlc = draft({ writer: A, seq: 3, prev: notRising, ops: [set(9)], hlc: { ms: 20, ctr: 0 } });
    const underHeader = draft({ writer: A, seq: 4, prev: otherHlc, ops: [set(15)] });
    const none = draft({ writer: A, seq: 5, prev: underHeader, ops: [], hlc: { ms: 21, ctr: 0 } });
    const bad = draft({ writer: A, seq: 6, prev: none, ops: [], hlc: { ms: 22, ctr: 0 }, content: { kind: 'malformed' } });
    const good = draft({ writer: A, seq: 7, prev: bad, ops: [set(23)] });
    const log = newLog();
    const all = [r0, notAbove, notRising, otherHlc, underHeader, none, bad, good];
    expect(log.deliver(all).applied.map((r) => r.seq)).toEqual([0, 7]);
    expect(statuses(log, all.slice(1, 7))).toEqual(Array(6).fill('malformed'));
    expect(log.heads()[0]!.seq).toBe(7);
  });

  test('[LOG4] stub and missing key keep the chain and are in the tag; later content applies', () => {
    const [r0, r1, r2] = chain(A, [[set(1)], [set(2)], [set(3)]]) as [Delivery, Delivery, Delivery];
    const log = newLog();
    log.deliver([{ ...r0, content: { kind: 'no-key' } }, { ...r1, content: { kind: 'stub' } }, r2]);
    expect(statuses(log, [r0, r1, r2])).toEqual(['no-key', 'stub', 'applied']);
    expect(log.tagIds().map(keyOf).sort()).toEqual([key(r0), key(r1)].sort());
    const digest = toBase64url(log.setDigest());
    const delta = log.deliver([r0]);
    expect([delta.applied.map((r) => r.seq), delta.rebuild, delta.headsChanged]).toEqual([[0], false, false]);
    expect(log.deliver([{ ...r1, content: { kind: 'no-key' } }]).applied).toEqual([]);
    expect(log.status(key(r1))).toBe('no-key');
    expect(toBase64url(log.setDigest())).toBe(digest);
  });

  test('[LOG5] unknown parts: held and counted; an unknown version is in no digest and its log waits', () => {
    const [r0, r1, r2] = chain(A, [[set(1)], [set(2)], [set(3)]]) as [Delivery, Delivery, Delivery];
    const log = newLog();
    log.deliver([{ ...r0, content: { kind: 'unknown' } }, { record: { ...r1.record, status: 'unknown-extension' }, content: r1.content }, r2]);
    expect(statuses(log, [r0, r1, r2])).toEqual(['unknown', 'unknown', 'applied']);
    expect(log.deliver([r0]).applied.map((r) => r.seq)).toEqual([0]);
    const [s0, s1, s2] = chain(B, [[set(1)], [set(2)], [set(3)]]) as [Delivery, Delivery, Delivery];
    log.deliver([s0, { record: { ...s1.record, status: 'unknown-version' }, content: { kind: 'unknown' } }, s2]);
    expect(statuses(log, [s0, s1, s2])).toEqual(['applied', 'unknown-version', 'waiting-prev']);
    expect([log.contiguous(B), log.missing()]).toEqual([0, []]);
    expect([...log.records()].length).toBe(6);
  });

  test('[LOG6] repeats change nothing; a purge takes the effect away, a repeat of the body brings it back', () => {
    const records = chain(A, [[set(1)], [set(2)]]);
    const log = newLog();
    log.deliver(records);
    expect(log.deliver([...records, ...records])).toEqual({ applied: [], unapplied: [], shaded: [], rebuild: false, headsChanged: false, added: [], refused: [] });
    expect(log.deliver([{ ...records[0]!, content: { kind: 'stub' } }]).unapplied).toEqual([]);
    const purged = log.dropToStub([key(records[0]!), 'unknown key']);
    expect([purged.unapplied.map((r) => r.seq), purged.rebuild, statuses(log, records)]).toEqual([[0], true, ['stub', 'applied']]);
    expect(log.deliver([records[0]!]).applied.map((r) => r.seq)).toEqual([0]);
    expect([...log.applied()].map((r) => r.ops.length)).toEqual([1, 1]);
  });

  test('[LOG7] void and quarantined: no effect, the chain goes on; verdicts are asked again', () => {
    const records = chain(A, [[set(1)], [set(2)], [set(3)]]);
    const verdicts: Verdict[] = ['ok', 'void', 'quarantined'];
    let asked = 0;
    const log = newLog((r) => (asked++, verdicts[r.seq]!));
    log.deliver(records);
    log.deliver(records);
    expect([statuses(log, records), asked, log.heads()[0]!.seq]).toEqual([['applied', 'void', 'quarantined'], 3, 2]);
    verdicts.splice(0, 3, 'quarantined', 'ok', 'ok');
    const delta = log.aclChanged((r) => r.seq < 2);
    expect([delta.unapplied.map((r) => r.seq), delta.applied.map((r) => r.seq)]).toEqual([[0], [1]]);
    expect(statuses(log, records)).toEqual(['quarantined', 'applied', 'quarantined']);
  });

  test('[limit MAX_SEQ_JUMP MAX_WAITING_PER_LOG MAX_FORK_RECORDS MAX_LOGS] [LOG8] caps: seq jump, waiting records, branches, logs', () => {
    const log = newLog();
    const far = (seq: number, name: string): Delivery => draft({ writer: A, seq, prev: draft({ writer: A, seq: 0, ops: [set(1)], branch: 77 + seq }), ops: [set(9)], branch: name.length });
    expect(log.deliver([far(MAX_SEQ_JUMP + 1, 'x')]).refused).toEqual([{ key: key(far(MAX_SEQ_JUMP + 1, 'x')), why: 'seq-jump' }]);
    expect(log.deliver([far(MAX_SEQ_JUMP, 'x')]).refused).toEqual([]);
    const many = Array.from({ length: MAX_WAITING_PER_LOG }, (_, i) => far(2 + i, 'y'));
    expect(log.deliver(many).refused.map((r) => r.why)).toEqual(['waiting-cap']);
    const branches = Array.from({ length: MAX_FORK_RECORDS + 2 }, (_, i) => draft({ writer: B, seq: 0, ops: [set(1)], branch: i }));
    expect(newLog().deliver(branches).refused.map((r) => r.why)).toEqual(['fork-cap']);
    const crowd = newLog();
    const logs = Array.from({ length: MAX_LOGS + 1 }, (_, i) => draft({ writer: writerNamed(`w${i}`), seq: 0, ops: [set(1)] }));
    expect(crowd.deliver(logs).refused.map((r) => r.why)).toEqual(['log-cap']);
  });

  test('[limit MAX_DEPS] [LOG9] deps: heads of other logs that have their place, the 16 latest', () => {
    const log = newLog(ok, 1000);
    log.deliver(chain(A, [[set(1)], [set(2)]]));
    log.deliver(chain(B, [[set(3)]]));
    const parked = draft({ writer: writerNamed('p'), seq: 0, ops: [set(500_000)] });
    log.deliver([parked]);
    expect(log.depsCandidates(A).map(keyOf)).toEqual([log.ownTip(B)!.key]);
    const others = Array.from({ length: 20 }, (_, i) => draft({ writer: writerNamed(`o${i}`), seq: 0, ops: [set(100 + i)] }));
    log.deliver(others);
    const deps = log.depsCandidates(A);
    expect(deps.length).toBe(MAX_DEPS);
    expect(deps.map(keyOf).sort()).toEqual(others.slice(4).map(key).sort());
    expect(deps.map(toBase64url)).toEqual([...deps].sort(Buffer.compare).map(toBase64url));
  });

  test('[LOG10] gaps', () => {
    const records = chain(A, Array.from({ length: 12 }, (_, i) => [set(i + 1)]));
    const log = newLog();
    log.deliver([records[0]!, records[1]!, records[4]!, records[5]!, records[9]!]);
    expect(log.missing()).toEqual([{ writer: A, from: 2, to: 3 }, { writer: A, from: 6, to: 8 }]);
    log.deliver([records[2]!, records[3]!]);
    expect(log.missing()).toEqual([{ writer: A, from: 6, to: 8 }]);
    const branch = draft({ writer: A, seq: 2, prev: records[1]!, ops: [set(50)], branch: 1 });
    const tip = draft({ writer: A, seq: 3, prev: branch, ops: [set(51)], branch: 1 });
    const other = newLog();
    other.deliver([...records, tip]);
    expect(other.missing()).toEqual([{ writer: A, from: Math.max(0, 3 - FORK_GAP), to: 2 }]);
    other.deliver([branch]);
    expect(other.missing()).toEqual([]);
  });

  test('[limit MAX_GAPS MAX_GAP_LENGTH FORK_GAP] [LOG10] a log with holes without end: so many are named at once, each so long, and a branch is looked for so far back', () => {
    const loose = (seq: number): Delivery => draft({ writer: A, seq, prev: draft({ writer: A, seq: seq - 1, ops: [set(1)], branch: 5 }), ops: [set(9)] });
    const holes = newLog();
    holes.deliver(Array.from({ length: 300 }, (_, i) => loose(2 + 2 * i)));
    expect(holes.missing()).toHaveLength(256);
    const long = newLog();
    long.deliver([loose(100_000)]);
    expect(long.missing()).toEqual([{ writer: A, from: 0, to: 4_095 }]);
    const forked = newLog();
    forked.deliver(chain(A, Array.from({ length: 400 }, (_, i) => [set(i + 1)])));
    forked.deliver([loose(390)]);
    expect(forked.missing()).toEqual([{ writer: A, from: 390 - 256, to: 389 }]);
  });
});

describe('fragment log: forks (FORMATS §5)', () => {
  const r0 = draft({ writer: A, seq: 0, ops: [set(1)] });
  const left = draft({ writer: A, seq: 1, prev: r0, ops: [set(2)], branch: 1 });
  const left2 = draft({ writer: A, seq: 2, prev: left, ops: [set(3)] });
  const right = draft({ writer: A, seq: 1, prev: r0, ops: [set(4)], branch: 2 });
  const right2 = draft({ writer: A, seq: 2, prev: right, ops: [set(5)] });
  const all = [r0, left, left2, right, right2];
  const ids = (...deliveries: Delivery[]): Bytes[] => deliveries.map((d) => d.record.id);

  test('[FORK1] from the fork on everything is held back; every branch head counts; also inside one burst', () => {
    const log = newLog();
    log.deliver([r0, left, left2]);
    const delta = log.deliver([right]);
    expect(delta.unapplied.map((r) => r.key)).toEqual([key(left), key(left2)]);
    expect(log.deliver([right2])).toMatchObject({ applied: [], unapplied: [], headsChanged: true });
    expect(statuses(log, all)).toEqual(['applied', 'held-back', 'held-back', 'held-back', 'held-back']);
    expect(log.heads().map((h) => h.key).sort()).toEqual([key(left2), key(right2)].sort());
    expect(log.forked().map(keyOf)).toEqual([keyOf(A)]);
    const burst = newLog();
    expect(burst.deliver(all).applied.map((r) => r.key)).toEqual([key(r0)]);
    expect(toBase64url(burst.setDigest())).toBe(toBase64url(log.setDigest()));
    expect(log.log(A).map((r) => r.seq)).toEqual([0, 1, 1, 2, 2]);
  });

  test('[FORK2] kept heads and their ancestors apply, nothing else; the rule can be lifted', () => {
    const log = newLog();
    log.deliver(all);
    expect(log.keep(A, ids(right2)).applied.map((r) => r.key)).toEqual([key(right), key(right2)]);
    expect(statuses(log, [left, left2])).toEqual(['dropped', 'dropped']);
    expect(log.keep(A, ids(right2, left2)).applied.map((r) => r.key).sort()).toEqual([key(left), key(left2)].sort());
    expect(log.keep(A, null).unapplied).toHaveLength(4);
  });

  test('[FORK3] before the kept heads are held, records below the first visible fork apply', () => {
    const log = newLog();
    log.keep(A, ids(left2, right2, draft({ writer: B, seq: 0, ops: [set(1)] })));
    log.deliver([r0, left]);
    expect(statuses(log, [r0, left])).toEqual(['applied', 'applied']);
    log.deliver([right]);
    expect(statuses(log, [r0, left, right])).toEqual(['applied', 'held-back', 'held-back']);
    log.deliver([left2]);
    expect(statuses(log, [r0, left, left2, right])).toEqual(['applied', 'applied', 'applied', 'held-back']);
  });

  test('[FORK6] a proof holds back from its n on, whatever is known when; kept heads and their ancestors apply; without the proof all does', () => {
    const list = chain(A, [[set(1)], [set(2)], [set(3)], [set(4)]]);
    const other = chain(B, [[set(5)]]);
    const held = ['applied', 'applied', 'held-back', 'held-back', 'applied'];
    const before = newLog();
    before.proven(A, 2);
    for (const delivery of [...list, ...other]) before.deliver([delivery]);
    const after = newLog();
    after.deliver([...list, ...other]);
    expect(after.proven(A, 2).unapplied.map((record) => record.seq)).toEqual([2, 3]);
    for (const log of [before, after]) {
      expect(statuses(log, [...list, ...other])).toEqual(held);
      expect(log.forked(), 'no fork is visible here').toEqual([]);
      log.keep(A, [list[2]!.record.id]);
      expect(statuses(log, list)).toEqual(['applied', 'applied', 'applied', 'dropped']);
      log.keep(A, null);
      expect(log.proven(A, null).applied.map((record) => record.seq)).toEqual([2, 3]);
      expect(log.proven(A, 9).unapplied, 'nothing there yet').toEqual([]);
    }
  });

  test('[FORK4] nothing behind a kept head applies', () => {
    const log = newLog();
    log.deliver([r0, left, left2]);
    expect(log.keep(A, ids(left)).unapplied.map((r) => r.key)).toEqual([key(left2)]);
    expect(log.deliver([right, right2]).applied).toEqual([]);
    expect(statuses(log, all)).toEqual(['applied', 'applied', 'dropped', 'dropped', 'dropped']);
  });
});

describe('fragment log: time (FORMATS §4)', () => {
  const LIMIT = 300_000;

  test('[limit PARK_AHEAD_MS] [TIME1] parked above 5 min, released by time, back in when mesh time falls', () => {
    const records = chain(A, [[set(1000 + LIMIT)], [set(1000 + LIMIT, 5)], [set(1001 + LIMIT)], [set(2000 + LIMIT)]]);
    const log = newLog(ok, 1000);
    log.deliver(records);
    expect(statuses(log, records)).toEqual(['applied', 'applied', 'parked', 'parked']);
    expect([log.tagIds().length, log.heads()[0]!.seq, log.greatestStamp()]).toEqual([2, 3, { ms: 1000 + LIMIT, ctr: 5 }]);
    expect(log.setMeshTime(1001).applied.map((r) => r.seq)).toEqual([2]);
    expect(log.setMeshTime(1002)).toMatchObject({ applied: [], headsChanged: false });
    const back = log.setMeshTime(999);
    expect([back.unapplied.map((r) => r.seq), back.rebuild]).toEqual([[0, 1, 2], true]);
    expect(log.greatestStamp()).toBeNull();
    expect(log.setMeshTime(5000).applied.map((r) => r.seq)).toEqual([0, 1, 2, 3]);
    expect(log.greatestStamp()).toEqual({ ms: 2000 + LIMIT, ctr: 0 });
  });

  test('[TIME2] a fix releases its own record; one over applied records asks for a rebuild', () => {
    const day = 86_400_000;
    const r0 = draft({ writer: A, seq: 0, ops: [set(day)] });
    const fix = draft({ writer: A, seq: 1, prev: r0, ops: [op(P.clockFix, day + 1, [0, 1, day])] });
    const after = draft({ writer: A, seq: 2, prev: fix, ops: [set(day + 2)] });
    const log = newLog(ok, 100);
    log.deliver([r0]);
    const delta = log.deliver([fix, after]);
    expect([delta.applied.map((r) => [r.seq, r.delta]), delta.rebuild]).toEqual([[[0, day], [1, day]], false]);
    expect([log.status(key(after)), log.greatestStamp()]).toEqual(['parked', { ms: 1, ctr: 0 }]);
    const open = newLog(ok, Infinity);
    open.deliver([r0]);
    const late = open.deliver([draft({ writer: A, seq: 1, prev: r0, ops: [op(P.clockFix, day + 1, [0, null, day])] })]);
    expect([late.unapplied.map((r) => r.seq), late.rebuild, late.applied.map((r) => r.delta)]).toEqual([[0], true, [day, day]]);
  });

  test('[TIME3] overlapping fixes: the lower seq holds; a fix without effect fixes nothing; parked records give fixes', () => {
    const fixes: Operation[][] = [[set(1000)], [op(P.clockFix, 1001, [0, 0, 10])], [op(P.clockFix, 1002, [0, 2, 20])], [op(P.clockFix, 1003, [2, 3, 30])], [set(1004)]];
    const log = newLog((r) => (r.seq === 3 ? 'void' : 'ok'), -LIMIT);
    log.deliver(chain(A, fixes));
    expect(log.log(A).map((r) => r.delta)).toEqual([10, 0, 0, 0, 0]);
    expect(log.log(A).map((r) => r.status)).toEqual(['parked', 'parked', 'parked', 'void', 'parked']);
    const other = newLog();
    other.deliver(chain(B, fixes));
    expect(other.log(B).map((r) => r.delta)).toEqual([10, 0, 30, 30, 0]);
  });

  test('[TIME4] a fix that ends after its own record or before its start is a fault', () => {
    const log = newLog();
    log.deliver(chain(A, [[op(P.clockFix, 1, [0, 1, 5])], [op(P.clockFix, 2, [1, 0, 5])], [op(P.clockFix, 3, [0, 2, 1])]]));
    expect(log.log(A).map((r) => r.status)).toEqual(['malformed', 'malformed', 'applied']);
  });

  test('[TIME5] inside a log raw stamps count: a fixed record still has to exceed its prev', () => {
    const log = newLog();
    log.deliver(chain(A, [[set(1000)], [op(P.clockFix, 1001, [0, 1, 900])], [set(500)], [set(1002)]]));
    expect(log.log(A).map((r) => r.status)).toEqual(['applied', 'applied', 'malformed', 'applied']);
  });

  test('[TIME6] the greatest stamp is over all logs and falls when a fix takes it back', () => {
    const log = newLog();
    log.deliver(chain(B, [[set(700)]]));
    const records = chain(A, [[set(900)], [op(P.clockFix, 901, [0, 1, 500])]]);
    log.deliver([records[0]!]);
    expect(log.greatestStamp()).toEqual({ ms: 900, ctr: 0 });
    log.deliver([records[1]!]);
    expect(log.greatestStamp()).toEqual({ ms: 700, ctr: 0 });
  });
});

test('[DIG1] the set digest hashes sorted heads and nothing else', () => {
  const log = newLog();
  log.deliver([...chain(A, [[set(1)], [set(2)]]), ...chain(B, [[set(1)]])]);
  const heads = log.heads().map(({ writer, seq, id }) => ({ writer, seq, id }));
  expect(toBase64url(log.setDigest())).toBe(toBase64url(setDigest([...heads].reverse())));
});
