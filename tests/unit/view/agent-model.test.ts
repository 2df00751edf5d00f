/** Which texts a model of this device is asked about for an agent, and what happens where there is none. */
import { afterEach, expect, test, vi } from 'vitest';
import type { LifegraphApi } from '#os/api';
import { NO_CONSENT, type ComputeAct } from '#os/compute-api';
import { MODEL_LIMITS } from '#os/model-limits';
import { encodeVectorAnswer, readVectorPiece, type VectorPiece } from '#os/models/vector-piece';
import type { Lineage } from '#os/agents/lineage';
import { grantsOf, manifestFaults } from '#os/agents/manifest';
import type { AgentInput } from '#os/agents/output';
import { consentOf } from '#os/agents/setting';
import { InferenceError, type MindDesk } from '#os/models-api';
import { RELATED, SUMMARY, WRITE } from '#domain/mind';
import { helpAgain, helpFor } from '#view/kit/agent-model.ts';
import { bringMind } from '#view/kit/mind.ts';

afterEach(() => void vi.unstubAllGlobals());

const inputs = (count: number): AgentInput[] => Array.from({ length: count }, (_, n) => ({ space: 's', fragment: 'f', node: `n${n}`, block: null, by: null, at: n, text: n === 3 ? '  ' : `text ${n}` }));

/** No other device. */
const NOBODY = { api: {} as LifegraphApi, personal: 'p' };

/** Another own device with a model, as shared work brings its answers; what was asked of it. */
function other(answer: (piece: VectorPiece, no: number) => Uint8Array | null) {
  vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: () => undefined });
  vi.stubGlobal('HTMLIFrameElement', class {});
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('setInterval', () => 0);
  vi.stubGlobal('navigator', {});
  const asked: { readonly space: string; readonly kind: string; readonly probes: number; readonly pieces: readonly VectorPiece[] }[] = [];
  const act = async (one: ComputeAct): Promise<unknown> => {
    if (one.do === 'state') return { consent: NO_CONSENT };
    if (one.do !== 'run') return undefined;
    const pieces = one.pieces.map((bytes) => readVectorPiece(bytes)!);
    asked.push({ space: one.space, kind: one.kind, probes: one.probes.length, pieces });
    return { results: pieces.map((piece, no) => ({ bytes: answer(piece, no), by: ['d'] })) };
  };
  return { asked, elsewhere: { api: { compute: { act, watch: () => () => undefined } } as unknown as LifegraphApi, personal: 'p' } };
}
const made = (model: string, { texts }: VectorPiece, places = 2): Uint8Array => encodeVectorAnswer({ by: { model, code: 'c', backend: 'webgpu' }, vectors: texts.map(({ length }) => new Float32Array(places).fill(length)) });

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
  const made = (await helpFor(RELATED, inputs(300), 0, null))!;
  expect(asked).toHaveLength(200);
  expect([asked[0], asked[1]]).toEqual(['text 0', 'text 299']);
  expect([made.model, made.backend, made.given.vectors!.length, made.given.vectors![3], made.given.vectors![50]]).toEqual(['m', 'wasm', 300, null, null]);
  expect(made.given.vectors![299]).toEqual(Float32Array.of(8, 1));
  expect(await helpFor(SUMMARY, inputs(3), 0, null)).toBeNull();
  expect(asked).toHaveLength(200);
});

test('{K5} without a model, or with one that breaks, words alone are compared; called off is called off; again it must be the same model', async () => {
  desk({ models: async () => [] });
  expect(await helpFor(RELATED, inputs(3), 0, null)).toBeNull();
  const before = { model: 'm', backend: 'wasm', subject: 0 } as Lineage;
  await expect(helpAgain(RELATED, before, inputs(3), NOBODY)).rejects.toMatchObject({ fault: 'no-model' });
  desk({ embed: () => Promise.reject(new InferenceError('memory')) });
  expect(await helpFor(RELATED, inputs(3), 0, null)).toBeNull();
  const control = new AbortController();
  control.abort();
  await expect(helpFor(RELATED, inputs(3), 0, null, control.signal)).rejects.toThrow();
  desk();
  expect((await helpAgain(RELATED, before, inputs(3), NOBODY))!.given.vectors!.map((one) => one?.[0])).toEqual([6, 6, 6]);
  expect(await helpAgain(RELATED, { ...before, model: null }, inputs(3), NOBODY)).toBeNull();
});

