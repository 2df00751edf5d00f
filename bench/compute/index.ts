/** The scheduler of shared work among workers that lie: what it takes for right, and what that costs; the same without known answers beside it. */
import { result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import type { Outcome } from '#tests/support/crowd';
import { rowsAtOnce, STRATEGIES, type Row } from './rows.ts';

const TASKS = 100_000;
/** Without known answers a task takes many votes: fewer tasks show that. */
const FEW = 5_000;
const LIARS = ['always', 'one-in-5', 'one-in-20', 'one-in-100', 'sleepers', 'idlers'] as const;
const AGREED = ['agreed-one-in-20', 'agreed-one-in-100'] as const;

type Named = readonly (readonly [name: string, outcome: Outcome])[];

export const suite: Suite = {
  name: 'liars',
  async run(): Promise<BenchResult[]> {
    // Chosen when it runs: nothing is fitted to one seed.
    const seed = 1 + Math.floor(Math.random() * 1_000_000);
    const row = (strategy: keyof typeof STRATEGIES, liars: number, tasks = TASKS, canaries = true): Row => ({ workers: 200, whitewash: true, strategy, liars, tasks, canaries, seed });
    const rows = [...LIARS.map((one) => row(one, 0.3)), ...LIARS.map((one) => row(one, 0.05)), ...AGREED.map((one) => row(one, 0.3)), ...LIARS.slice(1, 4).map((one) => row(one, 0.3, FEW, false))];
    const from = performance.now();
    const all = (await rowsAtOnce(rows)).map((one, i) => [rows[i]!.strategy, one] as const);
    const took = Math.round((performance.now() - from) / 1000);
    const [third, twentieth, agreed, without] = [all.slice(0, 6), all.slice(6, 12), all.slice(12, 14), all.slice(14)];
    const worst = (of: (one: Outcome) => number, named: Named): number[] => [Math.max(...named.map(([, one]) => of(one)))];
    const each = (of: (one: Outcome) => number, named: Named): Record<string, number[]> => Object.fromEntries(named.map(([name, one]) => [name, [of(one)]]));
    const [wrong, runs] = [({ wrong: n, tasks }: Outcome): number => n / tasks, ({ runs: n, tasks }: Outcome): number => n / tasks];
    const group = 'compute';
    const how = `seed ${seed}; 200 workers, ${TASKS} tasks a row, ${took} s for all rows, whoever is shut out comes back under another name, liars who meet give the same wrong answer; the figure is that of the worst row, beside it each`;
    return [
      result({ group, name: 'wrong-accepted-30pct-liars', unit: 'share', target: 1e-4, direction: 'lower', values: worst(wrong, third), peer: each(wrong, third), how }),
      result({ group, name: 'wrong-accepted-agreed-lies', unit: 'share', target: 1e-4, direction: 'lower', values: worst(wrong, agreed), peer: each(wrong, agreed), how: '30 in a hundred that agree beforehand about which tasks they lie, one in 20 or in 100 of them' }),
      result({ group, name: 'honest-banned', unit: 'workers', target: 0, direction: 'lower', values: worst(({ honestOut }) => honestOut, [...third, ...twentieth, ...agreed]), how: 'of all rows' }),
      result({ group, name: 'runs-per-task-30pct-liars', unit: 'runs', target: 5, direction: 'lower', values: worst(runs, [...third, ...agreed]), peer: each(runs, [...third, ...agreed]), how: 'tests of workers and what the one who asks does counted in' }),
      result({ group, name: 'runs-per-task-5pct-liars', unit: 'runs', target: 2.5, direction: 'lower', values: worst(runs, twentieth), peer: each(runs, twentieth), how: 'the same' }),
      result({ group, name: 'wrong-accepted-5pct-liars', unit: 'share', target: 1e-4, direction: 'lower', values: worst(wrong, twentieth), peer: each(wrong, twentieth), how }),
      result({ group, name: 'own-runs-per-task', unit: 'runs', target: null, direction: 'lower', values: worst(({ own, tasks }) => own / tasks, all.slice(0, 14)), peer: each(({ own, tasks }) => own / tasks, [...third, ...agreed]), how: 'disputes that the one who asks decides by doing the task' }),
      result({ group, name: 'without-known-answers-runs', unit: 'runs', target: null, direction: 'lower', values: worst(runs, without), peer: each(runs, without), how: `the same 30 in a hundred, ${FEW} tasks, no known answers: nobody's word can become worth more, so that every task takes as many runs as it may and is done by the one who asks after all` }),
    ];
  },
};
