/** What the page shows is what its copy keeps, also where the copy keeps less than was meant. */
import { getSchema, type Editor } from '@tiptap/core';
import { EditorState, type Transaction } from '@tiptap/pm/state';
import { expect, test } from 'vitest';
import { DocReplica } from '#domain/editor/model';
import { Binding } from '#view/editor/binding.ts';
import { schemaParts } from '#view/editor/nodes.ts';

const schema = getSchema(schemaParts((key) => String(key)));

test('words that are kept shorter stand shorter in the page', () => {
  let state = EditorState.create({ schema, doc: schema.node('doc', null, [schema.node('file', { bid: 'b', kind: 'picture', file: 'AAAAAAAAAAAAAAAAAAAAAA' })]) });
  let heard: (event: { transaction: Transaction }) => void = () => undefined;
  const dispatch = (transaction: Transaction): void => {
    state = state.apply(transaction);
    heard({ transaction });
  };
  const replica = new DocReplica(1_001);
  const editor = { schema, isDestroyed: false, get state() {
    return state;
  }, view: { dispatch, dom: new EventTarget(), composing: false }, on: (_: string, on: typeof heard) => (heard = on) };
  new Binding(editor as unknown as Editor, replica, () => undefined);
  dispatch(state.tr.insert(0, schema.node('file', { bid: 'c', kind: 'picture', file: 'AAAAAAAAAAAAAAAAAAAAAA' })));
  dispatch(state.tr.setNodeAttribute(0, 'alt', 'x'.repeat(400)));
  expect(replica.shown()[0]!.attrs.alt).toHaveLength(300);
  expect(state.doc.firstChild!.attrs['alt']).toBe('x'.repeat(300));
});
