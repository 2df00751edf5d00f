/** Access → Reports: for Owners and Admins the queue, for others what became of their own. Loaded when opened. */
import '#view/kit/access-words.ts';
import '#view/kit/quiet-words.ts';
import { type ReactNode } from 'react';
import type { PersonChoices, ReportState, ReportView, SpaceView } from '#os/api';
import { DOCUMENT } from '#domain/editor';
import { FRAGMENT, ROOT } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { Face } from '#view/kit/face.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { REASON_WORD } from '#view/kit/report-form.tsx';
import { navigate } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { PersonActs } from './person-acts.tsx';
import { documentFragments, reportPlace } from './report-place.ts';
import { decides } from './use-open-reports.ts';

const STATE: Record<ReportState, { word: Key; tone?: string }> = { open: { word: 'report.open', tone: 'wait' }, dealt: { word: 'report.dealt', tone: 'ok' }, dismissed: { word: 'report.dismissed' } };

/** The section. */
export function ReportsSection({ space, people }: { space: SpaceView; people: People }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const list = useAsked(() => api.reports.list(space.id), ['node_created', 'members'], [api, space.id], 500);
  const choices = useAsked(() => api.access.choices(space.id), ['members', 'spaces', 'record'], [api, space.id], 300) ?? [];
  const documents = useAsked(async () => documentFragments(await api.graph(space.id).query({ type: FRAGMENT, fragment: ROOT, where: { type: DOCUMENT }, include: { deleted: true } })), ['node_created'], [api, space.id], 1_000);
  const manages = decides(space);
  if (!list || !documents) return <Skeleton label={t('list.loading')} />;
  return (
    <>
      {list.reports.length === 0 && <EmptyState title={t('report.none')} text={t(manages ? 'report.noneAdmin' : 'report.noneMine')} />}
      <ul className="card settings-card" aria-label={t('reports.title')} hidden={list.reports.length === 0}>
        {list.reports.map((report) => <Report key={`${report.id} ${report.by}`} report={report} space={space} people={people} documents={documents} manages={manages} choices={choices} />)}
      </ul>
      {list.sealed > 0 && <p className="small muted">{t('report.sealed', { n: list.sealed })}</p>}
    </>
  );
}

interface ReportProps {
  report: ReportView;
  space: SpaceView;
  people: People;
  documents: ReadonlySet<string>;
  manages: boolean;
  choices: readonly PersonChoices[];
}

function Report({ report, space, people, documents, manages, choices }: ReportProps): ReactNode {
  const { t, moment } = useI18n();
  const name = people.name(report.author);
  const member = people.members.find(({ uid }) => uid === report.author);
  const choice = choices.find(({ uid }) => uid === report.author);
  const { word, tone } = STATE[report.state];
  return (
    <li className="setting setting-column" data-report={report.state}>
      <div className="line">
        <Face uid={report.author} name={name} size={28} />
        <span className="grow">{t('report.about', { by: people.name(report.by), author: name })}</span>
        {manages && member && choice && <PersonActs space={space} member={member} name={name} choices={choice} />}
      </div>
      <div className="line wrap">
        <span className="tag">{t(REASON_WORD[report.reason])}</span>
        <span className="tag" data-tone={tone}>{t(word)}</span>
        <span className="small muted">{moment(report.at)}</span>
      </div>
      <p className="small muted">{t('report.seen', { name: people.name(report.by) })}</p>
      <div className="message-text" dir="auto">{report.text}</div>
      {report.cut && <p className="small muted">{t('report.cut')}</p>}
      {report.words !== '' && <p dir="auto">{report.words}</p>}
      {report.decidedBy !== null && report.decidedAt !== null && <p className="small muted">{t('report.decided', { name: people.name(report.decidedBy), at: moment(report.decidedAt) })}</p>}
      <Acts report={report} space={space} documents={documents} manages={manages} />
    </li>
  );
}

function Acts({ report, space, documents, manages }: Pick<ReportProps, 'report' | 'space' | 'documents' | 'manages'>): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'report.failed') });
  const decide = (state: ReportState): void => void api.reports.decide(space.id, report.id, state).catch(failed);
  const graph = api.graph(space.id);
  const comment = documents.has(report.fragment);
  const remove = (): void => {
    const run = (op: 'node.delete' | 'node.restore'): Promise<unknown> => graph.transact([{ op, id: report.message }], { fragment: report.fragment });
    run('node.delete').then(() => toast({ text: t(comment ? 'report.removedComment' : 'report.removed'), undo: () => void run('node.restore').catch(failed) }), failed);
  };
  return (
    <div className="line wrap">
      <Button size="small" kind="quiet" onClick={() => navigate(reportPlace(space.id, report, documents))}>{t(comment ? 'report.openComment' : 'report.openMessage')}</Button>
      {manages && <Button size="small" kind="quiet" onClick={remove}>{t(comment ? 'report.removeComment' : 'report.remove')}</Button>}
      {manages && report.state !== 'open' && <Button size="small" onClick={() => decide('open')}>{t('report.reopen')}</Button>}
      {manages && report.state === 'open' && <Button size="small" onClick={() => decide('dismissed')}>{t('report.dismiss')}</Button>}
      {manages && report.state === 'open' && <Button size="small" kind="primary" onClick={() => decide('dealt')}>{t('report.dealtAct')}</Button>}
    </div>
  );
}
