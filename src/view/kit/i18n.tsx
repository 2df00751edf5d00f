/** Words, numbers and dates in the reader's language. Catalogues: view/i18n; plurals and dates by Intl. */
import { createContext, use, useMemo, type ReactNode } from 'react';
import { en, type Catalogue, type Key as ShellKey } from '#view/i18n/en.ts';
import type { enAccess } from '#view/i18n/en-access.ts';
import type { enBackup } from '#view/i18n/en-backup.ts';
import type { enAlarm } from '#view/i18n/en-alarm.ts';
import type { enDevices } from '#view/i18n/en-devices.ts';
import type { enComments } from '#view/i18n/en-comments.ts';
import type { enCompute } from '#view/i18n/en-compute.ts';
import type { enDocuments } from '#view/i18n/en-documents.ts';
import type { enFiles } from '#view/i18n/en-files.ts';
import type { enGoals } from '#view/i18n/en-goals.ts';
import type { enGoalViews } from '#view/i18n/en-goal-views.ts';
import type { enLearn } from '#view/i18n/en-learn.ts';
import type { enHub } from '#view/i18n/en-hub.ts';
import type { enMind } from '#view/i18n/en-mind.ts';
import type { enImport } from '#view/i18n/en-import.ts';
import type { enMessenger } from '#view/i18n/en-messenger.ts';
import type { enModels } from '#view/i18n/en-models.ts';
import type { enMoved } from '#view/i18n/en-moved.ts';
import type { enNotHere } from '#view/i18n/en-not-here.ts';
import type { enPalette } from '#view/i18n/en-palette.ts';
import type { enPeople } from '#view/i18n/en-people.ts';
import type { enQuiet } from '#view/i18n/en-quiet.ts';
import type { enPlans } from '#view/i18n/en-plans.ts';
import type { enFleeting } from '#view/i18n/en-fleeting.ts';
import type { enWitness } from '#view/i18n/en-witness.ts';
import type { enWays } from '#view/i18n/en-ways.ts';
import type { enWhere } from '#view/i18n/en-where.ts';
import type { enMeter } from '#view/i18n/en-meter.ts';
import type { enNotices } from '#view/i18n/en-notices.ts';
import type { enJoin } from '#view/i18n/en-join.ts';
import type { enBeacons } from '#view/i18n/en-beacons.ts';
import type { enParts } from '#view/i18n/en-parts.ts';
import type { enPast } from '#view/i18n/en-past.ts';
import type { enProperties } from '#view/i18n/en-properties.ts';
import type { enProposals } from '#view/i18n/en-proposals.ts';
import type { enRefusals } from '#view/i18n/en-refusals.ts';
import type { enLinks } from '#view/i18n/en-links.ts';
import type { enRecovery } from '#view/i18n/en-recovery.ts';
import type { enVersions } from '#view/i18n/en-versions.ts';
import type { enTasks } from '#view/i18n/en-tasks.ts';
import type { enTrash } from '#view/i18n/en-trash.ts';
import type { enSearch } from '#view/i18n/en-search.ts';
import type { enStart } from '#view/i18n/en-start.ts';
import type { enSystem } from '#view/i18n/en-system.ts';
import type { enTalk } from '#view/i18n/en-talk.ts';
import type { Message } from '#view/i18n/types.ts';

export type Lang = 'en' | 'ru';
/** Names of messages: those of the shell, and those that come with the screens that say them. */
export type Key = ShellKey | keyof typeof enAccess | keyof typeof enAlarm | keyof typeof enBackup | keyof typeof enBeacons | keyof typeof enComments | keyof typeof enCompute | keyof typeof enDevices | keyof typeof enDocuments | keyof typeof enLearn | keyof typeof enFiles | keyof typeof enGoals | keyof typeof enGoalViews | keyof typeof enHub | keyof typeof enImport | keyof typeof enMessenger | keyof typeof enModels | keyof typeof enMind | keyof typeof enMoved | keyof typeof enParts | keyof typeof enPast | keyof typeof enNotHere | keyof typeof enPalette | keyof typeof enPeople | keyof typeof enQuiet | keyof typeof enPlans | keyof typeof enJoin | keyof typeof enLinks | keyof typeof enProperties | keyof typeof enProposals | keyof typeof enRecovery | keyof typeof enRefusals | keyof typeof enSearch | keyof typeof enStart | keyof typeof enSystem | keyof typeof enTalk | keyof typeof enTasks | keyof typeof enTrash | keyof typeof enVersions | keyof typeof enFleeting | keyof typeof enWays | keyof typeof enMeter | keyof typeof enNotices | keyof typeof enWitness | keyof typeof enWhere;
/** Values for the holes of a message; `n` also picks the plural form and is written as a number of the language. */
export type Params = Record<string, string | number>;

const CATALOGUES: { en: Catalogue; ru?: Catalogue } = { en };
const ADDED: Record<Lang, Partial<Record<Key, Message>>> = { en: {}, ru: {} };

/** Words of a screen that few people open; whoever loads the screen adds them. */
export function addWords(words: Record<Lang, Partial<Record<Key, Message>>>): void {
  Object.assign(ADDED.en, words.en);
  Object.assign(ADDED.ru, words.ru);
}

