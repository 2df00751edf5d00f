/** One copy of a document: what it makes of a hostile peer, of a version that knows more, and of a page that is turned over whole. */
import * as Y from 'yjs';
import { expect, test } from 'vitest';
import { DocReplica, plainOf, readAttrs, type Block } from '#domain/editor/model';
import { KERNEL_LIMITS } from '#os/limits';

const block = (id: string, text: string, rest: Partial<Block> = {}): Block => ({ id, type: 'paragraph', attrs: {}, text: text === '' ? [] : [{ text, marks: {} }], ...rest });
const words = (replica: DocReplica): string[] => replica.shown().map((one) => plainOf(one.text));

/** Updates of a peer that writes as it likes. */
function raw(write: (blocks: Y.Map<unknown>) => void): Uint8Array {
  const doc = new Y.Doc();
  doc.transact(() => write(doc.getMap('blocks')));
  return Y.encodeStateAsUpdate(doc);
}

test('{C3} every update fits into one operation: a long page written, turned over, marked and taken away at once', () => {
  const replica = new DocReplica(1_001);
  const long = Array.from({ length: 1_200 }, (_, i) => block(`block-id-of-22-signs-${i}`, i % 100 === 0 ? '漢'.repeat(9_000) : 'слово '.repeat(5)));
  const sizes = [replica.write(long), replica.write([...replica.shown()].reverse()), replica.write(replica.shown().map((one) => ({ ...one, type: 'list', attrs: { indent: 2, numbered: true }, text: one.text.map((run) => ({ ...run, marks: { bold: true } })) }))), replica.write([])];
  for (const updates of sizes) {
    expect(updates.length).toBeGreaterThan(1);
    expect(Math.max(...updates.map((update) => update.length))).toBeLessThan(KERNEL_LIMITS.opBytes - 1_000);
  }
  const other = new DocReplica(2_002);
  other.take(sizes.flat());
  expect(other.shown()).toEqual([]);
});

test('{V1} values that are none count as missing, and the page is shown', () => {
  const replica = new DocReplica(1_001);
  replica.take([raw((blocks) => {
    blocks.set('no-map', 7);
    blocks.set('array', new Y.Array());
    blocks.set('bare', new Y.Map());
    blocks.set('wild', new Y.Map(Object.entries({ pos: ['x', 7], type: 12, level: 99, indent: -1, numbered: 'yes', lang: '<script>', body: 'no text', from: {} })));
    const marked = new Y.Map<unknown>();
    blocks.set('marked', marked);
    marked.set('pos', [null, 'a0!aaaa']);
    const body = new Y.Text();
    marked.set('body', body);
    body.insert(0, 'link', { link: 'javascript:alert(1)', bold: 'very', unknown: true });
    body.insertEmbed(4, { image: 'x' });
  }), new Uint8Array([9, 9, 9])]);
  expect(replica.shown().map(({ id, type, attrs, text }) => ({ id, type, attrs, text }))).toEqual([
    { id: 'bare', type: 'paragraph', attrs: {}, text: [] }, { id: 'wild', type: 'newer', attrs: {}, text: [] }, { id: 'marked', type: 'paragraph', attrs: {}, text: [{ text: 'link\ufffc', marks: {} }] },
  ]);
  replica.write([...replica.shown(), block('mine', 'written after it')]);
  expect(words(replica).at(-1)).toBe('written after it');
});

test('{V4} a block of a newer version is moved and taken away, never written over', () => {
  const replica = new DocReplica(1_001);
  replica.take([raw((blocks) => {
    const map = new Y.Map<unknown>(Object.entries({ pos: [null, 'a0!aaaa'], type: 'hologram', depth: 3 }));
    blocks.set('new', map);
    map.set('body', new Y.Text('from the future'));
  })]);
  replica.write([block('first', 'before it'), { ...replica.shown()[0]!, text: [] }]);
  expect(replica.shown().map(({ id, type, text }) => [id, type, plainOf(text)])).toEqual([['first', 'paragraph', 'before it'], ['new', 'newer', 'from the future']]);
  replica.write([replica.shown()[0]!]);
  expect(words(replica)).toEqual(['before it']);
});

