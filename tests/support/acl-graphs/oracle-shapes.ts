/** RIGHT42 read plainly: of what kind properties are, and what a data record of a graph gives them. */
import { doesOf, type SpecData, type SpecOp, type SpecShape } from './spec.ts';

/** By number of the type; property → kind. */
export type OracleShapes = Map<number, Readonly<Record<string, string>>>;

/** What messages of a graph are of; shapes may be of it and of two others. */
export const TYPES = ['chat/message@1', 'lab/note@1', 'lab/list@1'] as const;
const VALUES = ['yes', 'rather long', 7, 1.5, true, null, 'AAAAAAAAAAAAAAAAAAAAAA', '\u{1f642}\u{1f642}'] as const;

/** The property that the record sets, and the value: by its name, as what it does. */
export function holdsOf({ name }: Pick<SpecData, 'name'>): readonly [property: 'text' | 'rank', value: (typeof VALUES)[number]] {
  const at = Math.floor(name / 3);
  return [at % 2 === 0 ? 'text' : 'rank', VALUES[Math.floor(at / 2) % VALUES.length]!];
}

const KINDS = /^(text(:[1-9][0-9]*)?|number|whole|bool|id)$/;

/** One that names nothing, something of the space or no kind counts as none. */
function counts(shape: SpecShape[1]): boolean {
  const list = Object.entries(shape ?? {});
  return list.length > 0 && list.every(([property, kind]) => property !== 'title' && KINDS.test(kind));
}

/** The shapes after a policy.set. */
export function setShapes(shapes: OracleShapes, { shapes: set }: SpecOp & { t: 'policy' }): void {
  for (const [type, shape] of set ?? []) {
    if (counts(shape)) shapes.set(type, shape!);
    else shapes.delete(type);
  }
}

function fits(kind: string, value: unknown): boolean {
  if (value === null) return true;
  if (kind === 'bool') return value === true || value === false;
  if (kind === 'number') return typeof value === 'number';
  if (kind === 'whole') return typeof value === 'number' && value % 1 === 0;
  if (typeof value !== 'string') return false;
  return kind === 'id' ? /^[A-Za-z0-9_-]{22}$/.test(value) : kind === 'text' || value.length <= Number(kind.slice(5));
}

/** A message is made by the shape of messages; whatever else sets the property, by any that names it. */
export function shapesAllow(shapes: OracleShapes, data: SpecData): boolean {
  const [property, value] = holdsOf(data);
  const own = doesOf(data) === 'changes' ? undefined : shapes.get(0)?.[property];
  if (own !== undefined) return fits(own, value);
  const kinds = [...shapes.values()].flatMap((shape) => shape[property] ?? []);
  return kinds.length === 0 || kinds.some((kind) => fits(kind, value));
}
