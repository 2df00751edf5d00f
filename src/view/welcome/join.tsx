/** Join: what the link says, one button, then steps, each with its own state, reason and retry. */
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { JoinState, JoinStepName, RoleName } from '#os/api';
import '#view/kit/join-words.ts';
import { Button, Field } from '#view/kit/controls.tsx';
import { errorCode, errorText } from '#view/kit/error-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { AppMark, SpaceMark } from '#view/kit/seal.tsx';
import { ROLE_WORD } from '#view/kit/role-words.ts';
import { JOIN_TROUBLE, joinTrouble } from '#view/kit/other-troubles.ts';
import { useTabKind } from '#view/kit/tab-kind.tsx';
import { TroubleActs } from '#view/kit/troubles.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { KeepNothing, NameForm } from './welcome.tsx';

const ByHand = lazyPart(async () => (await import('#view/kit/by-hand.tsx')).ByHand);
const ByHandDialog = lazyPart(async () => (await import('#view/kit/by-hand.tsx')).ByHandDialog, { alone: true });

interface Claim {
  space: string;
  name: string;
  by: string;
  role: RoleName;
  known: boolean;
  asks: boolean;
  fleeting: boolean;
}

const STEPS: { step: JoinStepName; word: Key }[] = [
  { step: 'link', word: 'join.stepLink' },
  { step: 'server', word: 'join.stepServer' },
  { step: 'found', word: 'join.stepFound' },
  { step: 'secure', word: 'join.stepSecure' },
  { step: 'asked', word: 'join.stepAsked' },
  { step: 'accepted', word: 'join.stepAccepted' },
  { step: 'content', word: 'join.stepContent' },
];
type Progress = Partial<Record<JoinStepName, JoinState & { began: number }>>;

/** Reads the link, then joins when asked. */
export function useJoining(link: string, onDone: (space: string) => void) {
  const api = useKernel();
  const [claim, setClaim] = useState<Claim | { refused: unknown } | null>(null);
  const [progress, setProgress] = useState<Progress | null>(null);
  const turn = useRef(0);
  useEffect(() => {
    let alive = true;
    api.spaces.readLink(link).then(
      (read) => alive && setClaim(read),
      (refused: unknown) => alive && setClaim({ refused }),
    );
    return () => {
      alive = false;
      turn.current++;
    };
  }, [api, link]);
  const start = useCallback(async (words = '') => {
    const mine = ++turn.current;
    setProgress({});
    const failed = (step: JoinStepName, reason: string): JoinState => ({ step, state: 'failed', reason, retryable: true, at: Date.now() });
    const take = (state: JoinState): void => setProgress((before) => ({ ...before, [state.step]: { ...state, began: before?.[state.step]?.began ?? state.at } }));
    try {
      const { space, state } = await api.spaces.join(link, { words });
      for await (const one of state) {
        if (turn.current !== mine) return;
        take(one);
        if (one.step === 'done' && one.state === 'done') return onDone(space);
      }
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'timeout';
      if (turn.current === mine) take(failed('link', code in JOIN_TROUBLE ? code : 'bad-link'));
    }
  }, [api, link, onDone]);
  return { claim, progress, start };
}

/** The page of a link that was opened: an invite, or what somebody shows for a connection by hand. */
export function Join(props: { link: string; onDone: (space: string | null) => void }): ReactNode {
  return props.link.includes('#/meet/') ? <Meet {...props} /> : <JoinSpace {...props} />;
}

/** An offer or an answer that was opened as a link. */
function Meet({ link, onDone }: { link: string; onDone: (space: string | null) => void }): ReactNode {
  return (
    <main className="page">
      <div className="page-column" data-wide="">
        <AppMark />
        <ByHand text={link} onClose={() => onDone(null)} />
      </div>
    </main>
  );
}

