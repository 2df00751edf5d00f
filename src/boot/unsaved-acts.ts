/** A kernel that stays stopped: the error every call gets, and what the page still has as a file. */
import { AppError } from '#base/app-error';
import type { ActJournal } from './act-journal.ts';
import type { SupervisorState } from './supervisor.ts';

/** The error of calls while there is no kernel and none is coming. */
export function kernelStopped({ reason, detail }: Pick<SupervisorState, 'reason' | 'detail'>): AppError {
  return new AppError('kernel-stopped', `The kernel of this tab has stopped (${[reason, detail].filter(Boolean).join(': ')}).`, 'What was saved before is safe.', 'Start it again, or reload the page.');
}

/** Acts that no kernel has saved, and why there is none, as a file a person can keep: readable values, no keys. */
export function exportWaiting(version: string, state: SupervisorState, journal: Pick<ActJournal, 'list'>): Blob {
  const bytes = (_key: string, value: unknown): unknown => (value instanceof Uint8Array ? { bytes: [...value] } : value);
  const kernel = { state: state.state, since: new Date(state.since).toISOString(), reason: state.reason, detail: state.detail, ends: state.ends };
  const spaces = new Map<string, { fragment: string | null; operations: unknown[] }[]>();
  for (const { space, fragment, operations } of journal.list()) spaces.set(space, [...(spaces.get(space) ?? []), { fragment, operations }]);
  return new Blob([JSON.stringify({ version, kernel, spaces: [...spaces].map(([space, fragments]) => ({ space, fragments })) }, bytes, 1)], { type: 'application/json' });
}
