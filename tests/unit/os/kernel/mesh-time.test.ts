/** Mesh time when the wall clock of the machine is set (FORMATS 4). */
import { describe, expect, test } from 'vitest';
import { createMeshTime } from '#os/kernel/mesh-time';
import { KERNEL_LIMITS } from '#os/limits';

const TRUE_MS = 1_767_225_600_000;

/** A machine whose wall clock is off by `wrong` ms and can be set. */
function machine(wrong: number) {
  const state = { elapsed: 0, wrong };
  const clock = { now: () => TRUE_MS + state.elapsed + state.wrong, monotonic: () => state.elapsed };
  const time = createMeshTime(clock, () => undefined);
  return { state, time, truth: () => TRUE_MS + state.elapsed };
}

describe('FORMATS 4: offsets are taken in handshakes; between two of them the clock may be set', () => {
  for (const [name, step] of [['back by ten years', -315_360_000_000], ['ahead by ten years', 315_360_000_000], ['[limit KERNEL.clockSetBackMs] back by two seconds', -KERNEL_LIMITS.clockSetBackMs], ['[limit KERNEL.clockSetAheadMs] ahead by thirty days', KERNEL_LIMITS.clockSetAheadMs]] as const) {
    test(`${name}: the clock was set, mesh time goes on as it was`, () => {
      const { state, time, truth } = machine(40_000);
      time.vote('server', 'server', -40_000);
      state.elapsed += 5_000;
      state.wrong += step;
      expect(time.now()).toBe(truth());
      expect(time.offset()).toBe(-40_000 - step);
      state.elapsed += 60_000;
      expect(time.now()).toBe(truth());
    });
  }

  test('a sleep in which the monotone clock stood still is no step: the wall clock is right', () => {
    const { state, time, truth } = machine(0);
    time.vote('server', 'server', 0);
    state.wrong += 8 * 3_600_000;
    expect(time.now()).toBe(truth() + 8 * 3_600_000);
    expect(time.offset()).toBe(0);
  });

  test('before anybody voted the own clock is all there is: set right, it is believed', () => {
    const { state, time, truth } = machine(315_360_000_000);
    state.wrong = 0;
    expect(time.now()).toBe(truth());
  });

  for (const [name, wrong, step] of [['behind by ten years and is set right', -315_360_000_000, 315_360_000_000], ['ahead by ten years and is set right', 315_360_000_000, -315_360_000_000]] as const) {
    test(`a clock that is ${name} before anybody voted is believed, whatever is stored`, () => {
      const { state, time, truth } = machine(wrong);
      time.setFloor(TRUE_MS - 1_000);
      expect(time.now()).toBe(wrong < 0 ? truth() - 1_000 : truth() + wrong);
      state.elapsed += 5_000;
      state.wrong += step;
      expect(time.now()).toBe(truth());
    });
  }

  test('a floor holds when the clock is set back behind it, and goes when it is set right again', () => {
    const { state, time, truth } = machine(-315_360_000_000);
    time.setFloor(TRUE_MS);
    state.elapsed += 1_000;
    state.wrong -= 315_360_000_000;
    expect(time.now()).toBe(truth());
    state.wrong = 0;
    expect(time.now()).toBe(truth());
    state.elapsed += 1_000;
    expect(time.now()).toBe(truth());
  });

  test('a vote after the step is taken as it is', () => {
    const { state, time, truth } = machine(0);
    time.vote('server', 'server', 0);
    state.wrong = -86_400_000;
    time.vote('server', 'server', 86_400_000);
    expect(time.now()).toBe(truth());
  });
});
