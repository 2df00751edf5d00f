/** What this device makes of one beacon: one word for it, the worst first, and over a reload the same. */
import { describe, expect, test } from 'vitest';
import { named } from '#tests/support/core-kit';
import { WITNESSED, witnessKit } from '#tests/support/witness-kit';
import { BeaconCheck, type LostRecord } from '#os/kernel/beacon-check';
import type { Look } from '#vm/witness/dues';
import { WITNESS_LIMITS } from '#vm/witness-limits';

const LOST: LostRecord = { fragment: named('f', 16), writer: named('w'), seq: 3, id: named('id'), at: 50 };
const LOOK: Look = { ms: WITNESS_LIMITS.alarmMs, linked: true, others: true, busy: false, holed: false, now: 1, said: () => false, here: () => false };
const again = (check: BeaconCheck): BeaconCheck => new BeaconCheck(check.space, check.ds, check.row());

describe('WIT7 the word for a beacon', () => {
  test('nothing said, said, full; a proof before what is lost, that before what is overdue', async () => {
    const kit = await witnessKit();
    const check = new BeaconCheck(WITNESSED, kit.ds.pub);
    expect(check.view()).toEqual({ state: 'none', since: null, saidAt: null, checkedAt: null, proof: false });
    const first = await kit.say('log', 0);
    expect(check.take(first, 10)).toEqual({ fresh: true, anew: false, lied: false });
    expect(check.take(first, 11)).toEqual({ fresh: false, anew: false, lied: false });
    expect(check.view()).toMatchObject({ state: 'ok', saidAt: first.ms });
    check.take(await kit.say('log', 1, { flags: 1, before: first }), 12);
    expect(check.view().state).toBe('full');
    check.dues.told({ fragment: named('f', 16), writer: named('w'), seq: 0 }, 20);
    check.dues.look(LOOK);
    expect(check.view()).toMatchObject({ state: 'withholds', since: 20 });
    check.checked(LOST, 60);
    expect(check.view()).toMatchObject({ state: 'lost', since: 50, checkedAt: null });
    expect(check.take(await kit.say('log', 0, { heads: [] }), 70)).toMatchObject({ lied: true });
    for (const one of [check, again(check)]) expect(one.view()).toMatchObject({ state: 'forked', since: 70, proof: true });
  });

  test('what was lost and is there again is no trouble; the time of the last good check outlives a reload', async () => {
    const kit = await witnessKit();
    const check = new BeaconCheck(WITNESSED, kit.ds.pub);
    check.take(await kit.say('log', 0), 1);
    check.checked(LOST, 60);
    expect(again(check).view().state).toBe('lost');
    check.checked(null, 90);
    expect(again(check).view()).toMatchObject({ state: 'ok', checkedAt: 90 });
  });

  test('[limit WITNESS.silentChecks] checks in a row that it does not answer; an answer begins anew', async () => {
    const kit = await witnessKit();
    const check = new BeaconCheck(WITNESSED, kit.ds.pub);
    check.take(await kit.say('log', 0), 1);
    for (let at = 1; at < WITNESS_LIMITS.silentChecks; at++) check.unanswered(100 + at);
    expect(check.view().state).toBe('ok');
    check.checked(null, 200);
    for (let at = 1; at < WITNESS_LIMITS.silentChecks; at++) check.unanswered(300 + at);
    expect(check.view().state).toBe('ok');
    // Over a reload it is the same row of them.
    const kept = again(check);
    kept.unanswered(400);
    expect(kept.view()).toMatchObject({ state: 'withholds', since: 301 });
  });

  test('[limit WITNESS.anewMs] WIT9 a log that begins anew ends what was owed once; again within a day it does not', async () => {
    const kit = await witnessKit();
    const check = new BeaconCheck(WITNESSED, kit.ds.pub);
    const owe = (now: number): void => {
      check.dues.told({ fragment: named('f', 16), writer: named('w'), seq: 0 }, now);
      check.dues.look(LOOK);
    };
    check.take(await kit.say('one', 0, { ms: 1_000 }), 1);
    owe(5);
    expect(check.take(await kit.say('two', 0, { ms: 2_000 }), 10)).toMatchObject({ fresh: true, anew: true });
    expect(check.view().state).toBe('ok');
    owe(15);
    const kept = again(check);
    kept.take(await kit.say('three', 0, { ms: 3_000 }), 10 + WITNESS_LIMITS.anewMs);
    expect(kept.view().state).toBe('withholds');
    const later = again(check);
    later.take(await kit.say('three', 0, { ms: 3_000 }), 11 + WITNESS_LIMITS.anewMs);
    expect(later.view().state).toBe('ok');
  });

  test('[limit WITNESS.busyBytes] so much over its link between two looks is a catch-up', () => {
    const check = new BeaconCheck(WITNESSED, named('ds'));
    expect(check.came(WITNESS_LIMITS.busyBytes)).toBe(true);
    expect(check.came(WITNESS_LIMITS.busyBytes * 2 - 1)).toBe(false);
    expect(check.came(WITNESS_LIMITS.busyBytes * 3 - 1)).toBe(true);
    // A new link begins to count at nothing.
    expect(check.came(0)).toBe(false);
  });
});
