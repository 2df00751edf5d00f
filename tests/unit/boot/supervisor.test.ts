/** The supervisor of the kernel worker on a virtual clock: workers that answer, fall silent, end, or cannot start. */
import { describe, expect, test } from 'vitest';
import { createSupervisor, type EndReason, type Ears } from '#boot/supervisor';
import { createSimClock } from '#tests/sim/support/sim-clock';

/** A worker under the test's hand. */
class FakeRun {
  pings = 0;
  ended = false;
  answers = true;
  waits = false;
  settle!: { resolve(): void; reject(error: Error): void };
  readonly ready = new Promise<void>((resolve, reject) => (this.settle = { resolve, reject }));
  constructor(readonly ears: Ears) {}
  ping(): void {
    this.pings += 1;
    if (this.answers) this.ears.onBeat();
  }
  held(): boolean {
    return this.waits;
  }
  end(): void {
    this.ended = true;
  }
}

function world(make: (run: FakeRun, no: number) => void = (run) => run.settle.resolve(), patient = false) {
  const clock = createSimClock(1_000_000);
  const runs: FakeRun[] = [];
  const told: string[] = [];
  const hand = { ops: 0 };
  const supervisor = createSupervisor(clock, {
    spawn(ears) {
      const run = new FakeRun(ears);
      runs.push(run);
      make(run, runs.length);
      return run;
    },
    inHand: () => hand.ops,
    patient,
    onLost: (reason: EndReason) => void told.push(`lost ${reason}`),
    onBack: () => void told.push('back'),
    onStopped: () => void told.push('stopped'),
    onChange: () => undefined,
  });
  const last = (): FakeRun => runs[runs.length - 1]!;
  return { clock, runs, told, supervisor, last, hand };
}

