/** Settings → Compute: may others use this device, and how far; what was done for them. One switch, then the limits. */
import { HOW_WORD, KIND_WORD, REST_WORD, TAKE_WORD } from '#view/kit/compute-words.ts';
import type { ReactNode } from 'react';
import type { ComputeConsent, ComputeKind, ConsentChange } from '#os/compute-api';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { Select, Switch } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useSpaces } from '#view/kit/kernel.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { useCompute } from '#view/kit/use-compute.ts';
import { ActorsPart } from './actors-part.tsx';
import { ledgerLines } from './ledger-lines.ts';

const SHARES = [10, 25, 50, 100];
const HOURS = { all: null, day: [8, 20], night: [20, 8] } as const;
type Hours = keyof typeof HOURS;

const hoursOf = ({ hours }: ComputeConsent): Hours => (hours === null ? 'all' : hours[0] < hours[1] ? 'day' : 'night');

/** The rows; what is taken back counts at once. */
export function ComputeSection(): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const toast = useToast();
  const { view, rests, set } = useCompute();
  if (!view) return <Skeleton label={t('list.loading')} />;
  const { consent } = view;
  const change = (part: ConsentChange): void => void set(part).catch((error: unknown) => toast({ text: errorText(t, error, 'compute.notStopped') }));
  return (
    <section className="card settings-card" aria-label={t('settings.compute')}>
      <div className="setting"><Switch label={t('compute.switch')} note={t('compute.switchNote')} on={consent.on} onChange={(on) => change({ on })} /></div>
      {consent.on && (
        <>
          {rests && <p className="setting small" role="status">{t('compute.rests', { why: t(REST_WORD[rests], { n: COMPUTE_LIMITS.chargePercent }) })}</p>}
          <div className="setting">
            <Select label={t('compute.share')} value={consent.share} options={[...new Set([...SHARES, consent.share])].sort((a, b) => a - b).map((value) => ({ value, label: t('compute.shareOf', { n: value }) }))} onChange={(share) => change({ share })} />
          </div>
          <div className="setting"><Switch label={t('compute.mains')} note={t('compute.mainsNote', { n: COMPUTE_LIMITS.chargePercent })} on={consent.mains} onChange={(mains) => change({ mains })} /></div>
          <div className="setting">
            <Select<Hours> label={t('compute.hours')} value={hoursOf(consent)} options={[{ value: 'all', label: t('compute.hoursAll') }, { value: 'day', label: t('compute.hoursDay') }, { value: 'night', label: t('compute.hoursNight') }]} onChange={(hours) => change({ hours: HOURS[hours] })} />
          </div>
          <div className="setting"><Switch label={t('compute.hidden')} note={t('compute.hiddenNote')} on={consent.hidden} onChange={(hidden) => change({ hidden })} /></div>
          <div className="setting"><Switch label={t('compute.busy')} note={t('compute.busyNote')} on={consent.busy} onChange={(busy) => change({ busy })} /></div>
          <Kinds consent={consent} change={change} />
          <ActorsPart consent={consent} change={change} />
        </>
      )}
      <Ledger view={view} />
    </section>
  );
}

/** One switch for each kind of work. */
function Kinds({ consent, change }: { consent: ComputeConsent; change: (part: ConsentChange) => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="setting setting-column" role="group" aria-labelledby="compute-kinds">
      <h2 className="medium" id="compute-kinds">{t('compute.kinds')}</h2>
      {(Object.keys(consent.kinds) as ComputeKind[]).map((kind) => (
        <Switch key={kind} label={t(TAKE_WORD[kind].label)} note={t(TAKE_WORD[kind].note)} on={consent.kinds[kind]} onChange={(on) => change({ kinds: { [kind]: on } })} />
      ))}
    </div>
  );
}

function Ledger({ view }: { view: NonNullable<ReturnType<typeof useCompute>['view']> }): ReactNode {
  const { t, moment, number } = useI18n();
  const spaces = useSpaces();
  const nameOf = (space: string): string => spaces?.find(({ id }) => id === space)?.name ?? t('compute.unknown');
  return (
    <div className="setting setting-column">
      <h2 className="medium">{t('compute.ledger')}</h2>
      {view.ledger.length === 0 ? <p className="small muted">{t('compute.ledgerNone')}</p> : (
        <table className="table" aria-label={t('compute.ledger')}>
          <thead><tr><th scope="col">{t('compute.when')}</th><th scope="col">{t('compute.for')}</th><th scope="col" className="end wide-only-cell">{t('compute.runs')}</th><th scope="col" className="end wide-only-cell">{t('compute.time')}</th><th scope="col">{t('compute.how')}</th></tr></thead>
          <tbody>
            {ledgerLines(view.ledger).map((line, at) => (
              <tr key={at}><th scope="row">{moment(line.since)}</th><td>{t(KIND_WORD[line.kind])} · {nameOf(line.space)}</td><td className="end num wide-only-cell">{number(line.runs)}</td><td className="end num wide-only-cell">{t('compute.ms', { n: number(line.ms) })}</td><td>{t(HOW_WORD[line.how])}</td></tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
