/** Where others stand and what they type before its record comes (issue 6, cursors and presence): the letters that are not here, once, at their place. */
import { describe, expect, test } from 'vitest';
import { DocReplica, joinRuns, penText, plainOf, readPen, sliceRuns, type Block, type PenPlace } from '#domain/editor/model';
import { dice } from './writers.ts';

const SEEDS = process.env['LGOS_FULL'] === '1' ? 1_000 : 40;

const textOf = (replica: DocReplica, id = 'b'): string => plainOf(replica.shown().find((block) => block.id === id)!.text);

function put(replica: DocReplica, at: number, remove: number, text: string, id = 'b'): Uint8Array[] {
  const next = replica.shown().map((block): Block => (block.id === id ? { ...block, text: joinRuns([...sliceRuns(block.text, 0, at), { text, marks: {} }, ...sliceRuns(block.text, at + remove)]) } : block));
  return replica.write(next, { id, at: at + text.length });
}

/** A writer, and a reader who has what was written so far. */
function pair(words: string): { writer: DocReplica; reader: DocReplica } {
  const [writer, reader] = [new DocReplica(1_001), new DocReplica(2_002)];
  reader.take(writer.write([{ id: 'b', type: 'paragraph', attrs: {}, text: joinRuns([{ text: words, marks: {} }]) }]));
  return { writer, reader };
}

/** What the reader is shown, by way of the wire. */
function seen(writer: DocReplica, reader: DocReplica, at: number, since = 0): PenPlace | null {
  const pen = writer.pen({ id: 'b', at }, { id: 'b', at }, since);
  return pen && reader.penAt(readPen(penText(pen))!);
}

const withPreview = (reader: DocReplica, place: PenPlace): string => {
  const text = textOf(reader);
  return text.slice(0, place.head.at) + (place.typed?.before ?? '') + '|' + (place.typed?.after ?? '') + text.slice(place.head.at);
};

describe('{C3} the pens of others', () => {
  test('letters are seen before their record, and not twice when a part of it is here', () => {
    const { writer, reader } = pair('The lid.');
    const sent = [...'very '].map((letter, i) => put(writer, 4 + i, 0, letter)[0]!);
    expect(withPreview(reader, seen(writer, reader, 9)!)).toBe('The very |lid.');
    reader.take(sent.slice(0, 3));
    const half = seen(writer, reader, 9)!;
    expect(half.typed).toMatchObject({ before: 'y ', after: '' });
    expect(withPreview(reader, half)).toBe('The very |lid.');
    reader.take(sent);
    expect(seen(writer, reader, 9)).toEqual({ head: { id: 'b', at: 9 }, anchor: null, typed: null });
  });

  test('the place stays at its letters while another writes before it, and moves with its block', () => {
    const { writer, reader } = pair('one two');
    const pen = writer.pen({ id: 'b', at: 3 }, { id: 'b', at: 7 }, 0)!;
    put(reader, 0, 0, '>>> ');
    expect(reader.penAt(pen)).toEqual({ head: { id: 'b', at: 7 }, anchor: { id: 'b', at: 11 }, typed: null });
    put(writer, 3, 0, '!');
    expect(withPreview(reader, seen(writer, reader, 4)!)).toBe('>>> one!| two');
    reader.write([]);
    expect(reader.penAt(pen)).toBeNull();
  });

  test('at the beginning of a line and in an empty one; in one that is not here nothing is shown', () => {
    const { writer, reader } = pair('');
    put(writer, 0, 0, 'A');
    expect(withPreview(reader, seen(writer, reader, 1)!)).toBe('A|');
    writer.write([...writer.shown(), { id: 'c', type: 'paragraph', attrs: {}, text: [{ text: 'new', marks: {} }] }]);
    expect(reader.penAt(writer.pen({ id: 'c', at: 3 }, { id: 'c', at: 3 }, 0)!)).toBeNull();
  });

  test(`${SEEDS} seeds: whatever part of the records is here, the reader sees what the writer typed`, () => {
    let previews = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const roll = dice(seed);
      const { writer, reader } = pair('base text');
      const sent: Uint8Array[] = [];
      const from = roll(10);
      let at = from;
      for (let i = 0; i < 20; i++) {
        const what = seed % 2 === 0 ? 2 : roll(6);
        if (what === 0 && at > from) sent.push(...put(writer, --at, 1, ''));
        else if (what === 1) at = from + roll(at - from + 1);
        else sent.push(...put(writer, at++, 0, String.fromCharCode(97 + roll(26))));
        const copy = new DocReplica(3_000 + seed);
        copy.take([reader.state(), ...sent.slice(0, roll(sent.length + 1))]);
        const place = seen(writer, copy, at)!;
        if (place?.typed) previews++;
        // Typed on and on: all of it, where it stands. With deletions and leaps between: what stands together in the writer's text.
        if (seed % 2 === 0) expect(withPreview(copy, place).replace('|', '')).toBe(textOf(writer));
        else if (place) expect(textOf(writer)).toContain((place.typed?.before ?? '') + (place.typed?.after ?? ''));
      }
    }
    expect(previews).toBeGreaterThan(SEEDS);
  });

  test('{V7} what a hostile peer sends as a pen shows nothing and breaks nothing', () => {
    const { writer, reader } = pair('text');
    put(writer, 4, 0, 'x');
    const good = JSON.parse(penText(writer.pen({ id: 'b', at: 5 }, { id: 'b', at: 5 }, 0)!)) as [[string, string], [string, string], [number, string, number, [number, string][]]];
    const [head, anchor, typed] = good;
    const bad: unknown[] = [
      null, 7, [], [head], [head, anchor], [head, anchor, 7], [[7, head[1]], anchor, null], [[head[0], 'no base64!'], anchor, null], [['x'.repeat(200), head[1]], anchor, null],
      [head, anchor, [-1, typed[1], 0, []]], [head, anchor, [typed[0], typed[1], 0.5, []]], [head, anchor, [typed[0], typed[1], 0, [[0, 'x'.repeat(900)]]]], [head, anchor, [typed[0], typed[1], 0, [['0', 'x']]]],
      [head, anchor, [typed[0], typed[1], 0, Array.from({ length: 99 }, () => [0, 'x'])]],
    ];
    for (const value of bad) expect(readPen(JSON.stringify(value)), JSON.stringify(value)).toBeNull();
    expect(readPen('{')).toBeNull();
    // Well-formed, and of no place here: shown nowhere.
    for (const value of [[['__proto__', head[1]], anchor, typed], [[head[0], 'AAAA'], anchor, null], [[head[0], ''], anchor, null]]) expect(reader.penAt(readPen(JSON.stringify(value))!)).toBeNull();
    // The control.
    expect(reader.penAt(readPen(JSON.stringify(good))!)?.typed?.before).toBe('x');
  });
});
