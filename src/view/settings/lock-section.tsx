/** Settings → Recovery: the lock of this browser. */
import { useState, type ReactNode } from 'react';
import type { HeldKey, LockView } from '#os/lock-api';
import { Button, Field, Select } from '#view/kit/controls.tsx';
import { HeldKeyFields, NewPassphrase } from '#view/kit/held-key.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { recoveryError } from '#view/kit/recovery-words.ts';

/** Minutes to choose from. */
const IDLE = [0, 5, 15, 60] as const;
type Step = 'none' | 'set' | 'change' | 'remove' | 'passkey';

/** The section's card; `turn` changes when phrase or file were checked. */
export function LockCard({ turn }: { turn: number }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [asked, setAsked] = useState(0);
  const lock = useAsked(() => api.lock.status(), [], [api], 80, `${turn} ${asked}`);
  const [step, setStep] = useState<Step>('none');
  if (!lock) return null;
  const done = (): void => (setStep('none'), setAsked(asked + 1));
  return (
    <section className="card settings-card" aria-label={t('lock.card')}>
      <div className="stack phrase-box" data-state={lock.on ? 'lock-on' : 'lock-off'}>
        <div className="line">
          <Icon name="lock" tone={lock.on ? 'ok' : 'muted'} />
          <h2 className="medium grow">{t('lock.card')}</h2>
        </div>
        <p className="small" role="status">
          {t(lock.on ? 'lock.on' : 'lock.off')} {lock.passkey && t('passkey.on')}
        </p>
        <p className="small muted">{t('lock.does')}</p>
        <p className="small muted">{t('lock.doesNot')}</p>
        {!lock.on && lock.refusal && <p className="small muted">{t(lock.refusal === 'old' ? 'error.lockOld' : 'lock.keepFirst')}</p>}
        {step === 'none' && <Acts lock={lock} onStep={setStep} onIdle={done} />}
        {step === 'set' && <SetForm lock={lock} onCancel={() => setStep('none')} />}
        {step === 'change' && <ChangeForm onDone={done} />}
        {step === 'passkey' && <PasskeyForm onDone={done} onCancel={() => setStep('none')} />}
        {step === 'remove' && <RemoveForm onCancel={() => setStep('none')} />}
      </div>
    </section>
  );
}

