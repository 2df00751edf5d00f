/** Rows of the palette: what stands first, what of them the words found, and what Enter does while more may be found. */
import { expect, test } from 'vitest';
import { enterWaits, hitsOf, ranked, type PaletteEntry } from '#view/kit/palette-rows.ts';

const entry = (id: string, group: PaletteEntry['group'], label: string, part: Partial<PaletteEntry> = {}): PaletteEntry => ({ id, group, label, icon: 'search', run: () => undefined, ...part });
const OFFERED = [entry('general', 'go', 'general'), entry('pause', 'do', 'Work offline'), entry('channel', 'create', 'New channel', { always: true }), entry('space', 'create', 'New space'), entry('search', 'go', 'Search for it', { otherwise: true })];
const ids = (rows: readonly PaletteEntry[]): string[] => rows.map(({ id }) => id);

test('words that nothing is called by are looked for: the search stands first, and what is made of them below', () => {
  expect(ids(ranked('zzz', OFFERED, false))).toEqual(['search', 'channel']);
  expect(hitsOf(ranked('zzz', OFFERED, false), 'zzz')).toBe(0);
  // Control: where something fits, it stands first and the search nowhere; so without words.
  expect([ids(ranked('gen', OFFERED, false)), ids(ranked('new', OFFERED, false)), ids(ranked('', OFFERED, false)).includes('search')]).toEqual([['general', 'channel'], ['space', 'channel'], false]);
  expect([hitsOf(ranked('gen', OFFERED, false), 'gen'), hitsOf(ranked('new', OFFERED, false), 'new')]).toEqual([1, 2]);
});

test('Enter waits for the answer where it would open what other words found, or make something of words that may be found yet', () => {
  const [channel, general] = [OFFERED[2]!, OFFERED[0]!];
  const thing = entry('found', 'things', 'Zzz', { always: true });
  expect(ids(ranked('zzz', OFFERED, true))).toEqual(['channel']);
  expect([enterWaits(true, channel, 'zzz'), enterWaits(true, undefined, 'zzz'), enterWaits(true, thing, 'zzz')]).toEqual([true, true, true]);
  // What the words name is opened at once, and nothing waits for an answer that is there.
  expect([enterWaits(true, general, 'gen'), enterWaits(true, channel, 'new'), enterWaits(false, channel, 'zzz'), enterWaits(false, thing, 'zzz')]).toEqual([false, false, false, false]);
});
