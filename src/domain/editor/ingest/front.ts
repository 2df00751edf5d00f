/** What stands before the text of a Markdown file, between two lines of `---` (YAML): the title and the properties of a page, one line each. What is no such line stays as text. */
import { PROPERTIES_MAX, PROPERTY_NAME_MAX, PROPERTY_TEXT_MAX, type Field } from '#domain/editor';
import { isAddress } from '#domain/editor/model';
import { isDay, oneLine } from '#domain/shared';
import { cleanText, cutEnd, type Links } from './draft.ts';

/** What was found. */
export interface Front {
  readonly title: string;
  readonly fields: readonly Field[];
  /** Lines that are neither. */
  readonly rest: string;
  /** The text below. */
  readonly text: string;
}

/** Names that need no quotes. */
const BARE = /^[\p{L}_][\p{L}\p{N}_-]*$/u;
/** Names other programs write without any. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .()/&-]*$/u;
/** An address that YAML takes for one word. */
const BARE_LINK = /^(?:https?:|mailto:)[\x21-\x7e]*[\x21-\x39\x3b-\x7e]$/i;

/** A text of JSON is one of YAML when no sign in it is a break of lines there. */
const quoted = (text: string): string => JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

function lineOf({ name, kind, value }: Field): string {
  const key = BARE.test(name) && name !== 'title' ? name : quoted(name);
  if (value === null) return `${key}:\n`;
  return `${key}: ${typeof value !== 'string' || kind === 'day' || (kind === 'link' && BARE_LINK.test(value)) ? String(value) : quoted(value)}\n`;
}

/** The lines, with the empty one below. */
export const frontText = (title: string, fields: readonly Field[]): string => `---\ntitle: ${quoted(title)}\n${fields.map(lineOf).join('')}---\n\n`;

/** The front of a file, and its text. */
export function frontIn(source: string, links?: Links): Front {
  const [front, text] = parted(source);
  const lines = front.split('\n').map((line) => line.replace(/\r$/, ''));
  const [fields, rest]: [Field[], string[]] = [[], []];
  let title: string | null = null;
  for (let at = 0; at < lines.length;) {
    let end = at + 1;
    // What stands in, or begins with a point, belongs to the line above.
    while (end < lines.length && (/^(?:[ \t]|- |-$)/.test(lines[end]!) || lines[end] === '')) end++;
    const [line, more] = [lines[at]!, lines.slice(at + 1, end)];
    const said = more.some((one) => one.trim() !== '') ? null : named(line);
    if (said && title === null && line.startsWith('title')) title = titleIn(said.word);
    else {
      const field = said && fields.length < PROPERTIES_MAX ? fieldIn(said, links) : null;
      if (field) fields.push(field);
      else rest.push(line, ...more);
    }
    at = end;
  }
  return { title: title ?? '', fields, rest: cutEnd(rest.join('\n'), ' \t\n').replace(/^\n+/, ''), text };
}

/** What stands before the text, and the text. Line by line: a pattern for all of it tries each way to read each line when the end is missing. */
function parted(source: string): [front: string, text: string] {
  const start = /^\ufeff?---[ \t]*\r?\n/.exec(source)?.[0].length ?? source.length;
  for (let from = start; from < source.length;) {
    const end = source.indexOf('\n', from) < 0 ? source.length : source.indexOf('\n', from);
    const line = source.slice(from, end).replace(/\r$/, '');
    if (/^---[ \t]*$/.test(line)) return [source.slice(start, from), source.slice(end + 1)];
    // A name may stand right before its value, but an address is no name.
    if (line !== '' && !/^(?:[ \t#]|- |-$|[\w-]+:(?!\/\/))/.test(line) && !named(line)) break;
    from = end + 1;
  }
  return ['', source];
}

/** A name and what stands behind its colon. */
function named(line: string): { name: string; word: string } | null {
  const key = /^"(?:[^"\\]|\\.)*"(?=[ \t]*:)/.exec(line)?.[0] ?? /^'[^']*'(?=[ \t]*:)/.exec(line)?.[0];
  const colon = key === undefined ? line.search(/:(?:[ \t]|$)/) : line.indexOf(':', key.length);
  const behind = line.slice(colon + 1);
  if (colon < 0 || !/^(?:[ \t]|$)/.test(behind)) return null;
  const name = key === undefined ? cutEnd(line.slice(0, colon), ' \t') : unquoted(key);
  return name === null || (key === undefined && !NAME.test(name)) ? null : { name, word: behind.trim() };
}

function fieldIn({ name: given, word }: { name: string; word: string }, links: Links | undefined): Field | null {
  const [name, said] = [oneLine(cleanText(given)), valueIn(word)];
  if (name === '' || name.length > PROPERTY_NAME_MAX || !said) return null;
  // Where pages come together a name between brackets is a link.
  const page = links && said.kind === 'text' ? /^\[\[([^[\]\n|]{1,500})(?:\|[^[\]\n]{0,500})?\]\]$/.exec(String(said.value))?.[1] : undefined;
  const place = page === undefined ? null : links!.named(page.trim());
  return place === null ? { name, ...said } : { name, kind: 'link', value: place };
}

function valueIn(word: string): Pick<Field, 'kind' | 'value'> | null {
  if (word === '' || word === 'null' || word === '~') return { kind: 'text', value: null };
  if (word === 'true' || word === 'false') return { kind: 'check', value: word === 'true' };
  if (isDay(word)) return { kind: 'day', value: word };
  // A number that would be written in another way is a text: nothing of it is lost.
  if (/^-?\d/.test(word) && String(Number(word)) === word) return { kind: 'number', value: Number(word) };
  const text = /^["']/.test(word) ? unquoted(word) : word;
  if (text === null || text.length > PROPERTY_TEXT_MAX || (text === word && /^(?:[[{&*!|>%@`#]|[-?:](?:[ \t]|$))/.test(word))) return null;
  if (isAddress(text) && (text === word || text.startsWith('#/'))) return { kind: 'link', value: text };
  return { kind: 'text', value: cleanText(text) || null };
}

/** A title is one line, whatever it begins with. */
const titleIn = (word: string): string => unquoted(word) ?? word;

/** What stands between quotes; null when there are none, or of another kind. */
function unquoted(word: string): string | null {
  if (/^'(?:[^']|'')*'$/.test(word)) return word.slice(1, -1).replaceAll("''", "'");
  if (!word.startsWith('"') || !word.endsWith('"')) return null;
  try {
    return String(JSON.parse(word));
  } catch {
    return null;
  }
}
