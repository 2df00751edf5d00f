/** Reports a message or a comment to those who manage people: why, in one's own words, and who will read it. Loaded with the dialog that offers it. */
import '#view/kit/quiet-words.ts';
import { useState, type ReactNode } from 'react';
import type { ReportReason } from '#os/api';
import { Segments } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { usePeople } from '#view/kit/people.tsx';
import type { ReportSubject } from '#view/kit/quiet.tsx';
import { useToast } from '#view/kit/toast.tsx';

export const REASON_WORD: Record<ReportReason, Key> = { spam: 'report.spam', abuse: 'report.abuse', other: 'report.other' };
const REASONS = Object.keys(REASON_WORD) as ReportReason[];
/** The kernel takes no more. */
const WORDS_MAX = 1_000;

/** Names of those who will read a report about this person: Owners and Admins, without the person and oneself. */
export function useReaders(space: string, author: string): string[] {
  const people = usePeople(space);
  return people.members.filter(({ uid, self, role }) => !self && uid !== author && (role === 'owner' || role === 'admin')).map(({ uid }) => people.name(uid));
}

/** The form. */
export function ReportForm({ report, onClose }: { report: ReportSubject; onClose: () => void }): ReactNode {
  const { t, list } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [reason, setReason] = useState<ReportReason>('spam');
  const readers = useReaders(report.space, report.author);
  const send = async (words: string): Promise<string | null> => {
    try {
      await api.reports.send(report.space, { message: report.message, reason, words: words.trim() });
      toast({ text: t('report.done') });
      onClose();
      return null;
    } catch (error) {
      return errorText(t, error, 'chat.failed');
    }
  };
  return (
    <FieldDialog title={t('report.title')} label={t('report.words')} act="report.act" maxLength={WORDS_MAX} note={t(report.comment ? 'report.commentNote' : 'report.note', { names: list(readers.slice(0, 8)), name: report.name })} onSubmit={send} onClose={onClose}>
      <div className="share-choices">
        <Segments label={t('report.reason')} value={reason} onChange={setReason} options={REASONS.map((value) => ({ value, label: t(REASON_WORD[value]) }))} />
        <p className="small muted cut" dir="auto">{`${report.name}: ${report.text}`}</p>
      </div>
    </FieldDialog>
  );
}
