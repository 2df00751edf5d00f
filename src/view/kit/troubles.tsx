/**
 * Everything that waits or failed (UX 1.3): each kind has its reason in words, an act that may solve it, and something to keep. The time since it is so comes
 * from where it is shown. Joins and records have their tables in other-troubles.ts, which no first screen needs.
 */
import type { ReactNode } from 'react';
import '#view/kit/not-here-words.ts';
import type { CopyState, LifegraphApi } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { download } from '#view/kit/download.ts';

/** retry: saves again · reach: dials servers and devices now · reload: takes a newer build · ask: asks to be let in again. */
export type Remedy = 'retry' | 'reach' | 'reload' | 'ask';

export interface Trouble {
  readonly reason: Key;
  readonly act: Remedy;
  /** What the export holds: operations that are not saved, or what a helper needs and nothing private. */
  readonly keep: 'unsaved' | 'diagnostics';
}

/** What most of them have in common. */
export const REACH = { act: 'reach', keep: 'diagnostics' } as const;

/** Of a state word. */
export const COPY_TROUBLE: Readonly<Record<Exclude<CopyState, 'writing' | 'local' | 'shared'>, Trouble>> = {
  'stuck': { reason: 'notSaved.text', act: 'retry', keep: 'unsaved' },
  'waiting': { reason: 'where.waiting', ...REACH },
  'catching-up': { reason: 'where.catchingUp', ...REACH },
  'looking': { reason: 'notHere.looking', ...REACH },
  'absent': { reason: 'notHere.absent', ...REACH },
  'one-copy': { reason: 'where.risk', ...REACH },
  'newer': { reason: 'where.newer', act: 'reload', keep: 'diagnostics' },
};

/** Puts what is to be kept into a file. */
export function keepTrouble(api: LifegraphApi, keep: Trouble['keep']): void {
  if (keep === 'unsaved') void api.stuck.exportUnsaved().then((blob) => download(blob, 'lifegraph-unsaved.json'));
  else void api.diagnostics().then((blob) => download(blob, 'lifegraph-diagnostics.json'));
}

const WORD: Record<Remedy, Key> = { retry: 'act.retry', reach: 'act.tryNow', reload: 'crash.reload', ask: 'join.again' };

/** Its act and its export. `onAsk` is the act of a join. */
export function TroubleActs({ trouble, onAsk }: { trouble: Trouble; onAsk?: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  // Who works offline by choice reaches nobody by trying.
  const { paused } = api.network.status();
  const run: Record<Remedy, () => void> = {
    retry: () => void api.stuck.retry().catch(() => undefined),
    reach: () => (paused ? api.network.resume() : void api.network.retry().catch(() => undefined)),
    reload: () => location.reload(),
    ask: () => onAsk?.(),
  };
  return (
    <div className="line wrap trouble-acts">
      <Button kind={trouble.act === 'retry' ? 'primary' : 'quiet'} size="compact" onClick={run[trouble.act]}>
        {t(trouble.act === 'reach' && paused ? 'offline.resume' : WORD[trouble.act])}
      </Button>
      <Button kind="text" size="compact" onClick={() => keepTrouble(api, trouble.keep)}>
        {t(trouble.keep === 'unsaved' ? 'notSaved.export' : 'system.export')}
      </Button>
    </div>
  );
}
