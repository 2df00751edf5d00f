/** The public links of a space, under its invitations. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { useI18n } from '#view/kit/i18n.tsx';
import { PublicLinkList } from '#view/kit/public-links.tsx';
import { useTitles } from './titles.ts';

/** With the titles of what they open. */
export function Links({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const titles = useTitles(space.id);
  return <PublicLinkList space={space} titleOf={(fragment) => titles.find((one) => one.fragment === fragment)?.shown ?? t('who.unnamed')} />;
}
