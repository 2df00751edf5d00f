/** Pages whose text is shown in others, as they are asked of the kernel. */
import type { LifegraphApi } from '#os/api';
import { readDocument, textNodeOf } from '#domain/editor';
import type { DraftBlock } from '#domain/editor/ingest';
import { DocReplica, partOf, shownLink, type Block, type ShownLink } from '#domain/editor/model';
import { FRAGMENT } from '#domain/shared';

/** So deep a page is shown in a page that is shown, and so many on one page, those inside of others among them. */
export const SHOWN_DEPTH = 3;
export const SHOWN_ROOM = 100;
/** More of one page is not shown in another. */
export const SHOWN_BLOCKS = 300;

/** What is shown, as it is known again inside of itself. */
export const shownKey = (fragment: string, block: string | null): string => `${textNodeOf(fragment)}/${block ?? ''}`;

/** What the list of the space says of a page, also of one that is in the trash; null when it says nothing. */
export async function entryOf(api: LifegraphApi, { space, fragment }: Pick<ShownLink, 'space' | 'fragment'>): Promise<{ readonly title: string; readonly deleted: boolean } | null> {
  const [node] = await api.graph(space).query({ type: FRAGMENT, where: { fragment }, include: { deleted: true }, limit: 1 });
  const entry = node && readDocument({ ...node, deleted: false });
  return entry ? { title: entry.title, deleted: node.deleted } : null;
}

/** The text as it is now. Rejects with `not-here`. */
export async function textOf(api: LifegraphApi, { space, fragment }: Pick<ShownLink, 'space' | 'fragment'>): Promise<readonly Block[]> {
  const copy = new DocReplica(1);
  copy.take((await api.graph(space).updates(textNodeOf(fragment), null)).updates);
  return copy.shown();
}

/** Blocks of a page for a file that is read without it: what is shown of other pages goes with them, as far as it is on the screen. */
export async function withTexts(api: LifegraphApi, blocks: readonly Block[], chain: readonly string[], room = { left: SHOWN_ROOM }): Promise<(Block & { inner?: readonly DraftBlock[] })[]> {
  const out: (Block & { inner?: readonly DraftBlock[] })[] = [];
  for (const block of blocks) {
    const link = shownLink(block);
    const key = link && shownKey(link.fragment, link.block);
    const text = link && !chain.includes(key!) && chain.length <= SHOWN_DEPTH && room.left-- > 0 ? await readable(api, link) : null;
    out.push(text === null ? block : { ...block, inner: (await withTexts(api, partOf(text, link!.block).slice(0, SHOWN_BLOCKS), [...chain, key!], room)).filter(({ type }) => type !== 'newer') as DraftBlock[] });
  }
  return out;
}

async function readable(api: LifegraphApi, link: ShownLink): Promise<readonly Block[] | null> {
  try {
    return (await entryOf(api, link))?.deleted ? null : await textOf(api, link);
  } catch {
    return null;
  }
}
