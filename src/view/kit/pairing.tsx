/** A pairing as both screens show it: what is done and what is waited for, the four words, and how it ended. The state is the kernel's; leaving the screen leaves it running. */
import { useEffect, useState, type ReactNode } from 'react';
import type { PairingView } from '#os/api';
import '#view/kit/join-words.ts';
import { Button } from '#view/kit/controls.tsx';
import { deviceError } from '#view/kit/device-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { useTimeLeft } from '#view/kit/time-left.ts';
import './pairing.css';

const ByHandDialog = lazyPart(async () => (await import('#view/kit/by-hand.tsx')).ByHandDialog, { alone: true });
const QrCode = lazyPart(async () => (await import('#view/kit/qr.tsx')).QrCode);

/** How often the state is asked for, ms: it changes by the other device, and while it runs little else happens. */
const LOOK_MS = 400;

const REASON: Record<NonNullable<PairingView['reason']>, Key> = {
  'no': 'pair.no', 'other-no': 'pair.otherNo', 'given-up': 'pair.givenUp', 'timeout': 'pair.timeout', 'taken': 'pair.takenBy', 'lost': 'pair.lost', 'bad': 'pair.bad',
};

/** The pairing of this profile, looked at again and again; undefined while it is not known. */
export function usePairing(): PairingView | null | undefined {
  const api = useKernel();
  const [view, setView] = useState<PairingView | null | undefined>(undefined);
  useEffect(() => {
    let alive = true;
    const look = (): void => void api.devices.pairing().then((next) => alive && setView(next), () => undefined);
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      alive = false;
      clearInterval(timer);
    };
  }, [api]);
  return view;
}

/** Everything about one pairing. `onAgain` begins a new one, where this ended. */
export function PairingSteps({ view, onAgain, onClose }: { view: PairingView; onAgain: () => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [error, setError] = useState<string | null>(null);
  const say = (yes: boolean): void => void api.devices.answerPairing(yes).catch((caught: unknown) => setError(deviceError(t, caught)));
  const running = view.step === 'meet' || view.step === 'compare' || view.step === 'adding';
  return (
    <div className="stack pair-box" data-pairing={view.step}>
      {view.step === 'meet' && view.role === 'host' && <Code view={view} />}
      {view.step === 'compare' && <Words view={view} onSay={say} />}
      {view.step !== 'ended' && <Steps view={view} />}
      {view.step === 'meet' && !view.online && <ByHandAct />}
      {view.step === 'ended' && view.reason && (
        <p className="line" role="alert">
          <Icon name="alert" tone="wait" />
          <span>{t(REASON[view.reason])}</span>
        </p>
      )}
      {error && <p className="field-error" role="alert">{error}</p>}
      <div className="line wrap">
        {view.step === 'ended' && <Button kind="primary" onClick={onAgain}>{t(view.role === 'host' ? 'pair.newCode' : 'pair.again')}</Button>}
        {running && <Button kind="quiet" onClick={() => void api.devices.endPairing().catch(() => undefined)}>{t('pair.stop')}</Button>}
        {!running && <Button kind={view.step === 'done' ? 'primary' : 'quiet'} onClick={onClose}>{t('act.close')}</Button>}
      </div>
    </div>
  );
}

/** Without a server the two devices meet by hand. */
function ByHandAct(): ReactNode {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className="line wrap"><Button kind="quiet" onClick={() => setOpen(true)}>{t('join.byHandAct')}</Button></div>
      <p className="small muted">{t('join.byHandTwice')}</p>
      {open && <ByHandDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function Code({ view }: { view: PairingView }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <p>{t('pair.hostText')}</p>
      <p className="pair-code" data-code={view.code}>{`${view.code.slice(0, 5)}-${view.code.slice(5)}`}</p>
      <QrCode text={`${location.href.split('#')[0]}${view.link}`} label={t('pair.qr')} />
    </>
  );
}

function Words({ view, onSay }: { view: PairingView; onSay: (yes: boolean) => void }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <h2 className="medium">{t('pair.ask')}</h2>
      <ol className="pair-words" aria-label={t('pair.words')} lang="en">
        {(view.words ?? []).map((word, at) => <li key={at}>{word}</li>)}
      </ol>
      <p className="small muted">{t('pair.askText')}</p>
      {view.yes.mine ? (
        <p className="line" role="status">
          <Icon name="running" className="spin" />
          <span>{t('pair.waitYes')}</span>
        </p>
      ) : (
        <>
          {view.yes.other && <p className="small muted" role="status">{t('pair.otherYes')}</p>}
          <div className="line wrap">
            <Button kind="primary" onClick={() => onSay(true)}>{t('pair.yes')}</Button>
            <Button kind="bad" onClick={() => onSay(false)}>{t('pair.noAct')}</Button>
          </div>
        </>
      )}
    </>
  );
}

/** Each step with its own state, and what is left of the time. */
function Steps({ view }: { view: PairingView }): ReactNode {
  const { t } = useI18n();
  const at = ['meet', 'compare', 'adding', 'done'].indexOf(view.step);
  const met = at > 0 || view.online;
  const rows: [Key, 'done' | 'running' | 'waiting' | 'open', Key | null][] = [
    ['pair.stepServer', met ? 'done' : 'waiting', met ? null : 'join.noServer'],
    ['pair.stepMeet', at > 0 ? 'done' : met ? 'running' : 'open', null],
    ['pair.stepCompare', at > 1 ? 'done' : at === 1 ? 'running' : 'open', null],
    ['pair.stepAdd', at > 2 ? 'done' : at === 2 ? 'running' : 'open', null],
  ];
  return (
    <>
      <ol className="pair-steps" aria-live="polite">
        {rows.map(([word, state, why]) => (
          <li key={word} data-state={state}>
            <Icon name={state === 'done' ? 'ok' : state === 'running' ? 'running' : state === 'waiting' ? 'clock' : 'circle'} tone={state === 'done' ? 'ok' : state === 'waiting' ? 'wait' : state === 'open' ? 'control-border' : 'text'} {...(state === 'running' ? { className: 'spin' } : {})} />
            <div>
              <div className={state === 'open' ? 'muted' : ''}>
                {t(word)}
                <span className="hidden">{`, ${t(state === 'done' ? 'join.isDone' : state === 'running' ? 'join.isRunning' : state === 'waiting' ? 'join.isWaiting' : 'join.isOpen')}`}</span>
              </div>
              {why && <div className="small muted">{t(why)}</div>}
            </div>
          </li>
        ))}
      </ol>
      {at < 3 && <Left until={view.until} />}
    </>
  );
}

function Left({ until }: { until: number }): ReactNode {
  const { t } = useI18n();
  const time = useTimeLeft(until);
  return <p className="small muted num">{t('pair.left', { time })}</p>;
}
