/** Storage: counters of the kernel. */
import { useReducer, type ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useKernelEvents } from '#view/kit/kernel.tsx';

/** All counters of the kernel by name. */
export function StorageTab(): ReactNode {
  const { t, number } = useI18n();
  const api = useKernel();
  const [, again] = useReducer((n: number) => n + 1, 0);
  useKernelEvents(['record', 'copies'], again);
  const rows = Object.entries(api.metrics()).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <table className="table card" data-dense="" aria-label={t('system.storage')}>
      <thead>
        <tr>
          <th scope="col">{t('system.counter')}</th>
          <th scope="col" className="end">{t('system.value')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td className="end num">{number(Math.round(value * 100) / 100)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
