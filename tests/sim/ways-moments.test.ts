/**
 * The network address hidden and shown again at any moment, over lines and machines of any speed: the two ends are linked again soon, whatever
 * crossed on the way. The bounds are those of a direct attempt that is never answered (20 s) and of a handshake that is late (8 s).
 */
import { describe, expect, test } from 'vitest';
import { createTwoMeshes, type TwoMeshes } from './support/two-meshes.ts';

const FULL = process.env['LGOS_FULL'] === '1';
/** Of the first hundred those that took longest, or found no link at all, while an ask that crossed the news of its route ended it. */
const HARD = [7, 11, 15, 19, 31, 67, 75, 87];
const SEEDS = FULL ? Array.from({ length: 400 }, (_, seed) => seed) : [...HARD, ...Array.from({ length: 56 }, (_, at) => 100 + at)];
const LINKED_MS = 30_000;

const linked = ({ ends }: TwoMeshes, kind: string): boolean => ends.every((end) => end.kinds().includes(kind));

/** Both ends with a direct link, on lines and machines of the seed. */
async function met(seed: number, spread: number): Promise<TwoMeshes> {
  const two = await createTwoMeshes(seed);
  const { clock, ends, chance, network } = two;
  for (const end of ends) {
    Object.assign(end.line, { up: 1 + chance() * spread, down: 1 + chance() * spread });
    end.cryptoMs = [1, 1, 100, 600][Math.floor(chance() * 4)]!;
  }
  network.setFaults({ latencyMs: 1 + chance() * spread });
  for (const { mesh } of ends) mesh.start();
  expect(await clock.until(() => linked(two, 'rtc'), LINKED_MS), `${seed}: control: direct`).toBe(true);
  return two;
}

/** As the kernel does when the setting changes. */
function hide({ ends: [end] }: TwoMeshes, hidden: boolean): void {
  end.hide = hidden;
  end.mesh.pause();
  end.mesh.resume();
}

/** Time until both have a link of the kind; up to `stalls` times one of the machines is busy meanwhile. */
async function linkedAfter(two: TwoMeshes, kind: string, stalls: number): Promise<number> {
  const { clock, chance, ends } = two;
  const from = clock.monotonic();
  for (let left = stalls; !linked(two, kind) && clock.monotonic() - from < LINKED_MS; left -= 1) {
    await clock.until(() => linked(two, kind), left > 0 ? 1 + chance() * 4_000 : LINKED_MS);
    if (left > 0) ends[Math.floor(chance() * 2)]!.busy(500 + chance() * 4_000);
  }
  return clock.monotonic() - from;
}

describe('{V8} [WAY1] hidden and shown at any moment', () => {
  test('both ends have a relay link within half a minute, and a direct one again when the address is shown; nothing of an attempt that ended begins another', async () => {
    const late: string[] = [];
    for (const seed of SEEDS) {
      const two = await met(seed, [5, 60, 300, 1_000][seed % 4]!);
      const { clock, chance, ends } = two;
      for (const hidden of [true, false]) {
        await clock.run(chance() * 20_000);
        hide(two, hidden);
        const ms = await linkedAfter(two, hidden ? 'relay' : 'rtc', chance() < 0.5 ? 3 : 0);
        if (ms >= LINKED_MS) late.push(`${seed} ${hidden ? 'hidden' : 'shown'} ${Math.round(ms)} ms`);
      }
      expect(ends[0].counts.get('mesh.attempts_refused') ?? 0, `${seed}: what still came for an attempt`).toBe(0);
      for (const { mesh } of ends) mesh.stop();
    }
    expect(late).toEqual([]);
  }, FULL ? 300_000 : 30_000);

  test('an ask that crosses the news of a route ends nothing: slow lines alone let no handshake run out of time', async () => {
    for (const seed of HARD) {
      const two = await met(seed, 1_000);
      for (const end of two.ends) end.cryptoMs = 1;
      for (const end of two.ends) end.counts.clear();
      hide(two, true);
      expect(await linkedAfter(two, 'relay', 0), `${seed}`).toBeLessThan(LINKED_MS);
      for (const { counts } of two.ends) expect(counts.get('link.closed.handshake_timeout') ?? 0, `${seed}`).toBe(0);
    }
  });

  test.each([1, 2, 3, 4])('quick lines: an ask that waits at the server for the other end to come back is not repeated into the route it opens (seed %i)', async (seed) => {
    const two = await met(seed, 5);
    for (const end of two.ends) end.cryptoMs = 1;
    for (const end of two.ends) end.counts.clear();
    // The server hears last that the one which hides is away: the other end has asked for a relay by then.
    two.ends[0].line.up = 60;
    hide(two, true);
    expect(await linkedAfter(two, 'relay', 0)).toBeLessThan(4_000);
    for (const { counts } of two.ends) expect(counts.get('link.closed.handshake_timeout') ?? 0).toBe(0);
  });

  test.each([1, 2, 3, 4])('a machine that is slow at the handshake does not ask for another route meanwhile (seed %i)', async (seed) => {
    const two = await met(seed, 5);
    const [slow, quick] = two.ends;
    [slow.cryptoMs, quick.cryptoMs] = [500, 1];
    // The other end hears late that the link is gone, and asks for a relay then: before the slow one would have.
    two.network.setFaults({ latencyMs: 400 });
    hide(two, true);
    for (const end of two.ends) end.counts.clear();
    expect(await linkedAfter(two, 'relay', 0)).toBeLessThan(10_000);
    expect([...slow.counts.keys()].filter((key) => key.startsWith('link.closed'))).toEqual([]);
  });

  test.each([1, 2, 3, 4])('a relay link that fails while the other end waits for a direct one: the relay is sought again at once, not after the direct attempt (seed %i)', async (seed) => {
    const two = await met(seed, 5);
    const { clock, server, ends } = two;
    for (const end of ends) end.cryptoMs = 1;
    hide(two, true);
    expect(await clock.until(() => server.stats().routes === 1, 10_000), 'control: a route').toBe(true);
    // Its end takes nothing until the other one gave up.
    const from = clock.monotonic();
    ends[0].busy(9_000);
    expect(await clock.until(() => (ends[1].counts.get('link.closed.handshake_timeout') ?? 0) === 1, 9_000), 'control: it failed').toBe(true);
    expect(await clock.until(() => linked(two, 'relay'), 30_000), 'linked').toBe(true);
    expect(clock.monotonic() - from).toBeLessThan(9_000 + 5_000);
  });
});
