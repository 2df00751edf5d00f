/** Settings → Recovery: the backup file, made in the background, proven, saved and read back; and the drill. */
import { useCallback, useEffect, useId, useState, type ReactNode } from 'react';
import type { BackupView } from '#os/api';
import { CODES_LIMITS } from '#os/code-limits';
import type { HeldKey } from '#os/lock-api';
import { BackupKeyForm, BackupRun, useBackupRun } from '#view/kit/backup-key.tsx';
import { backupError } from '#view/kit/backup-words.ts';
import { Button } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import { HeldKeyFields, NewPassphrase } from '#view/kit/held-key.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';

const ShowCodes = lazyPart(async () => (await import('#view/kit/show-codes.tsx')).ShowCodes, { alone: true });

const LOOKS = { never: ['alert', 'wait'], made: ['info', 'wait'], kept: ['ok', 'ok'], differs: ['alert', 'bad'] } as const satisfies Record<BackupView['state'], readonly [IconName, string]>;

/** Both cards. `turn` changes when phrase or file were checked. */
export function BackupSection({ turn }: { turn: number }): ReactNode {
  const api = useKernel();
  const [view, setView] = useState<BackupView | null>(null);
  // What is shown stays until the answer is here: forms in these cards go on.
  const again = useCallback(() => void api.backup.status().then(setView, () => undefined), [api]);
  useEffect(again, [again, turn]);
  if (!view) return null;
  return (
    <>
      <BackupCard view={view} onChange={again} />
      <DrillCard drill={view.drill} onDone={again} />
    </>
  );
}

function BackupCard({ view, onChange }: { view: BackupView; onChange: () => void }): ReactNode {
  const { t, bytes, date } = useI18n();
  const api = useKernel();
  const [step, setStep] = useState<'none' | 'make' | 'check' | 'bring'>('none');
  const [brought, setBrought] = useState<number | null>(null);
  const [icon, tone] = LOOKS[view.state];
  const holds = t('backup.holds', { bytes: bytes(view.bytes), n: view.records });
  const says = { never: t('backup.never'), differs: t('backup.differs'), made: t('backup.made', { date: date(view.madeAt ?? 0), holds }), kept: t('backup.kept', { date: date(view.readBackAt ?? 0), holds }) }[view.state];
  return (
    <section className="card settings-card" aria-label={t('backup.title')}>
      <div className="stack phrase-box" data-state={`backup-${view.state}`}>
        <div className="line">
          <Icon name={icon} tone={tone} />
          <h2 className="medium grow">{t('backup.title')}</h2>
        </div>
        <p className="small" role="status">
          {says}
          {view.state !== 'never' && view.news > 0 && ` ${t('backup.news', { n: view.news })}`}
        </p>
        <p className="small muted">{t('backup.does')}</p>
        <p className="small muted">{t('backup.warn')}</p>
        {step === 'none' && (
          <div className="line wrap">
            <Button onClick={() => setStep('make')}>{t('backup.make')}</Button>
            <Button kind="quiet" onClick={() => setStep('check')}>
              {t('backup.again')}
            </Button>
            <Button kind="quiet" onClick={() => setStep('bring')}>
              {t('backup.bring')}
            </Button>
          </div>
        )}
        {brought !== null && step === 'none' && (
          <p className="small" role="status">
            {t('backup.brought', { n: brought })}
          </p>
        )}
        {step === 'make' && <Make needsWords={view.needsWords} onEnd={(made) => (setStep(made ? 'check' : 'none'), onChange())} />}
        {(step === 'check' || step === 'bring') && (
          <>
            <p className="small muted">{t(step === 'check' ? 'backup.checkText' : 'backup.bringText')}</p>
            <BackupKeyForm
              act={t(step === 'check' ? 'backup.checkAct' : 'backup.bringAct')}
              onUse={async (file, key) => {
                if (step === 'check') await api.backup.verify(file, key);
                else setBrought((await api.backup.merge(file, key)).added);
                setStep('none');
                onChange();
              }}
              onCancel={() => setStep('none')}
            />
          </>
        )}
      </div>
    </section>
  );
}

/** The file's name says whose it is and of when; letters and digits of any script. */
const fileName = (name: string, at: Date): string => `lifegraph-${name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'me'}-${at.toISOString().slice(0, 10)}.lgbackup`;

