/** A name for this device that tells it from others of its person: the family of the browser and of the system, no more than a user agent says anyway. */

const BROWSERS: readonly (readonly [RegExp, string])[] = [[/\bEdgA?\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bYaBrowser\//, 'Yandex'], [/\bFirefox\/|\bFxiOS\//, 'Firefox'], [/Chrome\/|\bCriOS\/|\bChromium\//, 'Chrome'], [/\bSafari\//, 'Safari']];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [[/\bAndroid\b/, 'Android'], [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bCrOS\b/, 'ChromeOS'], [/\bWindows\b/, 'Windows'], [/\bMac OS X\b|\bMacintosh\b/, 'macOS'], [/\bLinux\b/, 'Linux']];

const first = (list: readonly (readonly [RegExp, string])[], agent: string): string | undefined => list.find(([sign]) => sign.test(agent))?.[1];

/** For example "Chrome · Linux"; "LifeGraph" when nothing is known. */
export function deviceName(agent: string): string {
  return [first(BROWSERS, agent), first(SYSTEMS, agent)].filter((part) => part !== undefined).join(' · ') || 'LifeGraph';
}
