/** One job against workers of every kind, with a hand-made other end of the links: some that stall, one that is busy. */
import { describe, expect, test } from 'vitest';
import { toBase64url, utf8, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import type { AppError } from '#base/app-error';
import { err, ok, type Result } from '#base/result';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { Book } from '#os/compute/book';
import type { ComputeKind, ComputeOutcome } from '#os/compute-api';
import { commitment, RUN } from '#os/kernel/compute-call';
import { ComputeJobRun } from '#os/kernel/compute-job';
import { createComputeMinutes } from '#os/kernel/compute-minutes';
import type { Kernel } from '#os/kernel/state';
import type { CallOptions, Refusal, Rpc, RpcEnd } from '#vm/rpc/calls';
import type { Offers } from '#vm/rpc/offers';
import { encodeWit } from '#vm/rpc/wit';

type Way = 'works' | 'beats' | 'busy' | 'fails';
const right = (input: Uint8Array): Bytes => sha256('work', input);
const text = (input: Uint8Array): string => new TextDecoder().decode(input);

function kit(workers: readonly string[], way: (name: string, calls: number, open: number) => Way, { pieces = 1, probes = 0, tried = [] as string[], mine = [] as string[], ownMs = 10, worksMs = 50, kind = 'plan' as ComputeKind, traps = (_input: string): boolean => false, trapsHere = null as null | ((input: string) => boolean), waits = (): boolean => false, cannot = (_run: number): boolean => false } = {}) {
  const clock = createSimClock();
  const random = createSeededRandom('job');
  const ends = workers.map((id) => ({ id, link: { device: utf8(id), lost: false } }) as unknown as RpcEnd & { link: { lost: boolean } });
  const name = (id: string): string => toBase64url(utf8(id));
  const book = new Book(tried.map((id) => ({ worker: name(id), passed: 20, streak: 0, runs: 20, out: false })));
  const calls: { readonly id: string; readonly at: number }[] = [];
  const open: string[] = [];
  let runsHere = 0;
  const stopped: string[] = [];
  const call = (end: RpcEnd, _subject: unknown, _params: unknown, { ms, signal, input, onPart }: CallOptions): Promise<Result<Bytes, Refusal>> => new Promise((tell) => {
    calls.push({ id: end.id, at: clock.monotonic() });
    const does = way(end.id, calls.filter(({ id }) => id === end.id).length, open.filter((id) => id === end.id).length);
    if (does === 'busy') return tell(err({ code: 'busy', words: '' }));
    open.push(end.id);
    const resolve = (answer: Result<Bytes, Refusal>): void => {
      if (open.includes(end.id)) open.splice(open.indexOf(end.id), 1);
      tell(answer);
    };
    signal!.addEventListener('abort', () => resolve(err({ code: 'cancelled', words: '' })));
    clock.setTimer(ms, () => resolve(err({ code: 'deadline', words: '' })));
    const nonce = new Uint8Array(16);
    let result: Bytes = new Uint8Array(0);
    void input!(async (part) => {
      if (part.length === 0) return resolve(ok(encodeWit(RUN.result, { result, nonce })));
      if (does === 'fails' || traps(text(part))) return void clock.setTimer(worksMs, () => resolve(err({ code: 'failed', words: '' })));
      result = right(part);
      const beat = (): void => {
        if (signal!.aborted) return;
        void onPart!(new Uint8Array(0));
        clock.setTimer(3_000, beat);
      };
      if (does === 'beats') beat();
      if (does === 'works') clock.setTimer(worksMs, () => void onPart!(commitment(result, nonce, end.link.device)));
    });
  });
  const made = (label: string, count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => utf8(`${label} ${i}`));
  const job = new ComputeJobRun('job', {
    kernel: { deps: { clock, random } } as unknown as Kernel, rpc: { call } as unknown as Rpc, offers: { find: () => ends.map((end) => ({ end })) } as unknown as Offers, book, space: random.bytes(32),
    minutes: createComputeMinutes(clock), waits, need: kind, act: { do: 'run', space: 's', kind, pieces: made('piece', pieces), probes: made('probe', probes), ms: 60_000 },
    isOwn: (device) => mine.some((id) => name(id) === toBase64url(device)), own: (input, _ms, over) => ((over.onabort = () => stopped.push(text(input))), new Promise((resolve) => clock.setTimer(ownMs, () => resolve(cannot(runsHere++) ? 'cannot' : (trapsHere ?? traps)(text(input)) ? null : right(input))))), onProof: () => undefined, onChange: () => undefined,
  });
  const seen = { done: null as ComputeOutcome | null, failed: null as unknown };
  job.run().then((outcome) => (seen.done = outcome), (error: unknown) => (seen.failed = error));
  const passed = (id: string): number => book.of(name(id)).passed;
  return { clock, seen, calls, job, passed, name, ends, stopped, runsHere: () => runsHere };
}

describe('{K3} one job', () => {
  test('MUS11 one that says it goes on and on costs nobody else their answer', async () => {
    const { clock, seen, passed } = kit(['works', 'beats'], (name) => name as Way, { tried: ['works', 'beats'] });
    await clock.run(9_000);
    expect(seen.done).toBeNull();
    await clock.run(5_000);
    // Its answer was asked for, and what was done here says the same.
    expect([seen.done?.results[0]!.bytes, passed('works'), passed('beats')]).toEqual([right(utf8('piece 0')), 21, 20]);
  });

  test('MUS11 who is busy is asked again later, and loses nothing', async () => {
    const { clock, seen, calls, name } = kit(['helper'], (_name, count) => (count <= 4 ? 'busy' : 'works'), { pieces: 6, mine: ['helper'], ownMs: 8_000 });
    await clock.run(60_000);
    expect(seen.done!.results.filter(({ by }) => by.includes(name('helper'))).length).toBeGreaterThan(2);
    expect(calls.slice(0, 4).map(({ at }) => at - calls[0]!.at)).toEqual([0, 0, 5_000, 5_000]);
  });

  test('MUS17 one that gives way calls back what is not bound, hands out nothing while a more urgent one has work, and nobody loses by it', async () => {
    const urgent = { now: false };
    const { clock, seen, calls, job, name } = kit(['helper'], () => 'works', { pieces: 6, mine: ['helper'], worksMs: 3_000, ownMs: 60_000, waits: () => urgent.now });
    await clock.run(1_000);
    // The control: two are out.
    expect([calls.length, job.out.size, job.hungry]).toEqual([2, 2, true]);
    urgent.now = true;
    job.giveWay();
    await clock.run(10);
    expect([job.out.size, job.hungry]).toEqual([0, true]);
    await clock.run(5_000);
    expect([calls.length, job.view().own]).toEqual([2, 0]);
    urgent.now = false;
    await clock.run(20_000);
    // All six by the helper, the two of before among them.
    expect(seen.done!.results.filter(({ by }) => by.includes(name('helper')))).toHaveLength(6);
    expect(job.hungry).toBe(false);
  });

  test('MUS20 one that is given up calls back what is out, ends what runs here, and hands out nothing more', async () => {
    const { clock, seen, calls, job, stopped } = kit(['helper'], () => 'beats', { pieces: 6, probes: 4, tried: ['other'], ownMs: 60_000 });
    await clock.run(1_500);
    expect([job.out.size > 0 || calls.length === 0, stopped]).toEqual([true, []]);
    const before = calls.length;
    job.cancel();
    await clock.run(30_000);
    expect([(seen.failed as AppError).code, job.out.size, calls.length, stopped.length, job.view().over]).toEqual(['cancelled', 0, before, 1, true]);
  });

  test('MUS21 the pieces of one whose link went silent are given to another at once, not after ten seconds', async () => {
    const { clock, seen, calls, job, ends, name } = kit(['gone', 'there'], (id) => (id === 'gone' ? 'beats' : 'works'), { pieces: 4, mine: ['gone', 'there'], ownMs: 60_000 });
    await clock.run(500);
    const held = [...job.out.values()].filter(({ grant }) => grant.worker === name('gone')).length;
    expect(held).toBeGreaterThan(0);
    ends[0]!.link.lost = true;
    const asked = calls.filter(({ id }) => id === 'gone').length;
    job.work();
    await clock.run(2_500);
    expect([seen.done?.results.map(({ by }) => by), calls.filter(({ id }) => id === 'gone').length]).toEqual([Array.from({ length: 4 }, () => [name('there')]), asked]);
  });

  test('MUS7 MUS10 newcomers that only say they go on hold a job for ten seconds, not for minutes', async () => {
    const { clock, seen, calls } = kit(['a', 'b', 'c'], () => 'beats', { pieces: 4, probes: 24 });
    await clock.run(16_000);
    expect([seen.done?.results.map(({ by }) => by.length), calls.length > 0]).toEqual([[0, 0, 0, 0], true]);
  });

  test('MUS7 MUS11 somebody new with room for one run at a time is tested run by run, however long that takes, and believed then', async () => {
    const { clock, seen, passed } = kit(['one'], (_name, _count, running) => (running > 0 ? 'busy' : 'works'), { pieces: 6, probes: 24, worksMs: 2_500, ownMs: 1_000 });
    await clock.run(120_000);
    expect(passed('one')).toBeGreaterThanOrEqual(10);
    expect(seen.done!.results.some(({ by }) => by.length === 1)).toBe(true);
  });

  test('MUS15 a piece to which an actor gives no answer is answered by that; the others go on, tests that give none are left out, and no helper loses by it', async () => {
    const bad = new Set([0, 1, 2, 3, 4].map((i) => `piece ${i}`));
    const { clock, seen, calls, name, job } = kit(['helper'], () => 'works', { kind: 'actor', pieces: 20, probes: 3, mine: ['helper'], traps: (input) => bad.has(input) || input.startsWith('probe') });
    await clock.run(30_000);
    const results = seen.done!.results;
    expect(results.map(({ bytes }, i) => bytes && toBase64url(bytes) === toBase64url(right(utf8(`piece ${i}`))))).toEqual(Array.from({ length: 20 }, (_, i) => (bad.has(`piece ${i}`) ? null : true)));
    // It was never left alone for a minute, and all that gave answers it did.
    expect([results.filter(({ by }) => by.includes(name('helper'))).length, calls.length, job.view().own, job.view().decided]).toEqual([15, 20, 5, 15]);
    // Somebody new, too, is tested by what is left of the tests.
    const fresh = kit(['new'], () => 'works', { kind: 'actor', pieces: 6, probes: 24, ownMs: 400, traps: (input) => input === 'piece 1' || input === 'probe 0' || input === 'probe 5' });
    await fresh.clock.run(60_000);
    expect([fresh.passed('new') >= 10, fresh.seen.done!.results.map(({ bytes }) => bytes === null)]).toEqual([true, [false, true, false, false, false, false]]);
  });

  test('MUS15 who says so of what has an answer here loses it, is given nothing more until that is seen, and is left alone after three', async () => {
    const { clock, seen, calls } = kit(['none'], () => 'fails', { kind: 'actor', pieces: 20, mine: ['none'], ownMs: 1_500, worksMs: 1 });
    await clock.run(60_000);
    expect(seen.done!.results.map(({ bytes }, i) => toBase64url(bytes!) === toBase64url(right(utf8(`piece ${i}`))))).toEqual(Array.from({ length: 20 }, () => true));
    expect(calls.length).toBeLessThanOrEqual(4);
  });

  test('MUS15 what an actor gives none of here proves nothing against those who gave an answer, and work of which nothing comes is refused', async () => {
    const slow = kit(['a'], () => 'works', { kind: 'actor', pieces: 2, tried: ['a'], trapsHere: (input) => input === 'piece 0' });
    await slow.clock.run(20_000);
    expect([slow.seen.done!.results.map(({ bytes }) => bytes === null), slow.passed('a')]).toEqual([[true, false], 21]);
    for (const pieces of [1, 100]) {
      const { clock, seen, job } = kit([], () => 'works', { kind: 'actor', pieces, traps: () => true });
      await clock.run(30_000);
      expect([seen.failed, seen.done, job.view().own, job.view().decided]).toEqual([expect.objectContaining({ code: 'busy' }), null, Math.min(pieces, 16), 0]);
    }
  });

  test('MUS15 what this page cannot run has not no answer by that: own devices give theirs, and where there is none the work is refused', async () => {
    const one = { kind: 'actor' as const, pieces: 4, probes: 24 };
    const own = kit(['mine'], (_name, count) => (count <= 2 ? 'busy' : 'works'), { ...one, mine: ['mine'], worksMs: 2_000, cannot: () => true });
    await own.clock.run(60_000);
    expect([own.seen.failed, own.seen.done!.results.map(({ bytes, by }, i) => [toBase64url(bytes!) === toBase64url(right(utf8(`piece ${i}`))), by.length])]).toEqual([null, Array.from({ length: 4 }, () => [true, 1])]);
    // Strangers cannot be tested; an own device says there is no answer, and nobody here can tell; nobody else is there.
    for (const [workers, mine] of [[['stranger'], []], [['none'], ['none']], [[], []]] as const) {
      const { clock, seen, job, runsHere } = kit(workers, (name) => (name === 'none' ? 'fails' : 'works'), { ...one, mine: [...mine], cannot: () => true });
      await clock.run(60_000);
      expect([seen.done, seen.failed, job.view().own, runsHere() <= 4]).toEqual([null, expect.objectContaining({ code: 'busy' }), 0, true]);
    }
    // What goes wrong once is tried again.
    const once = kit([], () => 'works', { ...one, cannot: (run) => run % 3 === 0 });
    await once.clock.run(60_000);
    expect(once.seen.done!.results.map(({ bytes }, i) => toBase64url(bytes!) === toBase64url(right(utf8(`piece ${i}`))))).toEqual([true, true, true, true]);
  });

  test('a job that is stopped tells who waits for it', async () => {
    const { clock, seen, job } = kit([], () => 'busy', { ownMs: 5_000 });
    await clock.run(1_000);
    job.stop();
    await clock.settle();
    expect(seen.failed).toMatchObject({ code: 'busy' });
  });
});
