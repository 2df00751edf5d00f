/** A voice message that is given up while it is sent is not sent, and nothing of it stays. */
import { expect, test } from 'vitest';
import type { LifegraphApi } from '#os/api';
import type { AddFile } from '#os/files-api';
import { sendVoice } from '#view/chat/voice-send.ts';

const VOICE = { space: 's', fragment: 'f', blob: new Blob(['x'], { type: 'audio/webm' }), name: 'voice.webm' };

/** A device; `adding` runs while the file is added. */
function device(adding: (options: AddFile) => void = () => undefined) {
  const acts: string[] = [];
  const kept = new Map<string, unknown>();
  /** Ids of what is noted as not sent. */
  const unsent = (): string[] => ((kept.get('unsent-files') ?? []) as { id: string }[]).map(({ id }) => id);
  const api = {
    local: { get: async (key: string) => kept.get(key), set: async (key: string, value: unknown) => void kept.set(key, value) },
    files: {
      add: async (space: string, fragment: string, _blob: Blob, options: AddFile) => {
        adding(options);
        acts.push(`add ${space}/${fragment} ${options.name} ${options.mime}`);
        return 'v1';
      },
      drop: async (_space: string, id: string) => void acts.push(`drop ${id}`),
    },
    graph: () => ({ transact: async (ops: { op: string; id: string }[]) => void acts.push(...ops.map(({ op, id }) => `${op} ${id}`)) }),
  } as unknown as LifegraphApi;
  return { api, acts, unsent };
}
const ADDED = 'add s/f voice.webm audio/webm';

test('it is kept, then its message is made', async () => {
  const { api, acts, unsent } = device();
  // A page that dies here leaves a note, by which the file ends.
  const onKept = async (file: string): Promise<boolean> => (acts.push(`message ${file}`), expect(unsent()).toEqual(['v1']), true);
  expect(await sendVoice(api, VOICE, onKept, new AbortController().signal)).toBe('sent');
  expect(acts).toEqual([ADDED, 'message v1']);
  expect(unsent()).toEqual([]);
});

test('given up while it is kept, or when it was: no message is made, and what was added is taken back', async () => {
  const over = new AbortController();
  const { api, acts } = device(({ signal }) => {
    expect(signal).toBe(over.signal);
    over.abort();
  });
  expect(await sendVoice(api, VOICE, async () => expect.unreachable(), over.signal)).toBe('given-up');
  expect(acts).toEqual([ADDED, 'drop v1', 'node.delete v1']);
  const early = device(() => {
    throw new Error('cancelled');
  });
  expect(await sendVoice(early.api, VOICE, async () => expect.unreachable(), over.signal)).toBe('given-up');
  expect(early.acts).toEqual([]);
});

test('a message that is not taken leaves no file; why a file was not kept is told', async () => {
  const signal = new AbortController().signal;
  const { api, acts, unsent } = device();
  expect(await sendVoice(api, VOICE, async () => false, signal)).toBe('not-taken');
  expect(unsent()).toEqual([]);
  await expect(sendVoice(api, VOICE, () => Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
  const back = [ADDED, 'drop v1', 'node.delete v1'];
  expect(acts).toEqual([...back, ...back]);
  // What could not be taken back is ended later.
  Object.assign(api.files!, { drop: () => Promise.reject(new Error('locked')) });
  expect(await sendVoice(api, VOICE, async () => false, signal)).toBe('not-taken');
  expect(unsent()).toEqual(['v1']);
  const full = device(() => {
    throw new Error('no room');
  });
  await expect(sendVoice(full.api, VOICE, async () => expect.unreachable(), signal)).rejects.toThrow('no room');
});
