/** A message's text in pieces that are drawn each in its way. Pure. */
export type Piece = { kind: 'text' | 'code'; text: string } | { kind: 'link'; text: string; href: string } | { kind: 'mention'; text: string; uid: string } | { kind: 'object'; text: string; href: string };

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/gu;

/** A thing of ours by its address, behind its title at the time. */
const OBJECT = /\[\[([^[\]|\n]{1,160})\|(#\/[^\s[\]|]{1,600})\]\]/gu;

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
