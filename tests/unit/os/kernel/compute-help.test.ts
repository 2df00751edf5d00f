import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { actorName, encodePiece } from '#os/actors/piece';
import { NO_CONSENT, PRIVATE_KINDS, type ComputeEvent, type ComputeKind } from '#os/compute-api';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { commitment, RUN } from '#os/kernel/compute-call';
import { createComputeMinutes } from '#os/kernel/compute-minutes';
import { createComputeHelp } from '#os/kernel/compute-help';
import type { Kernel } from '#os/kernel/state';
import type { Rpc, Serve } from '#vm/rpc/calls';
import { decodeWit, encodeWit } from '#vm/rpc/wit';
import { moduleBytes } from '#tests/support/wasm-bytes';

const random = createSeededRandom('help');
const [SPACE, DEVICE, OWN] = [random.bytes(32), random.bytes(32), random.bytes(32)];

/** A device that helps, and what somebody at the other end of a link calls. */
function kit(on = true, listens = true) {
  const clock = createSimClock();
  const consent = { now: { ...NO_CONSENT, on } };
  const told: ComputeEvent[] = [];
  let serve: Serve | null = null;
  const kernel = { deps: { clock, random }, spaces: new Map(), profile: { ds: { pub: OWN }, uid: random.bytes(32) }, metric: () => undefined };
  const minutes = createComputeMinutes(clock);
  const desk = createComputeHelp({
    minutes,
    kernel: kernel as unknown as Kernel, rpc: { serve: (_name: string, fn: Serve) => ((serve = fn), () => undefined) } as unknown as Rpc,
    emit: (event) => (told.push(event), listens), consent: () => consent.now, onChange: () => undefined,
  });
  const call = (input: Uint8Array, { ms = 1_000, size = input.length, parts = [input] as Uint8Array[], kind = 'plan' as ComputeKind } = {}) => {
    const over = new AbortController();
    const written: Uint8Array[] = [];
    const left = size === 0 ? [] : [...parts];
    let reveal: () => void = () => undefined;
    const revealed = new Promise<void>((resolve) => (reveal = resolve));
    const next = async (): Promise<Bytes | null> => (left.length > 0 ? (left.shift() as Bytes) : (await revealed, new Uint8Array(0)));
    const answer = serve!({ from: { id: 'x', link: { device: DEVICE } as never }, lattice: SPACE, params: encodeWit(RUN.params, { kind, ms, size }), signal: over.signal, next, write: async (part) => void written.push(part) })
      .then((bytes) => decodeWit(RUN.result, bytes)!, (error: { code?: string }) => error.code ?? String(error));
    return { answer, over, written, reveal };
  };
  const jobs = () => told.flatMap((event) => (event.type === 'job' ? [event.job] : []));
  return { clock, consent, desk, told, call, jobs, minutes };
}

