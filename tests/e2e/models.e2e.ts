/** Models in the tab: the real loading path on both backends with small models that a script of the repository builds; given from peer to peer; models that do harm. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { createBlake3 } from '#base/blake3';
import { toBase64url } from '#base/bytes';
import { modelId } from '#os/models/layout';
import { MODEL_LIMITS } from '#os/model-limits';
import type { MindDesk } from '#os/models-api';
import { badModels, generatedWords, tinyModels, writeModel, type ModelFiles } from '#scripts/lib/tiny-models';
import { closeAll, inviteTo, join, kept, linked, newSpace, person, SOON_MS } from './support/acts.ts';
import { processTree } from './support/peer.ts';
import { startModelHost, type ModelHost } from './support/model-host.ts';
import { DIST, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
let host: ModelHost;
const folder = mkdtempSync(joinPath(tmpdir(), 'lgos-models-'));
const LOAD_MS = 60_000;
const QUICK = '--js-flags=--liftoff-only';
const GPU = ['--enable-unsafe-webgpu', QUICK];

declare global {
  // eslint-disable-next-line no-var
  var desk: MindDesk;
  // eslint-disable-next-line no-var
  var pieces: number | undefined;
  // eslint-disable-next-line no-var
  var lost: boolean | undefined;
}

beforeAll(async () => {
  for (const [name, files] of Object.entries({ ...tinyModels(), ...badModels() })) writeModel(joinPath(folder, name), files);
  [server, host] = await Promise.all([startServer(), startModelHost(folder)]);
});
afterEach((context) => closeAll(context));
afterAll(async () => {
  await server?.stop();
  await host?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The desk that the screens have, reached by its own chunk. */
async function reach(page: Page): Promise<void> {
  const chunk = readdirSync(joinPath(DIST, 'assets')).find((name) => /^mind-[\w-]+\.js$/.test(name) && /\bas mind\b/.test(readFileSync(joinPath(DIST, 'assets', name), 'utf8')))!;
  await page.evaluate(`import('./assets/${chunk}').then(({ mind }) => mind()).then((found) => { globalThis.desk = found; })`);
}

const idOf = (files: ModelFiles): string => modelId(Object.entries(files).filter(([path]) => path !== 'README.md').map(([path, content]) => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const hash = createBlake3();
  hash.update(bytes);
  return { path, size: bytes.length, hash: toBase64url(hash.digest()) };
}));

async function toModels(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Compute and models' }).click();
}

const addByAddress = (page: Page, name: string): Promise<string> => page.evaluate((url) => desk.addAddress(url, null), `${host.url}/${name}/`);

/** What a call of the desk ends with: its fault, or "fine". */
const faultOf = (page: Page, model: string, texts: string[], stopAfter?: number, full = false): Promise<string> => page.evaluate(async ([id, all, ms, whole]) => {
  const control = new AbortController();
  if (ms !== undefined) setTimeout(() => control.abort(), ms);
  return desk.embed({ model: id, texts: all }, { signal: control.signal }).then(() => 'fine', (error: { fault?: string; message?: string }) => (whole ? error.message : error.fault) ?? String(error));
}, [model, texts, stopAfter, full] as const);

const ask = (page: Page, models: Record<'embed' | 'classify' | 'generate' | 'transcribe', string>, backend: 'wasm' | 'webgpu') => page.evaluate(async ([ids, on]) => {
  const options = { backend: on };
  const samples = Float32Array.from({ length: 16_000 }, (_, at) => Math.sin(at * at / 9_000));
  const embed = await desk.embed({ model: ids.embed, texts: ['the river rises', 'a good boat is on the water today'] }, options);
  const classify = await desk.classify({ model: ids.classify, texts: ['the river rises'] }, options);
  let pieces = '';
  const generate = await desk.generate({ model: ids.generate, prompt: 'the river', maxTokens: 8 }, { ...options, onText: (piece) => (pieces += piece) });
  const transcribe = await desk.transcribe({ model: ids.transcribe, samples }, options);
  return { vectors: embed.value.map((one) => [...one]), labels: classify.value[0]!, words: generate.value, pieces, speech: transcribe.value, by: embed.by };
}, [models, backend] as const);

