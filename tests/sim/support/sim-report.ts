/** What a campaign found, as lines for the terminal and as docs/RELIABILITY.md. */
import { blind } from '#tests/sim/mutants/blind';
import { FULL_PLAN, type CampaignReport, type ClassReport } from './sim-campaign.ts';

const chosenBlind = new Set(blind.map(({ name }) => name));
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const least = (list: readonly number[]): number => list.reduce((a, b) => Math.min(a, b), Infinity);
const most = (list: readonly number[]): number => list.reduce((a, b) => Math.max(a, b), 0);
const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
const count = (n: number): string => Math.round(n).toLocaleString('en-US');

/** Lines for the terminal. */
export function summary(report: CampaignReport): string {
  const lines = report.classes.filter(({ seeds }) => seeds > 0).map((one) =>
    `${one.mode.padEnd(10)} ${String(one.seeds).padStart(5)} seeds, ${one.failed} failed, faults ${count(one.faultCount)} (least ${least(one.perSeed)}, median ${median(one.perSeed)} a seed), `
    + `healed median ${seconds(median(one.healMs))} s, most ${seconds(most(one.healMs))} s, traffic median × ${median(one.traffic).toFixed(2)}, most × ${most(one.traffic).toFixed(2)}, `
    + `virtual ${count(one.virtualMs / 60_000)} min, processor ${seconds(one.cpuMs)} s, ${one.replays} replayed alike`);
  const found = report.hunts.filter(({ seed }) => seed !== null).length;
  if (report.hunts.length > 0) lines.push(`mutants    ${found} of ${report.hunts.length} found`);
  return [...lines, `simulator: ${seconds(report.wallMs)} s on ${report.workers} cores`].join('\n');
}

const WHAT: Readonly<Record<ClassReport['mode'], string>> = {
  safety: '8–16 peers, 300 acts; all kinds of faults everywhere, then everything heals', liveness: '8–12 peers, 150 acts; a core heals while the rest stays faulty',
  byzantine: '8–12 peers, 150 acts; one or two members are hostile', large: '64 peers, 2,000 acts', real: '8 peers, 60 acts; real Ed25519, X25519 and AES-GCM',
  gun: '8 peers, 60 acts; GUN itself inside, with shimmed clock, timers and randomness', small: '4 peers, 24 acts; ten kinds of faults',
};

/** The page. */
export function reliabilityPage(report: CampaignReport): string {
  const rows = report.classes.filter(({ seeds }) => seeds > 0).map((one) => `| ${one.mode} | ${WHAT[one.mode]} | ${count(one.seeds)} (${count(FULL_PLAN.classes.find(({ mode }) => mode === one.mode)!.floor)}) | ${one.failed} | ${count(one.faultCount)} (${least(one.perSeed)} / ${median(one.perSeed)}) | ${seconds(median(one.healMs))} / ${seconds(most(one.healMs))} | ${median(one.traffic).toFixed(2)} / ${most(one.traffic).toFixed(2)} | ${count(one.virtualMs / 60_000)} | ${seconds(one.cpuMs)} |`);
  const kinds = new Map<string, number>();
  for (const one of report.classes) for (const [kind, n] of one.faults) kinds.set(kind, (kinds.get(kind) ?? 0) + n);
  const faults = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, n]) => `| ${kind} | ${count(n)} |`);
  const hunts = report.hunts.map(({ name, file, seed, sign }) => `| ${name}${chosenBlind.has(name) ? ' *' : ''} | \`${file}\` | ${seed ?? 'not found'} | ${sign.replaceAll('|', '/').slice(0, 90)} |`);
  const total = (pick: (one: ClassReport) => number): number => report.classes.reduce((sum, one) => sum + pick(one), 0);
  return `# Reliability

Written by the campaign of the simulator (\`npm run test:full\`; the counts below are those that really ran); do not edit. The production kernel, protocol, mesh and replication run on a virtual clock with simulated disks, wires and servers
(\`tests/sim\`); in half of the seeds of every class people are given other roles, ends of access, invitations and new keys all the while, about one in seven has a hostile member; everything of a run follows from its seed, and ${count(total((one) => one.replays))} of the seeds below were run twice with the same trace.
${report.builds === 1 ? 'One build of the sources ran all of it.' : 'Several builds of the sources, made one after another while faults were being mended, ran these seeds and mutants.'}
A line such as \`npm run sim -- --seed 7 --mode safety\` repeats one.

${count(total((one) => one.seeds))} seeds, ${count(total((one) => one.failed))} failed; ${count(total((one) => one.faultCount))} faults; ${count(total((one) => one.events))} events in ${(total((one) => one.virtualMs) / 3_600_000).toFixed(1)} hours of virtual time;
${count(total((one) => one.cpuMs) / 1_000)} s of processor. ${count(total((one) => one.saved))} effects of acts were confirmed as saved; ${count(total((one) => one.lost))} of them were on one hurt disk only, all others are there.

| Class | What | Seeds (of a full run) | Failed | Faults (least / median a seed) | Healed in s (median / most, virtual) | Traffic × least (median / most) | Virtual min | Processor s |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

## What is checked

After the faults: no record that was confirmed as saved is missing (a hurt disk may lose what only it held; what was said to be shared survives the loss of the device) · whoever is said to hold a record has it on the disk · set and state digests
of all honest peers are equal · chains are whole, links and numbers right, stamps rise · nothing forged, without right, beyond a cut or of a Guest is shown · everybody has exactly the role they
were given · nothing sealed after a leaving can be read by who left · no clock was dragged along by a wrong one · pools are under their caps · record traffic is bounded · the graph made from nothing
is the graph that grew · a new process on the same disk, without network, shows the same.

## Faults

Those named "frame …" count frames hit; the others count decisions.

| Fault | Times |
|---|---|
${faults.join('\n')}

## Mutants

Bugs put into the production files while they are loaded. Each must be found within 500 seeds that the right code passes. Those with * were chosen by reading the product alone, before the checks were read.

| Bug | File | Found at seed | Sign |
|---|---|---|---|
${hunts.join('\n')}
`;
}
