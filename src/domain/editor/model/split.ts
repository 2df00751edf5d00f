/** Blocks cut in two, and blocks put together again. */
import { plainOf, sliceRuns, type Block } from './block.ts';
import { commonEnd, commonStart } from './text-diff.ts';

const ALIKE = 4;

/** Does the nearest block before this one that is still there, or one of the `fresh` ones split off it, end as this one does? Then its text went there, or the end of it. An empty one always. */
export function joinedInto(list: readonly Block[], at: number, next: ReadonlyMap<string, Block>, fresh: readonly Block[]): boolean {
  if (list[at]!.table) return false;
  const text = plainOf(list[at]!.text);
  if (text === '') return true;
  for (let i = at - 1; i >= 0; i--) {
    const into = next.get(list[i]!.id);
    if (!into) continue;
    const ends = (was: string, is: string): boolean => {
      const added = is.slice(commonStart(was, is));
      // With something typed over a choice in front of it: a few letters are not alike by chance.
      return added !== '' && (text.endsWith(added) || commonEnd(text, added, Math.min(text.length, added.length)) >= ALIKE);
    };
    return ends(plainOf(list[i]!.text), plainOf(into.text)) || fresh.some((one) => one.from === into.id && ends('', plainOf(one.text)));
  }
  return false;
}

/** Where in a text the letters begin that a new block got of it; null when it got none. */
export function cutAt(was: Block, is: Block, made: Block): number | null {
  if (was.table || made.table) return null;
  const [text, rest, end] = [plainOf(was.text), plainOf(is.text), plainOf(made.text)];
  // What was chosen went with the key that split it.
  return end.trim() !== '' && text.startsWith(rest) && text.endsWith(end) && rest.length + end.length <= text.length ? text.length - end.length : null;
}

/** A block cut in two; the second gets the id. */
export function splitBlock(block: Block, at: number, id: string): [Block, Block] {
  return [{ ...block, text: sliceRuns(block.text, 0, at) }, { ...block, id, text: sliceRuns(block.text, at), from: block.id }];
}
