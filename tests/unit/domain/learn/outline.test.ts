import { expect, test } from 'vitest';
import type { Block, Run } from '#domain/editor/model';
import { QUESTION } from '#domain/learn';
import { approveQuestion, isWhole, judge, readCourse, type Question } from '#domain/learn/course';
import { courseOutline } from '#domain/learn/outline';
import { nodeView } from '#tests/support/node-view';

let serial = 0;
const block = (type: Block['type'], text: string | Run[], attrs: Block['attrs'] = {}): Block => ({ id: `b${serial++}`, type, attrs, text: typeof text === 'string' ? [{ text, marks: {} }] : text });
const h = (level: number, text: string): Block => block('heading', text, { level });
const p = (text: string | Run[], page?: number): Block => block('paragraph', text, page === undefined ? {} : { page });
const shape = (blocks: Block[]): unknown => courseOutline(blocks, 'Handbook').modules.map(({ title, lessons }) => [title, lessons.map((lesson) => [lesson.title, lesson.blocks.length])]);

test('{C6} headings become modules and lessons: a title over all is the document, deeper ones stay in their lesson, what stands before the first or under a module is a lesson of its own', () => {
  expect(shape([h(1, 'Handbook'), h(2, 'Bench'), h(3, 'Straps'), p('Text.'), h(4, 'Deep'), p('More.'), h(3, 'Glands'), p('Text.'), h(2, 'Field'), p('Before.'), h(3, 'Posts'), p('Text.'), h(3, 'Empty')])).toEqual([['Bench', [['Straps', 3], ['Glands', 1]]], ['Field', [['Field', 1], ['Posts', 1]]]]);
  expect(shape([p('Before.'), h(2, 'One'), p('Text.'), h(2, 'Two'), p('Text.')])).toEqual([['', [['Handbook', 1], ['One', 1], ['Two', 1]]]]);
  expect(shape([h(2, 'One'), p('Text.'), h(2, 'Two'), p('Text.'), h(3, 'Inner'), p('Text.')])).toEqual([['', [['One', 1], ['Two', 3]]]]);
  expect(shape([p('Only text.')])).toEqual([['', [['Handbook', 1]]]]);
  expect([shape([]), shape([h(1, 'Nothing below')]), shape([p('  ')])]).toEqual([[], [], []]);
});

test('{C6} definitions and emphasised words become questions with their place: each whole, answered right by what the document says, the same for everybody', () => {
  const blocks = [
    h(2, 'Parts'), p([{ text: 'Gland', marks: { bold: true } }, { text: ' – where the cable enters the box.', marks: {} }], 16), p('Strap: what holds the box to its post.'), p('Post – what stands in the ground already.', 17),
    h(2, 'Torque'), p([{ text: 'Tighten by ', marks: {} }, { text: 'hand', marks: { bold: true } }, { text: ' until the rubber bulges. Then it needs 12 mm of room below. See chapter 3 for all that follows here: nothing.', marks: {} }]), block('code', 'Gland – no definition in here at all'),
  ];
  const outline = courseOutline(blocks, 'Handbook');
  const [parts, torque] = outline.modules[0]!.lessons;
  expect(parts!.questions.map(({ rule, page, draft }) => [rule, page, draft.kind, draft.ask, draft.options.map(({ text, right }) => `${text}${right ? '!' : ''}`)])).toEqual([
    ['definition', 16, 'choice', '… – where the cable enters the box.', ['Gland!', 'Post', 'Strap']],
    ['definition', 16, 'choice', '… – what holds the box to its post.', ['Gland', 'Post', 'Strap!']],
    ['definition', 17, 'choice', '… – what stands in the ground already.', ['Gland', 'Post!', 'Strap']],
  ]);
  expect(torque!.questions.map(({ rule, draft }) => [rule, draft.ask])).toEqual([['emphasis', 'Tighten by {{hand}} until the rubber bulges.'], ['number', 'Then it needs {{12 mm}} of room below.']]);
  expect(outline).toMatchObject({ lessons: 2, questions: 5 });
  for (const { draft } of outline.modules[0]!.lessons.flatMap(({ questions }) => questions)) expect(isWhole(draft)).toBe(true);
  const asked: Question = { ...torque!.questions[1]!.draft, id: 'q', source: null, newer: false };
  expect(judge(asked, { words: ['12 mm'] }).right).toBe(true);
  expect(courseOutline(blocks, 'Handbook')).toEqual(outline);
});

test('signs of holes in a document are no holes, very long sentences and terms are none, and a lesson has few questions', () => {
  const odd = courseOutline([h(2, 'Odd'), p([{ text: 'Write {{x|y}} as ', marks: {} }, { text: 'a{b}c', marks: { bold: true } }, { text: ' in it always.', marks: {} }]), p(`${'w'.repeat(400)} 12 mm.`), ...Array.from({ length: 30 }, (_, at) => p(`It takes ${at + 10} mm of room below it.`))], 'x');
  const { questions } = odd.modules[0]!.lessons[0]!;
  expect(questions).toHaveLength(8);
  expect(questions[0]!.draft.ask).toBe('Write x y as {{a b c}} in it always.');
  expect(courseOutline([p('One: because this sentence goes on and on.')], 'x').modules[0]!.lessons[0]!.questions[0]!.draft).toMatchObject({ kind: 'cloze', ask: '{{One}} – because this sentence goes on and on.' });
});

test('code, addresses, tables and letters without names are no questions; a dash of two signs is one', () => {
  const lines = [
    '<span style={{ color: \'red\' }}> {product.name} </span>', 'display: block; margin-top: 5px; padding: 40px;', 'button: .avatar { border-radius: 50%; }', '100000x100000 = 1.16GB each', '1@>8:?.&1@>.1@>?@A.1=>2# 3% (4(56#.', 'See https://a.example/distrib: an address that is long enough.',
    '[1] A roadmap – http://a.example/lists/2008.', 'Bed: is it in direct sunlight? What is beside it?', 'Total 12 % 13 % 14 %.',
  ];
  expect(courseOutline([h(2, 'Code'), ...lines.map((one) => p(one))], 'x').modules[0]!.lessons[0]!.questions.map(({ draft }) => draft.ask)).toEqual([]);
  expect(courseOutline([h(2, 'Dash'), p('Дизайн -- подумайте, как бы вы организовали слои.'), p('Usually less than 5% of the time is spent there.')], 'x').modules[0]!.lessons[0]!.questions.map(({ draft }) => draft.ask)).toEqual(['{{Дизайн}} – подумайте, как бы вы организовали слои.', 'Usually less than {{5%}} of the time is spent there.']);
});

test('a question that waits to be approved is asked of nobody; approved it is', () => {
  const step = nodeView({ id: 's', type: 'learn/lesson@1', fragment: 'f' });
  const question = (proposed: boolean) => nodeView({ id: 'q', type: QUESTION, fragment: 'f', parent: 's', props: { kind: 'free', ask: '?', answers: ['a'], ...(proposed && { proposed: true }) } });
  const read = (proposed: boolean) => readCourse('f', [step, question(proposed)], new Map()).steps[0]!;
  expect([read(true).questions.length, read(true).proposed.length, read(false).questions.length, read(false).proposed.length]).toEqual([0, 1, 1, 0]);
  expect(approveQuestion('q')).toMatchObject([{ op: 'node.set', id: 'q', props: { proposed: false } }]);
});
