import '#tests/support/text-engine';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { TextCell } from '#vm/graph/text-cell';
import { writerNamed } from '#tests/support/log-kit';
import { prng } from '#tests/support/prng';
import { session, type Session } from '#tests/support/text-kit';

const RUNS = process.env['LGOS_FULL'] === '1' ? 20_000 : 120;
const EDITS = 40;

type Next = (below: number) => number;

/** One edit of a line: letters, marks over a stretch, or a stretch that goes. */
function editText(next: Next, text: Y.Text | Y.XmlText, serial: number): void {
  const at = next(text.length + 1);
  const length = Math.min(1 + next(4), text.length - at);
  const mark = ['bold', 'link'][next(2)]!;
  const kind = next(6);
  if (kind === 0 && length > 0) text.delete(at, length);
  // Marks with nothing between them are left, where somebody else may write at that moment.
  else if (kind === 5) text.delete(0, text.length);
  else if (kind === 1 && length > 0) text.format(at, length, { [mark]: next(10) < 4 ? null : true });
  else text.insert(at, `${serial} `, next(10) < 3 ? { [mark]: true } : undefined);
}

/** One edit of a document with a plain text, and lines of which some go whole. */
function edit(next: Next, { doc }: Session, serial: number): void {
  const lines = doc.getXmlFragment('blocks');
  doc.transact(() => {
    const kind = next(6);
    if (kind === 0 || lines.length === 0) lines.insert(next(lines.length + 1), [new Y.XmlText(`line ${serial}`)]);
    else if (kind === 1 && lines.length > 2) lines.delete(next(lines.length), 1);
    else if (kind === 2) doc.getMap<number>('facts').set(`${next(3)}`, serial);
    else editText(next, kind < 4 ? doc.getText('text') : (lines.get(next(lines.length)) as Y.XmlText), serial);
  });
}

/** Edits of three who hear each other late, as updates in an order in which they came somewhere. */
function history(seed: number): Uint8Array[] {
  const next = prng(seed);
  const all = ['a', 'b', 'c'].map((name) => session(writerNamed(name), `${seed}`));
  const told: Uint8Array[] = [];
  const heard = all.map(() => 0);
  for (let serial = 0; serial < EDITS; serial++) {
    const who = next(3);
    if (next(10) < 4) for (; heard[who]! < told.length; heard[who]!++) all[who]!.hear(told[heard[who]!]!);
    edit(next, all[who]!, serial);
    const update = all[who]!.take();
    if (update) told.push(update);
  }
  return told;
}

const cellOf = (updates: readonly Uint8Array[], state: Uint8Array | null = null): TextCell => {
  const cell = new TextCell();
  if (state) cell.expand(state, () => undefined);
  for (const update of updates) cell.add(update);
  return cell;
};

test('[SNAP1] {V5} a text that was made one update shows with all that comes later what it shows without: letters, marks, lines that went', () => {
  const met = { smaller: 0, none: 0, waits: 0, again: 0 };
  for (let seed = 1; seed <= RUNS; seed++) {
    const told = history(seed);
    const next = prng(-seed);
    // Some came before what they stand on.
    if (seed % 3 === 0) told.splice(next(told.length), 0, ...told.splice(next(told.length - 3), 3));
    const cut = 1 + next(told.length);
    const before = cellOf(told.slice(0, cut));
    const state = before.compact();
    if (state === null) {
      met.none++;
      continue;
    }
    if (before.waits) met.waits++;
    const bytes = told.slice(0, cut).reduce((sum, one) => sum + one.length, 0);
    if (state.length < bytes) met.smaller++;
    const opened = cellOf([], state);
    expect(opened.digestBytes(), `seed ${seed}, opened`).toEqual(before.digestBytes());
    const later = told.slice(cut);
    expect(cellOf(later, state).digestBytes(), `seed ${seed}, later ones`).toEqual(cellOf(told).digestBytes());
    // Opened, heard more of and made one update again, as each start does.
    const half = cellOf(later.slice(0, later.length >> 1), state);
    const second = half.compact();
    if (second === null) continue;
    met.again++;
    expect(cellOf(later.slice(later.length >> 1), second).digestBytes(), `seed ${seed}, twice`).toEqual(cellOf(told).digestBytes());
  }
  // Control: each way was gone often enough to say something.
  for (const [way, times] of Object.entries(met)) expect([way, times > RUNS / 60]).toEqual([way, true]);
});

test('[SNAP1] marks with nothing between them stay: a letter that somebody wrote there comes later and has them', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => session(writerNamed(name), name)) as [Session, Session, Session];
  const told: Uint8Array[] = [];
  const tell = (who: Session, change: () => void): void => {
    who.doc.transact(change);
    told.push(who.take()!);
  };
  const line = (who: Session): Y.XmlText => who.doc.getXmlFragment('blocks').get(0) as Y.XmlText;
  tell(a, () => a.doc.getXmlFragment('blocks').insert(0, [new Y.XmlText()]));
  tell(a, () => line(a).insert(0, 'plain '));
  tell(a, () => line(a).insert(6, 'ab', { bold: true }));
  for (const update of told) for (const who of [b, c]) who.hear(update);
  tell(c, () => line(c).insert(7, 'x'));
  const late = told.pop()!;
  // Each takes a letter: neither sees that nothing is left.
  tell(a, () => line(a).delete(6, 1));
  tell(b, () => line(b).delete(7, 1));
  const state = cellOf(told).compact()!;
  const shown = (cell: TextCell): unknown => (cell.doc().getXmlFragment('blocks').get(0) as Y.XmlText).toDelta();
  expect(shown(cellOf([late], state))).toEqual([{ insert: 'plain ' }, { insert: 'x', attributes: { bold: true } }]);
  expect(cellOf([late], state).digestBytes()).toEqual(cellOf([...told, late]).digestBytes());
});

test('[SNAP1] few updates, and such on which Yjs throws, stay as they came', () => {
  const told = history(7);
  expect(cellOf(told.slice(0, 3)).compact()).toBeNull();
  expect(cellOf([...told, Uint8Array.of(1, 1, 200, 1, 0)]).compact()).toBeNull();
  expect(cellOf(told).compact()).not.toBeNull();
});

test('[SNAP2] what Yjs throws on behind a state tells that all updates are needed, and takes no words away meanwhile', () => {
  const told = history(7);
  const before = cellOf(told);
  let torn = 0;
  const cell = new TextCell();
  cell.expand(before.compact()!, () => torn++);
  expect([cell.words(), torn]).toEqual([before.words(), 0]);
  cell.add(Uint8Array.of(1, 1, 200, 1, 0));
  expect([cell.words(), torn > 0]).toEqual([before.words(), true]);
  // Without a state before it the update alone is left out, as ever.
  expect(cellOf([...told, Uint8Array.of(1, 1, 200, 1, 0)]).words()).toBe(before.words());
  torn = 0;
  for (let i = 0; i < 3; i++) cell.add(told[i]!);
  expect([cell.compact(), torn]).toEqual([null, 1]);
});
