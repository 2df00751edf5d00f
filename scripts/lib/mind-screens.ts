/** Screens of models, agents and shared work. */
import type { Page } from 'playwright-core';
import '#view/kit/agent-words.ts';
import '#view/kit/mind-words.ts';
import '#view/kit/model-words.ts';
import '#view/kit/compute-words.ts';
import { housing, team, type Screen } from './screen.ts';

type Words = (key: string) => string;

/** Settings with models on this device and on their way. */
async function models(page: Page): Promise<void> {
  await page.evaluate(() => void ((globalThis as unknown as { fakeModels: boolean }).fakeModels = true));
  await team(page, 'settings', '/compute');
  await page.locator('.model-row').nth(1).waitFor();
  await page.locator('.model-row').first().scrollIntoViewIfNeeded();
}

/** The agents of the channel, in the side panel. */
async function agents(page: Page, words: Words): Promise<void> {
  await housing(page);
  await page.locator('.header').getByRole('button', { name: words('act.more') }).click();
  await page.getByRole('menuitem', { name: words('act.agents') }).click();
  await page.locator('.agent-place .button').first().waitFor();
}

const ask = async (page: Page, words: Words): Promise<void> => {
  await agents(page, words);
  await page.locator('.agent-place .button').first().click();
  await page.getByRole('dialog').waitFor();
};

/** An agent that ran and said something. */
const ran = async (page: Page, words: Words): Promise<void> => {
  await ask(page, words);
  await page.getByRole('button', { name: words('mind.allow') }).click();
  await page.locator('.agent-card').waitFor();
};

/** As the page has it. */
interface Own {
  readonly lifegraph: {
    readonly spaces: { list(): Promise<{ id: string; kind: string }[]> };
    graph(space: string): { query(of: object): Promise<{ id: string; props: object }[]>; transact(ops: readonly object[]): Promise<unknown> };
  };
}

/** Of what an agent made: where it comes from, and that it is the same when it is made again. */
const lineage = async (page: Page, words: Words): Promise<void> => {
  await ran(page, words);
  await page.getByRole('button', { name: words('mind.whence') }).click();
  await page.getByRole('button', { name: words('mind.compare') }).click();
  await page.locator('.agent-compare').waitFor();
};

/** A run that came to nothing: the agent may read less than there is. */
const failed = async (page: Page, words: Words): Promise<void> => {
  await ran(page, words);
  await page.evaluate(async () => {
    const { lifegraph } = globalThis as unknown as Own;
    const graph = lifegraph.graph((await lifegraph.spaces.list()).find(({ kind }) => kind === 'personal')!.id);
    const [agent] = await graph.query({ type: 'mind/agent@1' });
    await graph.transact([{ op: 'node.set', id: agent!.id, props: { units: 1 }, verb: 'mind/agent.set@1' }]);
  });
  await page.locator('.agent-place .button').first().click();
  await page.locator('.toast').waitFor();
};

/** So many lines of the log, the last of runs that came to nothing. */
const LOGGED = 45;
const logged = async (page: Page, words: Words): Promise<void> => {
  await failed(page, words);
  await page.evaluate(async (count) => {
    const { lifegraph } = globalThis as unknown as Own;
    const graph = lifegraph.graph((await lifegraph.spaces.list()).find(({ kind }) => kind === 'personal')!.id);
    const all = await graph.query({ type: 'mind/result@1' });
    const faults = ['time', 'ended', 'bad-output', 'widens', 'too-much'];
    for (let n = all.length; n < count; n++) {
      const { props } = all[n % all.length]!;
      await graph.transact([{ op: 'node.create', type: 'mind/result@1', props: n < count - faults.length ? props : { ...props, fault: faults[n - count + faults.length]! }, verb: 'mind/result.make@1' }]);
    }
  }, LOGGED);
  await team(page, 'settings', '/agents');
  await page.locator('.agent-line').nth(LOGGED / 2).waitFor();
  await page.locator('#agents-log').scrollIntoViewIfNeeded();
};

/** Everything of what computes. */
export const MIND_SCREENS: readonly Screen[] = [
  { name: 'settings-models', scenario: 'seeded', go: models },
  ...(['try', 'remove'] as const).map((act): Screen => ({
    name: `settings-models-${act}`, scenario: 'seeded',
    go: async (page, words) => {
      await models(page);
      const row = page.locator('.model-row').first();
      await (act === 'try' ? row.locator('[aria-expanded]') : row.getByText(words('model.remove'), { exact: true })).click();
    },
  })),
  { name: 'settings-agents', scenario: 'seeded', go: async (page) => (await team(page, 'settings', '/agents'), page.locator('[data-agent]').first().waitFor()) },
  {
    name: 'settings-agents-on', scenario: 'seeded',
    go: async (page, words) => {
      await ran(page, words);
      await team(page, 'settings', '/agents');
      await page.locator('.agent-limits').first().waitFor();
    },
  },
  { name: 'agents', scenario: 'seeded', go: agents },
  { name: 'agents-ask', scenario: 'seeded', go: ask },
  { name: 'agents-card', scenario: 'seeded', go: ran },
  { name: 'agents-offline', scenario: 'offline', go: ran },
  { name: 'agents-lineage', scenario: 'seeded', go: lineage },
  { name: 'agents-failed', scenario: 'seeded', go: failed },
  {
    name: 'agents-edit', scenario: 'seeded',
    go: async (page, words) => {
      await ran(page, words);
      await page.locator('.agent-card').getByRole('button', { name: words('act.edit') }).click();
      await page.getByRole('textbox', { name: words('mind.words') }).waitFor();
    },
  },
  { name: 'settings-agents-log', scenario: 'seeded', go: logged },
  {
    name: 'settings-compute-on', scenario: 'seeded',
    go: async (page) => {
      await page.evaluate(async () => {
        const { lifegraph } = globalThis as unknown as { lifegraph: { compute: { act(of: object): Promise<void> } } };
        await lifegraph.compute.act({ do: 'consent', change: { on: true, allow: { actor: 'kQ3vDuJOdGkFKkQ3vDuJOdGkFKkQ3vDuJOdGkFKkQ3v', called: 'count-words.wasm' } } });
      });
      await team(page, 'settings', '/compute');
      await page.getByText('count-words.wasm').waitFor();
    },
  },
  {
    name: 'settings-compute-rests', scenario: 'seeded',
    go: async (page) => {
      await page.evaluate(() => void Object.defineProperty(navigator, 'getBattery', { value: async () => ({ charging: false, level: 0.3 }) }));
      await team(page, 'settings', '/compute');
      await page.locator('p.setting[role="status"]').waitFor();
    },
  },
];
