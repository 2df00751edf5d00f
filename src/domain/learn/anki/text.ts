/** Sides of cards of Anki: templates over the fields of a note, then HTML as lines of text with the names of the pictures and sounds in it. */
import { defaultTreeAdapter, parseFragment, type DefaultTreeAdapterMap } from 'parse5';
import { cutText } from '#base/plain-text';
import { CARD_LIMITS } from '#domain/learn/cards';

/** A field of a note. */
export interface Field {
  readonly html: string;
  /** Without its marks it says something. */
  readonly says: boolean;
}

export const fieldOf = (html: string): Field => ({ html, says: says(html) });

type Node = DefaultTreeAdapterMap['node'];

/** A side as we keep it. */
export interface Side {
  readonly text: string;
  /** Names of files, in their order, each once. */
  readonly media: readonly string[];
}

const TAG = /\{\{([^{}]*)\}\}/g;
/** Units of a template, and of what is put together for a side. */
const UNITS = 200_000;

/** Words or a picture, outside of marks. Each letter is looked at once, as in all below: it is a stranger's. */
function says(html: string): boolean {
  for (let at = 0; ;) {
    const open = html.indexOf('<', at);
    if (html.slice(at, open < 0 ? undefined : open).replace(/&nbsp;/g, ' ').trim() !== '') return true;
    if (open < 0) return false;
    const close = html.indexOf('>', open);
    if (close < 0 || /^img/i.test(html.slice(open + 1, open + 4))) return true;
    at = close + 1;
  }
}

