/** How a page could be parted: headings where its subject changes, and lines with written points or numbers as lists. A heading comes as Markdown, what is no paragraph behind `> `. */
import type { Steps } from '#base/steps';
import type { AgentItem, AgentOutput, AgentRequest } from '#os/agents/output';
import { headingSteps, partSteps, SHORT_TEXT } from '#domain/mind/text';
import { listLine } from '#domain/mind/tidy';
import { item, limited } from './item.ts';

const HEADING = /^(#{1,6}) (.*)$/su;
const OTHER = /^> /u;
/** Parts that have a heading of their own are parted further where they are longer than this. */
const LONG = 2 * SHORT_TEXT;
/** Letters of a stretch that has parts: a few short lines are a list and no text. */
const LETTERS = 200;

interface Stretch {
  /** Place of its heading; null: it has none. */
  readonly heading: number | null;
  readonly places: number[];
}

function stretches(texts: readonly string[]): Stretch[] {
  const out: Stretch[] = [];
  for (const [at, text] of texts.entries()) {
    if (HEADING.test(text)) out.push({ heading: at, places: [] });
    else if (out.length === 0) out.push({ heading: null, places: [at] });
    else out.at(-1)!.places.push(at);
  }
  return out;
}

/** The parts of a stretch that have no heading yet. */
function* headings(texts: readonly string[], { heading, places }: Stretch, alone: boolean): Steps<AgentItem[]> {
  if (places.length < (heading === null || alone ? SHORT_TEXT : LONG)) return [];
  const plain = places.map((at) => texts[at]!.replace(OTHER, ''));
  if (plain.reduce((sum, text) => sum + text.length, 0) < LETTERS) return [];
  const begins = yield* partSteps(plain, (at) => !OTHER.test(texts[places[at]!]!) && listLine(texts[places[at]!]!) === null && !/:\s*$/u.test(plain[at - 1]!));
  if (begins.length === 0) return [];
  const all = heading === null || alone ? [0, ...begins] : begins;
  const out: AgentItem[] = [];
  for (const [n, from] of all.entries()) {
    const own = plain.slice(from, all[n + 1] ?? plain.length);
    const title = yield* headingSteps(own);
    if (title !== '') out.push(item(title, places.slice(from, all[n + 1] ?? places.length), { label: 'heading', why: [`paragraphs:${own.length}`] }));
  }
  return out;
}

/** Two and more lines in a row. */
function lists(texts: readonly string[], { places }: Stretch): AgentItem[] {
  const lines = places.map((at) => (OTHER.test(texts[at]!) ? null : listLine(texts[at]!)));
  return places.flatMap((at, n) => {
    const line = lines[n];
    const beside = [lines[n - 1], lines[n + 1]].some((other) => other && line && other.numbered === line.numbered);
    return line && beside ? [item(line.text, [at], { label: line.numbered ? 'numbers' : 'points', why: ['line'] })] : [];
  });
}

export function* proposeOutline({ inputs }: AgentRequest): Steps<AgentOutput> {
  const texts = inputs.map(({ text }) => text);
  const all = stretches(texts);
  // One heading above everything is the title of the page.
  const alone = all.filter(({ heading }) => heading !== null).length === 1 && all[0]?.heading === 0;
  const found: AgentItem[] = [];
  for (const one of all) {
    if (one.heading !== null) found.push(item(HEADING.exec(texts[one.heading]!)![2]!, [one.heading, ...one.places], { label: 'here' }));
    found.push(...[...(yield* headings(texts, one, alone)), ...lists(texts, one)].sort((a, b) => a.sources[0]! - b.sources[0]!));
  }
  // What only stands there already is no proposal.
  return { kind: 'outline', items: found.every(({ label }) => label === 'here') && all.length < 3 ? [] : limited(found) };
}
