/** Figures of the compute screen: the half hour, what was saved and when that is not known. */
import { describe, expect, test } from 'vitest';
import type { ComputeAsked } from '#os/compute-api';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { createComputeMinutes } from '#os/kernel/compute-minutes';
import { askedOf, axisTop, cameToNothing, checkedOf, minutesOf, savedBy, savedByAll } from '#view/system/compute-figures.ts';

const JOB: ComputeAsked = { id: 'j', space: 's', kind: 'plan', since: 0, pieces: 20, decided: 20, runs: 40, canaries: 10, own: 10, ownMs: 4_000, ms: 5_000, elsewhere: 18, agreed: 6, waits: null, over: true };

describe('{K3} figures of the compute screen', () => {
  test('[limit COMPUTE.minutes] MUS3 what ended is counted in its minute; after half an hour it is gone, and a clock that was put back leaves nothing of what is to come', () => {
    let now = 600_000 + 5_000;
    const kept = createComputeMinutes({ now: () => now });
    kept.add('forOthers', 300);
    kept.add('done', 1);
    now += 61_000;
    kept.add('answers', 2);
    expect(kept.view()).toEqual([{ at: 600_000, forOthers: 300, forSelf: 0, done: 1, answers: 0 }, { at: 660_000, forOthers: 0, forSelf: 0, done: 0, answers: 2 }]);
    const shown = minutesOf(kept.view(), now);
    expect([shown.length, shown.at(-1)!.answers, shown.at(-2)!.done, shown[0]!.at]).toEqual([COMPUTE_LIMITS.minutes, 2, 1, 660_000 - (COMPUTE_LIMITS.minutes - 1) * 60_000]);
    now = 600_000 + (COMPUTE_LIMITS.minutes - 1) * 60_000;
    expect(kept.view()).toHaveLength(2);
    now += 60_000;
    expect(kept.view().map(({ at }) => at)).toEqual([660_000]);
    now = 600_000;
    expect(kept.view()).toEqual([]);
  });

  test('what was saved is pieces by the time of one here, less the time with help, also where that is less than nothing', () => {
    expect(savedBy(JOB)).toBe(3_000);
    expect(savedBy({ ...JOB, ms: 9_000 })).toBe(-1_000);
    expect(savedByAll([JOB, { ...JOB, ms: 9_000 }, { ...JOB, over: false }])).toEqual({ ms: 2_000, jobs: 2 });
  });

  test('what was not measured is not said: it runs, nobody helped, nothing was computed here', () => {
    const unknown = [{ ...JOB, over: false }, { ...JOB, elsewhere: 0 }, { ...JOB, own: 0, ownMs: 0 }];
    expect(unknown.map(savedBy)).toEqual([null, null, null]);
    expect(savedByAll(unknown)).toBeNull();
  });

  test('a job that came to nothing is in no sum; one that runs has not yet', () => {
    const nothing = { ...JOB, decided: 0, elsewhere: 0, agreed: 0 };
    expect([JOB, nothing, { ...nothing, over: false }].map(cameToNothing)).toEqual([false, true, false]);
    expect([askedOf([JOB, nothing, { ...JOB, over: false }]), savedBy(nothing)]).toEqual([20, null]);
  });

  test('pieces are counted by how they came to be believed; the axis ends at 1, 2 or 5', () => {
    expect(checkedOf(JOB)).toEqual({ here: 2, alike: 6, one: 12 });
    // Three pieces have no answer.
    expect(checkedOf({ ...JOB, decided: 17, elsewhere: 15 })).toEqual({ here: 2, alike: 6, one: 9 });
    expect([0, 0.4, 1, 1.1, 4.2, 7, 30].map(axisTop)).toEqual([1, 0.5, 1, 2, 5, 10, 50]);
  });
});
