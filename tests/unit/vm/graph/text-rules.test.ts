import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import * as Y from 'yjs';
import { concat } from '#base/bytes';
import { TextClocks, readTextClaims } from '#vm/graph/text-rules';
import { scanUpdate } from '#vm/graph/update-scan';
import { PRIMITIVE as P, type CborValue, type Operation } from '#vm/protocol/types';
import { idNamed, op, writerNamed } from '#tests/support/log-kit';
import { session } from '#tests/support/text-kit';

const A = writerNamed('a');
const node = idNamed('doc');
let ms = 0;
function text(update: Uint8Array, salt?: Uint8Array): Operation {
  const args: CborValue[] = salt === undefined ? [node, update] : [node, update, salt];
  return op(P.textUpdate, ++ms, args);
}
function claims(...ops: Operation[]): NonNullable<ReturnType<typeof readTextClaims>> {
  const read = readTextClaims(A, ops);
  expect(read).not.toBeNull();
  return read!;
}
function updateOf(change: (doc: Y.Doc) => void): Uint8Array {
  const s = session(A, 'x');
  change(s.doc);
  return s.take()!;
}

describe('text rules (FORMATS §3, Yjs)', () => {
  test('[TEXT1] the salt may come before or with the structs, not after', () => {
    const s = session(A, '1');
    s.doc.getText('text').insert(0, 'hi');
    const update = s.take()!;
    expect(new TextClocks().take(claims(text(update)))).toBe(false);
    expect(new TextClocks().take(claims(text(update, s.salt)))).toBe(true);
    expect(new TextClocks().take(claims(text(update), text(new Uint8Array([0, 0]), s.salt)))).toBe(false);
    const clocks = new TextClocks();
    expect(clocks.take(claims(text(new Uint8Array([0, 0]), s.salt)))).toBe(true);
    expect(clocks.take(claims(text(update)))).toBe(true);
    expect(clocks.take(claims(text(updateOf((doc) => doc.getText('text').insert(0, 'other')))))).toBe(false);
  });

  test('[TEXT2] gaps, repeats and empty structs are refused; several updates of one record go on from each other', () => {
    const s = session(A, '2');
    const steps = ['a', 'bc', 'd'].map((piece) => {
      s.doc.getText('text').insert(0, piece);
      return s.take()!;
    });
    const clocks = new TextClocks();
    expect(clocks.take(claims(text(steps[0]!, s.salt), text(steps[1]!)))).toBe(true);
    expect(clocks.take(claims(text(steps[1]!)))).toBe(false);
    expect(clocks.take(claims(text(steps[2]!)))).toBe(true);
    const gap = new TextClocks();
    expect(gap.take(claims(text(steps[0]!, s.salt), text(steps[2]!)))).toBe(false);
    // One GC struct of length 0, under client 1.
    expect(scanUpdate(new Uint8Array([1, 1, 1, 0, 0, 0, 0]))).toBeNull();
  });

  test('[TEXT5] a refused update moves no clock, not even its good part', () => {
    const s = session(A, '3');
    s.doc.getText('text').insert(0, 'a');
    const first = s.take()!;
    const foreign = updateOf((doc) => doc.getText('text').insert(0, 'x'));
    const clocks = new TextClocks();
    expect(clocks.take(claims(text(first, s.salt), text(foreign)))).toBe(false);
    expect(clocks.take(claims(text(first)))).toBe(false);
    expect(clocks.take(claims(text(first, s.salt)))).toBe(true);
  });

  test('[TEXT4] blind behind a stub: neither clocks nor client ids are judged', () => {
    const foreign = claims(text(updateOf((doc) => doc.getText('text').insert(0, 'x'))));
    const clocks = new TextClocks();
    clocks.goBlind();
    expect(clocks.take(foreign)).toBe(true);
    clocks.reset();
    expect(clocks.take(foreign)).toBe(false);
  });

  const bad: [string, (doc: Y.Doc) => void][] = [
    ['undefined in a value', (doc) => doc.getMap('m').set('k', [undefined])],
    ['bigint', (doc) => doc.getMap('m').set('k', 1n)],
    ['NaN', (doc) => doc.getMap('m').set('k', NaN)],
    ['-0', (doc) => doc.getMap('m').set('k', -0)],
    ['integral float beyond 2^53', (doc) => doc.getMap('m').set('k', 2 ** 60)],
    ['prototype key', (doc) => doc.getMap('m').set('__proto__', 1)],
    ['prototype key inside a value', (doc) => doc.getMap('m').set('k', JSON.parse('{"__proto__": 1}'))],
    ['prototype name of a format', (doc) => doc.getText('text').insert(0, 'x', JSON.parse('{"constructor": true}') as object)],
    ['prototype key inside an embed', (doc) => doc.getText('text').insertEmbed(0, JSON.parse('{"a": {"__proto__": 1}}') as object)],
    ['lone surrogate in an embed', (doc) => doc.getText('text').insertEmbed(0, { a: '\ud800' })],
    ['subdocument', (doc) => doc.getMap('m').set('sub', new Y.Doc())],
    ['[limit TEXT_VALUE_DEPTH] 65 containers', (doc) => doc.getMap('m').set('k', Array.from({ length: 65 }).reduce<unknown[]>((inner) => [inner], []))],
  ];
  test.each(bad)('[TEXT3] refused: %s', (_, change) => {
    expect(scanUpdate(updateOf(change))).toBeNull();
  });

  test('[TEXT3] refused: Skip structs, bytes after the end, cut updates, no update at all', () => {
    const s = session(A, '4');
    const parts = ['a', 'b', 'c'].map((piece) => {
      s.doc.getText('text').insert(0, piece);
      return s.take()!;
    });
    expect(scanUpdate(Y.mergeUpdates([parts[0]!, parts[2]!]))).toBeNull();
    const good = parts[0]!;
    expect(scanUpdate(good)).not.toBeNull();
    expect(scanUpdate(concat(good, new Uint8Array(1)))).toBeNull();
    for (let i = 0; i < good.length; i++) expect(scanUpdate(good.subarray(0, i))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => scanUpdate(bytes) === null || scanUpdate(bytes) !== null));
  });

  test('[TEXT3] accepted: everything an editor makes; ranges equal those of Yjs itself', () => {
    const s = session(A, '5');
    s.doc.transact(() => {
      s.doc.getText('text').insert(0, 'héllo 😀', { bold: true, link: { href: 'x' } });
      s.doc.getText('text').insertEmbed(0, { image: 'x', n: 1.5 });
      s.doc.getArray('a').insert(0, [1, -7, 1.5, null, true, false, 'x', new Uint8Array([1]), { a: [{}] }, 2 ** 40, -(2 ** 52)]);
      const xml = new Y.XmlElement('p');
      xml.setAttribute('k', 'v');
      s.doc.getXmlFragment('x').insert(0, [xml, new Y.XmlText('t'), new Y.XmlHook('h') as unknown as Y.XmlText]);
      s.doc.getMap('m').set('nested', new Y.Map([['t', new Y.Text('in')]]));
      s.doc.getText('text').delete(1, 2);
      s.doc.getArray('a').delete(0, 3);
    });
    const update = s.take()!;
    const total = Y.decodeUpdate(update).structs.reduce((sum, struct) => sum + struct.length, 0);
    const ranges = scanUpdate(update)!;
    expect(ranges).toEqual([{ client: s.doc.clientID, clock: 0, length: total }]);
    const collected = Y.encodeStateAsUpdate(s.doc);
    expect(scanUpdate(collected)).not.toBeNull();
  });
});
