/** Times of calendar files by the clock of where they are. Names of zones are foreign: those of Windows and those behind the name of a maker are read; what else the browser does not know is what the file itself says of it. */
import type { Component } from './jcal.ts';
import { aheadAt, ownZone, type OwnZone } from './own-zone.ts';
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

/** A zone the browser knows, or one whose rules came with the file. */
export type Zone = string | OwnZone;

/** What the names of zones stand for in a file that describes these. */
export function zonesOf(described: ReadonlyMap<string, Component>): (name: unknown) => Zone | null {
  const own = new Map<string, OwnZone | null>();
  return (name) => {
    const known = zoneNamed(name);
    if (known !== null || typeof name !== 'string' || !described.has(name)) return known;
    if (!own.has(name)) own.set(name, ownZone(described.get(name)!));
    return own.get(name)!;
  };
}

const two = (n: number): string => String(n).padStart(2, '0');

/** A value as it is read off a clock: 23:00 in Lima is that hour there, and a time of UTC (Z) is told by the clock of `zone`. */
export function localOf(value: unknown, zone: Zone): string | null {
  if (typeof value !== 'string') return null;
  const at = value.endsWith('Z') ? Date.parse(value) : NaN;
  if (typeof zone !== 'string' && !Number.isNaN(at)) {
    const there = new Date(at + aheadAt(zone, at) * 60_000);
    return `${String(there.getUTCFullYear()).padStart(4, '0')}-${two(there.getUTCMonth() + 1)}-${two(there.getUTCDate())}T${two(there.getUTCHours())}:${two(there.getUTCMinutes())}:${value.slice(17, 19)}`;
  }
  const clock = Number.isNaN(at) ? null : clockOf(zone);
  if (!clock) return value;
  const { year = '', month, day, hour, minute } = Object.fromEntries(clock.formatToParts(at).map((part) => [part.type, part.value])) as Record<string, string>;
  return `${year.padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${value.slice(17, 19)}`;
}
