/** Where a thing went from here, and who carried one over that stands here. */
import type { ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import '#view/kit/moved-words.ts';
import { ObjectLink } from '#view/kit/object-link.tsx';

/** Who says whose words these are, where this device cannot see it; '': nobody who may say it. */
export function Carried({ by, nameOf }: { by: string; nameOf(uid: string | null): string }): ReactNode {
  const { t } = useI18n();
  return <span className="small muted" title={t('chat.carriedHint')}>{by === '' ? t('chat.carried') : t('chat.carriedBy', { name: nameOf(by) })}</span>;
}

/** The channel where a message is now. */
export function MovedTo({ space, channel }: { space: string; channel: string }): ReactNode {
  const { t } = useI18n();
  return <>{t('chat.movedTo')} <ObjectLink route={{ space, lens: 'chat', object: channel, params: {} }} /></>;
}
