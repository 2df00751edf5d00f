/** The number of cards that are due, and Review. */
import { useState, type ReactNode } from 'react';
import { queueOf } from '#domain/learn/cards';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { navigate } from '#view/kit/router.tsx';
import { dayStart, useCards } from './use-cards.ts';

/** Nothing while there are no cards. */
export function CardsDue({ space }: { space: string }): ReactNode {
  const { t } = useI18n();
  const { cards, loaded } = useCards();
  const [now] = useState(() => Date.now());
  if (!loaded || cards.length === 0) return null;
  const due = queueOf(cards, now, dayStart(now)).cards.length;
  return (
    <>
      <span className="small muted num">{t('learn.dueNow', { n: due })}</span>
      {due > 0 && <Button size="compact" onClick={() => navigate({ space, lens: 'learn', object: 'review' })}>{t('learn.reviewAct')}</Button>}
    </>
  );
}
