/** Formulas in a line: what is typed, pasted and written on beside them, letter by letter as the editor gets it. */
import { inputRules } from '@tiptap/pm/inputrules';
import type { Node } from '@tiptap/pm/model';
import { EditorState, Plugin, TextSelection } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { expect, test } from 'vitest';
import { formulasApart, isFormula } from '#domain/editor/model';
import { htmlOf, markdownOf, readText } from '#domain/editor/ingest';
import { schema } from '#tests/unit/view/editor/desk';
import { pasteText } from '#view/editor/clipboard.ts';
import { Converter } from '#view/editor/convert.ts';
import { besideStep, lineFormulas } from '#view/editor/formula-marks.ts';
import { blocksOfText, markdownRules } from '#view/editor/markdown.ts';

const rules = inputRules({ rules: markdownRules(schema) });

/** A page whose first line says this; the caret stands behind it. */
function page(text: string): { view: EditorView; type(letters: string): void; at(pos: number): void; said(): string } {
  let state = EditorState.create({ schema, doc: schema.node('doc', null, [schema.node('block', { bid: 'a' }, text === '' ? [] : [schema.text(text)])]), plugins: [rules, new Plugin({ appendTransaction: (all, _before, now) => besideStep(all, now) })] });
  const at = (pos: number): void => void (state = state.apply(state.tr.setSelection(TextSelection.create(state.doc, pos))));
  const view = { composing: false, get state() {
    return state;
  }, dispatch: (tr: EditorState['tr']) => void (state = state.apply(tr)) } as unknown as EditorView;
  at(state.doc.content.size - 1);
  return {
    view, at, said: () => words(state.doc.firstChild!),
    type(letters) {
      for (const letter of letters) {
        const { from, to } = state.selection;
        if (rules.props.handleTextInput!.call(rules, view, from, to, letter, () => state.tr) !== true) state = state.apply(state.tr.insertText(letter));
      }
    },
  };
}

/** Formulas between `<` and `>`, other marked words between `{` and `}`. */
const words = (line: Node): string => line.children.map(({ text, marks }) => (marks.length === 0 ? text : marks.some(({ type }) => type.name === 'mono') && isFormula(text!) ? `<${text}>` : `{${text}}`)).join('');

test.each([
  ['so $a^2$ is', 'so <$a^2$> is'],
  ['$x^*y^*$ and *so*', '<$x^*y^*$> and {so}'],
  ['costs $5 and $6', 'costs $5 and $6'],
  ['costs $5-$6, or $7', 'costs $5-$6, or $7'],
  ['$5 is *very* cheap', '$5 is {very} cheap'],
  ['$(a)$, *so* it $\\vec{a}_{1} + \\vec{b}_{2}$', '<$(a)$>, {so} it <$\\vec{a}_{1} + \\vec{b}_{2}$>'],
  ['US$a$ and $ a $', 'US$a$ and $ a $'],
  ['`$a$` is code', '<$a$> is code'],
  ['($a$, $b$)', '(<$a$>, <$b$>)'],
])('typed: %s', (typed, said) => {
  const { type, said: now } = page('');
  type(typed);
  expect(now()).toBe(said);
});

test('what is typed beside a formula, at either end, is no part of it; inside of it is', () => {
  const one = page('');
  one.type('$a$');
  one.at(1);
  one.at(4);
  one.type(', so');
  expect(one.said()).toBe('<$a$>, so');
  one.at(1);
  one.type('x ');
  expect(one.said()).toBe('x <$a$>, so');
  one.at(5);
  one.type('+b');
  expect(one.said()).toBe('x <$a+b$>, so');
});

test('typed over words, the sign takes them with it', () => {
  const one = page('so $a here');
  one.view.dispatch(one.view.state.tr.setSelection(TextSelection.create(one.view.state.doc, 6, 11)));
  one.type('$');
  expect(one.said()).toBe('so <$a$>');
});

test('pasted words have their formulas, in one line and in several; code and prices are left as they are', () => {
  const one = page('is: ');
  pasteText(one.view, 'so $a_1$ for $5 or $6');
  expect(one.said()).toBe('is: so <$a_1$> for $5 or $6');
  one.type('!');
  expect(one.said()).toBe('is: so <$a_1$> for $5 or $6!');
  const two = page('');
  pasteText(two.view, '$a$');
  two.type('b');
  expect(two.said()).toBe('<$a$>b');
  expect(blocksOfText(schema, '- one $a$\n```\n$b$\n```').map(words)).toEqual(['one <$a$>', '$b$']);
});

test('those of a page are found in texts and cells, as far as there is room for them', () => {
  const math = schema.text('$a$', [schema.mark('mono')]);
  const line = (...inner: Node[]): Node => schema.node('block', null, inner);
  const doc = schema.node('doc', null, [line(schema.text('so '), math), schema.node('table', { bid: 't' }, [schema.node('row', { rid: 'r' }, [schema.node('cell', { cid: 'c' }, [math])])]), schema.node('code', null, [schema.text('$b$')]), line(schema.text('$c$'))]);
  expect(lineFormulas(doc)).toEqual([{ from: 4, to: 7, tex: 'a' }, { from: 11, to: 14, tex: 'a' }]);
  expect(lineFormulas(schema.node('doc', null, Array.from({ length: 3_000 }, () => line(math))))).toHaveLength(2_000);
});

test('a formula goes out as it is written and comes in again, a price stays one', () => {
  const [block] = blocksOfText(schema, 'so $a_1 * b$, for $5').map((node) => new Converter(schema).blockOf(node));
  const out = [{ type: 'paragraph' as const, attrs: {}, text: block!.text }];
  expect(markdownOf(out)).toBe('so $a_1 * b$, for \\$5\n');
  const html = htmlOf('', out);
  expect(html).toContain('so <code class="language-math">$a_1 * b$</code>, for $5');
  for (const [kind, text] of [['markdown', markdownOf(out)], ['html', html]] as const) expect(readText(kind, new TextEncoder().encode(text)).blocks).toEqual(out);
  expect(formulasApart('$$a$$ \\$b$ $c$d $5 and 10$')).toEqual([{ text: '$$a$$ \\$b$ $c$d ', formula: false }, { text: '$5 and 10$', formula: true }]);
});
