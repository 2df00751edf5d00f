/** Several jobs of one device beside each other, in spaces with helpers of their own. */
import { describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url, utf8, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { err, ok, type Result } from '#base/result';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import type { ComputeEvent } from '#os/compute-api';
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
      if (event.type === 'job') clock.setTimer(ownMs, () => ask.answered(event.job.id, right(event.job.input)));
      return true;
    },
  });
  const order: string[] = [];
  const job = (space: string, name: string, pieces: number, priority: number) => ask.run({ do: 'run', space, kind: 'plan', pieces: Array.from({ length: pieces }, (_, i) => utf8(`${name} ${i}`)), probes: [], ms: 5_000, priority }).then(({ results }) => (order.push(name), results.map(({ by }) => by.length)));
  return { clock, ask, called, order, job };
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
