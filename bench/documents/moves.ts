/** Words that are lost or stand twice when several people type while blocks are moved and made headings (the harness of the unit tests). */
import { result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { converge, type Act, type Outcome } from '#tests/unit/domain/editor/writers';

const SEEDS = 200;

function run(acts: readonly Act[]): Outcome {
  const sum: Outcome = { tokens: 0, lost: 0, doubled: 0, lostThen: 0, doubledThen: 0, differ: 0, missed: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const one = converge(seed, acts, 2 + (seed % 4), 3 + (seed % 3));
    for (const key of Object.keys(sum) as (keyof Outcome)[]) sum[key] += one[key];
  }
  if (sum.differ + sum.missed > 0) throw new Error(`${acts.join(' and ')}: not all show the same: ${JSON.stringify(sum)}`);
  return sum;
}

export const suite: Suite = {
  name: 'moves',
  async run(): Promise<BenchResult[]> {
    // The way of bindings that keep a tree: the block is deleted and put in anew. A harness that sees nothing then sees nothing ever.
    const control = run(['type', 'blind-move']);
    if (control.lost === 0 || control.doubled === 0) throw new Error('the harness does not see what is lost or doubled');
    return (['move', 'heading'] as const).flatMap((act) => {
      const found = run(['type', act]);
      const row = (name: string, value: number, anew: number, how: string): BenchResult =>
        result({ group: 'documents', name: `${act}-${name}`, unit: 'tokens', target: 0, direction: 'lower', values: [value], peer: { 'deleted-and-put-in-anew': [anew] }, how });
      const what = act === 'move' ? 'blocks are moved' : 'blocks become headings and paragraphs';
      return [
        row('lost', found.lost, control.lost, `of ${found.tokens.toLocaleString('en')} words typed while ${what}, ${SEEDS} seeds of 2 to 5 writers, updates late, doubled and in disorder; beside it the same harness (${control.tokens.toLocaleString('en')} words) with blocks moved by deleting them and putting them in anew, as bindings that keep a tree do`),
        row('duplicated', found.doubled, control.doubled, 'the same runs: words that stand there twice'),
      ];
    });
  },
};
