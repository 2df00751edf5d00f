/** Follows what is muted and blocked, and opens the dialog that changes it. */
import { useMemo, useState, type ReactNode } from 'react';
import { QUIET, readQuiet, type QuietSubject } from '#domain/shared';
import { useNodes, usePersonal } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { QuietContext, type ReportSubject } from '#view/kit/quiet.tsx';

const QuietDialog = lazyPart(async () => (await import('#view/kit/quiet-dialog.tsx')).QuietDialog, { alone: true });

/** Follows the Personal space for everything inside. */
export function QuietProvider({ children }: { children: ReactNode }): ReactNode {
  const { nodes } = useNodes(usePersonal()?.id ?? null, { type: QUIET });
  const [asked, setAsked] = useState<{ subjects: readonly QuietSubject[]; report: ReportSubject | null } | null>(null);
  const value = useMemo(() => ({ quiet: readQuiet(nodes.values()), ask: (subjects: readonly QuietSubject[], report: ReportSubject | null = null) => setAsked({ subjects, report }) }), [nodes]);
  return (
    <QuietContext value={value}>
      {children}
      {asked && <QuietDialog {...asked} onClose={() => setAsked(null)} />}
    </QuietContext>
  );
}
