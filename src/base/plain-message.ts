/** The Markdown of a message as words: what stands in one line of a list shows no signs that the message itself draws. */

/** Words that are set off, never across lines; code, things named by their address and addresses are matched so that nothing in them is. */
export const MESSAGE_SPAN = /`[^`\n]{1,400}`|\[\[[^[\]|\n]{1,160}\|#\/[^\s[\]|]{1,600}\]\]|\[[^[\]\n]{1,160}\]\(https?:\/\/[^\s<>"'()]{1,1000}(?:\([^\s<>"'()]{0,200}\)[^\s<>"'()]{0,200}){0,4}\)|https?:\/\/[^\s<>"']{1,2000}|\*\*(?=\S)([^\n]{1,400}?)(?<=\S)\*\*|~~(?=\S)([^\n]{1,400}?)(?<=\S)~~|(?<![*\p{L}\p{N}])\*(?=[^\s*])([^*\n]{1,400}?)(?<=\S)\*(?![*\p{L}\p{N}])|(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]{1,400}?)(?<=\S)_(?![\p{L}\p{N}_])/gu;
const FENCE = /^ {0,3}`{3,}[^`\n]*$/gmu;
const QUOTE = /^ {0,3}> ?/gmu;

/** Title and host of an address outside. */
const titled = (all: string): string => `${all.slice(1, all.indexOf(']'))} (${/:\/\/(?:[^/?#]*@)?([^/?#)]*)/.exec(all)?.[1] ?? ''})`;

/** The words without fences, signs of quotes and signs that set words off; of a thing that is named, its title at the time, and of an address outside that has a title, both. */
export function plainMessage(text: string): string {
  return text.replace(FENCE, '').replace(QUOTE, '').replace(MESSAGE_SPAN, (all: string, ...groups: (string | undefined)[]) => groups.slice(0, 4).find((words) => words !== undefined) ?? (all.startsWith('`') ? all.slice(1, -1) : all.startsWith('[[') ? all.slice(2, all.indexOf('|')) : all.startsWith('[') ? titled(all) : all));
}
