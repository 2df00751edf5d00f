/** What a page says of words the kernel did not take. */
import { expect, test, vi } from 'vitest';
import { AppError } from '#base/app-error';
import { DocReplica, type Block } from '#domain/editor/model';
import type { LifegraphApi, Op } from '#os/api';
import { soon } from '#tests/support/soon';
import { DocumentSession } from '#view/editor/session.ts';

test.each(['store-quota'])('words that were not taken (%s) are told of, also when the page was left in that moment', async (code) => {
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

test('words typed while the copy begins anew reach the kernel, also when the page is left in that moment', async () => {
  const asked: Op[][] = [];
  let [number, open] = [1_001, () => undefined as void];
  const gate = new Promise<void>((resolve) => (open = resolve));
  const graph = {
    subscribe: () => () => undefined,
    updates: async () => {
      if (number > 1_001) await gate;
      return { updates: [], mark: 'm', salt: new Uint8Array(16), client: number++ };
    },
    transact: (ops: Op[]) => (asked.push(ops), asked.length === 1 ? Promise.reject(new AppError('text-closed', 'Gone.', 'Safe.', 'Again.')) : Promise.resolve({ ids: [] })),
  };
  const said: unknown[] = [];
  const session = await DocumentSession.open({ graph: () => graph } as unknown as LifegraphApi, { space: 's', fragment: 'f', node: 'n' }, (error) => said.push(error));
  const block = (text: string): Block[] => [{ id: 'a', type: 'paragraph', attrs: {}, text: [{ text, marks: {} }] }];
  session.send(session.replica.write(block('one')));
  await soon(() => expect(number).toBe(1_002));
  session.send(session.replica.write(block('one two')));
  session.close();
  open();
  await soon(() => expect(asked.length).toBe(2));
  const other = new DocReplica(5);
  other.take(asked[1]!.map((op) => (op as Extract<Op, { op: 'text.update' }>).update));
  expect(other.shown()[0]!.text[0]!.text).toBe('one two');
  expect(said).toEqual([]);
});

test('a page that was left and never gets an answer says so in the end', async () => {
  vi.useFakeTimers();
  const said: unknown[] = [];
  const refusal = new AppError('not-here', 'Not here.', 'Safe.', 'Again.');
  let first = true;
  const graph = {
    subscribe: () => () => undefined,
    updates: () => (first ? ((first = false), Promise.resolve({ updates: [], mark: 'm', salt: new Uint8Array(16), client: 1_001 })) : Promise.reject(refusal)),
    transact: () => Promise.reject(new AppError('text-closed', 'Gone.', 'Safe.', 'Again.')),
  };
  const session = await DocumentSession.open({ graph: () => graph } as unknown as LifegraphApi, { space: 's', fragment: 'f', node: 'n' }, (error) => said.push(error));
  session.send(session.replica.write([{ id: 'a', type: 'paragraph', attrs: {}, text: [{ text: 'one', marks: {} }] }]));
  session.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toEqual([refusal]);
  vi.useRealTimers();
});
