/** What an agent proposes for a page, as blocks: each kind changes what it says and nothing else. */
import { describe, expect, test } from 'vitest';
import type { Block } from '#domain/editor/model';
import type { ResultItem } from '#domain/mind';
import { proposedBlocks } from '#domain/mind/outline';

const block = (id: string, text: string, type: Block['type'] = 'paragraph', attrs: Block['attrs'] = {}): Block => ({ id, type, attrs, text: text === '' ? [] : [{ text, marks: {} }] });
const item = (text: string, source: number, label: string | null = null): ResultItem => ({ text, sources: [source], label, day: null, person: null, why: [] });
let serial = 0;
const newId = (): string => `new${serial++}`;
const lineage = (ids: readonly string[]) => ({ inputs: ids.map((id) => ({ space: 's', fragment: 'f', node: 'n', block: id })) }) as never;
const told = (blocks: readonly Block[] | null): unknown => blocks?.map(({ type, attrs, text }) => [type, ...(attrs.level ? [attrs.level] : []), ...(attrs.numbered ? ['1.'] : []), text.map((run) => run.text).join('')]) ?? null;

describe('{C3} {K4} what is proposed for a page', () => {
  const PAGE = [block('a', '- boots'), block('b', '- a rope'), block('c', 'The end.')];

  test('headings stand before their part, one level below those that are there; lines become lists and keep their marks', () => {
    const made = { kind: 'outline' as const, items: [item('To bring', 0, 'heading'), item('boots', 0, 'points'), item('a rope', 1, 'points'), item('Told', 2, 'here')], lineage: lineage(['a', 'b', 'c']) };
    expect(told(proposedBlocks(PAGE, made, newId))).toEqual([['heading', 2, 'To bring'], ['list', 'boots'], ['list', 'a rope'], ['paragraph', 'The end.']]);
    const marked: Block = { ...block('a', ''), text: [{ text: '1. ', marks: {} }, { text: 'boots', marks: { bold: true } }] };
    expect(proposedBlocks([block('t', 'Title', 'heading', { level: 3 }), marked], { ...made, items: [item('To bring', 0, 'heading'), item('boots', 0, 'numbers')] }, newId)!.slice(1)).toMatchObject([{ type: 'heading', attrs: { level: 4 } }, { id: 'a', type: 'list', attrs: { numbered: true }, text: [{ text: 'boots', marks: { bold: true } }] }]);
  });

  test('what a model wrote stands behind what it went on from; nothing in it is anything but words', () => {
    const made = { kind: 'draft' as const, items: [item('# More', 1), item('[x](javascript:1)', 1)], lineage: lineage(['a', 'b']) };
    expect(proposedBlocks(PAGE, made, newId)!.slice(1, 4)).toMatchObject([{ id: 'b' }, { type: 'paragraph', text: [{ text: '# More', marks: {} }] }, { type: 'paragraph', text: [{ text: '[x](javascript:1)', marks: {} }] }]);
  });

  test('what is gone, changed since, or of another kind changes nothing', () => {
    const outline = { kind: 'outline' as const, items: [item('Told', 0, 'here'), item('boots', 1, 'points')], lineage: lineage(['a', 'gone']) };
    expect(proposedBlocks(PAGE, outline, newId)).toBeNull();
    expect(proposedBlocks([block('a', 'boots')], { ...outline, items: [item('boots', 0, 'points')] }, newId)).toBeNull();
    expect(proposedBlocks(PAGE, { kind: 'draft', items: [item('More', 1)], lineage: lineage(['x', 'y']) }, newId)).toBeNull();
    expect(proposedBlocks(PAGE, { kind: 'summary', items: [item('boots', 0, 'heading')], lineage: lineage(['a']) }, newId)).toBeNull();
    expect(proposedBlocks(PAGE, { kind: 'outline', items: [item('x', 0, 'heading')], lineage: null }, newId)).toBeNull();
    // The control.
    expect(told(proposedBlocks([block('a', 'The the lid.')], { kind: 'edits', items: [item('The lid.', 0)], lineage: lineage(['a']) }, newId))).toEqual([['paragraph', 'The lid.']]);
  });
});