type Answers = Awaited<ReturnType<typeof ask>>;
/** How far apart two numbers may be that are the same but for how a backend adds up. */
const ROUNDED = 1e-5;

/** Of every task the same: words to the letter, numbers but for rounding. */
function alike(one: Answers, other: Answers, what: string): void {
  const words = ({ vectors, labels, words: said, pieces, speech }: Answers): unknown => ({ vectors: vectors.map(({ length }) => length), labels: labels.map(({ label }) => label), words: said, pieces, speech });
  const numbers = ({ vectors, labels }: Answers): number[] => [...vectors.flat(), ...labels.map(({ score }) => score)];
  expect(words(other), what).toEqual(words(one));
  const [a, b] = [numbers(one), numbers(other)];
  expect(Math.max(...a.map((value, at) => Math.abs(value - b[at]!))), what).toBeLessThan(ROUNDED);
}

test('{K5} [limit MODEL.warm] a folder and addresses become models; every task answers the same on WASM and WebGPU; with every server gone they load again', async () => {
  const anna = await person({ name: 'Anna', url: server.url, flags: GPU, offline: true });
  const { page } = anna;
  await toModels(page);
  await page.getByText('No model yet.').waitFor();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  await (await chooser).setFiles(joinPath(folder, 'embed'));
  const tiny = tinyModels();
  const embed = idOf(tiny.embed);
  const row = page.locator(`[data-model="${embed}"]`);
  await row.waitFor({ timeout: SOON_MS });
  await row.getByText('Not in memory').waitFor();
  await row.getByRole('button', { name: 'Try it: embed' }).click();
  await row.getByRole('button', { name: 'Run' }).click();
  await row.getByText(/A vector of 32 numbers/).waitFor({ timeout: LOAD_MS });
  await row.locator('[data-state="by"]').getByText(/WebAssembly, transformers 4\.3\.1, onnxruntime-web 1\.31/).waitFor();
  await row.getByText('In memory, on WebAssembly').waitFor();
  // Saved as one file, deleted, and back out of that file: the same model.
  const saved = page.waitForEvent('download');
  await row.getByRole('button', { name: 'Save as a file: embed' }).click();
  const file = joinPath(folder, (await saved).suggestedFilename());
  await (await saved).saveAs(file);
  await row.getByRole('button', { name: 'Delete embed' }).click();
  await row.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('No model yet.').waitFor();
  const one = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await one).setFiles(file);
  await row.getByText(`from the file embed.${embed}.lgmodel`).waitFor({ timeout: SOON_MS });

  await reach(page);
  const field = page.getByRole('textbox', { name: 'Address of such a folder' });
  await field.fill(`${host.url}/classify`);
  await page.getByRole('button', { name: 'Fetch', exact: true }).click();
  await page.locator(`[data-model="${idOf(tiny.classify)}"]`).waitFor({ timeout: SOON_MS });
  const models = { embed, classify: idOf(tiny.classify), generate: await addByAddress(page, 'generate'), transcribe: await addByAddress(page, 'transcribe') };
  expect([models.generate, models.transcribe]).toEqual([idOf(tiny.generate), idOf(tiny.transcribe)]);

  expect(await page.evaluate(() => desk.capabilities())).toEqual({ backends: ['wasm', 'webgpu'], threads: await page.evaluate(() => Math.min(4, navigator.hardwareConcurrency)) });
  const wasm = await ask(page, models, 'wasm');
  const webgpu = await ask(page, models, 'webgpu');
  expect((await page.evaluate(() => desk.list())).filter(({ warm }) => warm), 'the ones used last stay in memory').toHaveLength(MODEL_LIMITS.warm);
  expect([wasm.by.backend, webgpu.by.backend]).toEqual(['wasm', 'webgpu']);
  expect(wasm.vectors.map((one) => one.length)).toEqual([32, 32]);
  expect(Math.hypot(...wasm.vectors[0]!)).toBeCloseTo(1, 5);
  expect(wasm.vectors[0]).not.toEqual(wasm.vectors[1]);
  alike(wasm, webgpu, 'one backend and the other');
  expect(await page.evaluate(async (model) => [...(await desk.embed({ model, texts: ['the river rises'] }, { backend: 'wasm' })).value[0]!], embed), 'what else is asked at once changes no vector').toEqual(wasm.vectors[0]);
  expect(wasm.labels.map(({ label }) => label).sort()).toEqual(['other', 'question', 'task']);
  expect(wasm.labels.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 4);
  // Computed anew from the weights without any cache: the cache of the model says the same.
  expect(wasm.words.trim()).toBe(generatedWords('the river', 8));
  expect(wasm.pieces).toBe(wasm.words);
  expect(await page.evaluate(async (model) => (await desk.generate({ model, prompt: [{ role: 'user', text: 'the river' }], maxTokens: 8 })).value, models.generate), 'a talk, to a model without a form for one').toBe(wasm.words);
  expect(wasm.speech).toMatch(/^[a-z ]{5,}$/);

  // Second load: neither the app's server nor that of the models is there.
  await kept(page);
  await server.stop();
  const before = host.asked.length;
  expect(before, 'control: the first time it was asked').toBeGreaterThan(10);
  await host.stop();
  await page.reload();
  await page.waitForFunction(() => 'lifegraph' in window);
  expect(await page.evaluate(() => fetch('./not-of-this-build.txt').then(() => 'there', () => 'gone')), 'control: there is no server').toBe('gone');
  await reach(page);
  for (const [backend, first] of [['wasm', wasm], ['webgpu', webgpu]] as const) {
    const again = await ask(page, models, backend);
    expect(again.by.backend).toBe(backend);
    alike(first, again, `loaded again, on ${backend}`);
  }
  expect(host.asked).toHaveLength(before);
  [server, host] = await Promise.all([startServer(), startModelHost(folder)]);

  // Gone with its bytes.
  await page.evaluate(async (ids) => {
    for (const id of ids) await desk.remove(id);
  }, Object.values(models));
  expect(await page.evaluate(async () => (await desk.list()).length)).toBe(0);
  expect(await page.evaluate(() => new Promise((resolve) => {
    const open = indexedDB.open('lgos/models');
    open.onsuccess = () => {
      const count = open.result.transaction('pieces').objectStore('pieces').count();
      count.onsuccess = () => resolve(count.result);
    };
  }))).toBe(0);
  await anna.expectClean([/Failed to load resource/, /WebSocket connection/, /net::ERR/]);
}, 300_000);

