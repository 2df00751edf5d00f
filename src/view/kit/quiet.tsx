/** What this person muted and whom they blocked, for every screen. */
import { createContext, use, type ReactNode } from 'react';
import type { Presence } from '#os/api';
import { NO_QUIET, type Quiet, type QuietSubject } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { usePresence } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';

/** A message, or a comment on a document, that may be reported. */
export interface ReportSubject {
  space: string;
  message: string;
  /** uid and name of who wrote it, and what. */
  author: string;
  name: string;
  text: string;
  comment?: boolean;
}

export interface QuietTools {
  quiet: Quiet;
  /** Opens the dialog for what can be made quiet there, and may be reported. */
  ask(subjects: readonly QuietSubject[], report?: ReportSubject | null): void;
}

/** Filled by the provider beside. */
export const QuietContext = createContext<QuietTools>({ quiet: NO_QUIET, ask: () => undefined });

/** What is muted and blocked, and the way to change it. */
export function useQuiet(): QuietTools {
  return use(QuietContext);
}

/** Who is here or typing, without me and without those I blocked. */
export function useOthersHere(space: string): Presence[] {
  const { quiet } = useQuiet();
  return usePresence(space).filter((one) => !quiet.blocked.has(one.uid));
}

/** Beside the name of what is muted. */
export function MutedMark(): ReactNode {
  const { t } = useI18n();
  return (
    <span className="muted" title={t('quiet.muted')}>
      <Icon name="muted" size={12} />
      <span className="hidden">{t('quiet.muted')}</span>
    </span>
  );
}

/** People for the `@` list, those I blocked as such. */
export function useMentionable(people: People): { uid: string; name: string; note?: string }[] {
  const { t } = useI18n();
  const { quiet } = useQuiet();
  return people.members.map(({ uid }) => ({ uid, name: people.name(uid), ...(quiet.blocked.has(uid) ? { note: t('quiet.blocked') } : {}) }));
}
