/** What a page says of words the kernel did not take. */
import { expect, test } from 'vitest';
import { AppError } from '#base/app-error';
import { DocReplica } from '#domain/editor/model';
import type { LifegraphApi } from '#os/api';
import { DocumentSession } from '#view/editor/session.ts';

test.each(['store-quota', 'text-closed'])('words that were not taken (%s) are told of, also when the page was left in that moment', async (code) => {
  let refuse: (error: AppError) => void = () => undefined;
  const graph = { subscribe: () => () => undefined, updates: () => Promise.resolve({ updates: [], mark: 'm', salt: new Uint8Array(16), client: 1_001 }), transact: () => new Promise((_, reject) => (refuse = reject)) };
  const said: unknown[] = [];
  const session = await DocumentSession.open({ graph: () => graph } as unknown as LifegraphApi, { space: 's', fragment: 'f', node: 'n' }, (error) => said.push(error));
  session.send(new DocReplica(1_001).write([{ id: 'a', type: 'paragraph', attrs: {}, text: [{ text: 'last words', marks: {} }] }]));
  session.close();
  const error = new AppError(code, 'Not taken.', 'What was saved before is safe.', 'Try again.');
  refuse(error);
  await Promise.resolve();
  await Promise.resolve();
  expect(said).toEqual([error]);
});
