import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { forecastOf, gatherPieces, networkOf, pieceOf, pieceSteps, PIECE_RUNS, runPiece, type PlanLink, type PlanTask } from '#domain/goals/planning';

const tasks: PlanTask[] = [{ id: 'design', duration: 600, estimate: [300, 600, 1_500] }, { id: 'build', duration: 900, estimate: [600, 900, 2_400], notBefore: 480 }, { id: 'paint', duration: 120 }];
const links: PlanLink[] = [{ id: 'a', from: 'design', to: 'build', kind: 'FS', lag: 60 }, { id: 'b', from: 'build', to: 'paint', kind: 'SS', lag: 0 }, { id: 'c', from: 'gone', to: 'paint', kind: 'FS', lag: 0 }];

describe('{K3} a forecast in pieces', () => {
  test('a piece gives the ends of its runs whoever computes it, and names no task', () => {
    const piece = pieceOf({ tasks, links }, 'seed 1');
    expect(new TextDecoder().decode(piece)).not.toMatch(/design|build|paint/);
    const [one, two] = [runPiece(piece)!, runPiece(piece)!];
    expect([toBase64url(one), one.length]).toEqual([toBase64url(two), PIECE_RUNS * 8]);
    expect(toBase64url(runPiece(pieceOf({ tasks, links }, 'seed 2'))!)).not.toBe(toBase64url(one));
  });

  test('MUS18 a piece has a step for each thing before its runs and for every run, and comes to the same step by step', () => {
    const piece = pieceOf({ tasks, links }, 'seed 1');
    const steps = pieceSteps(piece);
    let [count, step] = [0, steps.next()];
    for (; !step.done; step = steps.next()) count++;
    expect([count, toBase64url(step.value!)]).toEqual([3 + PIECE_RUNS, toBase64url(runPiece(piece)!)]);
  });

  test('all pieces together say what one forecast of as many runs says', () => {
    const all = gatherPieces(Array.from({ length: 20 }, (_, i) => runPiece(pieceOf({ tasks, links }, `s${i}`))!));
    const whole = forecastOf(networkOf(tasks, links), { seed: 'whole', runs: 10_000 });
    expect(all.runs).toBe(10_000);
    for (const [mine, theirs] of [[all.p10, whole.at(10)], [all.p50, whole.at(50)], [all.p80, whole.at(80)], [all.p90, whole.at(90)]] as const) expect(Math.abs(mine / theirs - 1)).toBeLessThan(0.03);
    expect(gatherPieces([]).runs).toBe(0);
  });

  test('what is no piece is not computed', () => {
    const value = tryDecodeCbor(pieceOf({ tasks, links }, 's')) as CborValue[];
    const bad: CborValue[] = [7, [], [value[0]!, 0, value[2]!, value[3]!], [value[0]!, PIECE_RUNS + 1, value[2]!, value[3]!], ['x'.repeat(201), 1, [], []], [value[0]!, 1, [[-1, null, null]], []], [value[0]!, 1, [[1, 'a', null]], []], [value[0]!, 1, [[1, null, [1, 2]]], []], [value[0]!, 1, [[1, null, null]], [[0, 1, 0, 0]]], [value[0]!, 1, [[1, null, null]], [[0, 0, 4, 0]]]];
    for (const one of bad) expect(runPiece(encodeCbor(one)), JSON.stringify(one).slice(0, 60)).toBeNull();
    expect(runPiece(Uint8Array.of(0xff))).toBeNull();
    // Tasks in a circle count for nothing and stop nothing.
    expect(runPiece(encodeCbor(['s', 1, [[1, null, null]], [[0, 0, 0, 0]]]))).toHaveLength(8);
  });
});
