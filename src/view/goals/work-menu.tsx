/** The menu of a row or card: the twin of every drag. */
import type { ReactNode } from 'react';
import { STATUSES, type Work } from '#domain/goals/work';
import { useI18n } from '#view/kit/i18n.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import { drop, STATUS_WORDS, step, type Mover } from './moves.ts';

/** The button with its menu. */
export function WorkMenu({ work, mover, onOpen }: { work: Work; mover: Mover; onOpen: () => void }): ReactNode {
  const { t } = useI18n();
  const moves = mover.acts.may(work) && work.kind === 'task';
  const by = (move: () => void) => (): void => (mover.fromMenu?.(work.id), move());
  return (
    <MenuButton
      name={t('goal.actsOf', { title: work.title })}
      items={[
        { label: t('act.open'), icon: 'right', onSelect: onOpen },
        ...(moves && work.done && work.again !== null ? [{ label: t('goal.beginNext'), icon: 'retry' as const, onSelect: () => void mover.acts.begin(work) }] : []),
        ...(moves ? [
          t('goal.moveTo'),
          ...STATUSES.map((status) => ({ label: t(STATUS_WORDS[status]), checked: work.status === status, onSelect: by(() => void (work.status !== status && drop(mover, work, status, mover.columns.get(status)!.length))) })),
          ...(mover.ordered ? [] : [
            null,
            { label: t('goal.up'), icon: 'up' as const, end: 'Alt ↑', onSelect: by(() => step(mover, work, -1)) },
            { label: t('goal.down'), icon: 'down' as const, end: 'Alt ↓', onSelect: by(() => step(mover, work, 1)) },
          ]),
        ] : []),
      ]}
    />
  );
}
