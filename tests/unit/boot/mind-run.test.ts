/** What models do to their worker, and what is done about it. The worker is played; real models and a real worker are in tests/e2e/models.e2e.ts. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMindRun, type MindRun, type MindWorker } from '#boot/mind-run';
import type { FromMind, ToMind } from '#boot/mind-server';
import { MODEL_LIMITS } from '#os/model-limits';
import type { InferenceBackend, InferenceFault } from '#ports/inference';

type Asked = Extract<ToMind, { no: number }>;
/** What a played worker does with a question: answers, fails, says one piece and then nothing, or nothing at all. */
type Play = (ask: Asked, say: (message: FromMind) => void, worker: MindWorker) => void;

const fine: Play = ({ no, model, backend }, say) => (say({ no, value: `${model} on ${backend}` }), say({ warm: [{ id: model, backend }] }));
const fails = (fault: InferenceFault): Play => ({ no }, say) => say({ no, fault, detail: '' });
const silent: Play = () => undefined;

function played(plays: readonly Play[], backends: readonly InferenceBackend[] = ['wasm'], comes: (start: number) => boolean = () => true): { run: MindRun; worker(): MindWorker; started(): number; ended(): number; asked: Asked[] } {
  let [started, ended, at] = [0, 0, 0];
  const asked: Asked[] = [];
  const worker = (): MindWorker => {
    started++;
    const own: MindWorker = {
      onmessage: null, onerror: null,
      terminate: () => void ended++,
      postMessage: ((message: ToMind) => {
        const say = (said: FromMind): void => queueMicrotask(() => own.onmessage?.call(own as Worker, { data: said } as MessageEvent));
        if ('begin' in message) return comes(started) && say({ here: { backends, threads: 1 }, code: 'played' });
        if (!('no' in message)) return undefined;
        asked.push(message);
        return (plays[at++] ?? fine)(message, say, own);
      }) as Worker['postMessage'],
    };
    return own;
  };
  return { run: createMindRun({ database: 'test', worker, changed: () => undefined }), worker, started: () => started, ended: () => ended, asked };
}

