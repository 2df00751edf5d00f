/**
 * Random acl graphs with devices, invites, keys, cuts, forks and hostile members, delivered in any order: equal views, no ghosts, never ownerless, the founder never evicted, nothing
 * readable by who was removed; and each view as a second, plain reading of the rules says. 20,000 graphs with LGOS_FULL=1, which writes the section of docs/RELIABILITY.md.
 */
import { describe, expect, test } from 'vitest';
import { runGraphs } from '#tests/support/acl-graphs/campaign';
import { checkGraph, KINDS } from '#tests/support/acl-graphs/checks';
import { randomGraph } from '#tests/support/acl-graphs/generate';
import { KEPT } from '#tests/support/acl-graphs/hunt';
import { minimise } from '#tests/support/acl-graphs/minimise';
import { graphsSection } from '#tests/support/acl-graphs/page';
import { writeSection } from '#tests/sim/support/overlay-report';

const FULL = process.env['LGOS_FULL'] === '1';
/** A slice: `LGOS_GRAPHS=5001:300` takes 300 seeds of each kind from 5001 on, and writes no page. */
const [FROM, SLICE] = (process.env['LGOS_GRAPHS'] ?? '1:0').split(':').map(Number) as [number, number];
const many = (full: number, few: number): number => SLICE || (FULL ? full : few);
const COUNT = many(20_000, 300);
/** Further ones, with plans. */
const PAID = many(4_000, 100);
/** With shapes. */
const SHAPED = many(4_000, 40);
/** With newcomers who are kept to what is written from their coming on, closed histories, proofs of forks and public links. */
const LATE = many(4_000, 40);
/** And such where acts cross. */
const CROSSED = many(4_000, 100);
const NOTHING = Object.fromEntries(KINDS.map((kind) => [kind, 0]));

describe('random acl graphs', () => {
  test(`[row 36] {V3,K7} [RIGHT1][RIGHT3][RIGHT4][RIGHT5][RIGHT7][RIGHT11][RIGHT16][KEY1][KEY4] ${COUNT} graphs: no divergence, no ghost, no void act, never ownerless, founder never evicted, no plaintext for the removed`, { timeout: 3_600_000 }, () => {
    const figures = runGraphs(COUNT, FROM);
    if (FULL && !SLICE) writeSection('graphs', graphsSection(figures));
    // A graph that fails is shown as small as it gets, to be kept.
    const least = figures.first && minimise(randomGraph(figures.first.seed), figures.first.finding.kind);
    expect(least && JSON.stringify({ name: figures.first!.finding.what, graph: least })).toBeNull();
    expect(figures.found).toEqual(NOTHING);
    // Controls: every kind of act, of death and of verdict is met, and most acts have effect.
    for (const kind of ['accept', 'grant', 'revoke', 'withdraw', 'rotate', 'share', 'extend', 'adopt', 'retire', 'resolve', 'add', 'drop', 'recovery', 'policy', 'malformed']) expect(figures.kinds[kind], kind).toBeGreaterThan(10);
    for (const rule of ['1', '3', '4', '5', '6']) expect(figures.dead[rule], `rule ${rule}`).toBeGreaterThan(10);
    for (const verdict of ['ok', 'void', 'quarantined']) expect(figures.verdicts[verdict], verdict).toBeGreaterThan(10);
    expect(figures.effective / figures.acts).toBeGreaterThan(0.5);
    expect(figures.sealings).toBeGreaterThan(COUNT);
  });

  test(`{C7} [RIGHT30][RIGHT31][RIGHT32] ${PAID} graphs with plans: the same, and each voucher as the plain reading says`, { timeout: 3_600_000 }, () => {
    const figures = runGraphs(PAID, FROM, 'plans');
    const least = figures.first && minimise(randomGraph(figures.first.seed, 'plans'), figures.first.finding.kind);
    expect(least && JSON.stringify({ name: figures.first!.finding.what, graph: least })).toBeNull();
    expect(figures.found).toEqual(NOTHING);
    // Controls: vouchers are met, and some count, lose against others, and are put in again in vain.
    expect(figures.kinds['voucher']).toBeGreaterThan(PAID);
    expect(figures.paid).toBeGreaterThan(PAID / 3);
    expect(figures.unpaid).toBeGreaterThan(PAID);
  });

  test(`{K7} [RIGHT42] ${SHAPED} graphs with shapes: the same, and each record as the plain reading says`, { timeout: 3_600_000 }, () => {
    const figures = runGraphs(SHAPED, FROM, 'shapes');
    const least = figures.first && minimise(randomGraph(figures.first.seed, 'shapes'), figures.first.finding.kind);
    expect(least && JSON.stringify({ name: figures.first!.finding.what, graph: least })).toBeNull();
    expect(figures.found).toEqual(NOTHING);
    // Controls: shapes are met, and some records keep to them.
    expect(figures.kinds['policy']).toBeGreaterThan(SHAPED);
    for (const verdict of ['ok', 'void']) expect(figures.verdicts[verdict], verdict).toBeGreaterThan(SHAPED / 2);
  });

  test(`{K7} [KEY9][KEY10][RIGHT17][RIGHT26][RIGHT40][RIGHT41] ${LATE} graphs with newcomers, closed histories, proofs and links: the same, and whose keys are whose as the plain reading says`, { timeout: 3_600_000 }, () => {
    const figures = runGraphs(LATE, FROM, 'late');
    const least = figures.first && minimise(randomGraph(figures.first.seed, 'late'), figures.first.finding.kind);
    expect(least && JSON.stringify({ name: figures.first!.finding.what, graph: least })).toBeNull();
    expect(figures.found).toEqual(NOTHING);
    // Controls: all of it is met.
    for (const kind of ['baseline', 'verdict', 'proof']) expect(figures.kinds[kind], kind).toBeGreaterThan(LATE / 8);
  });

  test(`{V3,K7} [RIGHT3][RIGHT4][RIGHT8][RIGHT10][RIGHT11][RIGHT16][IDN2][IDN3] ${CROSSED} graphs where few persons act on each other, each device from what little it heard: the same`, { timeout: 3_600_000 }, () => {
    const figures = runGraphs(CROSSED, FROM, 'crossing');
    const least = figures.first && minimise(randomGraph(figures.first.seed, 'crossing'), figures.first.finding.kind);
    expect(least && JSON.stringify({ name: figures.first!.finding.what, graph: least })).toBeNull();
    expect(figures.found).toEqual(NOTHING);
    // Controls: members, devices, keys and branches of logs are given, taken and settled, and acts die by every rule.
    for (const kind of ['accept', 'grant', 'revoke', 'add', 'drop', 'cut', 'recovery']) expect(figures.kinds[kind], kind).toBeGreaterThan(CROSSED / 2);
    expect(figures.kinds['resolve']).toBeGreaterThan(3);
    for (const rule of ['1', '3', '4', '5', '6']) expect(figures.dead[rule], `rule ${rule}`).toBeGreaterThan(10);
    expect(figures.effective / figures.acts).toBeGreaterThan(0.5);
  });

  test('a graph follows from its seed', () => {
    expect(randomGraph(7)).toEqual(randomGraph(7));
    expect(randomGraph(7)).not.toEqual(randomGraph(8));
    expect(randomGraph(7, 'crossing')).toEqual(randomGraph(7, 'crossing'));
  });

  for (const { name, graph } of KEPT) {
    test(`regression: ${name}`, () => {
      expect(checkGraph(graph).findings).toEqual([]);
    });
  }
});