/** `onEnd`: true when a file was handed over. */
function Make({ needsWords, onEnd }: { needsWords: boolean; onEnd: (made: boolean) => void }): ReactNode {
  const { t, bytes } = useI18n();
  const api = useKernel();
  const id = useId();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [shown, setShown] = useState<Uint8Array | null>(null);
  const run = useBackupRun(busy);
  const make = async (as: 'file' | 'codes'): Promise<void> => {
    if (passphrase !== again) return setError(t('file.differ'));
    setBusy(true);
    setError(null);
    try {
      const { file } = await api.backup.make(passphrase === '' ? {} : { passphrase, ...(needsWords ? { phrase: words } : {}) });
      if (as === 'codes') {
        if (file.size > CODES_LIMITS.fileBytes) setError(t('codes.large', { bytes: bytes(file.size), most: bytes(CODES_LIMITS.fileBytes) }));
        else setShown(new Uint8Array(await file.arrayBuffer()));
        return setBusy(false);
      }
      download(file, fileName(api.identity.get()?.name ?? '', new Date()));
      onEnd(true);
    } catch (caught) {
      setError(backupError(t, caught));
      setBusy(false);
    }
  };
  return (
    <form
      className="stack backup-form"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void make('file');
      }}
    >
      <p className="small muted">{t('backup.ownText')}</p>
      <NewPassphrase label={t('backup.own')} value={passphrase} again={again} error={null} onChange={(one, two) => (setPassphrase(one), setAgain(two), setError(null))} />
      {needsWords && passphrase !== '' && (
        <div>
          <label className="label" htmlFor={id}>
            {t('file.words')}
          </label>
          <textarea id={id} className="field code" rows={4} autoComplete="off" autoCapitalize="none" spellCheck={false} value={words} onChange={(event) => (setWords(event.target.value), setError(null))} />
        </div>
      )}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {busy && <BackupRun run={run} />}
      <MakeActs busy={busy} onCodes={() => void make('codes')} onCancel={() => onEnd(false)} />
      {shown && <ShowCodes file={shown} onClose={() => onEnd(false)} />}
    </form>
  );
}

function MakeActs({ busy, onCodes, onCancel }: { busy: boolean; onCodes: () => void; onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="line wrap">
      <Button kind="primary" type="submit" aria-busy={busy}>
        {t('backup.make')}
      </Button>
      {!busy && (
        <>
          <Button icon="qr" onClick={onCodes}>
            {t('codes.show')}
          </Button>
          <Button kind="quiet" onClick={onCancel}>
            {t('act.cancel')}
          </Button>
        </>
      )}
    </div>
  );
}

/** Whether what the person keeps still opens their identity. A backup is tried by checking its file. */
function DrillCard({ drill, onDone }: { drill: BackupView['drill']; onDone: () => void }): ReactNode {
  const { t, date } = useI18n();
  const api = useKernel();
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState<HeldKey | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const tryIt = async (): Promise<void> => {
    if (!key) return setError(t('lock.needKey'));
    setBusy(true);
    setError(null);
    try {
      await api.backup.tryKey(key);
      setOpen(false);
      setKey(null);
      onDone();
    } catch (caught) {
      setError(backupError(t, caught));
    }
    setBusy(false);
  };
  return (
    <section className="card settings-card" aria-label={t('drill.title')}>
      <div className="stack phrase-box" data-state={drill.due ? 'drill-due' : drill.at === null ? 'drill-never' : 'drill-done'}>
        <div className="line">
          <Icon name={drill.due ? 'alert' : drill.at === null ? 'info' : 'ok'} tone={drill.due ? 'wait' : drill.at === null ? 'muted' : 'ok'} />
          <h2 className="medium grow">{t('drill.title')}</h2>
        </div>
        {(drill.due || drill.at !== null) && (
          <p className="small" role="status">
            {drill.due ? t('drill.due') : t('drill.at', { date: date(drill.at ?? 0) })}
          </p>
        )}
        <p className="small muted">{t('drill.text')}</p>
        {open ? (
          <form
            className="stack backup-form"
            autoComplete="off"
            onSubmit={(event) => {
              event.preventDefault();
              if (!busy) void tryIt();
            }}
          >
            <HeldKeyFields onKey={(next) => (setKey(next), setError(null))} />
            {error && (
              <p className="field-error" role="alert">
                {error}
              </p>
            )}
            <div className="line wrap">
              <Button kind="primary" type="submit" aria-busy={busy}>
                {t('drill.act')}
              </Button>
              <Button kind="quiet" onClick={() => (setOpen(false), setError(null))}>
                {t('act.cancel')}
              </Button>
            </div>
          </form>
        ) : (
          <div className="line">
            <Button onClick={() => setOpen(true)}>{t('drill.start')}</Button>
          </div>
        )}
      </div>
    </section>
  );
}
