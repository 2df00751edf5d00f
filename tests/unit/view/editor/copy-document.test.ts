/** Templates and copies (issue 6): a page with the blocks of another and ids of its own, and the words a template asks for. */
import { expect, test } from 'vitest';
import type { LifegraphApi, Op } from '#os/api';
import { isTemplate, setTemplate, textNodeOf } from '#domain/editor';
import { DocReplica, plainOf, tableOf, withTable, type Block } from '#domain/editor/model';
import { nodeView } from '#tests/support/node-view';
import { copyDocument, filled } from '#view/editor/copy-document.ts';

const text = (words: string): Block['text'] => [{ text: words, marks: {} }];
const FILLINGS = { date: '29 November', title: 'Week 48', name: 'Anna' };

/** A graph of two documents: the source, and the one that is made. */
function graphOf(blocks: readonly Block[]): { api: LifegraphApi; made: DocReplica; acts: Op[] } {
  const source = new DocReplica(1);
  const updates = source.write(blocks);
  const made = new DocReplica(3);
  const acts: Op[] = [];
  const graph = {
    updates: async (node: string) => ({ updates: node === textNodeOf('source') ? updates : [], client: node === textNodeOf('source') ? 9 : 2, salt: new Uint8Array(16), mark: '' }),
    get: async () => nodeView({ type: 'editor/document@1', props: { 'property/AAAAAAAA': ['text', 'State', 1], 'property/AAAAAAAA/value': 'open', 'template': true } }),
    createFragment: async () => 'made',
    query: async () => [nodeView({ id: 'entry', type: 'fragment@1', props: { fragment: 'made', type: 'editor/document@1', title: 'x' } })],
    transact: async (ops: Op[]) => {
      for (const op of ops) if (op.op === 'text.update') made.take([op.update]);
      acts.push(...ops);
      return { ids: [] };
    },
  };
  return { api: { graph: () => graph } as unknown as LifegraphApi, made, acts };
}

test('what a template asks for is filled in, with its marks, and anything else between the signs stays', () => {
  expect(filled([{ text: '{{title}} of {{ Date }}', marks: { bold: true } }, { text: ' {{name}} {{what}} {{constructor}} {name}', marks: {} }], FILLINGS)).toEqual([
    { text: 'Week 48 of 29 November', marks: { bold: true } }, { text: ' Anna {{what}} {{constructor}} {name}', marks: {} },
  ]);
});

test('a copy shows the same under ids of its own; begun with a template it is filled in, also in cells', async () => {
  let part = 0;
  const blocks: Block[] = [
    { id: 'h', type: 'heading', attrs: { level: 1 }, text: text('{{title}}') }, { id: 't', type: 'task', attrs: { done: true, indent: 1 }, text: text('Seal'), from: 'h' },
    withTable({ id: 'x', attrs: {} }, tableOf([[text('By'), text('{{name}}')]], () => `i${part++}`)),
  ];
  const copy = graphOf(blocks);
  expect(await copyDocument(copy.api, 's', 'source', 'Copy', null)).toBe('made');
  const shown = copy.made.shown();
  expect(shown.map(({ type, attrs, text: words, table }) => [type, attrs, plainOf(words), table?.rows.map(({ cells }) => cells.map(plainOf))])).toEqual([['heading', { level: 1 }, '{{title}}', undefined], ['task', { done: true, indent: 1 }, 'Seal', undefined], ['table', {}, expect.any(String), [['By', '{{name}}']]]]);
  expect(shown.some(({ id }) => blocks.some((block) => block.id === id))).toBe(false);
  expect(copy.acts.every((op) => !('id' in op) || op.id === textNodeOf('made') || op.id === 'entry')).toBe(true);
  // In the trash until all of it is there.
  expect([copy.acts[0], copy.acts.at(-1)].map((op) => op!.op)).toEqual(['node.delete', 'node.restore']);
  // With its properties; a copy is no template itself.
  expect(copy.acts.flatMap((op) => (op.op === 'node.set' ? [op.props] : []))).toEqual([{ 'property/AAAAAAAA': ['text', 'State', 1], 'property/AAAAAAAA/value': 'open' }]);
  const filledIn = graphOf(blocks);
  await copyDocument(filledIn.api, 's', 'source', 'Week 48', FILLINGS);
  expect(plainOf(filledIn.made.shown()[0]!.text)).toBe('Week 48');
  expect(plainOf(filledIn.made.shown()[2]!.table!.rows[0]!.cells[1]!)).toBe('Anna');
});

test('a page says itself that others begin with it', () => {
  const [op] = setTemplate('f', true);
  expect(op).toMatchObject({ op: 'node.set', id: textNodeOf('f'), props: { template: true } });
  expect([true, false, 'yes', undefined].map((template) => isTemplate(nodeView({ type: 'editor/document@1', props: template === undefined ? {} : { template } })))).toEqual([true, false, false, false]);
});