function Acts({ lock, onStep, onIdle }: { lock: LockView; onStep: (step: Step) => void; onIdle: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [error, setError] = useState<string | null>(null);
  const failed = (caught: unknown): void => setError(recoveryError(t, caught));
  if (!lock.on) {
    return (
      <div className="line">
        <Button disabled={lock.refusal !== null} onClick={() => onStep('set')}>
          {t('lock.set')}
        </Button>
      </div>
    );
  }
  return (
    <>
      <IdleChoice value={lock.idleMinutes} onChange={(minutes) => void api.lock.setIdle(minutes).then(onIdle, failed)} />
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <div className="line wrap">
        <Button kind="primary" onClick={() => void api.lock.now().catch(failed)}>
          {t('lock.now')}
        </Button>
        <Button onClick={() => onStep('change')}>{t('lock.change')}</Button>
        {lock.passkey ? (
          <Button onClick={() => void api.lock.setPasskey(null).then(onIdle, failed)}>{t('passkey.remove')}</Button>
        ) : (
          <Button onClick={() => onStep('passkey')}>{t('passkey.add')}</Button>
        )}
        <Button kind="quiet" onClick={() => onStep('remove')}>
          {t('lock.remove')}
        </Button>
      </div>
    </>
  );
}

function IdleChoice({ value, onChange }: { value: number; onChange: (minutes: number) => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="key-file-form">
      <Select label={t('lock.idle')} value={value} onChange={onChange} options={IDLE.map((minutes) => ({ value: minutes, label: minutes === 0 ? t('lock.never') : t('lock.minutes', { n: minutes }) }))} />
    </div>
  );
}

/** A form with one act, which runs once at a time; what it rejects with is said. */
function useAct(): { busy: boolean; error: string | null; setError: (text: string | null) => void; run: (act: () => Promise<void>) => void } {
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = (act: () => Promise<void>): void => {
    if (busy) return;
    setBusy(true);
    setError(null);
    act().catch((caught: unknown) => setError(recoveryError(t, caught))).finally(() => setBusy(false));
  };
  return { busy, error, setError, run };
}

function Form({ act, busy, onSubmit, onCancel, children }: { act: string; busy: boolean; onSubmit: () => void; onCancel: () => void; children: ReactNode }): ReactNode {
  const { t } = useI18n();
  return (
    <form
      className="stack key-file-form"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      <div className="line wrap">
        <Button kind="primary" type="submit" aria-busy={busy}>
          {act}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {t('act.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** All tabs start anew when it is done, this one too: nothing is left to say here. */
function SetForm({ lock, onCancel }: { lock: LockView; onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [key, setKey] = useState<HeldKey | null>(null);
  const [one, setOne] = useState('');
  const [two, setTwo] = useState('');
  const [idleMinutes, setIdle] = useState<number>(15);
  const { busy, error, setError, run } = useAct();
  const set = (): void => {
    if (lock.needsKey && !key) return setError(t('lock.needKey'));
    if (one !== two) return setError(t('file.differ'));
    run(() => api.lock.set({ passphrase: one, idleMinutes, ...(lock.needsKey && key ? { key } : {}) }));
  };
  return (
    <Form act={t('lock.set')} busy={busy} onSubmit={set} onCancel={onCancel}>
      {lock.needsKey && (
        <>
          <p className="small muted">{t('lock.keyText')}</p>
          <HeldKeyFields onKey={(held) => (setKey(held), setError(null))} />
        </>
      )}
      <p className="small muted">{t('lock.rule')}</p>
      <NewPassphrase label={t('lock.next')} value={one} again={two} error={error} focus={!lock.needsKey} onChange={(a, b) => (setOne(a), setTwo(b), setError(null))} />
      <IdleChoice value={idleMinutes} onChange={setIdle} />
    </Form>
  );
}

function ChangeForm({ onDone }: { onDone: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [now, setNow] = useState('');
  const [one, setOne] = useState('');
  const [two, setTwo] = useState('');
  const { busy, error, setError, run } = useAct();
  const change = (): void => (one === two ? run(() => api.lock.change(now, one).then(onDone)) : setError(t('file.differ')));
  return (
    <Form act={t('lock.change')} busy={busy} onSubmit={change} onCancel={onDone}>
      <Field label={t('lock.current')} type="password" autoFocus autoComplete="current-password" value={now} onChange={(event) => (setNow(event.target.value), setError(null))} />
      <p className="small muted">{t('lock.rule')}</p>
      <NewPassphrase label={t('lock.next')} value={one} again={two} error={error} onChange={(a, b) => (setOne(a), setTwo(b), setError(null))} />
    </Form>
  );
}

/** A passkey of this device or of a key that is plugged in, beside the passphrase. */
function PasskeyForm({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [now, setNow] = useState('');
  const { busy, error, setError, run } = useAct();
  const add = async (): Promise<void> => {
    const { makePasskey } = await import('#view/kit/passkey.ts');
    await api.lock.setPasskey(await makePasskey(api.identity.get()?.name ?? ''), now);
    onDone();
  };
  return (
    <Form act={t('passkey.add')} busy={busy} onSubmit={() => (now === '' ? setError(t('file.needPassphrase')) : run(add))} onCancel={onCancel}>
      <p className="small muted">{t('passkey.text')}</p>
      <Field label={t('lock.current')} type="password" autoFocus autoComplete="current-password" value={now} error={error} onChange={(event) => (setNow(event.target.value), setError(null))} />
    </Form>
  );
}

function RemoveForm({ onCancel }: { onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [now, setNow] = useState('');
  const { busy, error, setError, run } = useAct();
  return (
    <Form act={t('lock.remove')} busy={busy} onSubmit={() => run(() => api.lock.remove(now))} onCancel={onCancel}>
      <p className="small muted">{t('lock.removeText')}</p>
      <Field label={t('lock.current')} type="password" autoFocus autoComplete="current-password" value={now} error={error} onChange={(event) => (setNow(event.target.value), setError(null))} />
    </Form>
  );
}
