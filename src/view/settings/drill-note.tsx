/** Settings → Me: half a year after the last proof, that it is time to try again. Quiet: nothing else says so. */
import { type ReactNode } from 'react';
import '#view/kit/backup-words.ts';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { RecoveryNote } from './recovery-note.tsx';

/** The line, when it is due. */
export function DrillNote({ space }: { space: string }): ReactNode {
  const api = useKernel();
  const due = useAsked(() => api.backup.status(), [], [api])?.drill.due ?? false;
  return due && <RecoveryNote space={space} state="drill-due" text="drill.due" act="drill.start" />;
}
