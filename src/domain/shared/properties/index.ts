/**
 * Properties that people give a page, a task or a goal: named values of a kind. Each is two props of its node, what it is and what it says, so that a new name and a new value of two
 * people meet. Reading is total: a peer may have written anything. A door of its own: no first screen needs it.
 */
import { isAddress } from '#base/address';
import { cutText } from '#base/plain-text';
import { err, ok, type Result } from '#base/result';
import type { JsonValue, NodeView, Op } from '#os/api';
import { idOf, isDay, numberOf, oneLine, refuse, textOf, type Refusal } from '#domain/shared';

export const PROPERTY_KINDS = ['text', 'number', 'day', 'check', 'person', 'link'] as const;
export type PropertyKind = (typeof PROPERTY_KINDS)[number];

export interface Property {
  readonly id: string;
  readonly name: string;
  readonly kind: PropertyKind;
  /** Of the kind; null: none. A day is YYYY-MM-DD, a person a uid. */
  readonly value: string | number | boolean | null;
  /** Place among the others. */
  readonly ord: number;
}

/** What has them: its node, and the verb by which they are changed. */
export interface PropertyHolder {
  readonly id: string;
  readonly verb: string;
}

/** Of one thing; more are not shown. */
export const PROPERTIES_MAX = 50;
/** UTF-16 units. */
export const PROPERTY_NAME_MAX = 60;
export const PROPERTY_TEXT_MAX = 1_000;

const WHAT = /^property\/([A-Za-z0-9_-]{8})$/;
const BEGINS = 'property/';
const whatKey = (id: string): string => `${BEGINS}${id}`;
/** Is a prop of a node part of a property? */
export const ofProperty = (key: string): boolean => key.startsWith(BEGINS);
const valueKey = (id: string): string => `property/${id}/value`;

function readValue(kind: PropertyKind, value: JsonValue | undefined): Property['value'] {
  switch (kind) {
    case 'text': return textOf(value, PROPERTY_TEXT_MAX) || null;
    case 'number': return numberOf(value);
    case 'day': return isDay(value) ? value : null;
    case 'check': return value === true;
    case 'person': return idOf(value);
    case 'link': return isAddress(value) ? value : null;
  }
}

/** The properties a node holds, in their order. */
export function readProperties(node: Pick<NodeView, 'props'> | undefined): Property[] {
  const out: Property[] = [];
  for (const key of Object.keys(node?.props ?? {})) {
    const id = ofProperty(key) ? WHAT.exec(key)?.[1] : undefined;
    const what = node!.props[key];
    if (id === undefined || !Array.isArray(what)) continue;
    const [kind, given, ord] = what as JsonValue[];
    const name = oneLine(textOf(given, PROPERTY_NAME_MAX) ?? '');
    if (!PROPERTY_KINDS.includes(kind as PropertyKind) || name === '') continue;
    out.push({ id, name, kind: kind as PropertyKind, value: readValue(kind as PropertyKind, node!.props[valueKey(id)]), ord: numberOf(ord) ?? 0 });
  }
  return out.sort((a, b) => a.ord - b.ord || (a.id < b.id ? -1 : 1)).slice(0, PROPERTIES_MAX);
}

const set = ({ id, verb }: PropertyHolder, props: Record<string, JsonValue>): Op[] => [{ op: 'node.set', id, props, verb }];

function nameOf(name: string): Result<string, Refusal> {
  const line = oneLine(name);
  if (line === '') return err(refuse('empty'));
  return line.length > PROPERTY_NAME_MAX ? err(refuse('too-long')) : ok(line);
}

/** A new property behind the others; `id`: 48 random bits, base64url. */
export function addProperty(at: PropertyHolder, held: readonly Property[], id: string, name: string, kind: PropertyKind): Result<Op[], Refusal> {
  const made = nameOf(name);
  if (!made.ok) return made;
  // Nobody is offered one more.
  if (held.length >= PROPERTIES_MAX) return err(refuse('too-long'));
  return ok(set(at, { [whatKey(id)]: [kind, made.value, held.reduce((most, { ord }) => Math.max(most, ord), 0) + 1] }));
}

/** Another name; what it says stays. */
export function renameProperty(at: PropertyHolder, { id, name, kind, ord }: Property, next: string): Result<Op[], Refusal> {
  const made = nameOf(next);
  if (!made.ok) return made;
  return made.value === name ? err(refuse('no-change')) : ok(set(at, { [whatKey(id)]: [kind, made.value, ord] }));
}

/** Another value; null takes it away. What is no value of the kind is refused. */
export function setProperty(at: PropertyHolder, { id, kind, value }: Property, next: string | number | boolean | null): Result<Op[], Refusal> {
  if (kind === 'text' && typeof next === 'string' && next.length > PROPERTY_TEXT_MAX) return err(refuse('too-long'));
  const read = next === null || next === '' ? null : readValue(kind, next);
  if (read === null && next !== null && next !== '') return err(refuse('empty'));
  return read === value ? err(refuse('no-change')) : ok(set(at, { [valueKey(id)]: read }));
}

/** Takes it away with what it said, which comes back with `bringProperty` alone. */
export const dropProperty = (at: PropertyHolder, { id }: Property): Op[] => set(at, { [whatKey(id)]: null, [valueKey(id)]: null });

/** Takes that back. */
export const bringProperty = (at: PropertyHolder, one: Property): Op[] => set(at, propsOfProperties([one]));

/** The props that say these, each with its id. */
export const propsOfProperties = (held: readonly Property[]): Record<string, JsonValue> =>
  Object.assign({}, ...held.map(({ id, kind, name, ord, value }) => ({ [whatKey(id)]: [kind, name, ord], ...(value === null || value === false ? {} : { [valueKey(id)]: value }) }))) as Record<string, JsonValue>;

/** The properties of one thing for another that has none. */
export const copyProperties = (at: PropertyHolder, held: readonly Property[]): Op[] => (held.length === 0 ? [] : set(at, propsOfProperties(held)));

/** A property as a file has it: without an id, and a person by name. */
export type Field = Pick<Property, 'name' | 'kind' | 'value'>;

/** Properties on their way out. */
export const fieldsOf = (held: readonly Property[], nameOf: (uid: string) => string): Field[] => held.map(({ name, kind, value }) => (kind === 'person' ? { name, kind: 'text', value: value === null ? null : cutText(nameOf(String(value)), PROPERTY_TEXT_MAX) } : { name, kind, value }));

/** On their way in: the same with ids; `newId`: 48 random bits, base64url. */
export const propertiesOf = (fields: readonly Field[], newId: () => string): Property[] => fields.slice(0, PROPERTIES_MAX).map((field, at) => ({ ...field, id: newId(), ord: at + 1 }));

/** A property out of what a file says; null when it is none. */
export function readField(given: Readonly<Record<string, unknown>>): Field | null {
  const [name, kind] = [oneLine(typeof given['name'] === 'string' ? given['name'] : ''), given['kind'] as PropertyKind];
  if (name === '' || name.length > PROPERTY_NAME_MAX || !PROPERTY_KINDS.includes(kind) || kind === 'person') return null;
  return { name, kind, value: readValue(kind, given['value'] as JsonValue) };
}
