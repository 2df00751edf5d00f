/** Blocks cut in two, and blocks put together again. */
import { plainOf, sliceRuns, type Block } from './block.ts';
import { commonStart } from './text-diff.ts';

/** Was the text of the block at this place put to the end of the nearest block before it that is still there? An empty one always. */
export function joinedInto(list: readonly Block[], at: number, next: ReadonlyMap<string, Block>): boolean {
  if (list[at]!.table) return false;
  const text = plainOf(list[at]!.text);
  if (text === '') return true;
  for (let i = at - 1; i >= 0; i--) {
    const into = next.get(list[i]!.id);
    if (!into) continue;
    const [was, is] = [plainOf(list[i]!.text), plainOf(into.text)];
    const added = is.slice(commonStart(was, is));
    return added !== '' && text.endsWith(added);
  }
  return false;
}

/** A block cut in two; the second gets the id. */
export function splitBlock(block: Block, at: number, id: string): [Block, Block] {
  return [{ ...block, text: sliceRuns(block.text, 0, at) }, { ...block, id, text: sliceRuns(block.text, at), from: block.id }];
}
