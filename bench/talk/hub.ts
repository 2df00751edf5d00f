/** The Hub over a space of 200,000 nodes, on the screen of who is named and given things there by another browser. */
import type { Page } from 'playwright-core';
import type { Op } from '#os/api';
import { enter, makePlace, newFragment, open, PATIENCE_MS, reached, write, type Place } from '#bench/browser/app';
import { attempt } from '#bench/browser/rows';
import { startApp } from '#bench/browser/servers';
import { result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { batches } from '#bench/support/words';

const NODES = 200_000;
const CHANNELS = 4;
const EACH = 100;
const MESSAGE = 'chat/message@1';
const TASK = 'goals/task@1';
/** Of a batch of 100, how many concern the reader; and of all nodes, how many are tasks. */
const NAMED = 1;
const TASKS = 40_000;

/** Resolves with the time since `from` (of the page) when the rows of the Inbox stand in a frame and nothing is read any more. */
const drawn = (page: Page, hash: string | null): Promise<number> => page.evaluate(([to, patience]) => new Promise<number>((done, failed) => {
  const from = to === null ? 0 : performance.now();
  if (to !== null) location.hash = to;
  const look = (): void => {
    const hub = document.querySelector('.hub');
    if (hub && !hub.hasAttribute('data-reading') && hub.querySelectorAll('.hub-row').length >= 8) return void requestAnimationFrame(() => done(performance.now() - from));
    if (performance.now() - from > patience) return failed(new Error('the Hub was not drawn'));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}), [hash, PATIENCE_MS] as const);

const away = (page: Page, space: string): Promise<unknown> => page.evaluate((id) => void (location.hash = `#/${id}/access`), space).then(() => page.waitForFunction(() => document.querySelector('.hub') === null));

/** Messages by somebody else, one of a hundred with the reader's name; tasks, one of a hundred given to them. */
function content(reader: string): { messages: Op[][]; tasks: Op[][] } {
  const messages = batches(7, (NODES - TASKS) / EACH, EACH).map((batch) => batch.map((op, at): Op => (at < NAMED && op.op === 'node.create' ? { ...op, props: { ...op.props, mentions: [reader] } } : op)));
  const tasks = Array.from({ length: TASKS / EACH }, (_, n) => Array.from({ length: EACH }, (__, at): Op => ({ op: 'node.create', type: TASK, props: { title: `Task ${n * EACH + at}`, ...(at < NAMED && { assignee: reader }) } })));
  return { messages, tasks };
}

async function measure(rounds: number): Promise<{ opens: number[]; fresh: number }> {
  const server = await startApp();
  try {
    const [a, b] = [await open('a', server.url), await open('b', server.url)];
    const made = await makePlace(a, 'Hub');
    await enter(a, b, made);
    const reader = await b.page.evaluate(() => window.lifegraph.identity.get()!.uid);
    const { messages, tasks } = content(reader);
    const places: Place[] = [];
    for (let n = 0; n < CHANNELS; n++) places.push(await newFragment(a.page, made.space, `Channel ${n}`));
    const share = messages.length / CHANNELS;
    for (const [n, place] of places.entries()) await write(a.page, place, messages.slice(n * share, (n + 1) * share));
    await write(a.page, made, tasks);
    for (const place of places) await reached(b.page, place, share * EACH, MESSAGE);
    await reached(b.page, made, TASKS, TASK);
    const hash = `#/${made.space}/hub`;
    const opens: number[] = [];
    await drawn(b.page, hash);
    for (let round = 0; round < Math.max(5, rounds); round++) {
      await away(b.page, made.space);
      opens.push(await drawn(b.page, hash));
    }
    await b.page.reload({ waitUntil: 'commit' });
    return { opens, fresh: await drawn(b.page, null) };
  } finally {
    await server.stop();
  }
}

/** The rows of the suite. */
export const suite: Suite = {
  name: 'hub',
  async run(rounds): Promise<BenchResult[]> {
    const made = await attempt('hub-200k', () => measure(rounds));
    if (made === null) return [];
    return [result({
      group: 'talk', name: 'hub-open-200k', unit: 'ms', target: 200, direction: 'lower', values: made.opens, peer: { 'after-reload': [made.fresh] },
      how: `a space of ${NODES.toLocaleString('en')} nodes (messages in ${CHANNELS} channels and ${TASKS.toLocaleString('en')} tasks, one of a hundred concerns the reader), from another screen: address set → frame in which the Inbox stands. after-reload: from the start of the page, the lists computed anew`,
    })];
  },
};
