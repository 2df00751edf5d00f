/**
 * Our editor and TipTap on y-tiptap in Chromium, driven by the same acts of two or three people (issue 6, must show 1): what each loses and doubles. 20 seeds a profile with LGOS_FULL=1, which
 * writes the table of docs/EDITING.md; reduced otherwise. A run in which the other loses nothing is blind, and fails.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome, Wrong } from '#tests/support/editors/main';
import { rowOf, table, writeTable, type Row } from '#tests/support/editors/report';
import { LAST, PROFILES, scriptOf, wordOf, type Act, type Profile, type Script, type What } from '#tests/support/editors/script';
import { closeAll } from './support/acts.ts';
import { openEditorsPage, type EditorsPage } from './support/editors-page.ts';

const FULL = process.env['LGOS_FULL'] === '1';
const SEEDS = FULL ? 20 : 1;
const names = Object.keys(PROFILES) as Profile[];

let page: EditorsPage;
const rows: Row[] = [];
beforeAll(async () => {
  page = await openEditorsPage();
});
afterAll(async () => {
  await page?.stop();
  await closeAll();
});

const run = (script: Script, wrong: Wrong | null = null): Promise<Outcome> => page.peer.page.evaluate(([one, what]) => window.editors.run(one, what), [script, wrong] as const);

/** What must not be, in words: with the seed that shows it. */
function faults(profile: Profile, seed: number, { ours }: Outcome): string[] {
  const { lost, doubled, unmarked, overmarked, torn, differ, threw, reads } = ours;
  const bad = profile === 'split' ? { lost, unmarked, overmarked, threw } : { lost, doubled, overmarked, torn, threw };
  const named = Object.entries(bad).filter(([, list]) => list.length > 0).map(([what, list]) => `${what} ${list.join(' ')}`);
  const found = [...named, ...(differ > 0 ? [`${differ} see something else`] : [])];
  return found.length === 0 ? [] : [`${profile}, seed ${seed}: ${found.join(', ')}; the first reads:\n${reads}`];
}

describe('{C3} two or three people at the real editor', () => {
  test.for(names)('%s: nothing typed is lost, and what stands twice is marked, which only splits leave', { timeout: FULL ? 900_000 : 120_000 }, async (profile) => {
    const outcomes: Outcome[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) outcomes.push(await run(scriptOf(profile, seed)));
    const row = rowOf(profile, outcomes);
    rows.push(row);
    console.log(table([row]).split('\n').at(-1));
    expect(outcomes.flatMap((outcome, at) => faults(profile, at + 1, outcome))).toEqual([]);
    expect(row.words).toBeGreaterThan(SEEDS * 15);
  });

  test('the other editor loses words in the same run: the harness sees it', () => {
    console.log(table(rows));
    expect(rows.map(({ profile }) => profile)).toEqual(names);
    expect(rows.reduce((sum, { theirs }) => sum + theirs.lost, 0)).toBeGreaterThan(0);
    if (FULL) writeTable(rows, SEEDS);
  });

  test('the page complained of nothing', () => page.peer.expectClean());
});

describe('control: what is lost in ours is seen', () => {
  const act = (what: What, at: number): Act => ({ what, by: [at, 0, 0, 0] });
  const quiet = (profile: Profile, seed: number): Script => ({ ...scriptOf(profile, seed), keys: false });

  test('kinds that forget the ids of their blocks lose and double', async () => {
    const { ours } = await run(quiet('heading', 1), 'forget');
    expect([ours.differ, ours.threw]).toEqual([0, []]);
    expect(ours.lost.length + ours.doubled.length).toBeGreaterThan(0);
  });

  test('one word taken away is one lost, for everybody; one letter that does not come is one lost, for one', async () => {
    const script = quiet('typing', 1);
    expect((await run(script, 'take-away')).ours).toMatchObject({ lost: [wordOf(script.begin[0]!.by, 0)], doubled: [], differ: 0 });
    const { ours } = await run(script, 'withhold');
    expect(ours).toMatchObject({ lost: [], torn: [wordOf([0.5, 0, 0, 0], ours.words - 1)], doubled: [], differ: 1 });
  });

  test('a word that two splits left twice is marked; where both are said to be meant it is not, and counts', async () => {
    const word = wordOf([LAST, 0, 0, 0], 1);
    const script: Script = { seed: 1, people: 2, begin: [act('type', LAST), act('type', LAST)], rounds: [[[act('split', 0.5)], [act('split', 0.5)]]], keys: false };
    expect(await run(script)).toMatchObject({ ours: { lost: [], doubled: [word], unmarked: [], overmarked: [] }, theirs: { lost: [], doubled: [word] } });
    expect((await run(script, 'keep')).ours).toMatchObject({ lost: [], doubled: [word], unmarked: [word] });
  });
});
