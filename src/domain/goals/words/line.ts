/** One line of quick add: "Order seals tomorrow 15:00 !high @Mira" is a title, a day with a time, a priority and a person; in English and Russian, in any order. */
import { dayFound, withoutDay } from './days.ts';

/** Somebody a line may name. */
export interface LinePerson {
  readonly uid: string;
  readonly name: string;
}

export interface Line {
  readonly title: string;
  readonly due: string | null;
  /** Minutes of that day, where a time is said with it. */
  readonly time: number | null;
  readonly priority: 'urgent' | 'high' | 'normal' | 'low' | null;
  readonly assignee: string | null;
}

/** `!` and a word, or its signs alone: `!!!` is urgent. */
const PRIORITY = /(?<=^|\s)!(?:(urgent|срочно|срочная|!!)|(high|важно|высокий|высокая|!)|(normal|обычно|обычный|обычная)|(low|низкий|низкая|потом))(?=$|[\s,;.])/iu;
/** 15:00, at 9:30, 3 pm, в 15:00. */
const TIME = /(?<=^|[\s,;])(?:(?:at|в)\s+)?(?:(\d{1,2}):([0-5]\d)(?:\s*([ap])\.?m\b\.?)?|(\d{1,2})\s*([ap])\.?m\b\.?)(?![\d:\p{L}])/iu;
const LEVELS = ['urgent', 'high', 'normal', 'low'] as const;

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const cut = (text: string, from: number, to: number): string => `${text.slice(0, from).trimEnd()} ${text.slice(to).trimStart()}`.replace(/\s+([,;])/gu, '$1').replace(/^[\s,;:–-]+|[\s,;:–-]+$/gu, '').trim();

/** The person behind an `@`: the longest name that stands there, or else the only one whose name begins with the word there. */
function personIn(text: string, people: readonly LinePerson[]): { uid: string; from: number; to: number } | null {
  for (const match of text.matchAll(/(?<=^|\s)@(?=[\p{L}\p{N}])/gu)) {
    const from = match.index;
    const rest = text.slice(from + 1);
    const ends = (name: string): boolean => name !== '' && plain(rest.slice(0, name.length)) === plain(name) && !/^[\p{L}\p{N}]/u.test(rest.slice(name.length));
    const [whole] = people.filter(({ name }) => ends(name)).sort((a, b) => b.name.length - a.name.length);
    if (whole) {
      // Two of one name: nobody is chosen for the person, the words stay.
      if (people.filter(({ name }) => plain(name) === plain(whole.name)).length > 1) continue;
      return { uid: whole.uid, from, to: from + 1 + whole.name.length };
    }
    const word = /^[\p{L}\p{N}_-]+/u.exec(rest)![0];
    const near = people.filter(({ name }) => name.split(/\s+/).some((part) => plain(part).startsWith(plain(word))));
    if (near.length === 1) return { uid: near[0]!.uid, from, to: from + 1 + word.length };
  }
  return null;
}

/** Minutes of the day, and where they stand; none where the clock has no such hour. */
function timeIn(text: string): { minutes: number; from: number; to: number } | null {
  const found = TIME.exec(text);
  if (!found) return null;
  const [hour, half] = [Number(found[1] ?? found[4]), (found[3] ?? found[5])?.toLowerCase()];
  if (half === undefined ? hour > 23 : hour < 1 || hour > 12) return null;
  return { minutes: (half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0)) * 60 + Number(found[2] ?? 0), from: found.index, to: found.index + found[0].length };
}

/** What a line says; a time counts where a day is named. Where nothing would be left of it but its signs, it is its own title. */
export function lineOf(text: string, people: readonly LinePerson[], today: string): Line {
  let rest = text;
  const priority = PRIORITY.exec(rest);
  if (priority) rest = cut(rest, priority.index, priority.index + priority[0].length);
  const person = personIn(rest, people);
  if (person) rest = cut(rest, person.from, person.to);
  const day = dayFound(rest, today);
  if (day) rest = withoutDay(rest, day);
  const time = day && timeIn(rest);
  if (time) rest = cut(rest, time.from, time.to);
  if (rest === '') return { title: text.trim(), due: null, time: null, priority: null, assignee: null };
  return { title: rest, due: day?.day ?? null, time: time?.minutes ?? null, priority: priority ? LEVELS[priority.slice(1).findIndex((one) => one !== undefined)]! : null, assignee: person?.uid ?? null };
}
