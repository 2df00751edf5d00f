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

/** A calendar of which not all can be read. */
export interface Parts {
  readonly calendars: readonly Component[];
  /** To-dos and events that cannot be read: none of their parts is among them. */
  readonly broken: number;
}

const BEGIN = /^BEGIN:(VEVENT|VTODO|VTIMEZONE)\s*$/i;
const END = /^END:(VEVENT|VTODO|VTIMEZONE|VCALENDAR)\s*$/i;

/** What the library refuses as a whole, for one line of it, block by block: those it reads, and the rest as the name and the text of each. */
function blocksOf(text: string): { readonly zone: string; readonly read: readonly Component[]; readonly unread: readonly [name: string, text: string][] } {
  const read: Component[] = [];
  const unread: [string, string][] = [];
  let zone = '';
  let open: { name: string; lines: string[] } | null = null;
  const close = (whole: boolean): void => {
    if (!open) return;
    const { name, lines } = open;
    open = null;
    const found = whole ? parseCalendars(inCalendar(lines)) : null;
    if (found) read.push(...found[0]![2]);
    else unread.push([name.toLowerCase(), lines.join('\n')]);
  };
  for (const line of text.split(/\r?\n/)) {
    const begins = BEGIN.exec(line)?.[1];
    // None of these stands in another: what was not ended is cut off.
    if (begins !== undefined) {
      close(false);
      open = { name: begins, lines: [line] };
    } else if (open) {
      open.lines.push(line);
      const ends = END.exec(line)?.[1];
      if (ends !== undefined) close(ends.toUpperCase() === open.name.toUpperCase());
    } else if (zone === '' && /^X-WR-TIMEZONE[:;]/i.test(line)) zone = line;
  }
  close(false);
  return { zone, read, unread };
}

const inCalendar = (lines: readonly string[]): string => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');

/** What can be read of a text; null: nothing. A thing of which one part cannot is left out whole: half of a row of days would be another. */
export function parseParts(text: string): Parts | null {
  const whole = parseCalendars(text);
  if (whole) return { calendars: whole, broken: 0 };
  const { zone, read, unread } = blocksOf(text);
  const broken = new Set<string>();
  for (const [i, [name, lines]] of unread.entries()) if (name !== 'vtimezone') broken.add(`${name} ${/^UID(?:;[^:]*)?:(.*)$/im.exec(lines.replace(/\n[ \t]/g, ''))?.[1]?.trimEnd() || `\n${i}`}`);
  const parts = read.filter((part) => !broken.has(`${part[0]} ${textValue(part, 'uid')}`));
  if (!parts.some(([name]) => name !== 'vtimezone')) return null;
  return { calendars: [['vcalendar', zone === '' ? [] : (parseCalendars(inCalendar([zone]))?.[0]![1] ?? []), parts]], broken: broken.size };
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
