/** Work that another own device does, asked by the screens and by the console API: a large diagram, vectors of its model, many documents. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ComputeKind } from '#os/compute-api';
import { encodeAgentPiece } from '#os/agents/piece';
import { SUMMARY } from '#domain/mind';
import { MIND_LIMITS } from '#domain/shared';
import { toBase64url } from '#base/bytes';
import { LONG_MS } from './documents.ts';

const go = (page: Page, hash: string): Promise<unknown> => page.evaluate((to) => void (location.hash = to), hash);

/** So many tasks in a goal of their own, each behind one of those a little before it; the fragment of the goal. */
export const plan = (page: Page, space: string, count: number): Promise<string> => page.evaluate(async ([id, all]) => {
  const graph = window.lifegraph.graph(id);
  const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
  const fragment = String(channel!.props['fragment']);
  const { ids } = await graph.transact(Array.from({ length: all }, (_, i) => ({ op: 'node.create' as const, type: 'goals/task@1', props: { title: `Gauge ${i}`, status: 'next', estimate: ['day', 1, 2, 4] } })), { fragment });
  await graph.transact(Array.from({ length: all - 1 }, (_, i) => ({ op: 'edge.add' as const, type: 'goals/depends-on@1', from: ids[i + 1]!, to: ids[Math.max(0, i - ((i * 7) % 9))]!, props: { kind: 'FS', lag: 0 } })), { fragment });
  await window.lifegraph.saved();
  return fragment;
}, [space, count] as const);

/** Lines of the ledger of a device that end well, of this kind. */
const doneThere = (helper: Page, kind: ComputeKind): Promise<number> => helper.evaluate(async (one) => (await window.lifegraph.compute!.act({ do: 'state' })).ledger.filter((line) => line.kind === one && line.how === 'done').length, kind);

/** A diagram of all of a plan: the other device places it, this one draws it. */
export async function drawsElsewhere(page: Page, helper: Page, space: string, things: number): Promise<void> {
  expect(await doneThere(helper, 'layout')).toBe(0);
  await plan(page, space, things);
  await go(page, `#/${space}/goals?view=diagram`);
  await page.getByRole('button', { name: `Draw ${things}` }).click();
  await page.getByText('computed by 1 other device').waitFor();
  await page.getByText(`All ${things} drawn.`).waitFor();
  expect(await page.locator('.diagram-thing').count()).toBe(things);
  // What changes while it is placed is asked again.
  expect(await doneThere(helper, 'layout')).toBeGreaterThan(0);
}

/** A model is brought to the other device alone; related messages are found here by its vectors. */
export async function relatesElsewhere(page: Page, helper: Page, [space, personal]: readonly [string, string], folder: string): Promise<void> {
  await go(helper, `#/${personal}/settings/compute`);
  const chooser = helper.waitForEvent('filechooser');
  await helper.getByRole('button', { name: 'Choose a folder' }).click();
  await (await chooser).setFiles(join(folder, 'embed'));
  await helper.locator('[data-model]').waitFor();
  const at = await page.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
    const fragment = String(channel!.props['fragment']);
    const verb = 'chat/message.send@1';
    const { ids: [root] } = await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'the river rises today' }, verb }], { fragment });
    const texts = Array.from({ length: 40 }, (_, i) => ['the river falls', 'a good boat is on the water', 'Coffee was good', 'Прокладка течёт'][i % 4]! + ` ${i}`);
    // Agents stand below two replies; what answers it is nothing new to find.
    await graph.transact(['by a metre', 'by two'].map((text) => ({ op: 'node.create' as const, type: 'chat/message@1', props: { text, replyTo: root!, thread: true }, verb })), { fragment });
    await graph.transact(texts.map((text) => ({ op: 'node.create' as const, type: 'chat/message@1', props: { text }, verb })), { fragment });
    await window.lifegraph.saved();
    return `#/${id}/chat/${fragment}?panel=thread&t=${root}`;
  }, space);
  await go(page, at);
  await page.getByRole('combobox', { name: 'Where it runs' }).selectOption({ value: 'there' });
  await page.getByRole('button', { name: 'Find related' }).click();
  const card = page.locator('.agent-card', { hasText: 'with a model' });
  await card.getByText('the model finds them close').first().waitFor({ timeout: 2 * LONG_MS });
  // The first text, then the others in batches; none of it here, where there is no model.
  expect(await doneThere(helper, 'embed')).toBeGreaterThan(1);
  const asked = await page.evaluate(async () => (await window.lifegraph.compute!.act({ do: 'state' })).asked.filter(({ kind }) => kind === 'embed').map(({ own, elsewhere, pieces }) => [own, elsewhere === pieces]));
  expect(asked).toEqual([[0, true], [0, true]]);
  await go(page, `#/${personal}/settings/compute`);
  await page.getByText('No model yet.').waitFor();
}

/** Sentences of a document. */
export const DOCUMENT_LINES = 100;

const question = (name: string, i: number, lines: number): Uint8Array => {
  const text = Array.from({ length: lines }, (_unused, line) => `Station ${(i * 7 + line * 3) % 97} of ${name} ${i} measured ${(line * 13 + i) % 40} degrees at ${line % 24} hours, and the river ${line % 3 === 0 ? 'rose' : 'fell'} by ${(line * i) % 17} centimetres.`).join(' ');
  return encodeAgentPiece({ agent: SUMMARY.id, version: SUMMARY.version, today: '2026-11-30', subject: null, people: [], inputs: [{ space: 's', fragment: 'f', node: `n${i}`, block: null, by: null, at: i, text }] })!;
};

/** One that an agent works on for seconds: as many sentences as it reads. */
export const longQuestion = (): Uint8Array => question('long', 1, MIND_LIMITS.sentences);

/** How often it is told how far a job is, ms. */
const TELL_MS = 5_000;

/** So many documents summed up by an agent, within so many ms: how long it took, by how many devices, and what came of it. It is told how far it is; one that takes longer is given up, and says where it stood. */
export async function sumsUp(page: Page, personal: string, name: string, count: number, most: number): Promise<{ ms: number; by: number; answers: readonly string[]; elsewhere: number }> {
  const id = crypto.randomUUID();
  const far = (): Promise<string> => page.evaluate(async (job) => {
    const { asked, workers } = await window.lifegraph.compute!.act({ do: 'state' });
    return JSON.stringify([asked.find((one) => one.id === job), workers]);
  }, id);
  const from = performance.now();
  const told = setInterval(() => void far().then((where) => console.log(`${name}, ${((performance.now() - from) / 1_000).toFixed(0)} s: ${where}`), () => undefined), TELL_MS);
  let where = '';
  const late = setTimeout(() => void far().then((at) => (where = at)).finally(() => page.evaluate((job) => window.lifegraph.compute!.act({ do: 'cancel', id: job }), id)), most);
  try {
    return await page.evaluate(async ([space, all, job]) => {
      const pieces = all.map((one) => Uint8Array.from(atob(one.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)));
      const began = performance.now();
      const { results } = await window.lifegraph.compute!.act({ do: 'run', space, kind: 'agent', pieces, probes: [], ms: 30_000, id: job });
      return { ms: performance.now() - began, by: new Set(results.flatMap((one) => one.by)).size, answers: results.map((one) => String(one.bytes)), elsewhere: results.filter((one) => one.by.length > 0).length };
    }, [personal, Array.from({ length: count }, (_, i) => toBase64url(question(name, i, DOCUMENT_LINES))), id] as const);
  } catch (error) {
    throw new Error(`${String(error)} ${where}`, { cause: error });
  } finally {
    clearInterval(told);
    clearTimeout(late);
  }
}