test('{V1} what another types into a block that is joined in that moment is shown; into one that is taken away it is kept for an undo', () => {
  const [one, two] = [new DocReplica(1_001), new DocReplica(2_002)];
  const begun = one.write([block('a', 'first'), block('b', 'second'), block('c', 'third')]);
  two.take(begun);
  const joined = one.write([block('a', 'firstsecond')]);
  const typed = two.write([block('a', 'first'), block('b', 'second late'), block('c', 'third late')], { id: 'c', at: 10 });
  one.take(typed);
  two.take(joined);
  expect(words(one)).toEqual(['firstsecond', ' late']);
  expect(words(two)).toEqual(words(one));
  one.write([...one.shown(), block('c', 'third late')]);
  expect(words(one)).toEqual(['firstsecond', ' late', 'third late']);
});

test('an anchor stays at its letter', () => {
  const [one, two] = [new DocReplica(1_001), new DocReplica(2_002)];
  two.take(one.write([block('a', 'abcdef')]));
  const anchor = one.anchor('a', 3)!;
  one.take([...two.write([block('a', 'XXabcdef')], { id: 'a', at: 2 }), ...two.write([block('a', 'XXabcYYdef')], { id: 'a', at: 7 })]);
  expect(one.place(anchor)).toEqual({ id: 'a', at: 5 });
  one.write([]);
  expect(one.place(anchor)).toBeNull();
  expect(one.anchor('none', 0)).toBeNull();
});

test('{V1} a block that is called like a cell is none: whoever writes on loses nothing', () => {
  const [one, two] = [new DocReplica(1_001), new DocReplica(2_002)];
  one.take([raw((blocks) => {
    const map = new Y.Map<unknown>(Object.entries({ pos: [null, 'a0!aaaa'], type: 'paragraph' }));
    blocks.set('a/row/column', map);
    map.set('body', new Y.Text('bait'));
  })]);
  expect(words(one)).toEqual([]);
  two.take(one.write([block('mine', 'first')]));
  two.take(one.write([block('mine', 'first and more')]));
  expect(words(two)).toEqual(['first and more']);
});

test('{C3} links of any length fit as well: written, changed, and written into', () => {
  const replica = new DocReplica(1_001);
  const text = (end: string) => Array.from({ length: 150 }, (_, i) => [{ text: `w${i}`, marks: { link: `https://example.org/${'x'.repeat(1_900)}${i}${end}` } }, { text: ' ', marks: {} }]).flat();
  const parted = text('').flatMap((run, at) => (at % 2 > 0 ? [run] : [{ ...run, text: run.text[0]! }, { text: '·', marks: {} }, { ...run, text: run.text.slice(1) }]));
  const sizes = [text(''), text('z'), parted].flatMap((runs) => replica.write([block('a', '', { text: runs })])).map((update) => update.length);
  expect(Math.max(...sizes)).toBeLessThan(KERNEL_LIMITS.opBytes - 1_000);
  expect(words(replica)).toEqual([parted.map((run) => run.text).join('')]);
});

test('half of a long page is taken away in a moment', { timeout: 20_000 }, () => {
  const replica = new DocReplica(1_001);
  replica.write(Array.from({ length: 3_000 }, (_, i) => block(`block-${i}`, `words of line ${i}`)));
  replica.write(replica.shown().slice(0, 1_500));
  expect(replica.shown()).toHaveLength(1_500);
});

test('words that say what a picture shows are not torn', () => {
  expect(readAttrs((name) => (name === 'alt' ? `${'x'.repeat(299)}😀` : undefined)).alt).toBe('x'.repeat(299));
});
