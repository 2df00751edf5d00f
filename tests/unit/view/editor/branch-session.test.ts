/** What the author of a proposal writes is tried until it is kept, and that it is not is said once. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '#base/app-error';
import { DocReplica, forkAt, updatesIn, type TextEdit } from '#domain/editor/model';
import type { LifegraphApi, Op } from '#os/api';
import { BranchSession } from '#view/editor/branch-session.ts';

const REFUSED = new AppError('no-right', 'Not allowed.', 'Nothing was changed.', 'Ask an admin.');

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  vi.stubGlobal('document', { addEventListener: () => undefined, removeEventListener: () => undefined, visibilityState: 'visible' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A session over a kernel that answers as told. */
function desk(): { session: BranchSession; write(text: string): void; asked: Op[][]; said: unknown[]; answer: { error: unknown } } {
  const [asked, said, answer]: [Op[][], unknown[], { error: unknown }] = [[], [], { error: null }];
  const transact = (ops: Op[]) => (asked.push(ops), answer.error === null ? Promise.resolve({ ids: [`node-${asked.length}`], record: 'pending' }) : Promise.reject(answer.error as Error));
  const replica = new DocReplica(1_001);
  const session = new BranchSession({ graph: () => ({ transact }) } as unknown as LifegraphApi, { space: 's', fragment: 'f', proposal: 'p' }, replica, (error) => said.push(error));
  const write = (text: string): void => session.send(replica.write([{ id: 'a', type: 'paragraph', attrs: {}, text: [{ text, marks: {} }] }]));
  return { session, write, asked, said, answer };
}

test('a refusal that stays is told once and asked more and more seldom, also when the page is left; what was written goes in when it may', async () => {
  const { session, write, asked, said, answer } = desk();
  answer.error = REFUSED;
  write('first');
  await vi.advanceTimersByTimeAsync(60_000);
  session.close();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(said).toEqual([REFUSED]);
  expect(asked.length).toBeLessThan(30);
  answer.error = null;
  await vi.advanceTimersByTimeAsync(60_000);
  const op = asked.at(-1)![0] as Extract<Op, { op: 'node.create' }>;
  const other = new DocReplica(2_002);
  other.take([op.props['update'] as Uint8Array]);
  expect(other.shown().map(({ text }) => text[0]!.text)).toEqual(['first']);
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked.length).toBe(before);
});

test('a refusal after it went well is told again', async () => {
  const { write, said, answer } = desk();
  for (const error of [REFUSED, null, REFUSED]) {
    answer.error = error;
    write(`words ${said.length} ${String(error)}`);
    await vi.advanceTimersByTimeAsync(40_000);
  }
  expect(said).toEqual([REFUSED, REFUSED]);
});

test('what of the beginning comes late is in the text its author writes in, before and after the page shows it', () => {
  const writer = new DocReplica(5);
  const edits = ['first', 'second'].map((text, at): TextEdit => ({ who: 'anna', at, writer: 'w'.repeat(43), stamp: String(at).padStart(16, '0'), sealed: true, update: writer.write([...writer.shown(), { id: text, type: 'paragraph', attrs: {}, text: [{ text, marks: {} }] }])[0]! }));
  const cut = { ['w'.repeat(43)]: edits[1]!.stamp };
  const replica = forkAt(edits.slice(0, 1), cut, 1_001, []);
  const session = new BranchSession({} as LifegraphApi, { space: 's', fragment: 'f', proposal: 'p' }, replica, () => undefined);
  session.take(updatesIn(edits, cut));
  expect(session.replica.shown().map(({ id }) => id)).toEqual(['first', 'second']);
  const shown: Uint8Array[] = [];
  session.show({ take: (updates) => void shown.push(...updates), busy: () => false, blocks: () => [], copy: new DocReplica(5), change: () => [] });
  session.take(updatesIn(edits, {}));
  session.take(updatesIn(edits, cut));
  expect(shown).toEqual(edits.map(({ update }) => update));
});

test('a page that is left gives everything at once, also while a saving is on its way and beyond what one saving takes', async () => {
  const leaves: (() => void)[] = [];
  vi.stubGlobal('addEventListener', (name: string, on: () => void, capture: unknown) => void (name === 'pagehide' && capture === true && leaves.push(on)));
  const { write, asked, answer } = desk();
  write('first');
  await vi.advanceTimersByTimeAsync(1_000);
  // The next saving gets no answer any more.
  answer.error = null;
  write(`second ${'x'.repeat(30_000)}`);
  vi.advanceTimersByTime(400);
  const before = asked.length;
  for (let no = 0; no < 8; no++) write(`${no} ${String.fromCharCode(97 + no).repeat(7_000)}`);
  leaves[0]!();
  expect(asked.length).toBeGreaterThan(before + 1);
  const other = new DocReplica(2_002);
  other.take(asked.flat().map((op) => ('props' in op ? (op.props as { update: Uint8Array }).update : new Uint8Array())));
  expect(other.shown()[0]!.text[0]!.text.startsWith('7 hhh')).toBe(true);
});
