/** Muting and blocking, each with what it does and what it does not; and the list of what is muted and blocked. Loaded when asked for. */
import '#view/kit/quiet-words.ts';
import { useState, type ReactNode } from 'react';
import { mayMake, type QuietEntry, type QuietKind, type QuietSubject } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel, usePersonal, useSpaces } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { useQuiet, type ReportSubject } from '#view/kit/quiet.tsx';
import { ReportForm, useReaders } from '#view/kit/report-form.tsx';
import { isOn, setQuiet } from '#view/kit/quiet-acts.ts';
import { EmptyState } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';

const WORDS: Record<QuietKind, { name: Key; text: Key; kind: Key }> = {
  person: { name: 'quiet.personName', text: 'quiet.personText', kind: 'quiet.kindPerson' },
  thread: { name: 'quiet.threadName', text: 'quiet.threadText', kind: 'quiet.kindThread' },
  channel: { name: 'quiet.channelName', text: 'quiet.channelText', kind: 'quiet.kindChannel' },
  mentions: { name: 'quiet.mentionsName', text: 'quiet.mentionsText', kind: 'quiet.kindMentions' },
  block: { name: 'quiet.blockName', text: 'quiet.blockText', kind: 'quiet.kindBlock' },
};

/** Sets one thing, says so, and takes it back on demand. */
function useSetQuiet(): (subject: QuietSubject, on: boolean) => void {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const personal = usePersonal();
  const { quiet } = useQuiet();
  return (subject, on) => {
    if (!personal) return toast({ text: t('chat.noPersonal') });
    const graph = api.graph(personal.id);
    const failed = (error: unknown): void => toast({ text: errorText(t, error, 'chat.failed') });
    const ops = setQuiet(quiet, subject, on);
    if (ops.length === 0) return;
    graph.transact(ops).then(({ ids }) => {
      const undo = (): void => void graph.transact(ids.map((id) => ({ op: 'node.set', id, props: { on: !on }, verb: 'quiet.set@1' }))).catch(failed);
      toast({ text: t(!on ? 'quiet.off' : subject.kind === 'block' ? 'quiet.blockDone' : subject.kind === 'mentions' ? 'quiet.mentionsDone' : 'quiet.muteDone', { name: labelOf(subject) }), undo });
    }, failed);
  };
}

/** As it stands in a list. */
const labelOf = ({ kind, label }: QuietSubject): string => (kind === 'channel' || kind === 'mentions' ? `#${label}` : label);

function Act({ subject, on, name, onPress }: { subject: QuietSubject; on: boolean; name: string; onPress: (on: boolean) => void }): ReactNode {
  const { t } = useI18n();
  const block = subject.kind === 'block';
  return (
    <Button size="small" aria-label={on ? `${t(block ? 'quiet.unblock' : subject.kind === 'mentions' ? 'quiet.allAct' : 'quiet.unmute')}: ${labelOf(subject)}` : name} onClick={() => onPress(!on)}>
      {t(block ? (on ? 'quiet.unblock' : 'quiet.block') : subject.kind === 'mentions' ? (on ? 'quiet.allAct' : 'quiet.mentionsAct') : on ? 'quiet.unmute' : 'quiet.muteAct')}
    </Button>
  );
}

/** To report is to write in the directory of the space: not for who has a part of it, and not where nobody but the author decides. */
function ReportRow({ report, onReport }: { report: ReportSubject; onReport: () => void }): ReactNode {
  const { t } = useI18n();
  const space = useSpaces()?.find(({ id }) => id === report.space);
  const readers = useReaders(report.space, report.author);
  if (!space || space.scope !== null || !mayMake(space, 'report@1') || readers.length === 0) return null;
  return (
    <div className="setting" data-quiet="report">
      <div className="grow">
        <div className="medium">{t('report.title')}</div>
        <div className="small muted">{t(report.comment ? 'report.commentText' : 'report.text')}</div>
      </div>
      <div className="setting-control">
        <Button size="small" aria-label={t('report.title')} onClick={onReport}>{t('report.begin')}</Button>
      </div>
    </div>
  );
}

/** What can be made quiet at a message, a channel or a person. */
export function QuietDialog({ subjects, report, onClose }: { subjects: readonly QuietSubject[]; report: ReportSubject | null; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const { quiet } = useQuiet();
  const set = useSetQuiet();
  const blocks = subjects.some(({ kind }) => kind === 'block');
  const [reporting, setReporting] = useState(false);
  if (report && reporting) return <ReportForm report={report} onClose={onClose} />;
  return (
    <Dialog title={t(blocks ? 'quiet.title' : 'quiet.titleMute')} onClose={onClose} size="medium">
      {subjects.map((subject) => {
        const { name, text } = WORDS[subject.kind];
        const title = t(name, { name: subject.label });
        return (
          <div key={subject.kind} className="setting" data-quiet={subject.kind}>
            <div className="grow">
              <div className="medium" dir="auto">{title}</div>
              <div className="small muted">{t(text)}</div>
            </div>
            <div className="setting-control">
              <Act subject={subject} on={isOn(quiet, subject)} name={title} onPress={(on) => (set(subject, on), onClose())} />
            </div>
          </div>
        );
      })}
      {report && <ReportRow report={report} onReport={() => setReporting(true)} />}
      <p className="small muted">{t('quiet.listNote')}</p>
    </Dialog>
  );
}

/** Settings: everything that is muted or blocked. */
export function QuietSection(): ReactNode {
  const { t } = useI18n();
  const { quiet } = useQuiet();
  const set = useSetQuiet();
  const entries = quiet.entries.filter((entry) => entry.on);
  return (
    <>
      <h2 className="medium settings-head">{t('quiet.list')}</h2>
      {entries.length === 0 ? (
        <EmptyState title={t('quiet.none')} text={t('quiet.noneText')} />
      ) : (
        <ul className="card settings-card" aria-label={t('quiet.list')}>
          {entries.map((entry) => <Row key={entry.node} entry={entry} onPress={(on) => set(entry, on)} />)}
          <li className="setting"><p className="small muted">{t('quiet.listNote')}</p></li>
        </ul>
      )}
    </>
  );
}

function Row({ entry, onPress }: { entry: QuietEntry; onPress: (on: boolean) => void }): ReactNode {
  const { t } = useI18n();
  const label = labelOf(entry);
  return (
    <li className="setting" data-quiet={entry.kind}>
      <Icon name={entry.kind === 'block' ? 'close' : 'muted'} tone="muted" />
      <div className="grow">
        <div className="cut"><bdi>{label}</bdi></div>
        <div className="small muted">{t(WORDS[entry.kind].kind)}</div>
      </div>
      <Act subject={entry} on name={label} onPress={onPress} />
    </li>
  );
}