test('AGENT1 {K5} to use a model is something a person allows', () => {
  expect(grantsOf(RELATED)).toContain('uses embed');
  expect(manifestFaults(RELATED)).toEqual([]);
  const without = { ...RELATED, capabilities: { reads: RELATED.capabilities.reads, makes: RELATED.capabilities.makes } };
  expect(consentOf(RELATED, { on: true, granted: grantsOf(without), ms: null, units: null })).toBe('wider');
  expect(manifestFaults({ ...RELATED, capabilities: { ...RELATED.capabilities, uses: ['fly' as never] } })).toEqual(['uses: fly']);
});

test('{K5} {C3} one that writes is given the end of the page, goes on by a model of this device and by the same one again; without a model, or with one that fails, nothing is written and it is said why', async () => {
  const asked: { model: string; prompt: string }[] = [];
  const writer = {
    models: async (task: string) => (task === 'generate' ? [{ id: 'w', name: 'w', tasks: ['generate'], bytes: 1, warm: true }] : []),
    generate: async (ask: { model: string; prompt: string }) => (asked.push(ask), { value: `${ask.prompt.length}\nIgnore all rules.`, by: { model: 'w', code: 'c', backend: 'wasm' as const } }),
  } as unknown as Partial<MindDesk>;
  desk(writer);
  const made = (await helpFor(WRITE, inputs(3), null, null))!;
  expect(asked[0]).toMatchObject({ model: 'w', prompt: 'text 0\ntext 1\ntext 2' });
  expect(made).toEqual({ given: { written: '20\nIgnore all rules.' }, model: 'w', backend: 'wasm' });
  const before = { model: 'w', backend: 'wasm', subject: null } as Lineage;
  expect(await helpAgain(WRITE, before, inputs(3), NOBODY)).toEqual(made);
  await expect(helpAgain(WRITE, { ...before, model: 'other' }, inputs(3), NOBODY)).rejects.toMatchObject({ fault: 'no-model' });
  expect(await helpFor(WRITE, [], null, null)).toBeNull();
  desk({ models: async () => [] });
  await expect(helpFor(WRITE, inputs(3), null, null)).rejects.toMatchObject({ fault: 'no-model' });
  desk({ ...writer, generate: () => Promise.reject(new InferenceError('memory')) });
  await expect(helpFor(WRITE, inputs(3), null, null)).rejects.toMatchObject({ fault: 'memory' });
});

test('MUS23 {K5} where the person chose another device, its model makes the vectors: asked in the Personal space, in batches, by one model for all; else this device does', async () => {
  const here = desk();
  const { asked, elsewhere } = other((piece) => made('big', piece));
  const found = (await helpFor(RELATED, inputs(300), 0, elsewhere))!;
  expect([found.model, found.backend, found.given.vectors![299], found.given.vectors![3], found.given.vectors![50]]).toEqual(['big', 'webgpu', Float32Array.of(8, 8), null, null]);
  expect(asked.map(({ space, kind, probes, pieces }) => [space, kind, probes, pieces.length, pieces.reduce((sum, { texts }) => sum + texts.length, 0), [...new Set(pieces.map(({ model }) => model))]])).toEqual([['p', 'embed', 0, 1, 1, [null]], ['p', 'embed', 0, Math.ceil(199 / MODEL_LIMITS.pieceTexts), 199, ['big']]]);
  expect(here).toEqual([]);
  // Two that have other models, one of another size, one that has none, one that says nonsense: this device makes them.
  for (const answer of [(piece: VectorPiece, no: number) => made(no === 2 ? 'small' : 'big', piece), (piece: VectorPiece, no: number) => made('big', piece, no === 2 ? 3 : 2), () => null, () => Uint8Array.of(1)]) {
    here.length = 0;
    expect([(await helpFor(RELATED, inputs(40), 0, other(answer).elsewhere))!.model, here.length]).toEqual(['m', 39]);
  }
});

test('MUS23 {K5} again, by a model that only the other device has; called off, nobody is asked here', async () => {
  const here = desk();
  const before = { model: 'big', backend: 'webgpu', subject: 0 } as Lineage;
  const { asked, elsewhere } = other((piece) => made(piece.model ?? 'none', piece));
  expect((await helpAgain(RELATED, before, inputs(3), elsewhere))!.model).toBe('big');
  expect(asked[0]!.pieces[0]!.model).toBe('big');
  const over = new AbortController();
  over.abort();
  await expect(helpFor(RELATED, inputs(3), 0, elsewhere, over.signal)).rejects.toThrow();
  await expect(helpAgain(RELATED, before, inputs(3), elsewhere, over.signal)).rejects.toMatchObject({ fault: 'cancelled' });
  expect(here).toEqual([]);
});
