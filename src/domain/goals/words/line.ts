/** One line of quick add: "Order seals next week !high @Mira" is a title, a day, a priority and a person; in English and Russian, in any order. */
import { dayFound, withoutDay } from './days.ts';

/** Somebody a line may name. */
export interface LinePerson {
  readonly uid: string;
  readonly name: string;
}

export interface Line {
  readonly title: string;
  readonly due: string | null;
  readonly priority: 'urgent' | 'high' | 'normal' | 'low' | null;
  readonly assignee: string | null;
}

/** `!` and a word, or its signs alone: `!!!` is urgent. */
const PRIORITY = /(?<=^|\s)!(?:(urgent|срочно|срочная|!!)|(high|важно|высокий|высокая|!)|(normal|обычно|обычный|обычная)|(low|низкий|низкая|потом))(?=$|[\s,;.])/iu;
const LEVELS = ['urgent', 'high', 'normal', 'low'] as const;

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const cut = (text: string, from: number, to: number): string => `${text.slice(0, from).trimEnd()} ${text.slice(to).trimStart()}`.replace(/^[\s,;:–-]+|[\s,;:–-]+$/gu, '').trim();

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

/** What a line says. Where nothing would be left of it but its signs, it is its own title. */
export function lineOf(text: string, people: readonly LinePerson[], today: string): Line {
  let rest = text;
  const priority = PRIORITY.exec(rest);
  if (priority) rest = cut(rest, priority.index, priority.index + priority[0].length);
  const person = personIn(rest, people);
  if (person) rest = cut(rest, person.from, person.to);
  const day = dayFound(rest, today);
  if (day) rest = withoutDay(rest, day);
  if (rest === '') return { title: text.trim(), due: null, priority: null, assignee: null };
  return { title: rest, due: day?.day ?? null, priority: priority ? LEVELS[priority.slice(1).findIndex((one) => one !== undefined)]! : null, assignee: person?.uid ?? null };
}
