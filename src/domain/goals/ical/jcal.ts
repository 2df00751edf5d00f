/** Calendar files as jCal (RFC 7265), which the library reads and writes: [name, properties, components], [name, parameters, type, ...values]. All of it is foreign. */
import ICAL from 'ical.js';

export type Property = readonly [name: string, params: Readonly<Record<string, unknown>>, type: string, ...values: unknown[]];
export type Component = readonly [name: string, properties: readonly Property[], components: readonly Component[]];

/** A component, checked as deep as it goes, without recursion: null when it is none, or deeper than any calendar is. */
const DEEP = 6;

export function isComponent(value: unknown): value is Component {
  const open: [unknown, number][] = [[value, 1]];
  while (open.length > 0) {
    const [one, depth] = open.pop()!;
    if (depth > DEEP || !Array.isArray(one) || typeof one[0] !== 'string' || !Array.isArray(one[1]) || !Array.isArray(one[2])) return false;
    for (const property of one[1] as unknown[]) if (!Array.isArray(property) || typeof property[0] !== 'string' || typeof property[1] !== 'object' || property[1] === null || typeof property[2] !== 'string') return false;
    for (const part of one[2] as unknown[]) open.push([part, depth + 1]);
  }
  return true;
}

/** The calendars of a text; null when it is no such text. */
export function parseCalendars(text: string): readonly Component[] | null {
  let found: unknown;
  try {
    found = ICAL.parse(text);
  } catch {
    return null;
  }
  const all: unknown[] = Array.isArray(found) && typeof found[0] === 'string' ? [found] : Array.isArray(found) ? found : [];
  const calendars = all.filter(isComponent).filter(([name]) => name === 'vcalendar');
  return calendars.length === all.length && all.length > 0 ? calendars : null;
}

/** The text of a component, in the lines of 75 bytes that calendars have. */
export const textOfCalendar = (component: Component): string => `${ICAL.stringify(component as unknown as unknown[] as never)}\r\n`;

/** The text of a part of one, as it stands there. */
export const textOfPart = (component: Component): string => ICAL.stringify(component as unknown as unknown[] as never);

/** The first property of a name, and its first value. */
export const propertyOf = ([, properties]: Component, name: string): Property | undefined => properties.find(([one]) => one === name);
export const valueOf = (component: Component, name: string): unknown => propertyOf(component, name)?.[3];
export const textValue = (component: Component, name: string): string => {
  const value = valueOf(component, name);
  return typeof value === 'string' ? value : '';
};
