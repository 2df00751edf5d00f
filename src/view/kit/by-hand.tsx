/** A connection without any server: what one device shows the other takes in, as text, as a link or by its camera. The state is the kernel's; leaving the screen leaves it running. */
import { useCallback, useEffect, useId, useRef, useState, type ReactNode } from 'react';
import type { HandView, NetAct } from '#os/net-acts-api';
import { hasCamera } from '#view/kit/camera.ts';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel, useNetwork } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { useTimeLeft } from '#view/kit/time-left.ts';
import { useCopy } from '#view/kit/use-copy.ts';
import { HAND_REASON, wayError } from '#view/kit/ways-words.ts';
import './pairing.css';
import './ways.css';

const Scan = lazyPart(async () => (await import('#view/kit/scan.tsx')).Scan, { alone: true });
const QrCode = lazyPart(async () => (await import('#view/kit/qr.tsx')).QrCode);

/** How often the state is asked for, ms: it changes by the engine and the other device. */
const LOOK_MS = 300;
/** A code of so many modules is read from a screen by a phone at arm's length when it is drawn this large, px. */
const QR_SIZE = 264;

/** The state, looked at again and again, and how to do one act. Undefined while it is not known. */
function useHand(): { view: HandView | null | undefined; error: string | null; run: (act: Extract<NetAct, { act: `hand-${string}` }>) => Promise<boolean> } {
  const api = useKernel();
  const { t } = useI18n();
  const [view, setView] = useState<HandView | null | undefined>(undefined);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let alive = true;
    const look = (): void => void api.network.act({ act: 'hand' }).then((next) => alive && setView(next), () => undefined);
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      alive = false;
      clearInterval(timer);
    };
  }, [api]);
  const run = useCallback(async (act: Extract<NetAct, { act: `hand-${string}` }>): Promise<boolean> => {
    setError(null);
    try {
      setView((await api.network.act(act)) as HandView | null);
      return true;
    } catch (caught) {
      setError(wayError(t, caught));
      return false;
    }
  }, [api, t]);
  return { view, error, run };
}

/** The dialog. */
export function ByHandDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <Dialog title={t('hand.title')} size="medium" onClose={onClose}>
      <ByHand onClose={onClose} />
    </Dialog>
  );
}

