/** Each rule of src/os/rights taken out or turned, one at a time: a random acl graph must show it. A few are hunted in `npm test`, all with LGOS_FULL=1, which writes the section of docs/RELIABILITY.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformWithOxc } from 'vite';
import { describe, expect, test } from 'vitest';
import { hunt, KEPT, type Caught } from '#tests/support/acl-graphs/hunt';
import { RULES as FIRST } from '#tests/support/acl-graphs/mutants';
import { LATE_RULES } from '#tests/support/acl-graphs/mutants-late';
import { rulesSection } from '#tests/support/acl-graphs/page';
import { applyMutant } from '#tests/sim/support/sim-bundle';
import { writeSection } from '#tests/sim/support/overlay-report';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const FULL = process.env['LGOS_FULL'] === '1';
const RULES = [...FIRST, ...LATE_RULES];
const SEEDS = 500;
/** Beginnings of the names of those to hunt alone, with a comma between: `LGOS_RULES=KEY9,RIGHT40`. No page is written then. */
const ONLY = process.env['LGOS_RULES']?.split(',') ?? [];
const hunted = ({ name }: { name: string }): boolean => (ONLY.length > 0 ? ONLY.some((one) => name.startsWith(one)) : FULL || FEW.includes(name));
/** In `npm test`: those that one of the first graphs shows, and of those that a graph is kept for one for each graph. */
const FEW = [...KEPT.flatMap(({ shows }) => shows?.slice(0, 1) ?? []), 'RIGHT3 a removed author lives on', 'RIGHT4 a grant beside a removal holds', 'RIGHT7 a state starts from a record that others stand beside', 'KEY1 a key from before a removal is good', 'RIGHT42 what is made is free', 'KEY9 fragment keys of before are due to all', 'RIGHT26 a link acts'];
/** Of those that a graph is kept for, some that random graphs where acts cross show soon. */
const CROSSING = ['IDN2 the first recovery key alone counts', ...(FULL ? ['RIGHT3 a statement revokes what it may not', 'RIGHT12 two of a kind', 'RIGHT8 a grant goes beyond the own scope', 'RIGHT11 only the named head is freed'] : [])];

describe('rights: each rule taken out', () => {
  test('every snippet stands once in the sources of today, under a name of its own, and what is left can be built', async () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    for (const mutant of RULES) {
      const code = readFileSync(join(ROOT, mutant.file), 'utf8');
      const changed = applyMutant(mutant, code);
      expect(changed, mutant.name).not.toBe(code);
      await expect(transformWithOxc(changed, mutant.file), mutant.name).resolves.toBeDefined();
    }
  });

  test('graphs where acts cross show by themselves what no other random one does', { timeout: 600_000 }, async () => {
    const caught: Caught[] = [];
    for (const mutant of RULES) if (CROSSING.includes(mutant.name)) caught.push(await hunt(mutant, SEEDS, 'crossing'));
    expect(caught.filter(({ graph }) => graph !== null).map(({ mutant }) => mutant.name).sort()).toEqual([...CROSSING].sort());
  });

  test('{K7} what is taken out is noticed, and the run says by which graph', { timeout: 3_600_000 }, async () => {
    const caught: Caught[] = [];
    for (const mutant of RULES) if (hunted(mutant)) caught.push(await hunt(mutant, SEEDS));
    if (FULL && ONLY.length === 0) writeSection('rules', rulesSection(caught));
    expect(caught.filter(({ graph }) => graph === null).map(({ mutant }) => mutant.name)).toEqual([]);
    expect(caught).toHaveLength(ONLY.length > 0 ? RULES.filter(hunted).length : FULL ? RULES.length : FEW.length);
    if (ONLY.length > 0) console.log(caught.map(({ mutant, graph, kind }) => `${mutant.name}: ${graph} (${kind})`).join('\n'));
  });
});
