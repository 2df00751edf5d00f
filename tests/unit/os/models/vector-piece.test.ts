import { expect, test } from 'vitest';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { MODEL_LIMITS } from '#os/model-limits';
import { encodeVectorAnswer, encodeVectorPiece, readVectorAnswer, readVectorPiece } from '#os/models/vector-piece';

const piece = { model: null, texts: ['one', 'two'] };
const answer = { by: { model: 'm', code: 'c', backend: 'wasm' as const }, vectors: [Float32Array.of(0.1, -1), Float32Array.of(3, 0)] };

test('MUS23 {K5} texts and their vectors there and back, to the bit', () => {
  expect(readVectorPiece(encodeVectorPiece(piece))).toEqual(piece);
  expect(readVectorAnswer(encodeVectorAnswer(answer), piece)).toEqual(answer);
  expect(readVectorAnswer(encodeVectorAnswer(answer), { ...piece, model: 'm' })).toEqual(answer);
  // As many as are asked at once fit what travels, at 1,024 places.
  const most = { by: answer.by, vectors: Array.from({ length: MODEL_LIMITS.pieceTexts }, () => new Float32Array(1_024).fill(1 / 3)) };
  expect(encodeVectorAnswer(most).length).toBeLessThan(COMPUTE_LIMITS.resultBytes);
});

test('[limit MODEL.pieceTexts] [limit MODEL.pieceLetters] MUS23 what is no question is none, what is no answer to it neither', () => {
  const many = (count: number, letters = 1): string[] => Array.from({ length: count }, () => 'x'.repeat(letters));
  expect(readVectorPiece(encodeVectorPiece({ model: 'm', texts: many(MODEL_LIMITS.pieceTexts, MODEL_LIMITS.pieceLetters) }))).not.toBeNull();
  for (const bad of [7, [], [null, []], [null, many(MODEL_LIMITS.pieceTexts + 1)], [null, many(1, MODEL_LIMITS.pieceLetters + 1)], [null, [7]], [7, ['x']], ['', ['x']], ['x'.repeat(201), ['x']]] as CborValue[]) expect(readVectorPiece(encodeCbor(bad)), JSON.stringify(bad).slice(0, 40)).toBeNull();
  const value = tryDecodeCbor(encodeVectorAnswer(answer)) as CborValue[];
  const said = (at: number, part: CborValue): Uint8Array => encodeCbor(value.map((one, i) => (i === at ? part : one)));
  for (const bad of [Uint8Array.of(0xff), encodeCbor([]), said(0, ''), said(0, 7), said(1, 7), said(2, 'js'), said(3, 0), said(3, 1), said(3, 1.5), said(4, new Uint8Array(15)), said(4, new Uint8Array(16).fill(0xff))]) expect(readVectorAnswer(bad, piece)).toBeNull();
  expect([readVectorAnswer(encodeVectorAnswer(answer), { ...piece, model: 'other' }), readVectorAnswer(encodeVectorAnswer(answer), { model: null, texts: ['one'] })]).toEqual([null, null]);
});