/** Everything about one connection. `text`: an offer or an answer that was opened as a link. */
export function ByHand({ text = null, onClose }: { text?: string | null; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const { view, error, run } = useHand();
  const taken = useRef(false);
  useEffect(() => {
    if (text === null || taken.current) return;
    taken.current = true;
    void run({ act: 'hand-take', text });
  }, [text, run]);
  if (view === undefined) return <p className="muted">{t('hand.openText')}</p>;
  const runs = view !== null && view.step !== 'done' && view.step !== 'ended';
  return (
    <div className="stack pair-box" data-hand={view?.step ?? 'none'}>
      {text !== null && <h1 className="title2 page-title">{t('hand.title')}</h1>}
      {!runs && view?.step !== 'done' && <p className="small muted">{t('hand.openText')}</p>}
      {view && <Steps view={view} />}
      {view?.step === 'ended' && view.reason && view.reason !== 'given-up' && <Said icon="alert" text={t(HAND_REASON[view.reason])} />}
      {view?.step === 'show' && <Shown view={view} />}
      {view?.step === 'show' && view.role === 'answer' && <Gone onGone={() => void run({ act: 'hand-go' })} />}
      {view?.refused && <Said icon="alert" text={t('hand.refused', { why: t(HAND_REASON[view.refused]) })} />}
      {!runs && view?.step !== 'done' && (
        <div className="line wrap">
          <Button kind="primary" onClick={() => void run({ act: 'hand-offer' })}>{t(view === null || view.reason === 'given-up' ? 'hand.become' : 'hand.again')}</Button>
        </div>
      )}
      {(!runs || view.role === 'offer') && view?.step !== 'done' && view?.step !== 'making' && view?.step !== 'linking' && (
        <Paste label={runs ? 'hand.pasteAnswer' : 'hand.paste'} note={runs ? null : 'hand.pasteText'} error={error} onTake={(pasted) => run({ act: 'hand-take', text: pasted })} />
      )}
      <div className="line wrap">
        {runs && <Button kind="quiet" onClick={() => void run({ act: 'hand-end' })}>{t('hand.stop')}</Button>}
        {!runs && <Button kind={view?.step === 'done' ? 'primary' : 'quiet'} onClick={onClose}>{t('act.close')}</Button>}
      </div>
    </div>
  );
}

function Said({ icon, text }: { icon: 'alert' | 'ok'; text: string }): ReactNode {
  return (
    <p className="line" role="alert">
      <Icon name={icon} tone={icon === 'ok' ? 'ok' : 'wait'} />
      <span>{text}</span>
    </p>
  );
}

const STEPS: readonly (readonly [HandView['step'], Key])[] = [['making', 'hand.stepMake'], ['show', 'hand.stepGive'], ['linking', 'hand.stepLink']];
const NOW: Partial<Record<HandView['step'], Key>> = { making: 'hand.making', linking: 'hand.linking' };

/** Each step with its own state. */
function Steps({ view }: { view: HandView }): ReactNode {
  const { t } = useI18n();
  const { peers } = useNetwork();
  const at = view.step === 'done' ? STEPS.length : STEPS.findIndex(([step]) => step === view.step);
  if (view.step === 'ended') return null;
  const name = peers.find((peer) => peer.device === view.device)?.name;
  if (view.step === 'done') {
    return (
      <>
        <Said icon="ok" text={name ? t('hand.doneWith', { name }) : t('hand.done')} />
        <p className="small muted">{t('hand.doneText')}</p>
      </>
    );
  }
  return (
    <ol className="pair-steps" aria-label={t('hand.steps')} aria-live="polite">
      {STEPS.map(([step, word], no) => {
        const state = no < at ? 'done' : no === at ? 'running' : 'open';
        const now = NOW[step];
        return (
          <li key={step} data-state={state}>
            <Icon name={state === 'done' ? 'ok' : state === 'running' ? 'running' : 'circle'} tone={state === 'done' ? 'ok' : state === 'open' ? 'control-border' : 'text'} {...(state === 'running' ? { className: 'spin' } : {})} />
            <div>
              <div className={state === 'open' ? 'muted' : ''}>{t(word)}</div>
              {state === 'running' && now && <div className="small muted">{t(now)}</div>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** What is to be given over, in all its forms. */
function Shown({ view }: { view: HandView }): ReactNode {
  const { t } = useI18n();
  const copy = useCopy();
  const id = useId();
  const link = `${location.href.split('#')[0]}${view.link}`;
  return (
    <>
      <p className="small">{t(view.role === 'offer' ? 'hand.offerText' : 'hand.answerText')}</p>
      <div>
        <label className="label" htmlFor={id}>{t('hand.text')}</label>
        <textarea id={id} className="field code" rows={4} readOnly spellCheck={false} value={link} onFocus={(event) => event.currentTarget.select()} />
      </div>
      <div className="line wrap">
        <Button icon="copy" onClick={() => copy(link)}>{t('hand.copy')}</Button>
        <Left until={view.until} />
      </div>
      <QrCode text={link} label={t('hand.qr')} size={QR_SIZE} />
    </>
  );
}

function Gone({ onGone }: { onGone: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <p className="small muted">{t('hand.goneNote')}</p>
      <div className="line wrap"><Button onClick={onGone}>{t('hand.gone')}</Button></div>
    </>
  );
}

function Paste({ label, note, error, onTake }: { label: Key; note: Key | null; error: string | null; onTake: (text: string) => Promise<boolean> }): ReactNode {
  const { t } = useI18n();
  const id = useId();
  const [text, setText] = useState('');
  const [scans, setScans] = useState(false);
  // Read again and again while it is before the camera: it counts once.
  const scanned = (read: string): void => {
    setScans(false);
    void onTake(read);
  };
  return (
    <form
      className="stack way-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') void onTake(text).then((took) => took && setText(''));
      }}
    >
      <div>
        <label className="label" htmlFor={id}>{t(label)}</label>
        {note && <p className="small muted">{t(note)}</p>}
        <textarea id={id} className="field code" rows={3} spellCheck={false} autoComplete="off" value={text} aria-invalid={error ? true : undefined} onChange={(event) => setText(event.target.value)} />
        {error && <p className="field-error" role="alert">{error}</p>}
      </div>
      <div className="line wrap">
        <Button type="submit">{t('hand.use')}</Button>
        {hasCamera() && <Button kind="quiet" icon="qr" onClick={() => setScans(!scans)}>{t(scans ? 'scan.stop' : 'scan.open')}</Button>}
      </div>
      {scans && <Scan wanted={isHand} onText={scanned} />}
    </form>
  );
}

const isHand = (text: string): boolean => text.includes('#/meet/');

function Left({ until }: { until: number }): ReactNode {
  const { t } = useI18n();
  const time = useTimeLeft(until);
  return <span className="small muted num">{t('hand.left', { time })}</span>;
}
