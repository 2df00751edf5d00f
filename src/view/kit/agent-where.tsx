/** Where an agent runs: here, or on another device of this person that helps now. Nothing to choose where none does. */
import type { ReactNode } from 'react';
import { Select } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { useCompute } from '#view/kit/use-compute.ts';

/** The choice. */
export function AgentWhere({ elsewhere, onChange }: { elsewhere: boolean; onChange: (elsewhere: boolean) => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const { view } = useCompute();
  const devices = useAsked(() => api.devices.list(), ['members'], [api], 1_000);
  const ready = view?.workers.filter(({ state, takes }) => state === 'own' && takes.includes('agent')) ?? [];
  if (ready.length === 0) return null;
  const names = [...new Set(ready.map(({ device }) => devices?.find((one) => one.device === device)?.name || t('mind.aDevice')))].join(', ');
  return (
    <div className="agent-where">
      <Select label={t('mind.where')} value={elsewhere ? 'there' : 'here'} options={[{ value: 'here', label: t('mind.whereHere') }, { value: 'there', label: t('mind.whereThere', { device: names }) }]} onChange={(to) => onChange(to === 'there')} />
    </div>
  );
}
