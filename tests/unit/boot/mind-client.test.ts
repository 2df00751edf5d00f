/** What is asked of models is looked at before a model sees it; both workers are played. */
import { describe, expect, test } from 'vitest';
import { createMind } from '#boot/mind-client';
import type { ToMind } from '#boot/mind-server';
import type { ToKeeper } from '#boot/model-server';
import { MODEL_LIMITS } from '#os/model-limits';
import type { ModelRow, ModelSpec } from '#os/models-api';

const row = (id: string, task: ModelSpec['tasks'][number]): ModelRow => ({ id, name: id, source: { kind: 'folder', text: id }, files: [{ path: 'config.json', size: 7, hash: 'h' }], spec: { tasks: [task], pipeline: 'feature-extraction', dtype: 'fp32', external: 0 }, at: 1 });

function played(): { desk: ReturnType<typeof createMind>; asked: ToMind[]; breakKeeper(): void } {
  const asked: ToMind[] = [];
  let broken: (() => void) | null = null;
  const worker = (hear: (message: never, say: (message: unknown) => void) => void): Worker => {
    const own = { onmessage: null as Worker['onmessage'], onerror: null as Worker['onerror'], terminate: () => undefined, postMessage: (message: unknown) => hear(message as never, (said) => queueMicrotask(() => own.onmessage?.call(own as unknown as Worker, { data: said } as MessageEvent))) };
    return own as unknown as Worker;
  };
  const desk = createMind({
    database: 'test',
    keeper() {
      const made = worker((message: ToKeeper, say) => {
        if ('begin' in message) return;
        if (message.call[0] === 'rows') say({ no: message.no, value: [row('e', 'embed'), row('g', 'generate'), row('t', 'transcribe')] });
        else if (message.call[0] === 'drop') broken = () => made.onerror?.call(made, new Event('error') as ErrorEvent);
        else say({ no: message.no, fault: 'busy', detail: 'x' });
      });
      return made;
    },
    mind: () => worker((message: ToMind, say) => {
      asked.push(message);
      if ('begin' in message) say({ here: { backends: ['wasm'], threads: 2 }, code: 'played 1' });
      if ('no' in message) say({ no: message.no, value: message.ask.task === 'embed' ? [new Float32Array(1)] : 'said' });
    }),
  });
  return { desk, asked, breakKeeper: () => broken?.() };
}

const faultOf = (done: Promise<unknown>): Promise<string> => done.then(() => 'none', (error: { fault?: string }) => error.fault ?? String(error));

describe('the desk of models', () => {
  test('[limit MODEL.texts] [limit MODEL.textChars] [limit MODEL.speechSeconds] nothing, too much and too long are refused before a worker is started', async () => {
    const { desk, asked } = played();
    const long = 'a'.repeat(MODEL_LIMITS.textChars);
    for (const texts of [[], [''], [' \n'], Array.from({ length: MODEL_LIMITS.texts + 1 }, () => 'a'), [`${long}a`]]) {
      expect(await faultOf(desk.embed({ model: 'e', texts })), `${texts.length}`).toBe('input');
      expect(await faultOf(desk.classify({ model: 'e', texts }))).toBe('input');
    }
    expect(await faultOf(desk.generate({ model: 'g', prompt: [{ role: 'user', text: '' }], maxTokens: 1 }))).toBe('input');
    const most = MODEL_LIMITS.speechSeconds * 16_000;
    for (const length of [0, most + 1]) expect(await faultOf(desk.transcribe({ model: 't', samples: new Float32Array(length) }))).toBe('input');
    expect(asked).toEqual([]);
    expect(await faultOf(desk.embed({ model: 'e', texts: Array.from({ length: MODEL_LIMITS.texts }, () => 'a') }))).toBe('none');
    expect(await faultOf(desk.embed({ model: 'e', texts: [long] }))).toBe('none');
    expect(await faultOf(desk.transcribe({ model: 't', samples: new Float32Array(most) }))).toBe('none');
  });

  test('[limit MODEL.tokens] an answer has an end, whoever asks', async () => {
    const { desk, asked } = played();
    for (const maxTokens of [1e9, 0, NaN, 3.7]) await desk.generate({ model: 'g', prompt: 'a', maxTokens });
    expect(asked.flatMap((message) => ('no' in message && message.ask.task === 'generate' ? [message.ask.maxTokens] : []))).toEqual([MODEL_LIMITS.tokens, 1, 1, 3]);
  });

  test('a result says what made it; a model that is not here, or cannot do it, is told', async () => {
    const { desk } = played();
    expect((await desk.generate({ model: 'g', prompt: 'a', maxTokens: 2 })).by).toEqual({ model: 'g', code: 'played 1', backend: 'wasm' });
    expect([await faultOf(desk.embed({ model: 'gone', texts: ['a'] })), await faultOf(desk.embed({ model: 'g', texts: ['a'] }))]).toEqual(['no-model', 'wrong-task']);
    expect(await desk.models('transcribe')).toEqual([{ id: 't', name: 't', tasks: ['transcribe'], bytes: 7, warm: false }]);
    expect(await desk.capabilities()).toEqual({ backends: ['wasm'], threads: 2 });
  });

  test('the keeper that breaks is followed by another; who waited is told', async () => {
    const { desk, breakKeeper } = played();
    const waiting = faultOf(desk.drop('k'));
    await desk.models();
    breakKeeper();
    expect(await waiting).toBe('store');
    expect(await desk.models()).toHaveLength(3);
    expect(await faultOf(desk.resume('k'))).toBe('busy');
  });
});
