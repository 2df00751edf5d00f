/** How many copies there are of the whole space, and how many it asks for: an Owner sets that. */
import '#view/kit/access-words.ts';
import '#view/kit/meter-words.ts';
import type { ReactNode } from 'react';
import type { CopyTarget, SpaceView } from '#os/api';
import { Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { MeterRows } from '#view/kit/meter.tsx';
import { useToast } from '#view/kit/toast.tsx';

const COPIES = [1, 2, 3, 4, 5, 7, 9] as const;
const BEACONS = [0, 1, 2, 3, 4] as const;
const DAYS = [0, 7, 30, 90, 365] as const;

const numbers = (list: readonly number[], now: number, words: (n: number) => string): { value: number; label: string }[] => [...new Set([...list, now])].sort((a, b) => a - b).map((value) => ({ value, label: words(value) }));

/** The section. */
export function CopiesSection({ space }: { space: SpaceView }): ReactNode {
  const { t, number } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const found = useAsked(() => api.durability(space.id), ['copies', 'network', 'members', 'spaces'], [api, space.id], 500);
  if (!found) return null;
  const { target } = found;
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'meter.setFailed') });
  const set = (change: Partial<CopyTarget>): void => {
    const undo = (): void => void api.access.setRules(space.id, { copies: target }).catch(failed);
    api.access.setRules(space.id, { copies: { ...target, ...change } }).then(() => toast({ text: t('rules.changed'), undo }), failed);
  };
  return (
    <section className="waiting" aria-label={t('meter.setTitle')}>
      <h2 className="medium">{t('meter.setTitle')}</h2>
      <p className="small muted">{t('meter.whole')}</p>
      <MeterRows found={found} space={space.id} />
      {space.rules.mayChange && !space.rules.newer && (
        <div className="line wrap trouble-acts">
          <Select label={t('meter.setCopies')} value={target.copies} options={numbers(COPIES, target.copies, number)} onChange={(copies) => set({ copies })} />
          <Select label={t('meter.setBeacons')} value={target.beacons} options={numbers(BEACONS, target.beacons, number)} onChange={(beacons) => set({ beacons })} />
          <Select label={t('meter.setBackup')} value={target.backupDays} options={numbers(DAYS, target.backupDays, (n) => (n === 0 ? t('meter.setBackupNone') : t('meter.setBackupDays', { n })))} onChange={(backupDays) => set({ backupDays })} />
        </div>
      )}
      <p className="small muted">{t('meter.setNote')}</p>
    </section>
  );
}
