/** A page as an agent proposes to part it, continue it or mend it: blocks in, blocks out. Whoever makes a proposal of it, or a course, does the same. */
import type { Block } from '#domain/editor/model';
import { plainOf } from '#domain/editor/model';
import type { Result } from '#domain/mind';
import { listLine, mendedRuns, slipsOf } from '#domain/mind/tidy';

/** Level of headings that are proposed: below a title, and as high as any that stand there. */
function levelOf(blocks: readonly Block[]): number {
  const levels = blocks.filter(({ type }) => type === 'heading').map(({ attrs }) => attrs.level ?? 1);
  return levels.length === 0 ? 2 : levels.length === 1 ? Math.min(6, levels[0]! + 1) : Math.min(6, Math.max(...levels) + (Math.min(...levels) === Math.max(...levels) ? 1 : 0));
}

const placeOf = ({ lineage }: Pick<Result, 'lineage'>, at: number | undefined): string | null => lineage?.inputs[at ?? -1]?.block ?? null;

function parted(blocks: readonly Block[], result: Pick<Result, 'items' | 'lineage'>, newId: () => string): Block[] {
  const level = levelOf(blocks);
  const by = new Map(result.items.flatMap((item) => {
    const block = placeOf(result, item.sources[0]);
    return block === null || item.label === 'here' ? [] : [[`${item.label === 'heading' ? 'heading' : 'line'} ${block}`, item] as const];
  }));
  return blocks.flatMap((block) => {
    const [heading, line] = [by.get(`heading ${block.id}`), by.get(`line ${block.id}`)];
    const read = line && block.type === 'paragraph' ? listLine(plainOf(block.text)) : null;
    const own: Block = read ? { ...block, type: 'list', attrs: { ...block.attrs, ...(read.numbered && { numbered: true as const }) }, text: mendedRuns(block.text, [{ code: 'spaces', from: 0, to: read.sign, insert: '' }]) } : block;
    return heading && heading.text.trim() !== '' ? [{ id: newId(), type: 'heading' as const, attrs: { level }, text: [{ text: heading.text, marks: {} }] }, own] : [own];
  });
}

function continued(blocks: readonly Block[], result: Pick<Result, 'items' | 'lineage'>, newId: () => string): Block[] {
  const last = placeOf(result, result.items.at(-1)?.sources.at(-1));
  const at = blocks.findIndex(({ id }) => id === last);
  const more = result.items.filter(({ text }) => text.trim() !== '').map(({ text }): Block => ({ id: newId(), type: 'paragraph', attrs: {}, text: [{ text, marks: {} }] }));
  // What it went on from is gone: it goes on from nothing.
  return at < 0 ? [...blocks] : [...blocks.slice(0, at + 1), ...more, ...blocks.slice(at + 1)];
}

function tidied(blocks: readonly Block[], result: Pick<Result, 'items' | 'lineage'>): Block[] {
  const wanted = new Set(result.items.flatMap(({ sources }) => placeOf(result, sources[0]) ?? []));
  return blocks.map((block) => {
    const slips = wanted.has(block.id) && block.type !== 'code' && block.type !== 'table' ? slipsOf(plainOf(block.text)) : [];
    return slips.length === 0 ? block : { ...block, text: mendedRuns(block.text, slips) };
  });
}

/** The blocks as the result would have them; null: it changes none of them (any more). */
export function proposedBlocks(blocks: readonly Block[], result: Pick<Result, 'kind' | 'items' | 'lineage'>, newId: () => string): Block[] | null {
  const next = result.kind === 'outline' ? parted(blocks, result, newId) : result.kind === 'draft' ? continued(blocks, result, newId) : result.kind === 'edits' ? tidied(blocks, result) : [...blocks];
  return next.length === blocks.length && next.every((block, at) => block === blocks[at]) ? null : next;
}