describe('{K3} runs that are done for others', () => {
  test('MUS1 MUS3 the input is handed to the page, the answer is bound before it is told, and the ledger has it', async () => {
    const { clock, desk, call, jobs, minutes } = kit();
    desk.offer(1);
    const run = call(Uint8Array.of(1, 2, 3, 4), { parts: [Uint8Array.of(1, 2), Uint8Array.of(3, 4)] });
    await clock.settle();
    expect(jobs().map(({ kind, input, own }) => [kind, [...input], own])).toEqual([['plan', [1, 2, 3, 4], false]]);
    // What it waits for until its lane has rested is no work.
    await clock.run(200);
    desk.begun(jobs()[0]!.id);
    await clock.run(700);
    desk.begun(jobs()[0]!.id);
    expect(desk.answered(jobs()[0]!.id, Uint8Array.of(9))).toBe(true);
    await clock.settle();
    const bound = run.written.filter(({ length }) => length > 0);
    expect(bound).toHaveLength(1);
    run.reveal();
    const answer = await run.answer;
    expect(typeof answer === 'object' && toBase64url(commitment(Uint8Array.of(9), answer.nonce, OWN)) === toBase64url(bound[0]!)).toBe(true);
    expect(desk.view()).toMatchObject({ helping: [], ledger: [{ device: toBase64url(DEVICE), kind: 'plan', ms: 700, how: 'done' }] });
    expect(desk.answered(jobs()[0]!.id, Uint8Array.of(8))).toBe(false);
    expect(minutes.view().map(({ forOthers, done }) => [forOthers, done])).toEqual([[700, 1]]);
  });

  test('MUS1 MUS4 MUS16 no consent, no room, a page that stops, a call that is cancelled: nothing runs on', async () => {
    const none = kit(false);
    none.desk.offer(2);
    expect([await none.call(Uint8Array.of(1)).answer, none.jobs()]).toEqual(['rights', []]);
    // MUS16 What reads what is a person's own, of somebody else: whatever the consent says.
    const strange = kit();
    strange.desk.offer(2);
    for (const kind of PRIVATE_KINDS) expect([kind, await strange.call(Uint8Array.of(1), { kind }).answer, strange.jobs()]).toEqual([kind, 'rights', []]);
    expect([strange.consent.now.kinds.agent, await strange.call(Uint8Array.of(1), { kind: 'agent' }).answer, strange.jobs()]).toEqual([true, 'rights', []]);
    const { clock, consent, desk, call, jobs, told } = kit();
    expect(await call(Uint8Array.of(1)).answer).toBe('busy');
    desk.offer(3);
    const [first, second, third] = [call(Uint8Array.of(1)), call(Uint8Array.of(2)), call(Uint8Array.of(3), { ms: 500 })];
    await clock.settle();
    expect([jobs().length, await call(Uint8Array.of(4)).answer]).toEqual([3, 'busy']);
    desk.begun(jobs()[2]!.id);
    first.over.abort();
    await clock.run(600);
    consent.now = { ...consent.now, on: false };
    desk.consentChanged();
    expect([await first.answer, await second.answer, await third.answer]).toEqual(['busy', 'busy', 'failed']);
    expect(told.filter(({ type }) => type === 'stop')).toHaveLength(3);
    expect(desk.view().ledger.map(({ how }) => how)).toEqual(['stopped', 'failed', 'stopped']);
    consent.now = { ...consent.now, on: true };
    const last = call(Uint8Array.of(5));
    await clock.settle();
    desk.offer(0);
    expect(await last.answer).toBe('busy');
  });

  test('MUS4 a run may take as long as was said from when it begins; one whose turn does not come in that time is of a busy device', async () => {
    const { clock, desk, call, jobs } = kit();
    desk.offer(2);
    const [begins, waits] = [call(Uint8Array.of(1)), call(Uint8Array.of(2))];
    await clock.settle();
    await clock.run(900);
    desk.begun(jobs()[0]!.id);
    await clock.run(200);
    expect(desk.view().helping).toHaveLength(1);
    await clock.run(900);
    expect([await waits.answer, await begins.answer]).toEqual(['busy', 'failed']);
    expect(desk.view().ledger.map(({ how, ms }) => [how, ms])).toEqual([['failed', 1_000], ['stopped', 0]]);
  });

  test('MUS18 a run that gives way to who uses the device has all its time again when it begins anew; what it took is counted, what it waited is not', async () => {
    const { clock, desk, call, jobs, told } = kit();
    desk.offer(1);
    const run = call(Uint8Array.of(1));
    await clock.settle();
    const { id } = jobs()[0]!;
    desk.begun(id);
    await clock.run(900);
    desk.waits(id);
    await clock.run(900);
    desk.begun(id);
    await clock.run(900);
    expect(told.filter(({ type }) => type === 'stop'), 'with its first clock it would have failed').toEqual([]);
    desk.answered(id, Uint8Array.of(9));
    await clock.settle();
    run.reveal();
    expect(await run.answer).toMatchObject({ result: Uint8Array.of(9) });
    expect(desk.view().ledger.map(({ ms, how }) => [ms, how])).toEqual([[1_800, 'done']]);
    const other = call(Uint8Array.of(2));
    await clock.settle();
    desk.begun(jobs()[1]!.id);
    desk.waits(jobs()[1]!.id);
    await clock.run(1_001);
    expect(await other.answer, 'somebody who types on keeps it from nobody else').toBe('busy');
  });

  test('ACTR5 code of others runs only where that very code was allowed, and ends when that is taken back', async () => {
    const { clock, consent, desk, call, jobs } = kit();
    desk.offer(2);
    const actor = actorName(moduleBytes());
    const piece = encodePiece({ actor, file: 'f', grants: [], input: Uint8Array.of(1) });
    consent.now = { ...consent.now, actors: ['A'.repeat(43)] };
    expect([await call(piece, { kind: 'actor' }).answer, await call(Uint8Array.of(1), { kind: 'actor' }).answer, jobs()]).toEqual(['failed', 'failed', []]);
    consent.now = { ...consent.now, actors: [actor] };
    const run = call(piece, { kind: 'actor' });
    await clock.settle();
    expect(jobs().map(({ kind, space, own }) => [kind, space, own])).toEqual([['actor', toBase64url(SPACE), false]]);
    // Another one stays allowed: this one ends all the same.
    consent.now = { ...consent.now, actors: ['A'.repeat(43)] };
    desk.consentChanged();
    expect([await run.answer, desk.view().ledger[0]!.how]).toEqual(['busy', 'stopped']);
  });

  test('MUS4 a run that no page is there for is given back, and no more are taken', async () => {
    const { clock, desk, call } = kit(true, false);
    desk.offer(1);
    const run = call(Uint8Array.of(1));
    await clock.settle();
    expect([await run.answer, desk.offering(), desk.view().ledger.map(({ how }) => how)]).toEqual(['busy', false, ['stopped']]);
  });

  test('[limit COMPUTE.inputBytes COMPUTE.runMs COMPUTE.resultBytes COMPUTE.helpAtOnce COMPUTE.ledger] what is too large or too long, or not as said, is refused', async () => {
    const { clock, desk, call, jobs } = kit();
    desk.offer(1_000);
    expect(await call(Uint8Array.of(1), { size: COMPUTE_LIMITS.inputBytes + 1 }).answer).toBe('bad-params');
    expect(await call(Uint8Array.of(1), { ms: COMPUTE_LIMITS.runMs + 1 }).answer).toBe('bad-params');
    expect(await call(Uint8Array.of(1, 2), { size: 1 }).answer).toBe('failed');
    const all = Array.from({ length: COMPUTE_LIMITS.helpAtOnce + 1 }, (_, i) => call(Uint8Array.of(i)));
    await clock.settle();
    expect(jobs()).toHaveLength(COMPUTE_LIMITS.helpAtOnce);
    expect(await all.at(-1)!.answer).toBe('busy');
    desk.answered(jobs()[0]!.id, new Uint8Array(COMPUTE_LIMITS.resultBytes + 1));
    expect(await all[0]!.answer).toBe('failed');
    for (let i = 0; i < COMPUTE_LIMITS.ledger + 5; i++) {
      const one = call(Uint8Array.of(1));
      await clock.settle();
      one.over.abort();
      await one.answer;
    }
    expect(desk.view().ledger).toHaveLength(COMPUTE_LIMITS.ledger);
  });
});