/** Words of a tab of another kind (kit/tab-kind.tsx), before the first screen: what is true elsewhere would not be there. */
const INSTEAD: typeof ADDED = { en: {}, ru: {} };
export const sayInstead = (words: typeof INSTEAD): void => void Object.assign(INSTEAD, words);

/** Fetches the words of a language, so that nobody loads those of another. English is always here. */
export async function loadWords(lang: Lang): Promise<void> {
  if (lang === 'ru') CATALOGUES.ru ??= (await import('#view/i18n/ru.ts')).ru;
}

/** Unread counts are shown up to this. */
const COUNT_MAX = 999;
const HOLE = /\{(\w+)\}/g;

/** Right-to-left letters: Hebrew, Arabic, Syriac, Thaana, N'Ko and what follows them, their forms, and the planes of old and new scripts of that direction. */
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name with such letters would turn round the order of the words and numbers beside it: it stands in a direction of its own (U+2068 … U+2069). */
export const isolated = (value: string): string => (RTL.test(value) ? `\u2068${value}\u2069` : value);

/** The language to use: the chosen one, or the browser's first that we have. */
export function pickLang(chosen: string | undefined, wanted: readonly string[]): Lang {
  if (chosen === 'en' || chosen === 'ru') return chosen;
  for (const tag of wanted) {
    const base = tag.slice(0, 2).toLowerCase();
    if (base === 'en' || base === 'ru') return base;
  }
  return 'en';
}

/** Everything that depends on the language. */
export interface I18n {
  lang: Lang;
  t(key: Key, params?: Params): string;
  /** 09:42 */
  time(at: number): string;
  /** Tuesday 19 May */
  day(at: number): string;
  /** 19 May, with the year when it is another one. */
  date(at: number): string;
  /** 19 May 2026, 09:42:05 */
  moment(at: number): string;
  /** "4 s ago"; `now` in ms. */
  ago(at: number, now: number): string;
  /** 412 MB */
  bytes(count: number): string;
  number(value: number): string;
  /** A count of unread things: what is beyond the thousand is not counted, and said so. */
  count(value: number): string;
  /** A list of names: "Noor, Sofia and Mira". */
  list(names: string[]): string;
}

/** So far the clocks of two devices may be apart and nothing is said of it, s. */
const CLOCKS_APART_S = 10;

/** The functions of one language whose words are loaded, else of English; pure but for the time zone of the system. */
export function createI18n(wanted: Lang): I18n {
  const lang = CATALOGUES[wanted] ? wanted : 'en';
  const words = CATALOGUES[lang] ?? en;
  const locale = lang === 'en' ? 'en-GB' : 'ru-RU';
  const plural = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const format = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const formatter = new Intl.DateTimeFormat(locale, options);
    return (at) => formatter.format(at);
  };
  const shortDate = format({ day: 'numeric', month: 'long' });
  const longDate = format({ day: 'numeric', month: 'long', year: 'numeric' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const names = new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' });
  return {
    lang,
    t(key, params = {}) {
      const n = params['n'];
      const forms: Message = INSTEAD[lang][key] ?? words[key as ShellKey] ?? ADDED[lang][key] ?? '';
      const text = typeof forms === 'string' ? forms : (forms[plural.select(Number(n ?? 0))] ?? forms.other ?? '');
      return text.replace(HOLE, (hole, name: string) => {
        const value = params[name];
        return value === undefined ? hole : typeof value === 'number' ? numbers.format(value) : isolated(value);
      });
    },
    time: format({ hour: '2-digit', minute: '2-digit' }),
    day: format({ weekday: 'long', day: 'numeric', month: 'long' }),
    date: (at) => (new Date(at).getFullYear() === new Date().getFullYear() ? shortDate(at) : longDate(at)),
    moment: format({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    ago(at, now) {
      const ahead = Math.round((at - now) / 1000);
      // Clocks of devices are not quite alike: what was just now is not said to be yet to come.
      const seconds = ahead > 0 && ahead < CLOCKS_APART_S ? 0 : ahead;
      if (Math.abs(seconds) < 60) return relative.format(seconds, 'second');
      if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), 'minute');
      if (Math.abs(seconds) < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
      return relative.format(Math.round(seconds / 86_400), 'day');
    },
    bytes: (count) => bytesText(count, locale),
    number: (value) => numbers.format(value),
    count: (value) => (value > COUNT_MAX ? `${COUNT_MAX}+` : numbers.format(value)),
    list: (all) => names.format(all.map(isolated)),
  };
}

function bytesText(count: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const step = Math.min(units.length - 1, count < 1000 ? 0 : Math.floor(Math.log10(count) / 3));
  if (step === 0) return `${new Intl.NumberFormat(locale).format(count)} ${locale === 'ru-RU' ? 'Б' : 'B'}`;
  const value = count / 1000 ** step;
  const options = { style: 'unit', unit: units[step]!, unitDisplay: 'short', maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale, options).format(value).replace(' ', ' ');
}

const Context = createContext<I18n>(createI18n('en'));

/** Gives the words of a language to everything inside. */
export function I18nProvider({ lang, children }: { lang: Lang; children: ReactNode }): ReactNode {
  const value = useMemo(() => createI18n(lang), [lang]);
  return <Context value={value}>{children}</Context>;
}

/** The words of the reader's language. */
export function useI18n(): I18n {
  return use(Context);
}
