/** System → Compute: who computes what for whom, minute by minute and in all; how answers came to be believed, what was saved, and who gave wrong ones. */
import { KIND_WORD, REST_WORD, TRUST_WORD } from '#view/kit/compute-words.ts';
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import type { ComputeAsked, ComputeView } from '#os/compute-api';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { Button } from '#view/kit/controls.tsx';
import { Figures } from '#view/kit/figures.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useMembers, useNetwork, useSpaces } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import type { RestReason } from '#view/kit/may-help.ts';
import { useCompute } from '#view/kit/use-compute.ts';
import { ComputeCharts } from './compute-chart.tsx';
import { askedOf, cameToNothing, checkedOf, savedBy, savedByAll } from './compute-figures.ts';
import './compute.css';

/** Characters by which a device is told apart. */
const DEVICE_CHARS = 8;
/** Rows shown at first of each list, and with every press. */
const PAGE = 10;
const SECOND_MS = 1_000;

interface Names {
  person(uid: string | null): string;
  space(id: string): string;
}

/** The tab. */
export function ComputeTab({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const { view, rests, cancel } = useCompute();
  const members = useMembers(space.id);
  const spaces = useSpaces();
  const { online, paused } = useNetwork();
  if (!view) return <Skeleton label={t('list.loading')} />;
  const names: Names = {
    person: (uid) => (uid === null ? null : members?.find((one) => one.uid === uid)?.name) ?? t('compute.unknown'),
    space: (id) => spaces?.find((one) => one.id === id)?.name ?? t('compute.spaceAway'),
  };
  const settings = (): void => navigate({ space: space.id, lens: 'settings', object: 'compute' });
  const nothing = view.workers.length + view.asked.length + view.ledger.length + view.helping.length + view.proofs.length + view.minutes.length === 0;
  if (nothing) return <EmptyState title={t('compute.emptyTitle')} text={online && !paused ? t('compute.emptyText') : t('compute.offlineText')} act={{ label: t('compute.toSettings'), onClick: settings }} />;
  return (
    <div className="stack network">
      {(!online || paused) && <p className="muted" role="status">{t('compute.offlineText')}</p>}
      <Sums view={view} />
      <Now view={view} names={names} rests={rests} onCancel={cancel} onSettings={settings} />
      <ComputeCharts minutes={view.minutes} />
      <Workers view={view} names={names} />
      <Asked view={view} names={names} />
      <Proofs view={view} />
    </div>
  );
}

/** Seconds as they are said, one place behind the point. */
function useSeconds(): (ms: number) => string {
  const { t, number } = useI18n();
  return (ms) => t('compute.seconds', { n: number(Math.round(ms / (SECOND_MS / 10)) / 10) });
}

function useSaved(): (ms: number) => string {
  const { t } = useI18n();
  const seconds = useSeconds();
  return (ms) => (ms >= 0 ? seconds(ms) : t('compute.longer', { time: seconds(-ms) }));
}

function Sums({ view }: { view: ComputeView }): ReactNode {
  const { t, number } = useI18n();
  const [seconds, savedWords] = [useSeconds(), useSaved()];
  const saved = savedByAll(view.asked);
  const done = view.ledger.filter(({ how }) => how === 'done');
  const answered = view.asked.reduce((sum, { elsewhere }) => sum + elsewhere, 0);
  const figures: [string, string, string][] = [
    [t('compute.sumDone'), `${number(done.length)}${view.ledger.length >= COMPUTE_LIMITS.ledger ? '+' : ''}`, t('compute.sumDoneNote', { time: seconds(view.ledger.reduce((sum, { ms }) => sum + ms, 0)) })],
    [t('compute.sumAnswers'), number(answered), t('compute.sumAnswersNote', { n: askedOf(view.asked) })],
    [t('compute.saved'), saved === null ? t('compute.savedUnknown') : savedWords(saved.ms), saved === null ? t('compute.savedNone') : t('compute.savedOf', { n: saved.jobs })],
    [t('compute.proofs'), number(view.proofs.length), t('compute.sumProofsNote', { n: view.workers.filter(({ state }) => state === 'out').length })],
  ];
  return (
    <div>
      <Figures of={figures} />
      <p className="small muted compute-how">{t('compute.savedHow')}</p>
    </div>
  );
}

/** What is computed at this moment, for whom and by whom. */
function Now({ view, names, rests, onCancel, onSettings }: { view: ComputeView; names: Names; rests: RestReason | null; onCancel: (job: string) => void; onSettings: () => void }): ReactNode {
  const { t } = useI18n();
  const others = view.workers.filter(({ running }) => running > 0);
  const asked = view.asked.filter(({ over }) => !over);
  const { some, more } = useSome(others);
  const idle = view.helping.length + others.length + asked.length === 0;
  return (
    <section className="card compute-card" aria-label={t('compute.nowTitle')}>
      <div className="line compute-head">
        <h2 className="medium grow">{t('compute.nowTitle')}</h2>
        <span className="tag" data-tone={rests ? 'wait' : view.consent.on ? 'ok' : 'muted'}>{rests ? t('compute.rests', { why: t(REST_WORD[rests], { n: COMPUTE_LIMITS.chargePercent }) }) : t(view.consent.on ? 'compute.helpsOn' : 'compute.helpsOff')}</span>
        <Button kind="text" size="compact" onClick={onSettings}>{t('compute.toSettings')}</Button>
      </div>
      {idle ? <p className="muted">{t('compute.idle')}</p> : (
        <ul>
          {view.helping.map((one, at) => <li key={`h${at}`}>{t('compute.nowFor', { kind: t(KIND_WORD[one.kind]), name: names.person(one.uid), space: names.space(one.space) })}</li>)}
          {some.map((one) => <li key={one.device}>{t('compute.nowBy', { n: one.running, name: names.person(one.uid) })}</li>)}
          {asked.map((one) => {
            const what = { kind: t(KIND_WORD[one.kind]), space: names.space(one.space) };
            return (
              <li key={one.id} className="line wrap">
                <span>{t('compute.nowOwn', what)}{one.waits && <span className="muted"> · {t('compute.nowWaits')}</span>}</span>
                <Button kind="quiet" size="small" aria-label={t('compute.cancelIt', what)} onClick={() => onCancel(one.id)}>{t('compute.cancel')}</Button>
              </li>
            );
          })}
        </ul>
      )}
      {more}
    </section>
  );
}

/** The first of many, and more of them by a press. */
function useSome<T>(all: readonly T[]): { readonly some: readonly T[]; readonly more: ReactNode } {
  const { t } = useI18n();
  const [shown, setShown] = useState(PAGE);
  return { some: all.slice(0, shown), more: all.length > shown && <Button kind="text" size="compact" icon="down" onClick={() => setShown(shown + PAGE)}>{t('compute.more', { n: all.length - shown })}</Button> };
}

function Workers({ view, names }: { view: ComputeView; names: Names }): ReactNode {
  const { t, number } = useI18n();
  const { some, more } = useSome(view.workers);
  if (view.workers.length === 0) return <p className="muted">{t('compute.workersNone')}</p>;
  return (
    <div>
      <table className="table card" aria-label={t('compute.workers')}>
        <thead><tr><th scope="col" className="wide-only">{t('compute.device')}</th><th scope="col">{t('compute.person')}</th><th scope="col" className="end wide-only">{t('compute.tests')}</th><th scope="col" className="end">{t('compute.runs')}</th><th scope="col">{t('compute.state')}</th></tr></thead>
        <tbody>
          {some.map(({ device, uid, offers, passed, runs, state }) => (
            <tr key={device}>
              <td className="wide-only"><code>{device.slice(0, DEVICE_CHARS)}</code></td>
              <th scope="row">{names.person(uid)}{offers && <span className="muted"> · {t('compute.offers')}</span>}</th>
              <td className="end num wide-only">{number(passed)}</td><td className="end num">{number(runs)}</td>
              <td><span className="tag" data-tone={TRUST_WORD[state].tone}>{t(TRUST_WORD[state].word)}</span></td>
            </tr>
          ))}
        </tbody>
      </table>
      {more}
    </div>
  );
}

function Asked({ view, names }: { view: ComputeView; names: Names }): ReactNode {
  const { t, moment, number } = useI18n();
  const saved = useSaved();
  const { some, more } = useSome(view.asked);
  return (
    <section className="card compute-card" aria-label={t('compute.asked')}>
      <h2 className="medium">{t('compute.asked')}</h2>
      {view.asked.length === 0 ? <p className="muted">{t('compute.askedNone')}</p> : (
        <div className="compute-scroll" role="group" aria-label={t('compute.asked')} tabIndex={0}>
          <table className="table" aria-label={t('compute.asked')}>
            <thead><tr><th scope="col">{t('compute.kind')}</th><th scope="col" className="end">{t('compute.decidedHead')}</th><th scope="col" className="wide-only">{t('compute.runs')}</th><th scope="col">{t('compute.checked')}</th><th scope="col" className="end">{t('compute.saved')}</th></tr></thead>
            <tbody>
              {some.map((job) => {
                const ms = savedBy(job);
                return (
                  <tr key={job.id}>
                    <th scope="row">{t(KIND_WORD[job.kind])} · {names.space(job.space)}<div className="small muted">{moment(job.since)}</div></th>
                    <td className="end num">{t('compute.decided', { done: number(job.decided), all: number(job.pieces) })}</td>
                    <td className="wide-only num">{t('compute.askedRuns', { n: job.runs, tests: number(job.canaries) })}<div className="small muted">{t('compute.askedOwn', { n: job.own })}</div></td>
                    <td><Checked job={job} /></td>
                    <td className="end num">{ms === null ? '–' : saved(ms)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {more}
    </section>
  );
}

/** How the answers of a job came to be believed: a bar, and the same in words. */
function Checked({ job }: { job: ComputeAsked }): ReactNode {
  const { t } = useI18n();
  if (!job.over) return <span className="muted">{t('compute.checking')}</span>;
  if (cameToNothing(job)) return <span className="muted">{t('compute.notComputed')}</span>;
  const counts = checkedOf(job);
  const words = [counts.alike > 0 && t('compute.byAlike', { n: counts.alike }), counts.one > 0 && t('compute.byOne', { n: counts.one }), counts.here > 0 && t('compute.byHere', { n: counts.here })].filter(Boolean).join(' · ');
  return (
    <>
      <span className="compute-check" aria-hidden="true">{(['alike', 'one', 'here'] as const).map((how) => counts[how] > 0 && <span key={how} data-tone={how} style={{ flexGrow: counts[how] }} />)}</span>
      <span className="small muted">{words}</span>
    </>
  );
}

function Proofs({ view }: { view: ComputeView }): ReactNode {
  const { t, moment } = useI18n();
  const { some, more } = useSome(view.proofs);
  return (
    <section className="card compute-card" aria-label={t('compute.proofs')}>
      <h2 className="medium">{t('compute.proofs')}</h2>
      {view.proofs.length === 0 ? <p className="muted">{t('compute.proofsNone')}</p> : (
        <ul>
          {some.map((proof, at) => (
            <li key={at}>
              <code>{proof.device.slice(0, DEVICE_CHARS)}</code> · {moment(proof.at)} · {t(KIND_WORD[proof.kind])} · {proof.known ? t('compute.known') : t('compute.proof', { n: proof.by })}
              <div className="small muted">{t('compute.saidRight', { said: proof.said.slice(0, DEVICE_CHARS), right: proof.right.slice(0, DEVICE_CHARS) })}</div>
            </li>
          ))}
        </ul>
      )}
      {more}
    </section>
  );
}
