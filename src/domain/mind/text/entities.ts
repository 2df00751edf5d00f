/** What a text names: people, links, addresses, numbers to call, money, amounts, days, hours, and other names by their capitals. English and Russian. */
import { dayFound } from '#domain/goals/words';
import { fold, isStop, stemOf, wordsOf } from '#domain/search/words';

export const ENTITY_KINDS = ['link', 'mail', 'money', 'phone', 'day', 'time', 'amount', 'person', 'name'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export interface Entity {
  readonly kind: EntityKind;
  readonly text: string;
  readonly at: number;
  /** Of a day: YYYY-MM-DD; of a person who was told: the uid. */
  readonly value: string | null;
}

const LINK = /https?:\/\/[^\s<>"'()[\]]*[^\s<>"'()[\].,;:!?]/gu;
const MAIL = /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu;
const CURRENCY = 'euros?|eur|usd|dollars?|rubles?|pounds?|руб(?:\\.|лей|ля|ль)?|евро|доллар(?:ов|а)?|[€$£₽]';
const NUMBER = '\\d+(?:[ \\u00a0]\\d{3})*(?:[.,]\\d+)?';
const MONEY = new RegExp(`[€$£₽]\\s?${NUMBER}(?:\\s?(?:k|m))?(?![\\p{L}\\d])|(?<![\\d.,])${NUMBER}\\s?(?:(?:k|тыс\\.?|thousand|million|млн)\\s?)?(?:${CURRENCY})(?!\\p{L})`, 'giu');
const PHONE = /(?<![\w+])\+?\d[\d\s()-]{7,18}\d(?!\w)/gu;
const TIME = /(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])/gu;
const UNIT = 'kg|km|cm|mm|ml|mb|gb|kb|hours?|minutes?|min|seconds?|days?|weeks?|months?|years?|litres?|liters?|metres?|meters?|pieces?|pcs|кг|км|см|мм|мл|шт|час(?:ов|а)?|минут[аы]?|секунд[аы]?|дн(?:ей|я)|день|недел[яиь]|месяц(?:ев|а)?|лет|год[а]?|литр(?:ов|а)?|метр(?:ов|а)?|штук[аи]?|[gmlhгмлч]|%';
const AMOUNT = new RegExp(`(?<![\\d.,\\p{L}])${NUMBER}\\s?(?:${UNIT})(?![\\p{L}\\d])`, 'giu');
const CAPITAL = /(?<![\p{L}\p{N}_@#])\p{Lu}[\p{L}\p{N}]*(?:[-’'][\p{L}]+)*/gu;
/** Capitals that are no names. */
const NO_NAMES = /^(?:i|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?$|^(?:january|february|march|april|may|june|july|august|september|october|november|december|english|russian|todo|ok|pdf|faq|asap)$/iu;
/** Days named in one text that are looked for. */
const DAYS = 8;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Entities of a text in their order; `people`: uid and name of those who may be meant. */
export function findEntities(text: string, people: readonly (readonly [string, string])[], today: string): Entity[] {
  const out: (Entity & Span)[] = [];
  const free = (from: number, to: number): boolean => out.every((one) => to <= one.from || from >= one.to);
  const put = (kind: EntityKind, from: number, to: number, value: string | null = null): void => {
    if (free(from, to)) out.push({ kind, text: text.slice(from, to), at: from, value, from, to });
  };
  const each = (kind: EntityKind, sign: RegExp, fits: (found: string) => boolean = () => true): void => {
    for (const match of text.matchAll(sign)) if (fits(match[0])) put(kind, match.index, match.index + match[0].length);
  };
  each('link', LINK);
  each('mail', MAIL);
  each('money', MONEY);
  days(text, today, put);
  each('phone', PHONE, (found) => found.replace(/\D/g, '').length >= 9);
  each('time', TIME);
  each('amount', AMOUNT);
  persons(text, people, put);
  names(text, free, put);
  return out.sort((a, b) => a.at - b.at).map(({ kind, text: found, at, value }) => ({ kind, text: found, at, value }));
}

type Put = (kind: EntityKind, from: number, to: number, value?: string | null) => void;

function days(text: string, today: string, put: Put): void {
  let left = text;
  for (let n = 0; n < DAYS; n++) {
    const found = dayFound(left, today);
    if (!found) return;
    put('day', found.from, found.to, found.day);
    left = left.slice(0, found.from) + ' '.repeat(found.to - found.from) + left.slice(found.to);
  }
}

const bare = (word: string): string => stemOf(word).replace(/[аяуюеоыийь]+$/u, '');

/** People by the first word of their name, whatever its ending. */
function persons(text: string, people: readonly (readonly [string, string])[], put: Put): void {
  const known = new Map(people.flatMap(([uid, name]) => {
    const first = fold(name.split(/\s+/u)[0] ?? '');
    return first.length > 1 ? [[bare(first), uid] as const] : [];
  }));
  for (const { word, at, end } of wordsOf(text)) {
    const uid = /^\p{Lu}/u.test(text.slice(at, end)) || text[at - 1] === '@' ? known.get(bare(word)) : undefined;
    if (uid !== undefined) put('person', at, end, uid);
  }
}

/** Words with a capital that do not begin a sentence, and two or more of them in a row wherever they stand. */
function names(text: string, free: (from: number, to: number) => boolean, put: Put): void {
  let run: Span | null = null;
  let words = 0;
  const end = (): void => {
    const begins = run !== null && /(?:^|[.!?…\n:•–—-]["»”’)\]]*|^[\s>*#-]+)\s*["«“(]*$/u.test(text.slice(Math.max(0, run.from - 12), run.from));
    if (run !== null && (words > 1 || !begins)) put('name', run.from, run.to);
    run = null;
    words = 0;
  };
  for (const match of text.matchAll(CAPITAL)) {
    const [from, to] = [match.index, match.index + match[0].length];
    const known = free(from, to);
    if (run !== null && (!known || text.slice((run as Span).to, from) !== ' ')) end();
    if (!known || NO_NAMES.test(match[0]) || isStop(fold(match[0])) || match[0].length < 2) {
      end();
      continue;
    }
    run = { from: run === null ? from : (run as Span).from, to };
    words++;
  }
  end();
}

/** What anybody would try first: what begins with http, has an @, has a digit, or has a capital inside a sentence. The measure of the rest. */
export function plainEntities(text: string): Pick<Entity, 'kind' | 'text'>[] {
  const out: Pick<Entity, 'kind' | 'text'>[] = [];
  for (const [at, raw] of text.split(/\s+/u).entries()) {
    const word = raw.replace(/^[("«“]+|[)"»”.,;:!?]+$/gu, '');
    if (word.startsWith('http')) out.push({ kind: 'link', text: word });
    else if (word.includes('@')) out.push({ kind: 'mail', text: word });
    else if (/^\d{4}-\d\d-\d\d$/.test(word)) out.push({ kind: 'day', text: word });
    else if (/^\d{1,2}:\d\d$/.test(word)) out.push({ kind: 'time', text: word });
    else if (/\d/.test(word)) out.push({ kind: 'amount', text: word });
    else if (at > 0 && /^\p{Lu}\p{Ll}/u.test(word)) out.push({ kind: 'name', text: word });
  }
  return out;
}
