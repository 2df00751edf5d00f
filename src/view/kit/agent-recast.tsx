/** What a message is taken for, and what the person says it is instead. */
import type { ReactNode } from 'react';
import { LABEL_KINDS, labelOf, recastItem, type Result } from '#domain/mind';
import { labelWord } from '#view/kit/agent-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useOwnWrite } from '#view/kit/use-agents.ts';

/** The word before a message: a choice. */
export function Recast({ result, at }: { result: Result; at: number }): ReactNode {
  const { t } = useI18n();
  const write = useOwnWrite();
  const label = labelOf(result, at) ?? 'info';
  return (
    <>
      <select className="agent-label agent-recast" aria-label={t('mind.recast')} title={t('mind.recast')} value={label} disabled={result.settled.has(at)} onChange={({ target }) => void write(recastItem(result, at, target.value))}>
        {LABEL_KINDS.map((kind) => <option key={kind} value={kind}>{labelWord(t, kind)}</option>)}
      </select>
      {result.recast.has(at) && <span className="small muted agent-recast-by">{t('mind.recastByYou')}</span>}
    </>
  );
}
