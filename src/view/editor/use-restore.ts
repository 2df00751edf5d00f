/** Brings back what lies in the trash, says so, and takes that back on demand. */
import type { Op, SpaceView } from '#os/api';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { againOps, restoreOps, type TrashRow } from './trash-rows.ts';

/** The act; false when it was refused, which is said. */
export function useRestore(space: SpaceView): (row: TrashRow) => Promise<boolean> {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const run = (ops: Op[]): Promise<boolean> => api.graph(space.id).transact(ops).then(() => true, (error: unknown) => (toast({ text: errorText(t, error, 'document.failed') }), false));
  return async (row) => {
    const done = await run(restoreOps(row));
    if (!done) return false;
    const step = row.kind === 'part' && !row.gone ? row.step : null;
    const [title, page] = [row.title, row.kind === 'page' ? '' : (step ?? row.page).title].map((name) => name || t('trash.unnamed')) as [string, string];
    toast({ text: row.kind === 'page' ? t('trash.back', { title }) : t(row.gone || step ? 'trash.taskBackWith' : 'trash.taskBack', { title, page }), undo: () => void run(againOps(row)) });
    return true;
  };
}
