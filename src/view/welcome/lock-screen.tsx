/** What stands before a locked browser: its passphrase; who forgot it uses the recovery key and sets a new one. */
import { useState, type ReactNode } from 'react';
import type { HeldKey, PasskeyAsk, UnlockRequest } from '#os/lock-api';
import { Button, Field } from '#view/kit/controls.tsx';
import { HeldKeyFields, NewPassphrase } from '#view/kit/held-key.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { OtherPeople } from '#view/kit/browser-people-list.tsx';
import { recoveryError } from '#view/kit/recovery-words.ts';
import { AppMark } from '#view/kit/seal.tsx';

type Unlock = (request: UnlockRequest) => Promise<void>;

/** The page. Once it is open the app takes its place. */
export function LockScreen({ unlock, passkey }: { unlock: Unlock; passkey: PasskeyAsk | null }): ReactNode {
  const [forgot, setForgot] = useState(false);
  return (
    <main className="page">
      <div className="page-column" data-wide="">
        <AppMark />
        {forgot ? <Forgot unlock={unlock} onBack={() => setForgot(false)} /> : <Known unlock={unlock} passkey={passkey} onForgot={() => setForgot(true)} />}
        <OtherPeople />
      </div>
    </main>
  );
}

/** Tries, and says what came of it; a right answer keeps the form busy until the app is there. */
function useTry(unlock: Unlock): { busy: boolean; error: string | null; setError: (text: string | null) => void; attempt: (request: UnlockRequest) => void } {
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const attempt = (request: UnlockRequest): void => {
    if (busy) return;
    setBusy(true);
    setError(null);
    unlock(request).catch((caught: unknown) => {
      setError(recoveryError(t, caught));
      setBusy(false);
    });
  };
  return { busy, error, setError, attempt };
}

function Known({ unlock, passkey, onForgot }: { unlock: Unlock; passkey: PasskeyAsk | null; onForgot: () => void }): ReactNode {
  const { t } = useI18n();
  const [passphrase, setPassphrase] = useState('');
  const { busy, error, setError, attempt } = useTry(unlock);
  const byPasskey = async (ask: PasskeyAsk): Promise<void> => {
    setError(null);
    try {
      const { askPasskey } = await import('#view/kit/passkey.ts');
      attempt({ prf: await askPasskey(ask) });
    } catch (caught) {
      setError(recoveryError(t, caught));
    }
  };
  return (
    <>
      <h1 className="title2 page-title">{t('lock.title')}</h1>
      <p className="muted page-text">{t('lock.screenText')}</p>
      <form
        className="stack name-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (passphrase === '') setError(t('file.needPassphrase'));
          else attempt({ passphrase });
        }}
      >
        <Field label={t('file.passphrase')} type="password" large autoFocus autoComplete="current-password" value={passphrase} error={error} onChange={(event) => (setPassphrase(event.target.value), setError(null))} />
        <Button kind="primary" size="large" type="submit" aria-busy={busy}>
          {t(busy ? 'lock.opening' : 'lock.open')}
        </Button>
        {passkey && <Button size="large" icon="access" onClick={() => void byPasskey(passkey)}>{t('lock.byPasskey')}</Button>}
        <Button kind="text" size="large" onClick={onForgot}>
          {t('lock.forgot')}
        </Button>
      </form>
    </>
  );
}

function Forgot({ unlock, onBack }: { unlock: Unlock; onBack: () => void }): ReactNode {
  const { t } = useI18n();
  const [key, setKey] = useState<HeldKey | null>(null);
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const { busy, error, setError, attempt } = useTry(unlock);
  const open = (): void => {
    if (!key) setError(t('lock.needKey'));
    else if (next !== again) setError(t('file.differ'));
    else attempt({ key, next });
  };
  return (
    <>
      <h1 className="title2 page-title">{t('lock.forgotTitle')}</h1>
      <p className="muted page-text">{t('lock.forgotText')}</p>
      <form
        className="stack name-form"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          open();
        }}
      >
        <HeldKeyFields onKey={(held) => (setKey(held), setError(null))} />
        <p className="small muted">{t('lock.rule')}</p>
        <NewPassphrase label={t('lock.next')} value={next} again={again} error={error} onChange={(one, two) => (setNext(one), setAgain(two), setError(null))} />
        <div className="line wrap">
          <Button kind="primary" size="large" type="submit" aria-busy={busy}>
            {t(busy ? 'lock.opening' : 'lock.open')}
          </Button>
          <Button kind="quiet" size="large" onClick={onBack}>
            {t('act.back')}
          </Button>
        </div>
      </form>
    </>
  );
}
