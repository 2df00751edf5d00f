/** The public links of a space, under its invitations. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { FRAGMENT, readDirectoryEntry, ROOT } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { useNodes } from '#view/kit/kernel.tsx';
import { PublicLinkList } from '#view/kit/public-links.tsx';

/** With the titles of the channels they open. */
export function Links({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const { nodes } = useNodes(space.id, { type: FRAGMENT, fragment: ROOT });
  const titleOf = (fragment: string): string => {
    const entry = [...nodes.values()].map(readDirectoryEntry).find((one) => one?.fragment === fragment);
    return entry ? `#${entry.title}` : t('who.unnamed');
  };
  return <PublicLinkList space={space} titleOf={titleOf} />;
}
