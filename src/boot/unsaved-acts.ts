/** A kernel that stays stopped: the error every call gets, and what the page still has as a file. */
import { AppError } from '#base/app-error';
import type { ActJournal } from './act-journal.ts';
import type { Supervisor, SupervisorState } from './supervisor.ts';

/** The error of calls while there is no kernel and none is coming. */
export function kernelStopped({ reason, detail }: Pick<SupervisorState, 'reason' | 'detail'>): AppError {
  return new AppError('kernel-stopped', `The kernel of this tab has stopped (${[reason, detail].filter(Boolean).join(': ')}).`, 'What was saved before is safe.', 'Start it again, or reload the page.');
}

const told = ({ state, since, reason, detail, ends }: SupervisorState): object => ({ state, since: new Date(since).toISOString(), reason, detail, ends });

/** What a page knows without its kernel, for whoever is asked for help: the kernel's last figures and why it is gone; nothing that anybody wrote. */
export function pageDiagnostics(version: string, { supervisor, journal, last, faults }: { supervisor: Pick<Supervisor, 'state'>; journal: Pick<ActJournal, 'waiting' | 'givenUp'>; last: { readonly metrics: Readonly<Record<string, number>> }; faults: number }): Blob {
  return new Blob([JSON.stringify({ version, kernel: told(supervisor.state()), metrics: last.metrics, waiting: journal.waiting, givenUp: journal.givenUp, faults }, null, 1)], { type: 'application/json' });
}

/** Acts that no kernel has saved, and why there is none, as a file a person can keep: readable values, no keys. */
export function exportWaiting(version: string, state: SupervisorState, journal: Pick<ActJournal, 'list'>): Blob {
  const bytes = (_key: string, value: unknown): unknown => (value instanceof Uint8Array ? { bytes: [...value] } : value);
  const spaces = new Map<string, { fragment: string | null; operations: unknown[] }[]>();
  for (const { space, fragment, operations } of journal.list()) spaces.set(space, [...(spaces.get(space) ?? []), { fragment, operations }]);
  return new Blob([JSON.stringify({ version, kernel: told(state), spaces: [...spaces].map(([space, fragments]) => ({ space, fragments })) }, bytes, 1)], { type: 'application/json' });
}
