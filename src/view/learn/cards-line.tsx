/** How many cards are due, and the ways to them. Loaded after the courses: the schedule is a library's. */
import type { ReactNode } from 'react';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { navigate } from '#view/kit/router.tsx';

const Due = lazyPart(async () => (await import('./cards-due.tsx')).CardsDue, { alone: true });

/** The line. */
export function CardsLine({ space }: { space: string }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="line learn-cards-line">
      <h2 className="learn-head grow">{t('learn.cards')}</h2>
      <Due space={space} />
      <Button kind="quiet" size="compact" onClick={() => navigate({ space, lens: 'learn', object: 'cards' })}>{t('learn.toCards')}</Button>
    </div>
  );
}
