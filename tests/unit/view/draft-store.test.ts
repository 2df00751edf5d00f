/** What somebody types stays theirs: with a slow device, without a kernel, after a refusal. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDraft, type Draft, type DraftShelf } from '#view/kit/draft-store.ts';

let held: Map<string, unknown>;
let answers: (() => void)[];
let refuses: boolean;

/** Answers when it is told to. */
const shelf: DraftShelf = {
  get: (key) => new Promise((done, fail) => answers.push(() => (refuses ? fail(new Error('stopped')) : done(held.get(key))))),
  set: (key, value) => (refuses ? Promise.reject(new Error('stopped')) : Promise.resolve(void held.set(key, value))),
};

beforeEach(() => {
  vi.useFakeTimers();
  [held, answers, refuses] = [new Map(), [], false];
});
afterEach(() => void vi.useRealTimers());

const passed = (): Promise<unknown> => vi.advanceTimersByTimeAsync(300);
const answered = async (): Promise<void> => {
  answers.splice(0).forEach((answer) => answer());
  await passed();
};
async function opened(): Promise<Draft> {
  const draft = createDraft(shelf, 'a', () => undefined);
  await answered();
  return draft;
}

test('typed before the device said what it holds: both stay, and nothing is written before', async () => {
  held.set('a', 'stored');
  const draft = createDraft(shelf, 'a', () => undefined);
  draft.set('typed');
  await passed();
  draft.flush();
  expect(held.get('a')).toBe('stored');
  await answered();
  expect(draft.state()).toEqual({ text: 'stored\ntyped', kept: true });
  expect(held.get('a')).toBe('stored\ntyped');
});

test('what was sent before the device answered does not take the stored text along', async () => {
  held.set('a', 'stored');
  const draft = createDraft(shelf, 'a', () => undefined);
  draft.set('sent');
  draft.set('');
  await answered();
  expect([draft.state(), held.get('a')]).toEqual([{ text: 'stored', kept: true }, 'stored']);
});

test('a write that was refused leaves the text not kept, and the next kernel gets it', async () => {
  const draft = await opened();
  refuses = true;
  draft.set('half a thought');
  await passed();
  expect(draft.state()).toEqual({ text: 'half a thought', kept: false });
  refuses = false;
  draft.flush();
  await passed();
  expect([draft.state().kept, held.get('a')]).toEqual([true, 'half a thought']);
});

test('a reading that was refused is asked again', async () => {
  held.set('a', 'stored');
  refuses = true;
  const draft = await opened();
  draft.set('typed');
  await answered();
  refuses = false;
  draft.flush();
  await answered();
  expect(draft.state()).toEqual({ text: 'stored\ntyped', kept: true });
});

test('a refused text comes back before what was typed meanwhile', async () => {
  const draft = await opened();
  draft.set('refused');
  draft.set('');
  draft.set('next');
  draft.giveBack('refused');
  await passed();
  expect([draft.state(), held.get('a')]).toEqual([{ text: 'refused\nnext', kept: true }, 'refused\nnext']);
});

test('somebody who never pauses has a draft too; an empty field is forgotten at once', async () => {
  const draft = await opened();
  for (let at = 0; at < 6; at++) {
    draft.set('x'.repeat(at + 1));
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(held.get('a')).toBe('xxxxxx'.slice(0, 5));
  draft.set('');
  expect(held.get('a')).toBeUndefined();
});
