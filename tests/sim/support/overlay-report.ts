/** The overlay's figures, as lines for the terminal and as a section of docs/RELIABILITY.md that the full run writes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface OverlayFigures {
  readonly peers: number;
  readonly joinedMs: number;
  readonly records: number;
  readonly coverage: number;
  readonly lastMs: number;
  readonly hops: number;
  readonly redundancy: number;
  readonly degree: { readonly least: number; readonly most: number; readonly mean: number };
  readonly dead: number;
  readonly oneComponentMs: number;
  readonly coveredAgainMs: number;
  readonly afterDeath: { readonly lastMs: number; readonly hops: number; readonly degreeLeast: number };
}

/** The sections of docs/RELIABILITY.md that tests of the full run write. */
const MARKS = {
  overlay: ['<!-- overlay: written by the full run -->', '<!-- /overlay -->'],
  costs: ['<!-- costs: written by the full run -->', '<!-- /costs -->'],
  scale: ['<!-- scale: written by the full run -->', '<!-- /scale -->'],
  graphs: ['<!-- graphs: written by the full run -->', '<!-- /graphs -->'],
  rules: ['<!-- rules: written by the full run -->', '<!-- /rules -->'],
} as const;
export type SectionName = keyof typeof MARKS;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** The rows of the table: what, demanded, measured. */
export function overlayRows(f: OverlayFigures): readonly (readonly [what: string, demanded: string, measured: string])[] {
  return [
    [`${f.peers} peers enter one space through one server, whose room holds 64: all linked, one component`, 'one component', `${seconds(f.joinedMs)} after the last came`],
    [`Coverage of ${f.records} records, each written by another peer`, '100 % within 5 s', `${(f.coverage * 100).toFixed(1)} % within ${seconds(f.lastMs)}`],
    ['Hops of the longest way', '≤ 20', String(f.hops)],
    ['Redundancy: extra copies of a record per delivery, after warm-up', '≤ 1.0', f.redundancy.toFixed(2)],
    ['Links of a peer (least / mean / most)', '≤ 8', `${f.degree.least} / ${f.degree.mean.toFixed(1)} / ${f.degree.most}`],
    [`${f.dead} peers die at once, without a word: the others are one component`, '≤ 10 s', seconds(f.oneComponentMs)],
    ['Records written at that moment reach all who live', '≤ 30 s', seconds(f.coveredAgainMs)],
    ['Records written 60 s later: time, hops, least links', '5 s, 20', `${seconds(f.afterDeath.lastMs)}, ${f.afterDeath.hops}, ${f.afterDeath.degreeLeast}`],
  ];
}

/** The section of docs/RELIABILITY.md. */
export function overlaySection(figures: OverlayFigures): string {
  const rows = overlayRows(figures).map((row) => `| ${row.join(' | ')} |`).join('\n');
  return section('overlay', `## Overlay

The production mesh and replication (peer table, walks, introductions, rooms, push, anti-entropy) of ${figures.peers} peers in one process on a virtual clock: links of 20–200 ms, the real
signaling hub, no kernel; link crypto is a stub with the same interface. Dead peers fall silent, ICE of the others says so after 5 s. Repeat: \`LGOS_FULL=1 npx vitest run tests/sim/overlay.test.ts\`.

| | Demanded | Measured |
|---|---|---|
${rows}`);
}

/** What anti-entropy costs, as a section: rows of what, demanded, measured. */
export function costsSection(rows: readonly (readonly [string, string, string])[]): string {
  return section('costs', `## What anti-entropy costs

Bytes on the wires of the production replication, everything counted (handshake, proofs, acks); round trips of 100 ms. Repeat: \`LGOS_FULL=1 npx vitest run tests/unit/vm/replication/figures.test.ts\`.

| | Demanded | Measured |
|---|---|---|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`);
}

/** Memory and scale, as a section: what, demanded, measured. */
export function scaleSection(rows: readonly (readonly [string, string, string])[]): string {
  return section('scale', `## Memory and scale

Real kernels: a Chromium profile filled through the kernel and opened by a new browser; GUN's memory and 5,000 fragments in Node. Repeat: \`npm run bench -- --only scale\`, which says in bench/README.md how each is measured.

| | Demanded | Measured |
|---|---|---|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`);
}

/** The text between the marks of its section. */
export const section = (name: SectionName, text: string): string => `${MARKS[name][0]}\n${text}\n${MARKS[name][1]}\n`;

/** A page with the section put in place of the one it has, or at its end. */
export function withSection(page: string, name: SectionName, text: string): string {
  const [from, to] = [page.indexOf(MARKS[name][0]), page.indexOf(MARKS[name][1])];
  if (from < 0 || to < from) return `${page.trimEnd()}\n\n${text}`;
  return page.slice(0, from) + text.trimEnd() + page.slice(to + MARKS[name][1].length);
}

/** The section a page has, marks included; '' when it has none. */
export function sectionOf(page: string, name: SectionName): string {
  const [from, to] = [page.indexOf(MARKS[name][0]), page.indexOf(MARKS[name][1])];
  return from < 0 || to < from ? '' : `${page.slice(from, to + MARKS[name][1].length)}\n`;
}

/** A new page that keeps the sections other tests wrote into the old one. */
export function keepSections(page: string, old: string): string {
  return (Object.keys(MARKS) as SectionName[]).reduce((out, name) => (sectionOf(old, name) === '' ? out : withSection(out, name, sectionOf(old, name))), page);
}

/** Writes the section into docs/RELIABILITY.md. */
export function writeSection(name: SectionName, text: string): void {
  const path = join(import.meta.dirname, '..', '..', '..', 'docs', 'RELIABILITY.md');
  const page = existsSync(path) ? readFileSync(path, 'utf8') : '# Reliability\n';
  writeFileSync(path, withSection(page, name, text));
}
