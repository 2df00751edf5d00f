/** This page as one that computes: its share of the processor, what it says it takes, and whose word about the consent counts. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NO_CONSENT, type ComputeAct, type ComputeEvent } from '#os/compute-api';
import type { LifegraphApi } from '#os/api';
import { changeConsent, computePage } from '#view/kit/compute-page.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** `csp`: the browser knows the attribute of frames that actors need. */
function kit(csp = true) {
  const frame = class {};
  if (csp) Object.defineProperty(frame.prototype, 'csp', { value: '' });
  vi.stubGlobal('HTMLIFrameElement', frame);
  const workers: { posted: { id: string }[]; ended: boolean; onmessage?: (event: unknown) => void; onerror?: () => void }[] = [];
  vi.stubGlobal('Worker', class {
    posted: { id: string }[] = [];
    constructor() {
      workers.push(this);
    }
    ended = false;
    postMessage(data: { id: string }): void {
      this.posted.push(data);
    }
    terminate(): void {
      this.ended = true;
    }
  });
  vi.stubGlobal('document', { visibilityState: 'visible', hasFocus: () => true, addEventListener: () => undefined });
  const pressed: (() => void)[] = [];
  vi.stubGlobal('addEventListener', (type: string, listener: () => void) => void (type === 'keydown' && pressed.push(listener)));
  vi.stubGlobal('navigator', {});
  const acts: ComputeAct[] = [];
  const kernel = { consent: { ...NO_CONSENT, on: true, share: 25 } };
  let tell: (event: ComputeEvent) => void = () => undefined;
  const act = async (one: ComputeAct): Promise<unknown> => (acts.push(one), one.do === 'state' ? { consent: kernel.consent } : undefined);
  computePage({ compute: { act, watch: (on: typeof tell) => ((tell = on), () => undefined) } } as unknown as LifegraphApi);
  const offers = (): number[] => acts.flatMap((one) => (one.do === 'offer' ? [one.free] : []));
  const job = (id: string, own = false): void => tell({ type: 'job', job: { id, space: 's', kind: 'plan', input: new Uint8Array(1), own, ms: 60_000 } });
  const begun = (): string[] => workers.flatMap(({ posted }) => posted.map(({ id }) => id));
  const told = (): string[] => acts.flatMap((one) => (one.do === 'begun' ? [one.id] : []));
  const press = (): void => pressed.forEach((listener) => listener());
  const actors = (): unknown[] => acts.flatMap((one) => (one.do === 'offer' ? [one.actors] : []));
  return { acts, press, told, actors, workers, kernel, offers, job, begun, tell: (event: ComputeEvent) => tell(event) };
}

