/** Properties as columns: those of one kind and name are one, whoever made them. What a filter asks of one. */
import type { JsonValue, Op } from '#os/api';
import { idOf, isDay, numberOf, oneLine, PLAN_LIMITS, textOf } from '#domain/shared';
import { PROPERTY_KINDS, PROPERTY_NAME_MAX, renameProperty, type Property, type PropertyHolder, type PropertyKind } from '#domain/shared/properties';
import { WORK_VERB } from './acts.ts';
import type { Work } from './things.ts';

export interface Column {
  /** Its kind and name. */
  readonly key: string;
  /** One of those that are in it: whoever gives another thing this property gives it this one. */
  readonly of: Property;
}

/** What has the properties of a thing. */
export const propertiesOfWork = ({ id }: Pick<Work, 'id'>): PropertyHolder => ({ id, verb: WORK_VERB.property });

/** Names are made comparable once for each property that was read: things have thousands of them. */
const keys = new WeakMap<object, string>();
export function columnKey(one: Pick<Property, 'kind' | 'name'>): string {
  const known = keys.get(one);
  if (known !== undefined) return known;
  const key = `${one.kind} ${one.name.normalize('NFC').toLowerCase()}`;
  keys.set(one, key);
  return key;
}

/** The columns of these things, what most of them have first. */
export function columnsOf(works: Iterable<Pick<Work, 'properties'>>): Column[] {
  const found = new Map<string, { of: Property; n: number }>();
  for (const { properties } of works) {
    for (const one of properties) {
      const key = columnKey(one);
      const known = found.get(key);
      // Of several with one name the least id, so that all take the same one.
      if (known) found.set(key, { of: one.id < known.of.id ? one : known.of, n: known.n + 1 });
      else found.set(key, { of: one, n: 1 });
    }
  }
  return [...found].sort(([a, one], [b, two]) => two.n - one.n || (a < b ? -1 : 1)).slice(0, PLAN_LIMITS.columns).map(([key, { of }]) => ({ key, of }));
}

/** What a thing has in a column; of two by two people the one that says something. */
export function inColumn({ properties }: Pick<Work, 'properties'>, key: string): Property | null {
  const own = properties.filter((one) => columnKey(one) === key);
  return own.find(({ value }) => value !== null && value !== false) ?? own[0] ?? null;
}

/** By which column a list is ordered, and whether from its end. */
export interface ColumnOrder {
  readonly key: string;
  readonly down: boolean;
}

const words = new Intl.Collator(undefined, { numeric: true });
const says = (value: Property['value']): boolean => value !== null && value !== false && value !== '';

/** These things by what they say in a column; what says nothing comes last, either way, and what says the same stays in its order. `nameOf`: what a person is called. */
export function byColumn(works: readonly Work[], { key, down }: ColumnOrder, nameOf: (uid: string) => string): Work[] {
  const value = (work: Work): Property['value'] => {
    const found = inColumn(work, key);
    return found === null || !says(found.value) ? null : found.kind === 'person' ? nameOf(String(found.value)) : found.value;
  };
  const valued = works.map((work, at) => ({ work, at, of: value(work) }));
  return valued.sort((a, b) => {
    if (a.of === null || b.of === null) return Number(a.of === null) - Number(b.of === null) || a.at - b.at;
    const order = typeof a.of === 'number' && typeof b.of === 'number' ? a.of - b.of : words.compare(String(a.of), String(b.of));
    return (down ? -order : order) || a.at - b.at;
  }).map(({ work }) => work);
}

/** Another name of a column, for all things that are in it and may be changed; of more than can be changed at once the one alone. */
export function renameColumn(works: Iterable<Work>, one: Property, name: string, may: (work: Work) => boolean): Op[] {
  const key = columnKey(one);
  const out = [...works].filter(may).flatMap((work) => work.properties.filter((own) => columnKey(own) === key).flatMap((own) => {
    const made = renameProperty(propertiesOfWork(work), own, name);
    return made.ok ? made.value : [];
  }));
  return out.length > PLAN_LIMITS.bulk ? [] : out;
}

/** What is asked of a column: words that are in it, who it names or whether it is ticked, or between which two it is; nothing asked: it says something. */
export interface Asked {
  readonly kind: PropertyKind;
  readonly name: string;
  readonly is?: string | boolean;
  readonly from?: number | string;
  readonly to?: number | string;
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Does a thing have in the column what is asked? */
export function answers(work: Pick<Work, 'properties'>, { is, from, to, ...column }: Asked): boolean {
  const value = inColumn(work, columnKey(column))?.value ?? null;
  if (column.kind === 'check') return (value === true) === (is ?? true);
  if (value === null) return false;
  if (is !== undefined && (column.kind === 'person' ? value !== is : !plain(String(value)).includes(plain(String(is))))) return false;
  return (from === undefined || value >= from) && (to === undefined || value <= to);
}

/** Out of what somebody's device wrote: only what is known, and in its limits. */
export function readAsked(value: JsonValue | undefined): Asked | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return null;
  const { kind, name, is, from, to } = value as Readonly<Record<string, JsonValue>>;
  const words = oneLine(textOf(name, PROPERTY_NAME_MAX) ?? '');
  const of = PROPERTY_KINDS.find((one) => one === kind);
  if (!of || words === '') return null;
  const bound = (given: JsonValue | undefined): number | string | null => (of === 'number' ? numberOf(given) : of === 'day' && isDay(given) ? given : null);
  const sought = of === 'check' ? (typeof is === 'boolean' ? is : null) : of === 'person' ? idOf(is) : of === 'text' || of === 'link' ? textOf(is, PLAN_LIMITS.filterUnits) || null : null;
  const [low, high] = [bound(from), bound(to)];
  return { kind: of, name: words, ...(sought === null ? {} : { is: sought }), ...(low === null ? {} : { from: low }), ...(high === null ? {} : { to: high }) };
}
