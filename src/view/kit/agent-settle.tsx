/** An item of an answer is done with: something was made of it, or it is set aside. */
import type { ReactNode } from 'react';
import { settleItem, unsettleItem, type Result, type ResultItem } from '#domain/mind';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useOwnWrite } from '#view/kit/use-agents.ts';

export interface ItemParts {
  readonly result: Result;
  readonly item: ResultItem;
  readonly at: number;
}

/** Says so at the result. */
export function useSettle({ result, at }: Pick<ItemParts, 'result' | 'at'>): { settle(made: string | null): Promise<boolean>; unsettle(made: string | null): Promise<boolean> } {
  const write = useOwnWrite();
  return { settle: (made) => write(settleItem(result.id, at, made)), unsettle: (made) => write(unsettleItem(result.id, at, made)) };
}

/** Take it, or set it aside. */
export function SettlePair({ take, busy, onTake, onAside }: { take: string; busy: boolean; onTake: () => void; onAside: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <span className="line agent-item-acts">
      <Button size="compact" disabled={busy} onClick={onTake}>{take}</Button>
      <Button kind="quiet" size="compact" disabled={busy} onClick={onAside}>{t('mind.setAside')}</Button>
    </span>
  );
}
