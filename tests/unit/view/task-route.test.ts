/** Where links of tasks lead. */
import { expect, test } from 'vitest';
import { sourceRoute } from '#view/kit/task-route.ts';

test('what a task was made from is shown where it is read: a message of a room in the Messenger, one of a channel in Chat, a block in its document', () => {
  const of = (lens: string, source: { node: string; block: string | null } | null) => sourceRoute(lens, { space: 's', fragment: 'f', source });
  expect(of('messenger', { node: 'm', block: null })).toEqual({ space: 's', lens: 'messenger', object: 'f', params: { m: 'm' } });
  for (const lens of ['chat', 'goals']) expect(of(lens, { node: 'm', block: null })).toEqual({ space: 's', lens: 'chat', object: 'f', params: { m: 'm' } });
  for (const lens of ['documents', 'messenger']) expect(of(lens, { node: 'f', block: 'b' })).toEqual({ space: 's', lens: 'documents', object: 'f', params: { b: 'b' } });
  expect(of('messenger', null)).toBeNull();
});