const ask = (run: MindRun, model = 'm', options: Parameters<MindRun['ask']>[2] = {}): Promise<unknown> =>
  run.ask(model, { task: 'embed', texts: ['a'] }, options).then(({ value }) => value, (error: { fault: string }) => error.fault);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the worker of models', () => {
  test('[limit MODEL.loadMs] [limit MODEL.runMs] one that says nothing is ended when its time is over, one that gives signs of life is not; the next question has another worker', async () => {
    let say: (message: FromMind) => void = () => undefined;
    let no = 0;
    const { run, started, ended } = played([silent, (one, tell) => ([say, no] = [tell, one.no]), fine]);
    const first = ask(run);
    await vi.advanceTimersByTimeAsync(MODEL_LIMITS.loadMs - 1);
    expect(ended()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect([await first, ended()]).toEqual(['timed-out', 1]);
    const second = ask(run);
    for (let turn = 0; turn < 3; turn++) {
      await vi.advanceTimersByTimeAsync(MODEL_LIMITS.runMs - 1);
      say({ no, text: 'a' });
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(ended()).toBe(1);
    await vi.advanceTimersByTimeAsync(MODEL_LIMITS.runMs);
    expect([await second, ended()]).toEqual(['timed-out', 2]);
    expect(await ask(run)).toBe('m on wasm');
    expect(started()).toBe(3);
  });

  test('[limit MODEL.stopMs] given up: one that does not stop is ended, what waits behind it is answered, and one that was given up while it waited is not asked', async () => {
    vi.stubGlobal('crossOriginIsolated', true);
    const { run, ended, asked } = played([silent, fine]);
    const [one, two] = [new AbortController(), new AbortController()];
    const all = [ask(run, 'a', { signal: one.signal }), ask(run, 'b', { signal: two.signal }), ask(run, 'c')];
    await vi.advanceTimersByTimeAsync(0);
    two.abort();
    one.abort();
    await vi.advanceTimersByTimeAsync(MODEL_LIMITS.stopMs - 1);
    expect(ended()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    vi.unstubAllGlobals();
    expect(await Promise.all(all)).toEqual(['cancelled', 'cancelled', 'c on wasm']);
    expect([ended(), asked.map(({ model }) => model)]).toEqual([1, ['a', 'c']]);
  });

  test('the graphics device lost once: asked again there; lost twice: answered by WASM, and the device is left alone; who insists on it is told', async () => {
    const { run, asked } = played([fails('device'), fine, fails('device'), fails('device'), fine, fine, fails('device'), fails('device')], ['webgpu', 'wasm']);
    expect(await ask(run)).toBe('m on webgpu');
    expect(await ask(run)).toBe('m on wasm');
    expect(await ask(run)).toBe('m on wasm');
    expect(await ask(run, 'm', { backend: 'webgpu' })).toBe('device');
    expect(asked.map(({ backend }) => backend)).toEqual(['webgpu', 'webgpu', 'webgpu', 'webgpu', 'wasm', 'wasm', 'webgpu', 'webgpu']);
  });

  test('the device goes in the middle: what waited for it is asked again of another worker; between two questions nobody notices', async () => {
    let tell: (message: FromMind) => void = () => undefined;
    const lost: Play = (_ask, say) => say({ lost: true });
    const { run, started } = played([lost, (one, say, worker) => (fine(one, say, worker), (tell = say))], ['webgpu', 'wasm']);
    expect(await ask(run)).toBe('m on webgpu');
    expect([started(), run.warm().has('m')]).toEqual([2, true]);
    tell({ lost: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(run.warm().size).toBe(0);
    expect(await ask(run)).toBe('m on webgpu');
    expect(started()).toBe(3);
  });

  test('an answer that begins anew is told once', async () => {
    const begins: Play = ({ no }, say) => (say({ no, text: 'the ri' }), say({ lost: true }));
    const whole: Play = ({ no }, say) => (say({ no, text: 'the' }), say({ no, text: ' river' }), say({ no, text: ' rises' }), say({ no, value: 'the river rises' }));
    const { run } = played([begins, whole], ['webgpu', 'wasm']);
    const pieces: string[] = [];
    expect(await ask(run, 'm', { onText: (piece) => pieces.push(piece) })).toBe('the river rises');
    expect(pieces).toEqual(['the ri', 'ver', ' rises']);
  });

  test('out of memory beside another model: once more with all of it; alone it is told, and the next question is answered', async () => {
    const { run, ended } = played([fine, fails('memory'), fine, fails('memory'), fine]);
    expect(await ask(run, 'a')).toBe('a on wasm');
    expect(run.warm().has('a')).toBe(true);
    expect(await ask(run, 'b')).toBe('b on wasm');
    expect([ended(), run.warm().has('a')]).toEqual([1, false]);
    expect(await ask(run, 'b')).toBe('memory');
    expect(await ask(run, 'b')).toBe('b on wasm');
  });

  test('a worker that breaks is followed by another, which is asked the same once', async () => {
    const breaks: Play = (_ask, _say, worker) => queueMicrotask(() => worker.onerror?.call(worker as Worker, { message: 'killed' } as ErrorEvent));
    const { run, started } = played([breaks, fine, breaks, breaks, fine]);
    expect(await ask(run)).toBe('m on wasm');
    expect(started()).toBe(2);
    expect(await ask(run)).toBe('ended');
    expect(await ask(run)).toBe('m on wasm');
  });

  test('a worker that never says that it is there, for no adapter or no database answers: ended when the time to load is over; what waits behind it is answered by the next', async () => {
    const { run, started, ended } = played([fine], ['wasm'], (start) => start > 1);
    const all = [ask(run), run.capabilities().then(({ threads }) => threads, (error: { fault: string }) => error.fault), ask(run, 'b')];
    await vi.advanceTimersByTimeAsync(MODEL_LIMITS.loadMs - 1);
    expect([started(), ended()]).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect([await Promise.all(all), started(), ended()]).toEqual([['timed-out', 'timed-out', 'b on wasm'], 2, 1]);
    await vi.advanceTimersByTimeAsync(2 * MODEL_LIMITS.loadMs);
    expect(ended(), 'one that came is not ended by the clock of its coming').toBe(1);
  });

  test('given up while its worker comes: told at once, not asked, and the worker is there for what comes next', async () => {
    const { run, asked } = played([fine], ['wasm'], () => false);
    const control = new AbortController();
    let told = '';
    void ask(run, 'a', { signal: control.signal, backend: 'wasm' }).then((said) => (told = String(said)));
    await vi.advanceTimersByTimeAsync(0);
    control.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect([told, asked]).toEqual(['cancelled', []]);
    const late = played([fine]);
    const over = new AbortController();
    const all = [ask(late.run, 'a', { signal: over.signal }), ask(late.run, 'b')];
    await Promise.resolve();
    over.abort();
    expect(await Promise.all(all)).toEqual(['cancelled', 'b on wasm']);
    expect([late.asked.map(({ model }) => model), late.started()]).toEqual([['b'], 1]);
  });

  test('the next worker, started while the last one was ended, is not ended with it', async () => {
    let here: Promise<unknown> | null = null;
    const breaks: Play = (_ask, _say, worker) => queueMicrotask(() => worker.onerror?.call(worker as Worker, { message: 'killed' } as ErrorEvent));
    const made = played([breaks, fine], ['wasm'], () => true);
    const run = createMindRun({ database: 'test', worker: made.worker, changed: () => void (here ??= run.capabilities().then(({ threads }) => threads)) });
    expect(await ask(run)).toBe('m on wasm');
    await vi.advanceTimersByTimeAsync(0);
    expect([await here, made.started(), made.ended()]).toEqual([1, 2, 1]);
  });

  test('a model that does not run takes its worker with it, whose queues it broke; a backend that is not there is not asked', async () => {
    const { run, ended, asked } = played([fails('damaged'), fails('operator'), fails('wrong-task'), fine]);
    expect([await ask(run), await ask(run), await ask(run)]).toEqual(['damaged', 'operator', 'wrong-task']);
    expect(ended()).toBe(2);
    expect(await ask(run, 'm', { backend: 'webgpu' })).toBe('unavailable');
    expect(asked).toHaveLength(3);
  });
});
