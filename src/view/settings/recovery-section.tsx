/** Settings → Recovery: how the key of this person is kept, and the phrase shown once and checked back. */
import { useEffect, useState, type ReactNode } from 'react';
import { Button, Field } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { SixWords } from '#view/kit/six-words.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';
import { recoveryError } from '#view/kit/recovery-words.ts';
import { BackupSection } from './backup-section.tsx';
import { KeyFileCard } from './key-file-section.tsx';
import { KeyPartsCards } from './key-parts-section.tsx';
import { LockCard } from './lock-section.tsx';
import './recovery.css';

/** How many words are asked back. */
const ASKED = 4;

/** The section. */
export function RecoverySection(): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const tab = useTabKind();
  const [turn, setTurn] = useState(0);
  const kept = useAsked(() => api.recovery.status(), ['spaces'], [api], 80, turn);
  if (!kept) return null;
  const again = (): void => setTurn((now) => now + 1);
  return (
    <>
      <section className="card settings-card" aria-label={t('recovery.phrase')}>
        {kept.phrase === 'here' ? <Phrase kept={kept.fileCheckedAt !== null} onChecked={again} /> : <Kept checkedAt={kept.checkedAt} byFile={kept.fileCheckedAt !== null} />}
      </section>
      <KeyFileCard kept={kept} onChecked={again} />
      <KeyPartsCards kept={kept} />
      <BackupSection turn={turn} />
      {tab.begun === null && <LockCard turn={turn} />}
    </>
  );
}

function Kept({ checkedAt, byFile }: { checkedAt: number | null; byFile: boolean }): ReactNode {
  const { t, date } = useI18n();
  return (
    <div className="setting" data-state="kept">
      <Icon name={checkedAt === null ? 'info' : 'ok'} tone={checkedAt === null ? 'muted' : 'ok'} />
      <div className="grow">
        <h2 className="medium">{t('recovery.phrase')}</h2>
        <p className="small muted" role="status">
          {checkedAt === null ? t(byFile ? 'recovery.byFile' : 'recovery.elsewhere') : t('recovery.checked', { date: date(checkedAt) })}
        </p>
      </div>
    </div>
  );
}

/** Not written down yet (`kept`: a key file is good): the words are shown when asked for, then some are asked back. What is shown is held nowhere else and goes with the screen. */
function Phrase({ kept, onChecked }: { kept: boolean; onChecked: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [words, setWords] = useState<string[] | null>(null);
  const [checking, setChecking] = useState(false);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    // Nobody looks: a picture of the screen, or whoever comes by, must not find them.
    const hide = (): void => void (document.visibilityState === 'hidden' && setWords(null));
    document.addEventListener('visibilitychange', hide);
    return () => document.removeEventListener('visibilitychange', hide);
  }, []);
  const show = (): void => {
    setChecking(false);
    setError(null);
    api.recovery.phrase().then(setWords, (caught: unknown) => setError(recoveryError(t, caught)));
  };
  return (
    <div className="stack phrase-box">
      <div className="line">
        <Icon name={kept ? 'info' : 'alert'} tone={kept ? 'muted' : 'wait'} />
        <h2 className="medium grow">{t('recovery.phrase')}</h2>
      </div>
      {!words && !checking && (
        <>
          <p className="small muted">{t(kept ? 'recovery.openFile' : 'recovery.open')}</p>
          <p className="small muted">{t('recovery.showText')}</p>
          <div className="line">
            <Button onClick={show}>{t('recovery.show')}</Button>
          </div>
        </>
      )}
      {words && (
        <>
          <p className="small muted">{t('recovery.showText')}</p>
          <SixWords words={words} label={t('recovery.words')} />
          <div className="line wrap">
            <Button kind="primary" onClick={() => (setWords(null), setChecking(true))}>
              {t('recovery.written')}
            </Button>
            <Button kind="quiet" onClick={() => setWords(null)}>
              {t('recovery.hide')}
            </Button>
          </div>
        </>
      )}
      {checking && <Check onShow={show} onChecked={onChecked} />}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** Different places, in their order. */
function somePlaces(): number[] {
  const left = Array.from({ length: 24 }, (_, at) => at);
  const rolls = crypto.getRandomValues(new Uint32Array(ASKED));
  return [...rolls].map((roll) => left.splice(roll % left.length, 1)[0]!).sort((a, b) => a - b);
}

function Check({ onShow, onChecked }: { onShow: () => void; onChecked: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [places] = useState(somePlaces);
  const [typed, setTyped] = useState<Record<number, string>>({});
  const [wrong, setWrong] = useState<number[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const check = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const missed = await api.recovery.check(places.map((at) => ({ at, word: typed[at] ?? '' })));
      if (missed.length === 0) return onChecked();
      setWrong(missed);
    } catch (caught) {
      setError(recoveryError(t, caught));
    }
    setBusy(false);
  };
  return (
    <form
      className="stack phrase-check"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void check();
      }}
    >
      <h3 className="medium">{t('recovery.checkTitle')}</h3>
      <p className="small muted">{t('recovery.checkText')}</p>
      <div className="phrase-fields">
        {places.map((at, nth) => (
          <Field
            key={at}
            label={t('recovery.ask', { n: at + 1 })}
            value={typed[at] ?? ''}
            autoFocus={nth === 0}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            error={wrong.includes(at) ? t('recovery.wrong') : null}
            onChange={(event) => (setTyped({ ...typed, [at]: event.target.value }), setWrong(wrong.filter((one) => one !== at)))}
          />
        ))}
      </div>
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <div className="line wrap">
        <Button kind="primary" type="submit" aria-busy={busy}>
          {t('recovery.check')}
        </Button>
        <Button kind="quiet" onClick={onShow}>
          {t('recovery.show')}
        </Button>
      </div>
    </form>
  );
}
