/** Supervision: the kernel and the search of this tab and how they ended before, what its pipeline does, and where its adjusters stand. */
import '#view/kit/system-words.ts';
import { use, useEffect, useState, type ReactNode } from 'react';
import type { PipelineView, SupervisionView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { useAsked, useKernel, useSupervision } from '#view/kit/kernel.tsx';
import { endReason } from '#view/kit/kernel-note.tsx';
import { SearchContext } from '#view/kit/search.ts';
import { FactList, FigureTable, Skeleton } from '#view/kit/states.tsx';
import { Unreached } from './unreached.tsx';

const STATE: Record<SupervisionView['state'], { word: Key; tone: string }> = {
  starting: { word: 'pipeline.starting', tone: 'wait' }, running: { word: 'pipeline.running', tone: 'ok' }, restarting: { word: 'pipeline.restarting', tone: 'wait' }, stopped: { word: 'pipeline.stopped', tone: 'bad' },
};
const KNOB: Record<PipelineView['knobs'][number]['name'], Key> = {
  bulkBatch: 'pipeline.bulkBatch', deliverAtOnce: 'pipeline.deliverAtOnce', asksPerLink: 'pipeline.asksPerLink', newsBytes: 'pipeline.newsBytes', links: 'pipeline.links',
};
const WHY: Record<PipelineView['knobs'][number]['why'], Key> = { 'normal': 'pipeline.normal', 'busy': 'pipeline.busy', 'queue': 'pipeline.queueLong', 'slow-commits': 'pipeline.slowCommits' };

/** The tab. */
export function PipelineTab(): ReactNode {
  const api = useKernel();
  useSupervision();
  const view = useAsked(() => api.supervision.pipeline(), ['record', 'copies', 'network'], [api], 1000);
  return (
    <div className="stack network">
      <KernelCard kernel={api.supervision.status()} />
      <SearchCard />
      <Unreached />
      <Seen view={view} />
    </div>
  );
}

type Told = Pick<SupervisionView, 'state' | 'since' | 'ends'>;

/** How a worker is, and since when. */
function StateTag({ state, since }: Told): ReactNode {
  const { t, moment } = useI18n();
  return <span className="line wrap"><span className="tag" data-tone={STATE[state].tone}>{t(STATE[state].word)}</span><span className="muted">{t('state.since', { time: moment(since) })}</span></span>;
}

/** How those before it ended, the newest first. */
const endFacts = ({ t, moment }: I18n, { ends }: Told): [string, ReactNode][] => ends.map((end, at) => [at === 0 ? t('pipeline.ends') : '', `${moment(end.at)} · ${endReason(t, end.reason)}${end.detail ? ` · ${end.detail}` : ''}`]);

/** The worker of the search: there is none before somebody searched. */
function SearchCard(): ReactNode {
  const i18n = useI18n();
  const { t, number } = i18n;
  const desk = use(SearchContext);
  const [, look] = useState(0);
  useEffect(() => desk?.onChange(() => look((n) => n + 1)), [desk]);
  const run = desk?.status() ?? null;
  const facts: [string, ReactNode][] = run ? [[t('pipeline.search'), <StateTag {...run} />], [t('pipeline.runs'), number(run.runs)], ...endFacts(i18n, run)] : [[t('pipeline.search'), t('pipeline.searchIdle')]];
  return (
    <section className="card pipeline" aria-label={t('pipeline.search')}>
      <Facts facts={facts} />
      {run?.state === 'stopped' && (
        <Button kind="quiet" icon="retry" onClick={() => desk?.restart()}>
          {t('act.retry')}
        </Button>
      )}
    </section>
  );
}

function KernelCard({ kernel }: { kernel: SupervisionView }): ReactNode {
  const i18n = useI18n();
  const { t, number } = i18n;
  const api = useKernel();
  const facts: [string, ReactNode][] = [
    [t('pipeline.kernel'), <StateTag {...kernel} />],
    [t('pipeline.runs'), number(kernel.runs)],
    [t('pipeline.waiting'), number(kernel.waiting)],
    [t('pipeline.givenUp'), number(kernel.givenUp)],
    [t('pipeline.faults'), number(kernel.faults)],
    ...endFacts(i18n, kernel),
  ];
  return (
    <section className="card pipeline" aria-label={t('pipeline.kernel')}>
      <Facts facts={facts} />
      {kernel.state === 'stopped' && (
        <Button kind="quiet" icon="retry" onClick={() => void api.supervision.restart()}>
          {t('act.retry')}
        </Button>
      )}
    </section>
  );
}

/** Facts whose name may be empty, for a further value of the one above. */
function Facts({ facts }: { facts: [string, ReactNode][] }): ReactNode {
  const named = facts.filter(([name]) => name !== '');
  const more = facts.filter(([name]) => name === '').map(([, value]) => value);
  return (
    <>
      <FactList facts={named} />
      {more.length > 0 && (
        <ul className="small muted">
          {more.map((value, at) => (
            <li key={at}>{value}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What was seen, and the adjusters. */
export function Seen({ view }: { view: PipelineView | null }): ReactNode {
  const { t, number, moment } = useI18n();
  if (!view) return <Skeleton rows={5} label={t('list.loading')} />;
  const { seen } = view;
  const round = (value: number): string => number(Math.round(value * 10) / 10);
  const rows: [Key, string][] = [
    ['pipeline.queue', number(seen.queue)], ['pipeline.commit', t('link.ms', { n: Math.round(seen.commitMs) })], ['pipeline.ingest', round(seen.ingestPerS)],
    ['pipeline.refused', round(seen.refusedPerS)], ['pipeline.lag', t('link.ms', { n: Math.round(seen.lagMs) })],
  ];
  return (
    <>
      <FigureTable label={t('pipeline.seen')} rows={rows.map(([name, figure]) => [t(name), figure])} />
      <table className="table card" aria-label={t('pipeline.knobs')}>
        <thead>
          <tr>
            <th scope="col">{t('pipeline.knobs')}</th>
            <th scope="col" className="end">{t('system.value')}</th>
            <th scope="col" className="end wide-only-cell">{t('pipeline.usual')}</th>
            <th scope="col">{t('pipeline.why')}</th>
            <th scope="col" className="wide-only-cell">{t('log.when')}</th>
          </tr>
        </thead>
        <tbody>
          {view.knobs.map((knob) => (
            <tr key={knob.name}>
              <th scope="row">{t(KNOB[knob.name])}</th>
              <td className="end num">{number(knob.value)}</td>
              <td className="end num muted wide-only-cell">{number(knob.normal)}</td>
              <td>
                <span className="tag" data-tone={knob.why === 'normal' ? 'ok' : 'wait'}>
                  {t(WHY[knob.why])}
                </span>
              </td>
              <td className="num muted wide-only-cell">{moment(knob.since)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
