/** Runs of agents as bytes that travel between own devices. */
import { describe, expect, test } from 'vitest';
import { encodeCbor, decodeCbor, type CborValue } from '#base/cbor';
import { err, ok } from '#base/result';
import { AGENT_LIMITS } from '#os/limits';
import type { AgentRequest } from '#os/agents/output';
import { encodeAgentAnswer, encodeAgentPiece, readAgentAnswer, readAgentPiece } from '#os/agents/piece';

const REQUEST: AgentRequest = {
  agent: 'mind/summary', version: 3, today: '2026-11-30', subject: 1, people: [['u1', 'Anna']],
  inputs: [{ space: 's', fragment: 'f', node: 'n1', block: null, by: null, at: 5, text: 'One.' }, { space: 's', fragment: 'f', node: 'n2', block: 'b', by: 'u1', at: 6.5, text: 'Два.' }],
};
const OUTPUT = { kind: 'summary' as const, items: [{ text: 'One.', sources: [0, 1], label: null, day: null, person: 'u1', why: ['first'] }] };
const MANIFEST = { capabilities: { reads: ['x'], makes: ['summary' as const] } };
const changed = (bytes: Uint8Array, change: (value: CborValue[]) => void): Uint8Array => {
  const value = decodeCbor(bytes) as CborValue[];
  change(value);
  return encodeCbor(value);
};

describe('{K4} a run of an agent on another own device', () => {
  test('a question comes as it was asked; one with vectors of a model does not travel', () => {
    expect(readAgentPiece(encodeAgentPiece(REQUEST)!)).toEqual(REQUEST);
    expect(encodeAgentPiece({ ...REQUEST, model: 'm', vectors: [] })).toBeNull();
  });

  test('what is no question is none: another shape, a subject outside, too many inputs', () => {
    const piece = encodeAgentPiece(REQUEST)!;
    // The control.
    expect(readAgentPiece(changed(piece, () => undefined))).not.toBeNull();
    const bad: ((value: CborValue[]) => void)[] = [
      (v) => void v.push(1), (v) => void (v[0] = 7), (v) => void (v[1] = 1.5), (v) => void (v[3] = 2), (v) => void (v[3] = -1), (v) => void (v[4] = [['u1']]), (v) => void ((v[5] as CborValue[])[0] = ['s']),
      (v) => void (v[5] = Array.from({ length: AGENT_LIMITS.inputs + 1 }, () => ['s', 'f', 'n', null, null, 1, 't'])),
    ];
    for (const change of bad) expect(readAgentPiece(changed(piece, change))).toBeNull();
    expect(readAgentPiece(Uint8Array.of(0xff))).toBeNull();
  });

  test('an answer too long to travel is said to be none, at once, so that it is made where it was asked', () => {
    const answer = encodeAgentAnswer(ok({ output: OUTPUT, code: 'c', backend: 'js' }));
    const most = (bytes: number) => readAgentAnswer(encodeAgentAnswer(ok({ output: OUTPUT, code: 'c', backend: 'js' }), bytes), MANIFEST, 2);
    expect([most(answer.length).ok, most(answer.length - 1)]).toEqual([true, err('busy')]);
  });

  test('an answer has no time in it, so the same is the same; it is held against what the agent may make, as the answer of its thread is', () => {
    const answer = encodeAgentAnswer(ok({ output: OUTPUT, code: 'c', backend: 'js' }));
    expect(encodeAgentAnswer(ok({ output: OUTPUT, code: 'c', backend: 'js', ms: 5 }))).toEqual(answer);
    expect(readAgentAnswer(answer, MANIFEST, 2)).toEqual(ok({ output: OUTPUT, code: 'c', backend: 'js' }));
    expect(readAgentAnswer(answer, MANIFEST, 1)).toEqual(err('widens'));
    expect(readAgentAnswer(answer, { capabilities: { reads: ['x'], makes: ['tasks'] } }, 2)).toEqual(err('widens'));
    expect(readAgentAnswer(encodeAgentAnswer(err('time')), MANIFEST, 2)).toEqual(err('time'));
    expect(readAgentAnswer(encodeCbor([1, 'nonsense']), MANIFEST, 2)).toEqual(err('bad-output'));
    for (const bytes of [encodeCbor(5), encodeCbor([0, 'c', 'js', 'summary']), encodeCbor([0, 1, 'js', 'summary', []]), Uint8Array.of(0xff)]) expect(readAgentAnswer(bytes, MANIFEST, 2)).toEqual(err('bad-output'));
  });
});
