/** A message's text in pieces that are drawn each in its way. Pure. */
export type Piece = { kind: 'text' | 'code'; text: string } | { kind: 'outside'; text: string; href: string; host: string } | { kind: 'link'; text: string; href: string } | { kind: 'mention'; text: string; uid: string } | { kind: 'object'; text: string; href: string };

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/gu;

/** A thing of ours by its address, behind its title at the time. */
const OBJECT = /\[\[([^[\]|\n]{1,160})\|(#\/[^\s[\]|]{1,600})\]\]/gu;

/** An address outside with the title its sender gave it, as Markdown has it; brackets in an address come in pairs. */
const TITLED = /\[([^[\]\n]{1,160})\]\((https?:\/\/[^\s<>"'()]{1,1000}(?:\([^\s<>"'()]{0,200}\)[^\s<>"'()]{0,200}){0,4})\)/gu;

/** Where it leads, in the letters that the network knows; null for what is no address, or a title that is another address. */
function hostOf(title: string, href: string): string | null {
  if (/:\/\//.test(title) || title.trim() === '') return null;
  try {
    return new URL(href).host || null;
  } catch {
    return null;
  }
}

/** "@Ann" is a word of its own: not the beginning of "@Anna", not a part of an address of mail. */
const standsAlone = (text: string, at: number, end: number): boolean => !/[\p{L}\p{N}_]$/u.test(text.slice(Math.max(0, at - 2), at)) && !/^[\p{L}\p{M}\p{N}_]/u.test(text.slice(end, end + 2));

/** Has it code, lists, quotes or words that are set off (Markdown)? That is drawn by a part that comes then. */
export const isRich = (text: string): boolean => /^ {0,3}(?:```|>|(?:[-*•]|\d{1,9}[.)])[ \t]+\S)|\*\S|~~\S|(?<![\p{L}\p{N}_])_\S/mu.test(text);

/** Without what stands in fenced code: nobody is meant there. */
const outsideFences = (text: string): string => text.replace(/^ {0,3}(`{3,})[^`\n]*$[^]*?(?:^ {0,3}\1`*\s*$|(?![^]))/gmu, '');

/** Uids of the people who are drawn as mentioned in the text; of one name all of them, for nobody can tell which was meant. */
export function mentionsIn(text: string, people: readonly { uid: string; name: string }[]): string[] {
  const named = new Set(textPieces(outsideFences(text), people).map((piece) => (piece.kind === 'mention' ? piece.text : '')));
  return people.filter((person) => named.has(`@${person.name}`)).map((person) => person.uid);
}

/** A message's text in pieces: links, `code`, mentions of the people and things named. Text stays text: nothing is parsed as markup. */
export function textPieces(text: string, people: readonly { uid: string; name: string }[]): Piece[] {
  const marks: { at: number; end: number; piece: Piece }[] = [];
  const add = (at: number, piece: Piece, length = piece.text.length): void => void marks.push({ at, end: at + length, piece });
  for (const found of text.matchAll(/(?<!`)`([^`\n]{1,400})`(?!`)/gu)) add(found.index, { kind: 'code', text: found[1]! }, found[0].length);
  for (const found of text.matchAll(OBJECT)) add(found.index, { kind: 'object', text: found[1]!, href: found[2]! }, found[0].length);
  for (const found of text.matchAll(TITLED)) {
    const host = hostOf(found[1]!, found[2]!);
    if (host) add(found.index, { kind: 'outside', text: found[1]!, href: found[2]!, host }, found[0].length);
  }
  for (const found of text.matchAll(LINK)) add(found.index, { kind: 'link', text: found[0], href: found[0] });
  for (const person of people) {
    const word = `@${person.name}`;
    for (let at = text.indexOf(word); at >= 0 && person.name !== ''; at = text.indexOf(word, at + word.length)) {
      if (standsAlone(text, at, at + word.length)) add(at, { kind: 'mention', text: word, uid: person.uid });
    }
  }
  marks.sort((a, b) => a.at - b.at || b.end - a.end);
  const pieces: Piece[] = [];
  let at = 0;
  for (const mark of marks) {
    if (mark.at < at) continue;
    if (mark.at > at) pieces.push({ kind: 'text', text: text.slice(at, mark.at) });
    pieces.push(mark.piece);
    at = mark.end;
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) });
  return pieces;
}