describe('{K12} supervisor of the kernel worker', () => {
  test('SUP1 a worker that ended is followed by another at once; the first start is no restart', async () => {
    const { clock, runs, told, supervisor, last } = world();
    await supervisor.ready;
    expect([supervisor.state().state, told]).toEqual(['running', []]);
    last().ears.onEnd('ended', '');
    expect(supervisor.state().state).toBe('restarting');
    await clock.run(1);
    expect([supervisor.state().state, told, runs.length]).toEqual(['running', ['lost ended', 'back'], 2]);
    expect(runs[0]!.ended, 'the dead one is let go').toBe(true);
    expect(supervisor.state().ends).toEqual([{ at: expect.any(Number) as number, reason: 'ended', detail: '' }]);
  });

  test('SUP1 [limit SUPERVISION.heartbeatMs SUPERVISION.silentMs] it is asked every 4 s, and dead after 12 s without a sign of life, not before', async () => {
    const { clock, told, last, supervisor } = world();
    await supervisor.ready;
    await clock.run(60_000);
    expect([last().pings, told]).toEqual([15, []]);
    last().answers = false;
    await clock.run(11_999);
    expect(told).toEqual([]);
    await clock.run(1);
    expect(told).toEqual(['lost silent', 'back']);
  });

  test('SUP1 one whose memory is all there is is waited for while it is silent, and followed when it ends', async () => {
    const { clock, told, last, supervisor } = world(undefined, true);
    await supervisor.ready;
    last().answers = false;
    await clock.run(600_000);
    expect([told, last().ended, last().pings]).toEqual([[], false, 150]);
    last().ears.onEnd('ended', '');
    await clock.run(1);
    expect(told).toEqual(['lost ended', 'back']);
  });

  test('SUP1 [limit SUPERVISION.silentPerOpMs] one that was given an act of 100,000 operations has 100 s more for it', async () => {
    const { clock, told, last, hand, supervisor } = world();
    await supervisor.ready;
    await clock.run(4_000);
    last().answers = false;
    hand.ops = 100_000;
    await clock.run(100_000);
    expect(told).toEqual([]);
    await clock.run(16_000);
    expect(told.slice(0, 1)).toEqual(['lost silent']);
  });

  test('SUP1 any word of the worker is a sign of life; a page that was frozen itself says nothing about its worker', async () => {
    const { clock, told, last, supervisor } = world();
    await supervisor.ready;
    last().answers = false;
    for (let s = 0; s < 60; s += 5) {
      await clock.run(5_000);
      last().ears.onBeat();
    }
    expect(told).toEqual([]);
    // One timer fires a minute late, as after a sleep of the machine.
    const late = createSimClock(0);
    const runs: FakeRun[] = [];
    let shift = 0;
    const frozen = createSupervisor({ ...late, now: late.now, setTimer: late.setTimer, monotonic: () => late.monotonic() + shift }, {
      spawn: (ears) => {
        const run = new FakeRun(ears);
        run.settle.resolve();
        runs.push(run);
        return run;
      },
      inHand: () => 0, onLost: () => void told.push('lost'), onBack: () => undefined, onStopped: () => undefined, onChange: () => undefined,
    });
    await frozen.ready;
    await late.run(3_900);
    shift = 60_000;
    await late.run(200);
    expect([told, runs.length, runs[0]!.pings]).toEqual([[], 1, 1]);
  });

  test('SUP2 [limit SUPERVISION.restarts SUPERVISION.pauseMs] three restarts with a growing pause, then it stays stopped, with reason and time, until somebody asks', async () => {
    const { clock, runs, told, supervisor, last } = world();
    await supervisor.ready;
    const pauses: number[] = [];
    for (let kill = 0; kill < 3; kill++) {
      last().ears.onEnd('ended', 'killed');
      const { nextAt } = supervisor.state();
      pauses.push(nextAt! - clock.now());
      await clock.run(pauses[kill]! + 1);
      expect(supervisor.state().state).toBe('running');
    }
    expect(pauses).toEqual([0, 1_000, 4_000]);
    last().ears.onEnd('silent', 'once more');
    await clock.run(600_000);
    expect([runs.length, told.slice(-2)]).toEqual([4, ['lost silent', 'stopped']]);
    expect(supervisor.state()).toMatchObject({ state: 'stopped', reason: 'silent', detail: 'once more', nextAt: null });
    supervisor.restart();
    await clock.settle();
    expect([supervisor.state().state, told[told.length - 1]]).toEqual(['running', 'back']);
  });

  test('SUP2 [limit SUPERVISION.windowMs] a kernel that ran well for five minutes has all its tries again', async () => {
    const { clock, supervisor, last } = world();
    await supervisor.ready;
    for (let kill = 0; kill < 12; kill++) {
      last().ears.onEnd('ended', '');
      await clock.run(120_000);
      expect(supervisor.state().state, `kill ${kill}`).toBe('running');
    }
    // Control: the same kills one second apart exhaust them.
    for (let kill = 0; kill < 4; kill++) {
      last().ears.onEnd('ended', '');
      await clock.run(5_000);
    }
    expect(supervisor.state().state).toBe('stopped');
  });

  test('SUP2 [limit SUPERVISION.startMs] a restart that is not ready after two minutes has failed, though its worker answers', async () => {
    const { clock, told, supervisor, last } = world((run, no) => no === 1 && run.settle.resolve());
    await supervisor.ready;
    last().ears.onEnd('ended', '');
    await clock.run(119_990);
    expect(told).toEqual(['lost ended']);
    await clock.run(10_000);
    expect(told).toEqual(['lost ended', 'lost slow']);
  });

  test('SUP2 a restart that waits for a person may take as long as that takes; its two minutes begin afterwards', async () => {
    const { clock, told, supervisor, last } = world((run, no) => (no === 1 ? run.settle.resolve() : void (run.waits = true)));
    await supervisor.ready;
    last().ears.onEnd('ended', '');
    await clock.run(10 * 3_600_000);
    expect(told).toEqual(['lost ended']);
    last().waits = false;
    await clock.run(115_000);
    expect(told).toEqual(['lost ended']);
    await clock.run(15_000);
    expect(told).toEqual(['lost ended', 'lost slow']);
  });

  test('SUP2 the first start that says why it cannot is told at once and not tried again; one that dies is tried again', async () => {
    const refused = world((run) => run.settle.reject(new Error('blocked')));
    await expect(refused.supervisor.ready).rejects.toThrow('blocked');
    expect([refused.supervisor.state().state, refused.runs.length]).toEqual(['stopped', 1]);
    expect(refused.supervisor.state().detail, 'kept for diagnostics: the place, not the message').toMatch(/^Error supervisor\.test\.ts:\d+/);
    const dying = world((run, no) => void (no < 3 ? run.ears.onEnd('error', 'not loaded') : run.settle.resolve()));
    await dying.clock.run(2_000);
    await dying.supervisor.ready;
    expect([dying.supervisor.state().state, dying.runs.length]).toEqual(['running', 3]);
  });

  test('[limit SUPERVISION.listed] sixteen past ends are listed, the newest first', async () => {
    const { clock, supervisor, last } = world();
    await supervisor.ready;
    for (let kill = 0; kill < 20; kill++) {
      last().ears.onEnd('ended', String(kill));
      await clock.run(200_000);
    }
    const { ends } = supervisor.state();
    expect([ends.length, ends[0]!.detail]).toEqual([16, '19']);
  });
});
