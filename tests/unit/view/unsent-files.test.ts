/** Files that were added to a message and never sent end; what was sent never does, whatever the note says. */
import { expect, test } from 'vitest';
import type { LifegraphApi } from '#os/api';
import { nodeView } from '#tests/support/node-view';
import { endUnsent, noteUnsent } from '#view/chat/unsent-files.ts';

const DAY_MS = 86_400_000;
const NOW = 100 * DAY_MS;

/** A device with a graph of messages, newest first; notes what is done. */
function device(messages: ReturnType<typeof nodeView>[], broken = false) {
  const [values, acts] = [new Map<string, unknown>(), [] as string[]];
  const local = { get: async (key: string) => values.get(key), set: async (key: string, value: unknown) => void (value === undefined ? values.delete(key) : values.set(key, value)) };
  const graph = () => ({
    query: async ({ offset, limit }: { offset: number; limit: number }) => {
      if (broken) throw new Error('not here');
      return messages.slice(offset, offset + limit);
    },
    transact: async (ops: { op: string; id: string }[]) => void acts.push(...ops.map(({ op, id }) => `${op} ${id}`)),
  });
  const api = { local, graph, files: { drop: async (_space: string, id: string) => void acts.push(`drop ${id}`) } } as unknown as LifegraphApi;
  return { api, values, acts };
}

const file = (id: string, days: number) => ({ space: 's', fragment: 'f', id, place: 's/f', since: NOW - days * DAY_MS });
const message = (files: string[], days: number) => nodeView({ type: 'chat/message@1', props: { text: '', files }, createdAt: NOW - days * DAY_MS });

test('[limit UNSENT_MS] after seven days a file that is in no message ends, in its draft as well; what is younger and what was sent stays', async () => {
  const { api, values, acts } = device([...Array.from({ length: 400 }, () => message([], 1)), message(['sent'], 7), message([], 30)]);
  values.set('draft:files:s/f', 'old young');
  for (const one of [file('old', 7), file('young', 6.9), file('sent', 8)]) await noteUnsent(api.local, one);
  await endUnsent(api, NOW);
  expect(acts).toEqual(['drop old', 'node.delete old']);
  expect(values.get('draft:files:s/f')).toBe('young');
  expect((values.get('unsent-files') as { id: string }[]).map(({ id }) => id)).toEqual(['young']);
  await endUnsent(api, NOW + DAY_MS);
  expect(acts.slice(2)).toEqual(['drop young', 'node.delete young']);
  expect([...values.keys()]).toEqual([]);
});

test('where the messages cannot be read nothing ends', async () => {
  const { api, values, acts } = device([], true);
  values.set('unsent-files', ['junk', { id: 'x' }, file('old', 30)]);
  await endUnsent(api, NOW);
  expect(acts).toEqual([]);
  expect(values.get('unsent-files')).toHaveLength(3);
});
