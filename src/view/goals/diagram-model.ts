/** What a dependency diagram draws, and where arrows lead in it. Pure. */
import { linksOf, thingOfPoint, type Work } from '#domain/goals/work';
import type { LinkKind } from '#domain/goals/planning';
import type { LayerPoint } from '#domain/goals/layers';
import type { PlanHere } from './use-plan.ts';

/** Things drawn at once, and lines between them, those of the decisive path and of circles first: what any device places soon. */
export const DRAWN = 120;
export const LINES = 400;

/** How much is drawn. */
export interface DiagramMost {
  readonly things: number;
  readonly links: number;
}
const USUAL: DiagramMost = { things: DRAWN, links: LINES };

export interface DiagramLink {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: LinkKind;
  /** Hours of work. */
  readonly lag: number;
  /** On the path that decides the end. */
  readonly critical: boolean;
  /** In a circle: it counts for nothing. */
  readonly held: boolean;
}

export interface Diagram {
  readonly works: readonly Work[];
  readonly links: readonly DiagramLink[];
  /** Whatever is linked, drawn or not. */
  readonly linked: readonly Work[];
  /** All links among what is shown, also those that are not drawn: the list beside has them. */
  readonly all: readonly DiagramLink[];
  /** Things that wait for nothing here and hold nothing, and linked ones that are not drawn. */
  readonly alone: number;
  readonly left: number;
  /** Lines between drawn things that are not drawn. */
  readonly hidden: number;
}

/** The pairs of the decisive path, without the points of wholes between them. */
function criticalPairs(path: readonly string[]): ReadonlySet<string> {
  const things = path.map(thingOfPoint).filter((id, i, all) => id !== all[i - 1]);
  return new Set(things.slice(1).map((id, i) => `${things[i]}>${id}`));
}

/** Those of the linked things that are drawn: around one, else the decisive path and what is near it, what is open first. */
function near(linked: readonly Work[], beside: ReadonlyMap<string, readonly string[]>, seeds: readonly string[], others: boolean, most: number): Set<string> {
  const byId = new Map(linked.map((work) => [work.id, work]));
  const found = new Set<string>();
  const grow = (first: readonly string[]): void => {
    let ring = first.filter((id) => byId.has(id) && !found.has(id));
    while (ring.length > 0 && found.size < most) {
      for (const id of ring) if (found.size < most) found.add(id);
      const next = new Set(ring.flatMap((id) => beside.get(id) ?? []).filter((id) => byId.has(id) && !found.has(id)));
      ring = [...next].sort((a, b) => Number(byId.get(a)!.done) - Number(byId.get(b)!.done) || (a < b ? -1 : 1));
    }
  };
  grow(seeds);
  if (others) for (const { id } of linked) if (found.size < most) grow([id]);
  return found;
}

/** The diagram of what is shown; around one thing where one is chosen. */
export function diagramOf(works: readonly Work[], plan: Pick<PlanHere, 'answer'> | null, centre: string | null, most: DiagramMost = USUAL): Diagram {
  const here = new Set(works.map(({ id }) => id));
  const pairs = criticalPairs(plan?.answer.path ?? []);
  const held = new Set(plan?.answer.held);
  const all = linksOf(works).filter(({ from, to }) => here.has(from) && here.has(to) && from !== to).map((link): DiagramLink => ({ ...link, critical: pairs.has(`${link.from}>${link.to}`) && !held.has(link.id), held: held.has(link.id) }));
  const beside = new Map<string, string[]>();
  for (const { from, to } of all) for (const [one, other] of [[from, to], [to, from]] as const) (beside.get(one) ?? beside.set(one, []).get(one)!).push(other);
  const linked = works.filter(({ id }) => beside.has(id)).sort((a, b) => Number(a.done) - Number(b.done));
  const around = centre !== null && beside.has(centre);
  const drawn = near(linked, beside, around ? [centre] : (plan?.answer.path ?? []).map(thingOfPoint), !around, most.things);
  const weight = ({ critical, held: inCircle }: DiagramLink): number => Number(critical) + Number(inCircle);
  const between = all.filter(({ from, to }) => drawn.has(from) && drawn.has(to)).sort((a, b) => weight(b) - weight(a));
  return { works: works.filter(({ id }) => drawn.has(id)), links: between.slice(0, most.links), linked, all, alone: works.length - linked.length, left: linked.length - drawn.size, hidden: Math.max(0, between.length - most.links) };
}

/** Names read out with one thing. */
const NAMED = 5;

/** What is read out with a thing: what it waits for and how, and what waits for it; the first of each. */
export interface ThingSaid {
  readonly waits: readonly { readonly title: string; readonly kind: LinkKind; readonly lag: number }[];
  readonly holds: readonly { readonly title: string }[];
}

/** Of each of these things, in one look at the links. */
export function thingsSaid(works: readonly Work[], links: readonly DiagramLink[]): ReadonlyMap<string, ThingSaid> {
  const titles = new Map(works.map(({ id, title }) => [id, title]));
  const out = new Map(works.map(({ id }) => [id, { waits: [] as { title: string; kind: LinkKind; lag: number }[], holds: [] as { title: string }[] }]));
  for (const { from, to, kind, lag } of links) {
    const [first, second] = [out.get(from), out.get(to)];
    if (second && second.waits.length < NAMED) second.waits.push({ title: titles.get(from) ?? '…', kind, lag });
    if (first && first.holds.length < NAMED) first.holds.push({ title: titles.get(to) ?? '…' });
  }
  return out;
}

/** Where one comes in by keys: the head of the decisive path, as far as it is drawn, else what holds something up and waits for nothing, else the first; null: nothing is drawn. `path`: in its order. */
export function headIn(drawn: readonly Pick<Work, 'id'>[], links: readonly Pick<DiagramLink, 'from' | 'to'>[], path: Iterable<string>): string | null {
  const here = new Set(drawn.map(({ id }) => id));
  for (const point of path) if (here.has(thingOfPoint(point))) return thingOfPoint(point);
  const [holds, waits] = [new Set(links.map(({ from }) => from)), new Set(links.map(({ to }) => to))];
  return (drawn.find(({ id }) => holds.has(id) && !waits.has(id)) ?? drawn.find(({ id }) => holds.has(id)) ?? drawn[0])?.id ?? null;
}

export type Way = 'along' | 'back' | 'before' | 'after';

/** Where an arrow leads: along a line to what waits, back to what it waits for, or to what stands beside it in its layer. */
export function stepIn(places: ReadonlyMap<string, LayerPoint>, links: readonly DiagramLink[], id: string, way: Way, down: boolean): string | null {
  const at = places.get(id);
  if (!at) return null;
  const main = ({ x, y }: LayerPoint): number => (down ? y : x);
  const cross = ({ x, y }: LayerPoint): number => (down ? x : y);
  const nearest = (ids: readonly string[], far: (place: LayerPoint) => number): string | null => ids.filter((one) => one !== id && places.has(one)).sort((a, b) => far(places.get(a)!) - far(places.get(b)!) || (a < b ? -1 : 1))[0] ?? null;
  if (way === 'along' || way === 'back') {
    const ids = links.flatMap(({ from, to }) => (way === 'along' ? (from === id ? [to] : []) : to === id ? [from] : []));
    return nearest(ids, (place) => Math.abs(cross(place) - cross(at)));
  }
  const sign = way === 'after' ? 1 : -1;
  const side = [...places].filter(([, place]) => Math.abs(main(place) - main(at)) < 0.01 && (cross(place) - cross(at)) * sign > 0).map(([one]) => one);
  return nearest(side, (place) => Math.abs(cross(place) - cross(at)));
}