function JoinSpace({ link, onDone }: { link: string; onDone: (space: string | null) => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const { claim, progress, start } = useJoining(link, onDone);
  const [words, setWords] = useState('');
  const tab = useTabKind();
  const [here, setHere] = useState(false);
  const [named, setNamed] = useState(() => api.identity.get() !== null);
  if (claim === null) return <main className="page"><h1 className="hidden">{t('join.title')}</h1></main>;
  if ('refused' in claim) {
    return (
      <main className="page">
        <div className="page-column">
          <AppMark />
          <h1 className="title2 page-title">{t('join.badTitle')}</h1>
          <p className="muted page-text">{errorCode(claim.refused) === 'bad-link' ? t('join.badText') : errorText(t, claim.refused, 'join.badText')}</p>
          <Button onClick={() => onDone(null)}>{t('join.withoutLink')}</Button>
        </div>
      </main>
    );
  }
  const begun = progress !== null;
  const asks = claim.fleeting && !claim.known && !begun && !here && tab.begun === null;
  const join: Key = claim.asks ? 'join.ask' : 'join.join';
  const waits = begun && !Object.values(progress).some((one) => one.state === 'failed');
  const begin = (): void => {
    setNamed(true);
    void start(words);
  };
  return (
    <main className="page">
      <div className="page-column" data-wide="">
        <div className="line join-head">
          <SpaceMark id={claim.space} size={40} />
          <div className="grow">
            <h1 className="title3 cut">{claim.name}</h1>
            <p className="muted">
              {t('join.invites', { by: claim.by })} <strong className="medium join-role">{t(ROLE_WORD[claim.role])}</strong>
            </p>
          </div>
        </div>
        {!begun && !claim.known && claim.asks && <Why words={words} onChange={setWords} />}
        {asks && <AsksNothing link={link} onHere={() => setHere(true)} />}
        {!begun && !asks && !named && (
          <>
            <h2 className="join-ask">{t('welcome.title')}</h2>
            <NameForm act={t(join)} onDone={begin} />
          </>
        )}
        {!begun && !asks && named && (
          <Button kind="primary" size="large" autoFocus onClick={claim.known ? () => onDone(claim.space) : begin}>
            {t(claim.known ? 'join.open' : join)}
          </Button>
        )}
        {!begun && api.identity.get() === null && !claim.fleeting && <KeepNothing link={link} alone />}
        {begun && <Steps progress={progress} onRetry={() => void start()} />}
        {begun && <ByHandAct />}
        <p className="small muted join-note">{claim.known && !begun ? t('join.already') : `${waits ? t('join.leaveOpen') : ''} ${t('join.claims')}`}</p>
        {begun && (
          <Button kind="text" size="compact" onClick={() => onDone(null)}>
            {t('join.meanwhile')}
          </Button>
        )}
      </div>
    </main>
  );
}

/** The space asks for it: this tab begins anew, keeping nothing, with the link; or all goes on here. */
function AsksNothing({ link, onHere }: { link: string; onHere: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const tab = useTabKind();
  const [refused, setRefused] = useState(false);
  return (
    <section className="join-keep" aria-label={t('join.keepAsk')}>
      <p>{t('join.keepAsk')}</p>
      <p className="small muted">{t(api.identity.get() === null ? 'join.keepNote' : 'join.keepKnown')}</p>
      <Button kind="primary" size="large" onClick={() => setRefused(!tab.restart('begins', link))}>{t('join.keepNothing')}</Button>
      {refused && <p className="field-error" role="alert">{t('welcome.fleetingRefused')}</p>}
      <Button kind="text" size="compact" onClick={onHere}>{t('join.keepHere')}</Button>
    </section>
  );
}

/** The way in that needs no server. */
function ByHandAct(): ReactNode {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="text" size="compact" onClick={() => setOpen(true)}>{t('join.byHandAct')}</Button>
      {open && <ByHandDialog onClose={() => setOpen(false)} />}
    </>
  );
}

/** Most letters of the words; the kernel cuts at the same place. */
const WORDS_MAX = 280;

/** Whoever comes by this link is let in by hand: a few words for whoever does it. */
function Why({ words, onChange }: { words: string; onChange: (words: string) => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="join-why">
      <Field label={t('join.words')} maxLength={WORDS_MAX} autoComplete="off" value={words} onChange={(event) => onChange(event.target.value)} />
      <p className="small muted">{t('join.wordsNote')}</p>
    </div>
  );
}

/** The steps; where they wait or failed since when, an act and an export. */
export function Steps({ progress, onRetry }: { progress: Progress; onRetry: () => void }): ReactNode {
  const { t, moment } = useI18n();
  const now = useSeconds();
  // The last step that was touched: those before it are done, whether or not a word about each came through.
  const reached = STEPS.findLastIndex(({ step }) => progress[step] !== undefined);
  const stuck = STEPS.map(({ step }) => progress[step]).find((one) => one && (one.state === 'failed' || one.state === 'waiting'));
  return (
    <>
      <ol className="card join-steps" aria-live="polite">
        {STEPS.map(({ step, word }, at) => (
          <StepRow key={step} word={t(word)} state={progress[step] ?? null} passed={at < reached} now={now} />
        ))}
      </ol>
      {stuck && (
        <>
          <p className="small muted">{t('where.since', { time: moment(stuck.began) })}</p>
          <TroubleActs trouble={joinTrouble(stuck)} onAsk={onRetry} />
        </>
      )}
    </>
  );
}

function StepRow({ word, state, passed, now }: { word: string; state: (JoinState & { began: number }) | null; passed: boolean; now: number }): ReactNode {
  const { t } = useI18n();
  const how = state?.state ?? (passed ? 'done' : 'open');
  const icon = how === 'done' ? <Icon name="ok" size={20} tone="ok" /> : how === 'failed' ? <Icon name="stuck" size={20} tone="bad" /> : how === 'waiting' ? <Icon name="clock" size={20} tone="wait" /> : how === 'running' ? <Icon name="running" size={20} className="spin" /> : <Icon name="circle" size={20} tone="control-border" />;
  const spent = state ? Math.max(0, ((how === 'done' || how === 'failed' ? state.at : now) - state.began) / 1000) : null;
  const reason = how === 'failed' || how === 'waiting' ? joinTrouble(state ?? {}).reason : undefined;
  const said = how === 'done' ? t('join.isDone') : how === 'running' ? t('join.isRunning') : how === 'waiting' ? t('join.isWaiting') : how === 'failed' ? t('join.isFailed') : t('join.isOpen');
  return (
    <li className="join-step" data-state={how}>
      {icon}
      <div className="grow">
        <div className={how === 'open' ? 'muted' : 'medium'}>
          {word}
          <span className="hidden">{`, ${said}`}</span>
        </div>
        {reason && <div className="small muted">{t(reason)}</div>}
        {how === 'failed' && state?.words && <div className="small">{t('join.theirWords', { words: state.words })}</div>}
      </div>
      {spent !== null && spent >= 0.05 && <span className="small muted num">{t('join.seconds', { s: spent < 10 ? Math.round(spent * 10) / 10 : Math.round(spent) })}</span>}
    </li>
  );
}

function useSeconds(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
