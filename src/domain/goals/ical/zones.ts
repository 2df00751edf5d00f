/** Times of calendar files by the clock of where they are. Names of zones are foreign: those of Windows and those behind the name of a maker are read; what else the browser does not know is none. */
import { WINDOWS_ZONES } from './windows-zones.ts';

const WANTED = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' } as const;

/** Of zones that there are: these have an end. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: unknown): Intl.DateTimeFormat | null {
  if (typeof zone !== 'string' || zone === '') return null;
  try {
    const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', { ...WANTED, timeZone: zone });
    clocks.set(zone, clock);
    return clock;
  } catch {
    return null;
  }
}

/** "tzone://Microsoft/Utc", "/freeassociation.sourceforge.net/Europe/Berlin": the name at the end is the zone's. */
const BEHIND_MAKER = /^(?:\/|tzone:\/\/).*?\/([A-Z][\w+-]*(?:\/[A-Z][\w+-]*){0,2})$/;

/** What the zone of a name is called here; null: it is none that is known. */
export function zoneNamed(name: unknown): string | null {
  if (typeof name !== 'string') return null;
  const own = WINDOWS_ZONES.get(name) ?? name;
  if (clockOf(own)) return own;
  const behind = own.length > 200 ? undefined : BEHIND_MAKER.exec(own)?.[1];
  return behind === undefined || !clockOf(behind) ? null : behind;
}

/** A value as it is read off a clock: 23:00 in Lima is that hour there, and a time of UTC (Z) is told by the clock of `zone`. */
export function localOf(value: unknown, zone: string): string | null {
  if (typeof value !== 'string') return null;
  const at = value.endsWith('Z') ? Date.parse(value) : NaN;
  const clock = Number.isNaN(at) ? null : clockOf(zone);
  if (!clock) return value;
  const { year = '', month, day, hour, minute } = Object.fromEntries(clock.formatToParts(at).map((part) => [part.type, part.value])) as Record<string, string>;
  return `${year.padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${value.slice(17, 19)}`;
}
