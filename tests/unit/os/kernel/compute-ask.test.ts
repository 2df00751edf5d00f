/** Several jobs of one device beside each other, in spaces with helpers of their own. */
import { describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url, utf8, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import type { ComputeEvent } from '#os/compute-api';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { createComputeAsk } from '#os/kernel/compute-ask';
import { commitment, RUN } from '#os/kernel/compute-call';
import { createComputeMinutes } from '#os/kernel/compute-minutes';
import type { Kernel } from '#os/kernel/state';
import type { CallOptions, Refusal, Rpc, RpcEnd } from '#vm/rpc/calls';
import type { Offers } from '#vm/rpc/offers';
import { encodeWit } from '#vm/rpc/wit';

const right = (input: Uint8Array): Bytes => sha256('work', input);

/** Own devices that help, by space; each run of theirs takes `worksMs`, one of this page `ownMs`. */
async function desk(helpers: Readonly<Record<string, readonly string[]>>, { worksMs = 400, ownMs = 400 } = {}) {
  const clock = createSimClock();
  const random = createSeededRandom('ask');
  const ends = new Map([...new Set(Object.values(helpers).flat())].map((id) => [id, { id, link: { device: utf8(id) } } as unknown as RpcEnd]));
  const stops: string[] = [];
  const called: { readonly id: string; readonly at: number; over: boolean }[] = [];
  const call = (end: RpcEnd, _subject: unknown, _params: unknown, { signal, input, onPart }: CallOptions): Promise<Result<Bytes, Refusal>> => new Promise((tell) => {
    const mine = { id: end.id, at: clock.monotonic(), over: false };
    called.push(mine);
    signal!.addEventListener('abort', () => ((mine.over = true), tell(err({ code: 'cancelled', words: '' }))));
    const nonce = new Uint8Array(16);
    let result: Bytes = new Uint8Array(0);
    void input!(async (part) => {
      if (part.length === 0) return tell(ok(encodeWit(RUN.result, { result, nonce })));
      result = right(part);
      clock.setTimer(worksMs, () => void onPart!(commitment(result, nonce, end.link.device)));
    });
  });
  const spaces = new Map(Object.keys(helpers).map((key) => [key, { id: fromBase64url(key)!, key, rights: { personOf: () => null } }]));
  const ask = await createComputeAsk({
    kernel: { deps: { clock, random }, spaces, profile: null, boot: 'boot', store: { get: async () => undefined }, fault: () => undefined } as unknown as Kernel,
    rpc: { call } as unknown as Rpc, offers: { find: (space: Bytes) => (helpers[toBase64url(space)] ?? []).map((id) => ({ end: ends.get(id)!, capabilities: new Map([['plan', 1]]) })) } as unknown as Offers,
    minutes: createComputeMinutes(clock), isOwn: () => true, onChange: () => undefined,
    emit(event: ComputeEvent) {
      if (event.type === 'stop') stops.push(event.id);
      if (event.type === 'job') clock.setTimer(ownMs, () => ask.answered(event.job.id, right(event.job.input)));
      return true;
    },
  });
  const order: string[] = [];
  const job = (space: string, name: string, pieces: number, priority: number, id?: string) => ask.run({ do: 'run', space, kind: 'plan', pieces: Array.from({ length: pieces }, (_, i) => utf8(`${name} ${i}`)), probes: [], ms: 5_000, priority, ...(id !== undefined && { id }) }).then(({ results }) => (order.push(name), results.map(({ by }) => by.length)));
  return { clock, ask, called, order, job, stops };
}

const [ALONE, SHARED] = [toBase64url(new Uint8Array(32).fill(1)), toBase64url(new Uint8Array(32).fill(2))];

describe('{K3} jobs beside each other', () => {
  test('MUS17 a more urgent job stops nothing that competes with it for nothing: helpers of another space work on, this page is its own', async () => {
    const { clock, ask, called, order, job } = await desk({ [ALONE]: [], [SHARED]: ['a', 'b', 'c', 'd', 'e'] });
    const shared = job(SHARED, 'shared', 40, 1);
    await clock.run(1_000);
    const before = called.length;
    const alone = job(ALONE, 'alone', 20, 3);
    await clock.run(5_000);
    // Nothing was called back, and the five do the rest while the page does the other.
    expect([called.some(({ over }) => over), called.length > before, order]).toEqual([false, true, ['shared']]);
    expect((await shared).filter((by) => by > 0).length).toBeGreaterThan(35);
    await clock.run(20_000);
    expect(await alone).toEqual(Array.from({ length: 20 }, () => 0));
    expect(order).toEqual(['shared', 'alone']);
    ask.close();
  });

  test('[limit COMPUTE.idChars] MUS20 a job is given up by the name it was asked with: what runs here and elsewhere ends, others go on; one that waits for a more urgent one says so', async () => {
    const { clock, ask, called, order, job, stops } = await desk({ [SHARED]: ['a'], [ALONE]: ['a'] }, { worksMs: 3_000, ownMs: 3_000 });
    const faults: string[] = [];
    const mine = job(SHARED, 'mine', 8, 1, 'mine').catch((error: { code: string }) => faults.push(error.code));
    await clock.run(100);
    const says = (): unknown[] => ask.view().asked.map(({ id, waits, over }) => [id, waits, over]);
    expect([says(), called.length]).toEqual([[['mine', null, false]], 2]);
    // The same name twice, none, and one too long.
    for (const id of ['mine', '', 'x'.repeat(COMPUTE_LIMITS.idChars + 1)]) await job(SHARED, 'other', 1, 1, id).catch((error: { code: string }) => faults.push(error.code));
    expect(faults.splice(0)).toEqual(['bad-value', 'bad-value', 'bad-value']);
    const urgent = job(ALONE, 'urgent', 8, 3, 'u'.repeat(COMPUTE_LIMITS.idChars));
    await clock.run(3_100);
    expect(says().find((one) => (one as unknown[])[0] === 'mine')).toEqual(['mine', 'urgent', false]);
    ask.cancel('none of this name');
    ask.cancel('mine');
    await mine;
    const before = called.length;
    expect([faults, stops.length <= 1, says().find((one) => (one as unknown[])[0] === 'mine')]).toEqual([['cancelled'], true, ['mine', null, true]]);
    await clock.run(60_000);
    expect([(await urgent).length, order, called.length > before]).toEqual([8, [expect.stringContaining('urgent')], true]);
    ask.close();
  });

  test('MUS20 what this page does of a job that is given up ends with it', async () => {
    const { clock, ask, job, stops } = await desk({ [ALONE]: [] }, { ownMs: 3_000 });
    const gone = job(ALONE, 'gone', 4, 1, 'gone').catch((error: { code: string }) => error.code);
    await clock.run(100);
    // The control: it runs.
    expect(stops).toEqual([]);
    ask.cancel('gone');
    await clock.run(10);
    expect([await gone, stops.length]).toEqual(['cancelled', 1]);
    ask.close();
  });

  test('MUS17 of those who could do both the less urgent job takes its runs back at once, and gives them none until the other has none left; those who could not work on', async () => {
    const { clock, ask, called, order, job } = await desk({ [ALONE]: ['a'], [SHARED]: ['a', 'b'] }, { worksMs: 2_000, ownMs: 2_000 });
    const shared = job(SHARED, 'shared', 12, 1);
    await clock.run(1_000);
    const urgent = job(ALONE, 'urgent', 6, 3);
    await clock.run(10);
    const begun = called.map(({ id, over }) => `${id}${over ? ' back' : ''}`).sort();
    expect(begun).toEqual(['a', 'a', 'a back', 'a back', 'b', 'b']);
    await clock.run(60_000);
    expect([(await urgent).length, (await shared).length]).toEqual([6, 12]);
    expect(order).toEqual(['urgent', 'shared']);
    ask.close();
  });
});
