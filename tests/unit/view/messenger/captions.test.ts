/** Captions over a call: by whose voice, by which model, and what happens where there is none or it breaks. */
import { expect, test } from 'vitest';
import { InferenceError, type Inference } from '#os/models-api';
import { CAPTION_RATE } from '#domain/messenger/captions';
import { createCaptions, type CaptionDeps, type Captions } from '#view/messenger/captions.ts';
import { soon } from '#tests/support/soon';

const tone = (seconds: number, loud: number): Float32Array => Float32Array.from({ length: seconds * CAPTION_RATE }, (_, n) => loud * Math.sin(n / 7));
const said = (): Float32Array => Float32Array.from([...tone(0.5, 0), ...tone(1, 0.2), ...tone(1, 0)]);
const seat = (id: string, more: object = {}) => ({ seat: id, uid: `u-${id}`, self: false, muted: false, link: 'live' as const, ...more });

interface World {
  readonly captions: Captions;
  readonly spoken: string[];
  readonly asked: { model: string; prompt: unknown }[];
  readonly ended: string[];
  say(id: string, samples: Float32Array): void;
}

function world(more: Partial<Pick<Inference, 'models' | 'transcribe' | 'generate'>> = {}): World {
  const heard = new Map<string, Float32Array[]>();
  const [spoken, asked, ended]: [string[], World['asked'], string[]] = [[], [], []];
  const by = { model: 'm', code: 'c', backend: 'wasm' as const };
  const mind = {
    models: async (task?: string) => [{ id: `m-${task}`, name: 'm', tasks: [], bytes: 1, warm: true }],
    transcribe: async ({ samples }: { samples: Float32Array }) => ({ value: `heard ${samples.length > 0}`, by }),
    generate: async (ask: { model: string; prompt: unknown }) => (asked.push(ask), { value: 'сказано', by }),
    ...more,
  } as unknown as Awaited<ReturnType<CaptionDeps['desk']>>;
  const captions = createCaptions({
    listen: (id) => ({ read: () => heard.get(id)?.shift() ?? new Float32Array(0), over: () => false, end: () => void ended.push(id) }),
    desk: async () => mind, speak: (text) => void spoken.push(text), onChange: () => undefined,
  });
  return { captions, spoken, asked, ended, say: (id, samples) => void heard.set(id, [...(heard.get(id) ?? []), samples]) };
}

test('{C4} [CALL7] what others say stands as lines with who said it; the own voice, who is not linked and quiet are not listened to', async () => {
  const { captions, say, ended } = world();
  for (const id of ['a', 'me', 'far']) say(id, said());
  captions.look([seat('a'), seat('me', { self: true }), seat('far', { link: 'linking' })]);
  await soon(() => expect(captions.lines()).toHaveLength(1));
  expect(captions.lines()[0]).toMatchObject({ seat: 'a', uid: 'u-a', text: 'heard true', translated: null });
  captions.look([]);
  expect(ended).toEqual(['a']);
  captions.end();
});

test('{C4} {K5} recognised, translated, spoken: each by a model of this device; without one that writes, or where it breaks, what was said stands as it was', async () => {
  const one = world();
  one.captions.wish({ into: 'Russian', aloud: true });
  one.say('a', said());
  one.captions.look([seat('a')]);
  await soon(() => expect(one.captions.lines()).toHaveLength(1));
  expect([one.captions.lines()[0]!.translated, one.spoken, one.asked[0]!.model]).toEqual(['сказано', ['сказано'], 'm-generate']);
  for (const more of [{ models: async (task?: string) => (task === 'generate' ? [] : [{ id: 'm', name: 'm', tasks: [], bytes: 1, warm: true }]) }, { generate: () => Promise.reject(new InferenceError('memory')) }]) {
    const other = world(more);
    other.captions.wish({ into: 'Russian', aloud: true });
    other.say('a', said());
    other.captions.look([seat('a')]);
    await soon(() => expect(other.captions.lines()).toHaveLength(1));
    expect([other.captions.lines()[0]!.translated, other.spoken]).toEqual([null, []]);
  }
});

test('without a model it is said, a broken one goes on with the next piece, and of what comes faster than it works the oldest is left out', async () => {
  const none = world({ models: async () => [] });
  none.say('a', said());
  none.captions.look([seat('a')]);
  await soon(() => expect(none.captions.trouble()).toBe('no-model'));
  let fails = true;
  const broken = world({ transcribe: async () => { if (fails) throw new InferenceError('ended'); return { value: 'again', by: { model: 'm', code: 'c', backend: 'wasm' } }; } });
  broken.say('a', said());
  broken.captions.look([seat('a')]);
  await soon(() => expect(broken.captions.trouble()).toBe('failed'));
  fails = false;
  broken.say('a', said());
  broken.captions.look([seat('a')]);
  await soon(() => expect(broken.captions.lines().map(({ text }) => text)).toEqual(['again']));
  expect(broken.captions.trouble()).toBeNull();
  const waits: (() => void)[] = [];
  const slow = world({ transcribe: () => new Promise((resolve) => waits.push(() => resolve({ value: 'slow', by: { model: 'm', code: 'c', backend: 'wasm' } }))) });
  for (let n = 0; n < 9; n++) slow.say('a', said());
  for (let n = 0; n < 9; n++) slow.captions.look([seat('a')]);
  expect(slow.captions.trouble()).toBe('behind');
  // Off is off: what comes of the question afterwards is not shown.
  await soon(() => expect(waits).toHaveLength(1));
  slow.captions.end();
  waits[0]!();
  slow.captions.look([seat('a')]);
  await Promise.resolve();
  expect(slow.captions.lines()).toEqual([]);
});
