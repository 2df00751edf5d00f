/** Decks as lines of values: two columns, front and back, as RFC 4180 has it; what Anki takes and gives as text. */
import { cutText } from '#base/plain-text';
import { CARD_LIMITS, type CardWords } from '#domain/learn/cards';
import { DeckFault } from './fault.ts';
import { DECK_LIMITS } from './limits.ts';

/** What would be a formula in a table is text there: a sign before it says so. */
const cell = (value: string): string => {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Cards as a file; with a mark of its encoding, which tables look for. */
export const writeCsv = (cards: readonly CardWords[]): string => `\ufeff${cards.map(({ front, back }) => `${cell(front)},${cell(back)}\r\n`).join('')}`;

/** The sign between values: what stands most often outside of quotes in the first lines, or what the file says (#separator:). */
function signOf(text: string): string {
  const said = /^#separator:(\w+|.)$/im.exec(text.slice(0, 2_000))?.[1]?.toLowerCase();
  const named = said && ({ tab: '\t', comma: ',', semicolon: ';', pipe: '|', space: ' ', colon: ':' }[said] ?? (said.length === 1 ? said : undefined));
  if (named) return named;
  const head = text.slice(0, 20_000).replace(/"(?:[^"]|"")*"/g, '');
  const count = (sign: string): number => head.split(sign).length;
  return [',', ';'].reduce((best, sign) => (count(sign) > count(best) ? sign : best), '\t');
}

/** The first two values of each row of a text; quotes are those of RFC 4180. */
function rowsOf(text: string, sign: string): string[][] {
  const rows: string[][] = [];
  let [row, value, quoted, begun]: [string[], string, boolean, boolean] = [[], '', false, false];
  const next = (): void => {
    if (row.length < 2) row.push(value);
    [value, begun] = ['', true];
  };
  const end = (): void => {
    if (row.length > 0 || value !== '' || begun) {
      next();
      rows.push(row);
    }
    [row, value, begun] = [[], '', false];
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (quoted) {
      if (letter !== '"') value += letter;
      else if (text[at + 1] === '"') value += text[at++];
      else quoted = false;
    } else if (letter === '"' && value === '') [quoted, begun] = [true, true];
    else if (letter === sign) next();
    else if (letter === '\n' || letter === '\r') {
      end();
      if (rows.length > DECK_LIMITS.cards + 20) throw new DeckFault('too-many-cards');
    } else value += letter;
  }
  end();
  return rows;
}

/** Cards of a file of values: the first two columns. Lines that begin with `#` and a colon in them are what Anki says of the file. */
export function readCsv(given: string): { readonly cards: readonly CardWords[]; readonly empty: number } {
  const text = given.replace(/^\ufeff/, '');
  const body = text.replace(/^(?:#[a-z ]{1,40}:[^\n]*\r?\n)+/i, '');
  const rows = rowsOf(body, signOf(text));
  const unsafe = (value: string | undefined): string => cutText((value ?? '').replace(/^'(?=[=+\-@\t\r])/, ''), CARD_LIMITS.sideUnits).trim();
  const cards = rows.map(([front, back]) => ({ front: unsafe(front), back: unsafe(back) })).filter(({ front, back }) => front !== '' && back !== '');
  if (cards.length > DECK_LIMITS.cards) throw new DeckFault('too-many-cards', String(cards.length));
  if (cards.length === 0) throw new DeckFault('no-cards');
  return { cards, empty: rows.length - cards.length };
}
