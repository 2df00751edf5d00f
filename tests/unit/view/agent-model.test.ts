/** Which texts a model of this device is asked about for an agent, and what happens where there is none. */
import { expect, test } from 'vitest';
import type { Lineage } from '#os/agents/lineage';
import { grantsOf, manifestFaults } from '#os/agents/manifest';
import type { AgentInput } from '#os/agents/output';
import { consentOf } from '#os/agents/setting';
import { InferenceError, type MindDesk } from '#os/models-api';
import { RELATED, SUMMARY } from '#domain/mind';
import { vectorsAgain, vectorsFor } from '#view/kit/agent-model.ts';
import { bringMind } from '#view/kit/mind.ts';

const inputs = (count: number): AgentInput[] => Array.from({ length: count }, (_, n) => ({ space: 's', fragment: 'f', node: `n${n}`, block: null, by: null, at: n, text: n === 3 ? '  ' : `text ${n}` }));

/** A desk with one model; what it was asked. */
function desk(more: Partial<MindDesk> = {}): string[] {
  const asked: string[] = [];
  bringMind(async () => ({
    models: async () => [{ id: 'm', name: 'm', tasks: ['embed'], bytes: 1, warm: true }],
    capabilities: async () => ({ backends: ['wasm'], threads: 1 }),
    embed: async ({ texts }: { texts: readonly string[] }) => (asked.push(...texts), { value: texts.map(({ length }) => Float32Array.of(length, 1)), by: { model: 'm', code: 'c', backend: 'wasm' } }),
    ...more,
  } as unknown as MindDesk));
  return asked;
}

test('{K5} the thing itself and the newest others with words get vectors, at most 200; an agent that says nothing of a model asks none', async () => {
  const asked = desk();
  const made = (await vectorsFor(RELATED, inputs(300), 0))!;
  expect(asked).toHaveLength(200);
  expect([asked[0], asked[1]]).toEqual(['text 0', 'text 299']);
  expect([made.model, made.backend, made.vectors.length, made.vectors[3], made.vectors[50]]).toEqual(['m', 'wasm', 300, null, null]);
  expect(made.vectors[299]).toEqual(Float32Array.of(8, 1));
  expect(await vectorsFor(SUMMARY, inputs(3), 0)).toBeNull();
  expect(asked).toHaveLength(200);
});

test('{K5} without a model, or with one that breaks, words alone are compared; called off is called off; again it must be the same model', async () => {
  desk({ models: async () => [] });
  expect(await vectorsFor(RELATED, inputs(3), 0)).toBeNull();
  const before = { model: 'm', backend: 'wasm', subject: 0 } as Lineage;
  await expect(vectorsAgain(before, inputs(3))).rejects.toMatchObject({ fault: 'no-model' });
  desk({ embed: () => Promise.reject(new InferenceError('memory')) });
  expect(await vectorsFor(RELATED, inputs(3), 0)).toBeNull();
  const control = new AbortController();
  control.abort();
  await expect(vectorsFor(RELATED, inputs(3), 0, control.signal)).rejects.toThrow();
  desk();
  expect((await vectorsAgain(before, inputs(3)))!.vectors.map((one) => one?.[0])).toEqual([6, 6, 6]);
  expect(await vectorsAgain({ ...before, model: null }, inputs(3))).toBeNull();
});

test('AGENT1 {K5} to use a model is something a person allows', () => {
  expect(grantsOf(RELATED)).toContain('uses embed');
  expect(manifestFaults(RELATED)).toEqual([]);
  const without = { ...RELATED, capabilities: { reads: RELATED.capabilities.reads, makes: RELATED.capabilities.makes } };
  expect(consentOf(RELATED, { on: true, granted: grantsOf(without), ms: null, units: null })).toBe('wider');
  expect(manifestFaults({ ...RELATED, capabilities: { ...RELATED.capabilities, uses: ['fly' as never] } })).toEqual(['uses: fly']);
});