const HOLE = /\{\{c(\d{1,3})::/g;

/** {{c1::answer::hint}}: of the card's own number the hole, of the others their words. `shown`: the answer stands there. */
function cloze(html: string, no: number, shown: boolean): string {
  let [out, at] = ['', 0];
  for (const { index, 0: mark, 1: of } of html.matchAll(HOLE)) {
    if (index < at) continue;
    const from = index + mark.length;
    const end = html.indexOf('}}', from);
    if (end < 0) break;
    const inside = html.slice(from, end);
    const cut = inside.indexOf('::');
    const answer = cut < 0 ? inside : inside.slice(0, cut);
    out += html.slice(at, index) + (Number(of) !== no ? answer : shown ? `<b>${answer}</b>` : `[${cut < 0 ? '…' : inside.slice(cut + 2)}]`);
    at = end + 2;
  }
  return out + html.slice(at);
}

/** Does a note ask about this number? */
export const clozeNumbers = (html: string): number[] => [...new Set([...html.matchAll(HOLE)].map((found) => Number(found[1])))].sort((a, b) => a - b);

/** What stands in a template after each other: words; a field; where a section begins, and behind which part it ends. */
type Part = { readonly words: string } | { readonly field: string; readonly cloze: boolean } | { readonly when: string; readonly says: boolean; end: number };
export type Template = readonly Part[];

/** A template, read once for all its cards. What begins no section that ends, and an end of none, are fields nobody has. */
export function readTemplate(given: string): Template {
  const text = cutText(given, UNITS);
  const parts: Part[] = [];
  const open = new Map<string, { end: number }[]>();
  let at = 0;
  for (const { index, 0: mark, 1: inside } of text.matchAll(TAG)) {
    if (index > at) parts.push({ words: text.slice(at, index) });
    at = index + mark.length;
    const name = inside!.slice(1).trim();
    if (/^[#^]/.test(inside!)) {
      // One that never ends leaves out nothing.
      const section = { when: name, says: inside![0] === '#', end: parts.length };
      const same = open.get(name);
      if (same) same.push(section);
      else open.set(name, [section]);
      parts.push(section);
    } else if (inside![0] === '/') {
      const begun = open.get(name)?.pop();
      if (begun) begun.end = parts.length - 1;
    } else {
      const names = inside!.trim().split(':').map((one) => one.trim());
      parts.push({ field: names.at(-1)!, cloze: names.length > 1 && names.includes('cloze') });
    }
  }
  return [...parts, { words: text.slice(at) }];
}

/** A template with its fields in it. `front`: what {{FrontSide}} stands for; `no`: number of a cloze, else null. */
export function fillTemplate(template: Template, fields: ReadonlyMap<string, Field>, { front = '', no = null, shown = false }: { front?: string; no?: number | null; shown?: boolean }): string {
  let [out, left] = ['', UNITS];
  for (let at = 0; at < template.length && left > 0; at++) {
    const part = template[at]!;
    if ('when' in part) {
      if ((fields.get(part.when)?.says ?? false) !== part.says) at = part.end;
      continue;
    }
    const html = 'words' in part ? part.words : part.field === 'FrontSide' ? front : fields.get(part.field)?.html ?? '';
    left -= html.length;
    out += 'field' in part && part.cloze && no !== null ? cloze(html, no, shown) : html;
  }
  return cutText(out, UNITS);
}

const BLOCKS: ReadonlySet<string> = new Set(['p', 'div', 'li', 'tr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'table', 'blockquote', 'pre', 'hr', 'section', 'dt', 'dd']);
const LEFT_OUT: ReadonlySet<string> = new Set(['style', 'script', 'template', 'noscript', 'iframe', 'object', 'svg', 'math', 'title', 'textarea', 'select']);

/** HTML as lines. No recursion: elements may stand as deep in each other as a file likes. */
export function sideOf(html: string): Side {
  const media: string[] = [];
  const out: string[] = [];
  const stack: (Node | string)[] = [...parseFragment(html).childNodes].reverse();
  const word = (text: string): void => void out.push(text.replace(/\[sound:([^\]\n]{1,300})\]/g, (_all, name: string) => (media.push(name), '')));
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (typeof node === 'string') out.push(node);
    else if (defaultTreeAdapter.isTextNode(node)) word(node.value.replace(/\s+/gu, ' '));
    else if (defaultTreeAdapter.isElementNode(node) && !LEFT_OUT.has(node.tagName)) {
      const { tagName, attrs, childNodes } = node;
      if (tagName === 'br') out.push('\n');
      const src = tagName === 'img' || tagName === 'audio' || tagName === 'video' || tagName === 'source' ? attrs.find(({ name }) => name === 'src')?.value : undefined;
      if (src !== undefined) media.push(nameOf(src));
      const block = BLOCKS.has(tagName);
      if (block) out.push('\u0000');
      if (tagName === 'li') out.push('• ');
      stack.push(block ? '\u0000' : tagName === 'td' || tagName === 'th' ? ' ' : '', ...[...childNodes].reverse());
    }
  }
  // The edge of a block begins a line where none was begun. Long runs go first: what looks for their ends would begin at each of their letters.
  const text = out.join('').replace(/\u00a0/g, ' ').replace(/[ \t]{100,}/g, ' ').replace(/[ \t]*\u0000[\s\u0000]*/g, '\n').replace(/[ \t]+\n/g, '\n').replace(/\n[ \t]+/g, '\n').replace(/\n{3,}/g, '\n\n').trim();
  return { text: cutText(text, CARD_LIMITS.sideUnits), media: [...new Set(media.filter((name) => name !== ''))] };
}

function nameOf(src: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(src) || src.startsWith('//')) return '';
  try {
    return decodeURIComponent(src);
  } catch {
    return src;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign]!);

const SOUND = /\.(mp3|ogg|oga|opus|wav|flac|m4a|aac|mp4|webm|mov|avi|mkv)$/i;

/** A side as Anki has it. */
export const htmlOf = ({ text, media }: Side): string => [escapeHtml(text).replace(/\n/g, '<br>'), ...media.map((name) => (SOUND.test(name) ? `[sound:${name}]` : `<img src="${escapeHtml(name)}">`))].join(media.length > 0 && text !== '' ? '<br>' : '');
