/** The channels and documents of a space as Access names them: a channel with its sign, a document by its title alone. */
import '#view/kit/access-words.ts';
import { FRAGMENT, readDirectoryEntry, ROOT } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { useNodes } from '#view/kit/kernel.tsx';
import { shownTitle } from '#view/kit/role-words.ts';

export type Titles = readonly { readonly node: string; readonly fragment: string; readonly title: string; readonly shown: string }[];

/** All of them, the oldest first; what has no title is called so. */
export function useTitles(space: string): Titles {
  const { t } = useI18n();
  const { nodes } = useNodes(space, { type: FRAGMENT, fragment: ROOT });
  return [...nodes.values()].map(readDirectoryEntry).filter((entry) => entry !== null).sort((a, b) => (a.stamp < b.stamp ? -1 : 1))
    .map(({ node, fragment, title, type }) => ({ node, fragment, title, shown: title.trim() === '' ? t('who.unnamed') : shownTitle(type, title) }));
}
