/** The sections of docs/RELIABILITY.md about the rights: what the random graphs came to, and by which graph each rule that was taken out was noticed. */
import { section } from '#tests/sim/support/overlay-report';
import type { CampaignFigures } from './campaign.ts';
import type { Caught } from './hunt.ts';

const count = (n: number): string => n.toLocaleString('en-US');
const list = (figures: Readonly<Record<string, number>>): string => Object.entries(figures).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, n]) => `${name} ${count(n)}`).join(', ');

/** What a finding of each kind would be. */
const DEMANDED: readonly (readonly [kind: keyof CampaignFigures['found'], what: string])[] = [
  ['divergence', 'Divergence: another view or verdict for another order of delivery, another batch, a state asked for earlier or later'],
  ['reading', 'Difference from a second, plain reading of the rules, worked out from the genesis on for each set of records'],
  ['ghost', 'Ghost: somebody removed who still counts as a member'],
  ['void act', 'Void act: somebody who holds by a record without effect, or an act that lives beside a stronger removal of its author'],
  ['ownerless', 'A space without an Owner, at any state looked at'],
  ['founder evicted', 'A founder who is no Owner without an act of their own'],
  ['plaintext', 'Plaintext: something that a kernel in knowledge of a removal would seal, and the removed person or device could open'],
];

/** The random graphs. */
export function graphsSection(figures: CampaignFigures): string {
  const rows = DEMANDED.map(([kind, what]) => `| ${what} | 0 | ${count(figures.found[kind])} |`);
  return section('graphs', `## Rights: random graphs

${count(figures.graphs)} acl graphs drawn from their seeds: 3–8 persons with up to three devices each, every device writing from the part of the graph that it holds; about a quarter of the persons are
hostile (old heads, forks, acts without right, keys given away, malformed records). Each graph goes to three readers in different orders and batches, what comes too early waits.
Signatures are not part of it. Repeat: \`LGOS_FULL=1 npx vitest run tests/property/os/rights/acl-graphs.test.ts\`; ${(figures.cpuMs / 1_000).toFixed(0)} s of processor time.

| Graphs with | Demanded | Found |
|---|---|---|
${rows.join('\n')}

${count(figures.acts)} records, ${count(figures.effective)} with effect; ${count(figures.states)} states compared; ${count(figures.sealings)} moments of sealing. Operations: ${list(figures.kinds)}. Without effect by rule: ${list(figures.dead)}.
Data records: ${list(figures.verdicts)}.`);
}

/** The rules taken out. */
export function rulesSection(caught: readonly Caught[]): string {
  const rows = caught.map(({ mutant, graph, kind, records, what }) => `| ${mutant.name} | \`${mutant.file}\` | ${graph ?? 'not found'} | ${records} | ${kind ?? ''} | ${what.replaceAll('|', '/').replaceAll(/\b[\w-]{43}\b/g, '…').slice(0, 90)} |`);
  return section('rules', `## Rights: each rule taken out

One snippet of \`src/os/rights\` is taken out or turned while the file is loaded; the graphs are the same, since they are drawn without the production code. Shown is the first graph that fails, its number of records and the sign.
What few random graphs show has a graph that is kept for it, and is looked for in that one alone.

| Rule | File | Graph | Records | Finding | Sign |
|---|---|---|---|---|---|
${rows.join('\n')}`);
}