/** Words this model does not know are one word to it: what was said is found by another such word, of which it has no letter; what it knows is not. */
async function searchByModel(page: Page, space: string): Promise<void> {
  await page.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
    const texts = ['Кофе', ...Array.from({ length: 12 }, (_, at) => `the river ${at % 2 ? 'rises' : 'falls'} today`)];
    await graph.transact(texts.map((text) => ({ op: 'node.create' as const, type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' })), { fragment: String(channel!.props['fragment']) });
  }, space);
  await page.goto(`${server.url}/#/${space}/search?q=xylophone`);
  await page.locator('a.hit', { hasText: 'Кофе' }).getByText('Close, says your model').waitFor({ timeout: LOAD_MS });
  expect(await page.locator('a.hit', { hasText: 'today' }).count(), 'control').toBe(0);
  await page.goto(`${server.url}/#/${space}/settings/compute`);
}

test('{K5} a member gives a model by its hash to another; one that lies about its content is not kept; models that do harm end in their own state and the next question is answered', async () => {
  const [anna, boris] = await Promise.all([person({ name: 'Anna', url: server.url, flags: [QUICK] }), person({ name: 'Boris', url: server.url, flags: [QUICK] })]);
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  await linked(boris.page, 'direct');
  for (const { page } of [anna, boris]) {
    await page.goto(`${server.url}/#/${space}/settings/compute`);
    await page.reload();
    await page.waitForFunction(() => 'lifegraph' in window);
    await reach(page);
  }
  const id = await addByAddress(anna.page, 'embed');
  await anna.page.getByRole('button', { name: 'Offer in this space: embed' }).click();
  await anna.page.getByText('Offered. It lies in this space as a file').waitFor({ timeout: SOON_MS });
  const offers = boris.page.getByRole('list', { name: 'Offered in this space' });
  await offers.getByRole('button', { name: 'Fetch embed' }).click({ timeout: SOON_MS });
  await boris.page.locator(`[data-model="${id}"]`).waitFor({ timeout: SOON_MS });
  const vector = (page: Page): Promise<number[]> => page.evaluate(async (model) => [...(await desk.embed({ model, texts: ['the river'] })).value[0]!], id);
  expect(await vector(boris.page)).toEqual(await vector(anna.page));
  await searchByModel(boris.page, space);

  // The same bytes under the hash of another model.
  const lie = idOf(tinyModels().classify);
  await anna.page.evaluate(async ([model, named, at]) => {
    const { blob } = await desk.pack(model);
    const [part] = await window.lifegraph.graph(at).query({ type: 'fragment@1', limit: 1 });
    await window.lifegraph.files!.add(at, part!.fragment, blob, { name: `liar.${named}.lgmodel`, mime: 'application/vnd.lifegraph.model' });
  }, [id, lie, space] as const);
  await offers.getByRole('button', { name: 'Fetch liar' }).click({ timeout: SOON_MS });
  await offers.getByRole('alert').getByText(`It has the hash ${id}`).waitFor({ timeout: SOON_MS });
  expect(await boris.page.evaluate(async () => (await desk.list()).length)).toBe(1);

  const { page } = anna;
  const bad: Record<string, string> = {};
  for (const name of Object.keys(badModels())) bad[name] = await addByAddress(page, name);
  expect(await faultOf(page, bad['operator']!, ['the river'])).toBe('operator');
  expect(await faultOf(page, id, ['the river']), 'after an operator that is missing').toBe('fine');
  expect(await faultOf(page, bad['torn']!, ['the river'])).toBe('damaged');
  expect(await faultOf(page, bad['memory']!, ['the river'], undefined, true)).toMatch(/^memory/);
  expect(await faultOf(page, id, ['the river']), 'after too much memory').toBe('fine');
  expect(await faultOf(page, bad['endless']!, ['the river'], 1_000)).toBe('cancelled');
  expect(await faultOf(page, id, ['the river']), 'after one that was stopped').toBe('fine');
  expect(await faultOf(page, id, ['']), 'nothing to read').toBe('input');
  expect(await faultOf(page, 'none', ['the river'])).toBe('no-model');
  // On the screen, in words.
  const row = page.locator(`[data-model="${bad['operator']!}"]`);
  await row.getByRole('button', { name: 'Try it: operator' }).click();
  await row.getByRole('button', { name: 'Run' }).click();
  await row.getByRole('alert').getByText('The model needs a step that the engine does not know').waitFor({ timeout: LOAD_MS });
  await anna.expectClean();
  await boris.expectClean();
}, 300_000);

if (process.env['LGOS_FULL'] === '1') test('{K5} the graphics process dies in the middle of an answer: it comes all the same, whole', async () => {
  const anna = await person({ name: 'Anna', url: server.url, flags: GPU });
  const { page } = anna;
  await reach(page);
  const id = await addByAddress(page, 'generate');
  const wanted = generatedWords('the river', 40);
  const generate = (backend: 'wasm' | 'webgpu'): Promise<string> => page.evaluate(async ([model, on]) => desk.generate({ model, prompt: 'the river', maxTokens: 40 }, { backend: on, onText: () => void (globalThis.pieces = (globalThis.pieces ?? 0) + 1) }).then(({ value }) => value.trim(), (error: { fault?: string }) => error.fault ?? String(error)), [id, backend] as const);
  expect(await generate('webgpu'), 'control: with the process alive').toBe(wanted);
  await page.evaluate(async () => {
    type Gpu = { requestAdapter(): Promise<{ requestDevice(): Promise<{ lost: Promise<unknown> }> }> };
    const device = await (await (navigator as unknown as { gpu: Gpu }).gpu.requestAdapter()).requestDevice();
    void device.lost.then(() => (globalThis.lost = true));
    globalThis.pieces = 0;
  });
  const answer = generate('webgpu');
  await page.waitForFunction(() => (globalThis.pieces ?? 0) > 1);
  const helpers = processTree(anna.pid).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=gpu-process'));
  expect(helpers.length).toBeGreaterThan(0);
  for (const pid of helpers) process.kill(pid, 'SIGKILL');
  await page.waitForFunction(() => globalThis.lost === true, undefined, { timeout: SOON_MS });
  expect(await answer, 'asked again of a new device').toBe(wanted);
  expect(await generate('wasm')).toBe(wanted);
}, 300_000);
