import '#tests/support/text-engine';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { decodeCbor } from '#base/cbor';
import { TextCell } from '#vm/graph/text-cell';
import { documentValue, plainText } from '#vm/graph/text-value';
import { writerNamed } from '#tests/support/log-kit';
import { session, type Session } from '#tests/support/text-kit';

const A = writerNamed('a');
const B = writerNamed('b');

/** The value of a document that only heard updates, as a receiver has it. */
function heard(...updates: Uint8Array[]): unknown {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return documentValue(doc);
}
function made(change: (doc: Y.Doc) => void): unknown {
  const s = session(A, 'v');
  change(s.doc);
  return heard(s.take()!);
}

describe('document values (FORMATS §9)', () => {
  test('[TEXT6] a root is what lives in it', () => {
    const none = new Map();
    expect(made((doc) => doc.getText('text').insert(0, 'a'))).toEqual([['text', [['a', none]]]]);
    expect(made((doc) => doc.getMap('m').set('k', [1]))).toEqual([['m', new Map([['k', [1]]])]]);
    expect(made((doc) => doc.getArray('l').insert(0, [1, 'x']))).toEqual([['l', [1, 'x']]]);
    expect(made((doc) => doc.getXmlFragment('x').insert(0, [new Y.XmlElement('hr')]))).toEqual([['x', ['', none, [['hr', none, []]]]]]);
    const emptied = made((doc) => {
      doc.getText('gone').insert(0, 'a');
      doc.getText('gone').delete(0, 1);
      doc.getMap('m').set('k', 1);
      doc.getMap('m').delete('k');
    });
    expect(emptied).toEqual([]);
    expect(made((doc) => doc.getArray('l').insert(0, [new Y.Map(), new Y.Text('t')]))).toEqual([['l', [new Map(), [['t', none]]]]]);
  });

  test('[TEXT6] neighbours with equal attributes are one piece, whatever marks lie between', () => {
    const s = session(A, 'm');
    const t = s.doc.getText('text');
    t.insert(0, 'abcd');
    t.format(1, 2, { bold: true });
    const bold = s.take()!;
    t.format(1, 2, { bold: null });
    const plain = s.take()!;
    expect(heard(bold)).toEqual([['text', [['a', new Map()], ['bc', new Map([['bold', true]])], ['d', new Map()]]]]);
    expect(heard(bold, plain)).toEqual([['text', [['abcd', new Map()]]]]);
  });

  test('[TEXT6] opening a document or not, and the order of updates, do not change its value', () => {
    const a = session(A, 'a');
    const b = session(B, 'b');
    const updates: Uint8Array[] = [];
    for (let i = 0; i < 6; i++) {
      for (const s of [a, b]) {
        const t = s.doc.getText('text');
        t.insert(t.length, `${i}`, i % 2 === 0 ? { bold: true } : {});
        if (t.length > 3) t.format(0, 3, { bold: i % 3 === 0 ? true : null });
        updates.push(s.take()!);
      }
      if (i % 2 === 0) for (const update of updates) for (const s of [a, b]) s.hear(update);
    }
    const value = heard(...updates);
    expect(heard(...[...updates].reverse())).toEqual(value);
    const cell = new TextCell();
    for (const update of updates.slice(0, 5)) cell.add(update);
    const words = plainText(cell.doc());
    expect(words.length).toBeGreaterThan(0);
    for (const update of updates.slice(5)) cell.add(update);
    expect(decodeCbor(cell.digestBytes())).toEqual(value);
    cell.close();
    expect(decodeCbor(cell.digestBytes())).toEqual(value);
  });

  test('[TEXT6] the marks Yjs cleans up in an open document do not reach the digest', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => session(name === 'b' ? B : A, `clean-${name}`)) as [Session, Session, Session];
    a.doc.getText('text').insert(0, 'lr');
    a.doc.getText('text').insert(1, 'xx', { bold: true });
    const first = a.take()!;
    for (const s of [b, c]) s.hear(first);
    // Two remove one x each, so neither sees the marks become empty; the third writes between them.
    a.doc.getText('text').delete(1, 1);
    b.doc.getText('text').delete(2, 1);
    c.doc.getText('text').insert(2, 'y');
    const removals = [a.take()!, b.take()!];
    const inside = c.take()!;
    const open = new TextCell();
    const closed = new TextCell();
    open.doc().getText('text');
    open.add(first);
    for (const update of [first, ...removals, inside]) closed.add(update);
    for (const update of [...removals, inside]) open.add(update);
    expect(open.words()).toBe('lyr');
    const value = [['text', [['l', new Map()], ['y', new Map([['bold', true]])], ['r', new Map()]]]];
    expect(decodeCbor(closed.digestBytes())).toEqual(value);
    expect(decodeCbor(open.digestBytes())).toEqual(value);
    expect(documentValue(open.doc())).not.toEqual(value);
  });

  test('[limit TEXT_NESTING] [TEXT6] what nests too deep shows as null, and never fails the digest', () => {
    const digest = (depth: number): Uint8Array => {
      const s = session(A, 'deep');
      let map = s.doc.getMap('m');
      s.doc.transact(() => {
        for (let i = 0; i < depth; i++) {
          const inner = new Y.Map<unknown>();
          map.set('k', inner);
          map = inner;
        }
      });
      const cell = new TextCell();
      cell.add(s.take()!);
      return cell.digestBytes();
    };
    expect(digest(700).length).toBeGreaterThan(1000);
    expect(digest(700)).toEqual(digest(600));
    expect(digest(450)).not.toEqual(digest(400));
  });

  test('[limit MAX_TEXT_FAULTS] updates on which Yjs throws are left out, the same in any order', () => {
    const s = session(A, 'bad');
    s.doc.getText('text').insert(0, 'good');
    const good = s.take()!;
    const broken = new Uint8Array([1, 1, 1, 0, 132, 0, 0]);
    for (const order of [[good, broken], [broken, good]]) {
      const cell = new TextCell();
      for (const update of order) cell.add(update);
      expect(decodeCbor(cell.digestBytes())).toEqual([['text', [['good', new Map()]]]]);
    }
    const among = (faults: number): unknown => {
      const cell = new TextCell();
      for (let client = 1; client <= faults; client++) cell.add(Uint8Array.of(1, 1, client, 0, 132, 0, 0));
      cell.add(good);
      return decodeCbor(cell.digestBytes());
    };
    expect(among(16)).toEqual([['text', [['good', new Map()]]]]);
    expect(among(17)).toEqual([]);
  });
});
