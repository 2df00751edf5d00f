/** The forecast where it is made: the plan worker of the built app, started by a page, asked by a message and timed there. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { open } from '#bench/browser/app';
import { PAGES } from '#bench/browser/pages';
import { attempt } from '#bench/browser/rows';
import { startApp } from '#bench/browser/servers';
import { result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { planOf, type PlanAnswer, type PlanRequest } from '#domain/goals/planning';
import { made, RUNS } from './index.ts';

const TASKS = 1_000;
const LINKS = 3_000;

/** Where the build has the worker's script, as the page asks for it. */
function scriptOf(): string {
  const found = readdirSync(join(PAGES.app, 'assets')).filter((name) => /^plan\.worker-.*\.js$/.test(name));
  if (found.length !== 1) throw new Error(`the build has ${found.length} plan workers`);
  return `/assets/${found[0]!}`;
}

interface Asked {
  /** ms from the making of the worker, or from the question to one that runs, to the answer. */
  readonly first: number;
  readonly again: number;
  readonly answer: PlanAnswer;
}

/** Starts a worker, asks it twice and ends it. */
function ask(page: Page, script: string, request: PlanRequest): Promise<Asked> {
  return page.evaluate(async ([url, asked]) => {
    const from = performance.now();
    const worker = new Worker(url, { type: 'module', name: 'plan' });
    const one = (): Promise<PlanAnswer> => new Promise((done, failed) => {
      worker.onerror = ({ message }) => failed(new Error(`the worker: ${message}`));
      worker.onmessage = ({ data }: MessageEvent<{ answer: PlanAnswer }>) => done(data.answer);
      worker.postMessage({ no: 0, request: asked });
    });
    const answer = await one();
    const first = performance.now() - from;
    const second = performance.now();
    await one();
    const again = performance.now() - second;
    worker.terminate();
    return { first, again, answer };
  }, [script, request] as const);
}

async function measure(count: number): Promise<Asked[]> {
  const server = await startApp();
  try {
    const { page } = await open('a', server.url);
    const request: PlanRequest = { ...made(TASKS, LINKS), demands: [], capacities: [], day: 480, seed: 'bench', runs: RUNS, target: null };
    const expected = planOf(request);
    const out: Asked[] = [];
    for (let round = 0; round < count; round++) {
      await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
      const one = await ask(page, scriptOf(), request);
      if (one.answer.forecast?.runs !== RUNS || JSON.stringify(one.answer.forecast) !== JSON.stringify(expected.forecast)) throw new Error('the worker answers otherwise than the engine');
      out.push(one);
    }
    return out;
  } finally {
    await server.stop();
  }
}

/** The row. */
export const suite: Suite = {
  name: 'worker',
  async run(count): Promise<BenchResult[]> {
    const list = await attempt('plan-worker', () => measure(count));
    if (list === null) return [];
    return [
      result({ group: 'plan', name: 'plan-forecast-worker', unit: 'ms', target: 1_000, direction: 'lower', values: list.map(({ first }) => first), peer: { again: list.map(({ again }) => again) }, how: `the whole answer with ${RUNS} runs for ${TASKS} tasks and ${LINKS} links by the plan worker of the built app in Chromium: worker made by the page → answer there, its script and the messages with it; again: the same question to the worker that runs. The forecast must equal that of the engine in Node` }),
    ];
  },
};