describe('{K3} a page that computes', () => {
  test('MUS22 a layout is done by the same worker, which is told what it is; one that could not be done there is no answer', async () => {
    const { workers, tell, acts } = kit();
    await vi.advanceTimersByTimeAsync(100);
    tell({ type: 'job', job: { id: 'l', space: 's', kind: 'layout', input: Uint8Array.of(7), own: true, ms: 60_000 } });
    expect(workers.map(({ posted }) => posted)).toEqual([[{ id: 'l', kind: 'layout', input: Uint8Array.of(7), ended: null }]]);
    workers[0]!.onmessage!({ data: { id: 'l', result: null, cannot: true } });
    expect(acts.at(-1)).toEqual({ do: 'answer', id: 'l', result: null, cannot: true });
  });

  test('MUS4 a run that is stopped or broken is rested for as one that ended well', async () => {
    const { workers, job, begun, tell, told } = kit();
    await vi.advanceTimersByTimeAsync(100);
    for (const id of ['stopped', 'broken', 'done', 'last']) job(id);
    await vi.advanceTimersByTimeAsync(1_000);
    tell({ type: 'stop', id: 'stopped' });
    await vi.advanceTimersByTimeAsync(2_900);
    expect(begun()).toEqual(['stopped']);
    // The kernel counts from here: those that wait for the rest are not begun.
    expect(told()).toEqual(['stopped']);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(begun()).toEqual(['stopped', 'broken']);
    workers.at(-1)!.onerror!();
    await vi.advanceTimersByTimeAsync(2_900);
    expect(begun()).toEqual(['stopped', 'broken']);
    await vi.advanceTimersByTimeAsync(200);
    expect(begun()).toEqual(['stopped', 'broken', 'done']);
    await vi.advanceTimersByTimeAsync(900);
    workers.at(-1)!.onmessage!({ data: { id: 'done', result: new Uint8Array(1) } });
    await vi.advanceTimersByTimeAsync(2_500);
    expect(begun()).toEqual(['stopped', 'broken', 'done']);
  });

  test('MUS18 a key ends a run for others at once; it begins anew when it was quiet, and answers then; one of the own person goes on', async () => {
    const { acts, press, workers, kernel, job, begun, tell } = kit();
    kernel.consent = { ...kernel.consent, share: 100 };
    tell({ type: 'changed' });
    await vi.advanceTimersByTimeAsync(1_000);
    job('mine', true);
    job('others');
    await vi.advanceTimersByTimeAsync(10);
    expect(begun().sort()).toEqual(['mine', 'others']);
    press();
    expect(workers.map(({ posted, ended }) => [posted[0]!.id, ended])).toEqual([['mine', false], ['others', true]]);
    await vi.advanceTimersByTimeAsync(150);
    press();
    await vi.advanceTimersByTimeAsync(190);
    expect(begun().filter((id) => id === 'others')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20);
    expect(begun().filter((id) => id === 'others')).toHaveLength(2);
    expect(acts.flatMap((one) => ('id' in one && ['begun', 'waits'].includes(one.do) ? [`${one.do} ${one.id}`] : []))).toEqual(['begun others', 'waits others', 'begun others']);
    expect(workers.at(-1)!.ended).toBe(false);
  });

  test('MUS18 where threads may share memory, one that is ended is told so by a word that it can read within its work, and the next one has a word of its own', async () => {
    vi.stubGlobal('crossOriginIsolated', true);
    const { acts, press, workers, kernel, job, tell } = kit();
    kernel.consent = { ...kernel.consent, share: 100 };
    tell({ type: 'changed' });
    await vi.advanceTimersByTimeAsync(1_000);
    job('others');
    const words = (): number[] => workers.map(({ posted }) => Atomics.load((posted[0] as unknown as { ended: Int32Array }).ended, 0));
    expect(words()).toEqual([0]);
    press();
    expect(words()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(250);
    expect(words()).toEqual([1, 0]);
    // What the first one says now is no answer.
    workers[0]!.onmessage!({ data: { id: 'others', result: null } });
    expect(acts.some((one) => one.do === 'answer')).toBe(false);
    workers[1]!.onmessage!({ data: { id: 'others', result: Uint8Array.of(7) } });
    expect(acts.at(-1)).toEqual({ do: 'answer', id: 'others', result: Uint8Array.of(7), cannot: false });
  });

  test('MUS1 one run at a time is offered, said again for a kernel that began anew; a consent changed in another tab counts here', async () => {
    const { kernel, offers, tell } = kit();
    await vi.advanceTimersByTimeAsync(100);
    expect(offers()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(offers()).toEqual([1, 1, 1]);
    kernel.consent = { ...kernel.consent, on: false };
    tell({ type: 'changed' });
    await vi.advanceTimersByTimeAsync(100);
    expect(offers().at(-1)).toBe(0);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(offers()).toEqual([1, 1, 1, 0]);
  });

  test('ACTR6 where a frame cannot be held to its policy, no actors are offered', async () => {
    for (const csp of [true, false]) {
      const { actors } = kit(csp);
      await vi.advanceTimersByTimeAsync(100);
      expect(actors()).toEqual([csp]);
    }
  });

  test('MUS4 what is taken back waits for no note on the disk; what is switched on is noted first', async () => {
    const acts: ComputeAct[] = [];
    const stuck = { local: { set: () => new Promise(() => undefined) }, compute: { act: async (act: ComputeAct) => void acts.push(act) } } as unknown as LifegraphApi;
    for (const change of [{ forbid: 'a' }, { on: false }, { on: true }]) void changeConsent(stuck, change);
    await vi.advanceTimersByTimeAsync(100);
    expect(acts).toEqual([{ do: 'consent', change: { forbid: 'a' } }, { do: 'consent', change: { on: false } }]);
  });
});
