/** An honest beacon that is slow, full or away is no liar; one that confirms and does not say so, or says and does not give, is told after two intervals of its link. */
import { describe, expect, test } from 'vitest';
import { named } from '#tests/support/core-kit';
import { Dues, type Look, type Spot } from '#vm/witness/dues';
import { WITNESS_LIMITS } from '#vm/witness-limits';

const spot = (name: string, seq = 0): Spot => ({ fragment: named(name, 16), writer: named('w'), seq });
const LOOK: Look = { ms: WITNESS_LIMITS.lookMs, linked: true, others: true, busy: false, holed: false, now: 9, said: () => false, here: () => false };
const looks = (dues: Dues, ms: number, look: Partial<Look> = {}): void => {
  for (let at = 0; at < ms; at += WITNESS_LIMITS.lookMs) dues.look({ ...LOOK, ...look });
};

describe('WIT4 what is overdue', () => {
  test('[limit WITNESS.alarmMs WITNESS.lookMs] confirmed and not said: after two intervals of linked time, not before', () => {
    const dues = new Dues();
    dues.confirmed(spot('f', 3), 77);
    looks(dues, WITNESS_LIMITS.alarmMs - WITNESS_LIMITS.lookMs);
    expect(dues.overdue()).toBeNull();
    looks(dues, WITNESS_LIMITS.lookMs);
    expect(dues.overdue()).toEqual({ kind: 'omits', since: 77 });
    dues.look({ ...LOOK, said: ({ seq }) => seq <= 3 });
    expect([dues.overdue(), dues.size]).toEqual([null, 0]);
  });

  test('[row 11] said and not given: by the one that is linked, or by nobody while it is not', () => {
    const [withheld, apart] = [new Dues(), new Dues()];
    for (const dues of [withheld, apart]) dues.told(spot('f'), 5);
    looks(withheld, WITNESS_LIMITS.alarmMs);
    looks(apart, WITNESS_LIMITS.alarmMs, { linked: false });
    expect(withheld.overdue()).toEqual({ kind: 'withholds', since: 5 });
    expect(apart.overdue()).toEqual({ kind: 'unreached', since: 5 });
    withheld.look({ ...LOOK, here: () => true });
    expect(withheld.overdue()).toBeNull();
  });

  test('one that is away owes nothing meanwhile; one that drops its link again and again owes the sum', () => {
    const [away, flapping] = [new Dues(), new Dues()];
    for (const dues of [away, flapping]) dues.confirmed(spot('f'), 1);
    looks(away, WITNESS_LIMITS.alarmMs * 10, { linked: false });
    expect(away.overdue()).toBeNull();
    for (let at = 0; at < WITNESS_LIMITS.alarmMs * 2; at += WITNESS_LIMITS.lookMs * 2) {
      flapping.look(LOOK);
      flapping.look({ ...LOOK, linked: false });
    }
    expect(flapping.overdue()?.kind).toBe('omits');
    // Without any link nobody is late.
    const alone = new Dues();
    alone.told(spot('f'), 1);
    looks(alone, WITNESS_LIMITS.alarmMs * 10, { linked: false, others: false });
    expect(alone.overdue()).toBeNull();
  });

  test('a hole in its log that it does not fill is withholding: behind it nobody could tell what it did not say', () => {
    const dues = new Dues();
    looks(dues, WITNESS_LIMITS.alarmMs - WITNESS_LIMITS.lookMs, { holed: true });
    expect(dues.overdue()).toBeNull();
    const again = new Dues(dues.kept());
    again.look({ ...LOOK, holed: true });
    expect(again.overdue()).toEqual({ kind: 'withholds', since: 9 });
    again.look(LOOK);
    expect([again.overdue(), again.size]).toEqual([null, 0]);
    // Of one that is away nothing can be asked.
    const away = new Dues();
    looks(away, WITNESS_LIMITS.alarmMs * 3, { holed: true, linked: false });
    expect(away.overdue()).toBeNull();
  });

  test('[limit WITNESS.busyMs] a first catch-up is waited for, and not for ever', () => {
    const dues = new Dues();
    dues.told(spot('f'), 1);
    looks(dues, WITNESS_LIMITS.busyMs, { busy: true });
    expect(dues.overdue()).toBeNull();
    looks(dues, WITNESS_LIMITS.alarmMs, { busy: true });
    expect(dues.overdue()?.kind).toBe('withholds');
  });

  test('[limit WITNESS.dues WITNESS.keptDues] so many are waited for, and the oldest outlive a reload with their time', () => {
    const dues = new Dues();
    for (let at = 0; at < WITNESS_LIMITS.dues + 5; at++) dues.told(spot(`f${at}`), at);
    expect(dues.size).toBe(WITNESS_LIMITS.dues);
    looks(dues, WITNESS_LIMITS.alarmMs / 2);
    const again = new Dues(dues.kept());
    expect(again.size).toBe(WITNESS_LIMITS.keptDues);
    looks(again, WITNESS_LIMITS.alarmMs / 2);
    expect(again.overdue()).toEqual({ kind: 'withholds', since: 0 });
    again.begunAnew();
    expect(again.size).toBe(0);
  });
});
