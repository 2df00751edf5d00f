import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { layersOf, runLayersPiece, type LayersAsked } from '#domain/goals/layers';
import { layersPiece, LAYERS_MOST, readLayers } from '#domain/goals/layers-piece';
import { COMPUTE_LIMITS } from '#os/compute-limits';

const asked: LayersAsked = { count: 5, width: 12, height: 3.25, down: false, links: [[0, 1, 0], [0, 2, 3.75], [1, 3, 0], [2, 3, 0], [3, 0, 0]] };

test('MUS22 {K3} the places of a diagram as a piece of work: the same bytes whoever computes them, near what the method says, and they hold no names', () => {
  const piece = layersPiece(asked);
  const [one, two] = [runLayersPiece(piece)!, runLayersPiece(piece)!];
  expect(toBase64url(one)).toBe(toBase64url(two));
  const [read, right] = [readLayers(one, asked)!, layersOf(asked)];
  expect([read.places.length, read.lines.length, read.lines.map(({ label }) => label !== null)]).toEqual([5, 5, [false, true, false, false, false]]);
  for (const [i, { x, y }] of right.places.entries()) expect(Math.max(Math.abs(read.places[i]!.x - x), Math.abs(read.places[i]!.y - y)), `${i}`).toBeLessThanOrEqual(1 / 32);
  for (const [i, { points }] of right.lines.entries()) expect(read.lines[i]!.points.length, `${i}`).toBe(points.length);
  expect(toBase64url(runLayersPiece(layersPiece({ ...asked, down: true }))!)).not.toBe(toBase64url(one));
});

test('MUS22 what is no piece is not computed, what is no answer to it is not shown', () => {
  const value = tryDecodeCbor(layersPiece(asked)) as CborValue[];
  const but = (at: number, part: CborValue): CborValue[] => value.map((one, i) => (i === at ? part : one));
  const bad: CborValue[] = [7, [], but(0, 2), but(1, 0), but(1, 1.5), but(1, LAYERS_MOST.things + 1), but(2, 0), but(3, -1), but(4, 2), but(5, 1), but(5, [[0, 5, 0]]), but(5, [[1, 1, 0]]), but(5, [[0, 1]]), but(5, [[0, 1, -1]]), but(5, Array.from({ length: LAYERS_MOST.links + 1 }, () => [0, 1, 0]))];
  for (const one of bad) expect(runLayersPiece(encodeCbor(one)), JSON.stringify(one).slice(0, 60)).toBeNull();
  expect(runLayersPiece(Uint8Array.of(0xff))).toBeNull();
  const answer = tryDecodeCbor(runLayersPiece(layersPiece(asked))!) as CborValue[];
  const said = (at: number, part: CborValue): Uint8Array => encodeCbor(answer.map((one, i) => (i === at ? part : one)));
  expect(readLayers(encodeCbor(answer), asked)).not.toBeNull();
  const lines = answer[3] as CborValue[];
  for (const one of [Uint8Array.of(0xff), encodeCbor([]), said(0, -1), said(1, 0.5), said(2, [1, 2]), said(2, Array.from({ length: 10 }, () => 'x')), said(2, Array.from({ length: 10 }, () => 2 ** 30)), said(3, lines.slice(1)), said(3, lines.map(() => [[1], []])), said(3, lines.map(() => [[], [1, 2, 3, 4]])), said(3, lines.map(() => 1))]) expect(readLayers(one, asked), toBase64url(one).slice(0, 40)).toBeNull();
  expect(readLayers(encodeCbor(answer), { ...asked, count: 4 })).toBeNull();
});

test('MUS18 MUS22 a layout that is wanted no more ends there and then, wherever it is; the next one is as if nothing had been', () => {
  const count = 60;
  const piece = layersPiece({ ...asked, count, links: Array.from({ length: 85 }, (_, i) => [i % (count - 1), Math.min(count - 1, (i % (count - 1)) + 1 + ((i * 7) % 13)), 0] as const) });
  let looks = 0;
  const whole = runLayersPiece(piece, () => (looks++, true))!;
  const all = looks;
  // It looks so often that there is no long way from one look to the next.
  expect(all).toBeGreaterThan(100 * count);
  for (const share of [0, 0.1, 0.5, 0.9, 0.999]) {
    const most = Math.floor(all * share);
    looks = 0;
    expect(runLayersPiece(piece, () => ++looks <= most)).toBeNull();
    expect(looks).toBe(most + 1);
  }
  looks = 0;
  expect(toBase64url(runLayersPiece(piece)!)).toBe(toBase64url(whole));
  expect(looks).toBe(0);
});

test('MUS22 a diagram of a few hundred things fits what travels, question and answer', () => {
  // A plan with a place for each layer and links that go over some.
  const count = 300;
  const links = Array.from({ length: 420 }, (_, i) => [i % (count - 1), Math.min(count - 1, (i % (count - 1)) + 1 + ((i * 7) % 13)), 0] as const);
  const large = { ...asked, count, links };
  const piece = layersPiece(large);
  const answer = runLayersPiece(piece)!;
  expect([piece.length < COMPUTE_LIMITS.inputBytes, answer.length < COMPUTE_LIMITS.resultBytes, readLayers(answer, large)!.places.length]).toEqual([true, true, count]);
});
