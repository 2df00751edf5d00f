/** What is like the subject: by words and spelling, and by a model where one was asked; what stands high in both comes first. With the words they share. */
import type { Steps } from '#base/steps';
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { likeness, sharedWords, weighSteps } from '#domain/mind/text';
import { beginning, item } from './item.ts';

const SHOWN = 8;
/** Less alike than this is not alike. */
const LEAST = 0.18;
const WORDS = 3;
/** How slowly a place loses worth when two orders become one. */
const FLAT = 60;

/** Cosine; null where one of them is missing, of another length or no numbers: a model may have made anything. */
function cosine(a: Float32Array | null | undefined, b: Float32Array | null | undefined): number | null {
  if (!a || !b || a.length !== b.length) return null;
  let [sum, x, y] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) [sum, x, y] = [sum + a[i]! * b[i]!, x + a[i]! * a[i]!, y + b[i]! * b[i]!];
  const by = sum / Math.sqrt(x * y);
  return Number.isFinite(by) ? by : null;
}

interface Place {
  readonly place: number;
  readonly by: number;
}
const best = (list: readonly Place[]): readonly number[] => [...list].sort((a, b) => b.by - a.by || a.place - b.place).slice(0, SHOWN).map(({ place }) => place);

export function* relate({ inputs, subject, vectors = [] }: AgentRequest): Steps<AgentOutput> {
  const at = subject ?? 0;
  const all = yield* weighSteps(inputs.map(({ text }) => text));
  const mine = all[at];
  if (!mine) return { kind: 'related', items: [] };
  const alike: Place[] = [];
  const angles: Place[] = [];
  for (const [place, other] of all.entries()) {
    alike.push({ place, by: place === at ? 0 : likeness(mine, other) });
    const by = place === at ? null : cosine(vectors[at], vectors[place]);
    if (by !== null) angles.push({ place, by });
    yield;
  }
  const worded = best(alike.filter(({ by }) => by >= LEAST));
  // Of many models nothing is far from anything: close is what is closer than most.
  const mean = angles.reduce((sum, { by }) => sum + by, 0) / angles.length;
  const close = best(angles.filter(({ by }) => by > mean));
  const scores = new Map<number, number>();
  for (const order of [worded, close]) order.forEach((place, n) => scores.set(place, (scores.get(place) ?? 0) + 1 / (FLAT + n)));
  const ranked = best([...scores].map(([place, by]) => ({ place, by })));
  const why = (place: number): string[] => [...sharedWords(mine, all[place]!).slice(0, WORDS).map((word) => `shares:${word.slice(0, 60)}`), ...(close.includes(place) ? ['model'] : [])];
  return { kind: 'related', items: ranked.map((place) => item(beginning(inputs[place]!.text), [place], { why: why(place) })) };
}
