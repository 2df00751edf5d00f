import { describe, expect, test } from 'vitest';
import { planFlush } from '#os/kernel/flush-plan';

describe('FORMATS §3: batch windows', () => {
  test('an act goes at once, whatever was planned', () => {
    expect(planFlush(null, 'act', 100, 95).due).toBe(100);
    expect(planFlush({ due: 400, window: 'text', textSince: 100 }, 'act', 150, 0).due).toBe(150);
  });
  test('[limit KERNEL.propertyFlushMs] the first property edit goes at once, the next ones every 20 ms', () => {
    expect(planFlush(null, 'property', 1_000, 0).due).toBe(1_000);
    const second = planFlush(null, 'property', 1_005, 1_000);
    expect(second.due).toBe(1_020);
    expect(planFlush(second, 'property', 1_010, 1_000).due).toBe(1_020);
  });
  test('[limit KERNEL.textIdleMs KERNEL.textHardMs] text waits for 300 ms of rest, at most 1 s', () => {
    let plan = planFlush(null, 'text', 0, 0);
    expect(plan.due).toBe(300);
    for (let now = 100; now <= 900; now += 100) plan = planFlush(plan, 'text', now, 0);
    expect(plan.due).toBe(1_000);
    expect(planFlush(planFlush(null, 'text', 0, 0), 'text', 200, 0).due).toBe(500);
  });
  test('a property edit does not wait for the text beside it', () => {
    const text = planFlush(null, 'text', 0, -1_000);
    expect(planFlush(text, 'property', 50, -1_000)).toMatchObject({ due: 50, textSince: 0 });
    expect(planFlush({ due: 60, window: 'property', textSince: null }, 'text', 50, 40).due).toBe(60);
  });
});
