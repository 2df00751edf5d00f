/** Markdown while typing: marks at the beginning of a line make it a kind of block, marks around words make them bold and the like. And pasted text as blocks. */
import { InputRule } from '@tiptap/pm/inputrules';
import type { Mark, Node, ResolvedPos, Schema } from '@tiptap/pm/model';
import type { EditorState, Transaction } from '@tiptap/pm/state';
import { fitsTable, formulasApart, FORMULA_FREE, FORMULA_WORDS, inFormula, isAddress, isFormula, LEVEL_MAX } from '#domain/editor/model';
import { turnInto, type Kind } from './acts.ts';
import { FORMULA } from './code-marks.ts';
import { newBlockId, nodeName } from './convert.ts';
import { tableNode } from './table-nodes.ts';
import { tableLines } from './table-text.ts';

/** Lines that begin like this are of this kind; `match` gives the rest. */
const LINES: readonly [RegExp, (match: RegExpMatchArray) => Kind & { done?: true; lang?: string }][] = [
  [/^(#{1,6})\s/, (match) => ({ kind: 'heading', level: Math.min(LEVEL_MAX, match[1]!.length) })],
  [/^[-*+]?\s?\[([ xX]?)\]\s/, (match) => ({ kind: 'task', ...(/x/i.test(match[1]!) ? { done: true as const } : {}) })],
  [/^[-*+]\s/, () => ({ kind: 'list' })],
  [/^\d{1,9}[.)]\s/, () => ({ kind: 'list', numbered: true })],
  [/^>\s/, () => ({ kind: 'quote' })],
  [/^!\s/, () => ({ kind: 'callout' })],
];

/** `**bold**` and the like, at the end of what was typed; the last group is what stays. */
const WORDS: readonly [RegExp, string][] = [
  [/(?:^|[^*])(\*\*([^*\s](?:[^*]*[^*\s])?)\*\*)$/, 'bold'],
  [/(?:^|[^_\p{L}\d])(__([^_\s](?:[^_]*[^_\s])?)__)$/u, 'bold'],
  [/(?:^|[^*])(\*([^*\s](?:[^*]*[^*\s])?)\*)$/, 'italic'],
  [/(?:^|[^_\p{L}\d])(_([^_\s](?:[^_]*[^_\s])?)_)$/u, 'italic'],
  [/(?:^|[^~])(~~([^~\s](?:[^~]*[^~\s])?)~~)$/, 'strike'],
  [/(?:^|[^`])(`([^`]+)`)$/, 'mono'],
];
const LINK = /\[([^\][]+)\]\(([^()\s]+)\)$/;

function lineRule(find: RegExp, kind: (match: RegExpMatchArray) => Kind & { done?: true }): InputRule {
  return new InputRule(new RegExp(`${find.source}$`), (state, match, start, end) => {
    const { $head } = state.selection;
    const held: unknown = $head.node(1).attrs['kind'];
    const { done, ...of } = kind(match);
    // Inside of a list "1. " is text, and "[ ] " makes a task: "- [ ] " was a list at its second sign.
    if ((held !== 'paragraph' && !(held === 'list' && of.kind === 'task')) || start !== $head.start(1)) return null;
    const tr = become(state.tr.delete(start, end), of);
    return done && tr ? tr.setNodeAttribute(tr.selection.$head.before(1), 'done', true) : tr;
  });
}

/** The chosen block as another kind, in the same step as what the transaction did. */
function become(tr: Transaction, kind: Kind): Transaction | null {
  let made: Transaction | null = null;
  turnInto(kind)({ doc: tr.doc, selection: tr.selection, tr, schema: tr.doc.type.schema } as unknown as EditorState, (done) => (made = done));
  return made;
}

/** What stands before a place in its text, without what is code: a formula that was closed is none that was begun. */
const wordsBefore = ({ parent, parentOffset }: ResolvedPos): string => parent.content.cut(0, parentOffset).content.map(({ text, marks }) => (marks.some(({ type }) => type.spec.code) ? '\ufffc' : (text ?? ''))).join('');

function wordRule(find: RegExp, name: string): InputRule {
  return new InputRule(find, (state, match, start, end) => {
    const [whole, words] = [match[1]!, match[2]!];
    const mark = state.schema.marks[name]!;
    // What was typed last is not in the document yet; an input method may have put in all of it at once, and a choice goes with the key.
    const from = start + match[0].length - whole.length;
    const edge = (whole.length - words.length) / 2;
    const tail = from + edge + words.length;
    const $from = state.doc.resolve(from);
    if (tail > end || (name !== 'mono' && inFormula(wordsBefore($from)))) return null;
    const tr = state.tr.delete(tail, end).delete(from, from + edge);
    return tr.addMark(from, from + words.length, mark.create()).removeStoredMark(mark);
  }, { inCodeMark: false });
}

/** `$a^2$` is a formula: code with its signs. */
const formulaRule = (): InputRule => new InputRule(new RegExp(`${FORMULA_FREE.before}${FORMULA_WORDS}$`), (state, match, start, end) => {
  const mono = state.schema.marks['mono']!;
  if (!state.doc.resolve(start).sameParent(state.doc.resolve(end)) || state.doc.rangeHasMark(start, end, mono)) return null;
  // What was typed last is not in the document yet.
  const [whole, held] = [match[0], state.doc.textBetween(start, end)];
  let same = 0;
  while (same < held.length && held[same] === whole[same]) same++;
  return state.tr.insertText(whole.slice(same), start + same, end).addMark(start, start + whole.length, mono.create()).removeStoredMark(mono);
}, { inCodeMark: false });

/** A digit right behind its sign makes it words again: the second of two prices. */
const priceRule = (): InputRule => new InputRule(/\$\d$/, (state, match, start, end) => {
  const mono = state.schema.marks['mono']!;
  const $at = state.doc.resolve(start + 1);
  const [before, behind] = [$at.nodeBefore, $at.nodeAfter];
  if (!before?.isText || !mono.isInSet(before.marks) || !isFormula(before.text!) || (behind && mono.isInSet(behind.marks))) return null;
  return state.tr.removeMark(start + 1 - before.nodeSize, start + 1, mono).insertText(match[0].slice(1), start + 1, end).removeStoredMark(mono);
});

/** Words as they stand in a text, their formulas as such. */
export function wordNodes(schema: Schema, words: string, marks: readonly Mark[] = []): Node[] {
  return formulasApart(words).map(({ text, formula }) => schema.text(text, formula ? schema.mark('mono').addToSet(marks) : marks));
}

/** The rules. */
export function markdownRules(schema: Schema): InputRule[] {
  const code = new InputRule(/^```([a-z0-9+#-]{0,24})\s$/, (state, match, start, end) => {
    return become(state.tr.delete(start, end), { kind: 'code', ...(match[1] ? { lang: match[1] } : {}) });
  });
  const formula = new InputRule(/^\$\$\s$/, (state, _match, start, end) => become(state.tr.delete(start, end), { kind: 'code', lang: FORMULA }));
  const divider = new InputRule(/^(?:---|\*\*\*|___)\s$/, (state, _match, start, end) => {
    const { $head } = state.selection;
    return $head.node(1).type.name === 'block' ? state.tr.delete(start, end).insert($head.before(1), schema.node('divider', { bid: newBlockId() })) : null;
  });
  const link = new InputRule(LINK, (state, match, start, end) => {
    const [, words, href] = match;
    return isAddress(href) ? state.tr.replaceWith(start, end, schema.text(words!, [schema.mark('link', { href })])).removeStoredMark(schema.marks['link']!) : null;
  }, { inCodeMark: false });
  return [...LINES.map(([find, kind]) => lineRule(find, kind)), ...WORDS.map(([find, name]) => wordRule(find, name)), code, formula, formulaRule(), priceRule(), divider, link];
}

/** Pasted text as blocks: a line each, fenced code as code; empty lines part paragraphs. */
export function blocksOfText(schema: Schema, text: string): Node[] {
  const out: Node[] = [];
  let code: { lang: string; lines: string[] } | null = null;
  const put = (kind: Kind & { done?: true; lang?: string }, words: string, indent = 0): void => {
    const name = nodeName(kind.kind);
    out.push(schema.node(name, { ...kind, bid: newBlockId(), indent: indent || null }, words === '' || name === 'divider' ? [] : name === 'code' ? [schema.text(words)] : wordNodes(schema, words)));
  };
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  let words = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const table = code === null && at >= words ? tableLines(lines, at) : null;
    if (table && fitsTable(table.rows)) {
      out.push(tableNode(schema, { bid: newBlockId() }, table.rows));
      at += table.count - 1;
      continue;
    }
    // One that is too large is words to its end: each line of it would be looked at as the head of the rest.
    if (table) words = at + table.count;
    const fence = /^\s*```([a-z0-9+#-]{0,24})\s*$/.exec(line);
    if (fence && code === null) code = { lang: fence[1]!, lines: [] };
    else if (fence && code) {
      put({ kind: 'code', ...(code.lang ? { lang: code.lang } : {}) }, code.lines.join('\n'));
      code = null;
    } else if (code) code.lines.push(line);
    else if (/^\s*(?:---+|\*\*\*+|___+)\s*$/.test(line)) put({ kind: 'divider' }, '');
    else if (line.trim() !== '') putLine(line, put);
  }
  if (code) put({ kind: 'code' }, code.lines.join('\n'));
  return out;
}

function putLine(line: string, put: (kind: Kind & { done?: true }, words: string, indent?: number) => void): void {
  const words = line.trimStart();
  for (const [find, kind] of LINES) {
    const match = find.exec(words);
    if (!match) continue;
    const made = kind(match);
    const inside = made.kind === 'list' || made.kind === 'task' ? Math.min(8, Math.floor((line.length - words.length) / 2)) : 0;
    return put(made, words.slice(match[0].length).trim(), inside);
  }
  put({ kind: 'paragraph' }, line.trim());
}
