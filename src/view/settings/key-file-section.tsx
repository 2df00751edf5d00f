/** Settings → Recovery: the key file, saved under a passphrase and read back once; only then does it count. */
import { useState, type ReactNode } from 'react';
import type { RecoveryView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import { NewPassphrase } from '#view/kit/held-key.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { KeyFileForm } from '#view/kit/key-file-form.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { recoveryError } from '#view/kit/recovery-words.ts';

/** Nothing is asked, a new file is made, one was handed over and must be read back, or one is checked that was saved before. */
type Step = 'none' | 'save' | 'saved' | 'check';

/** The section's card. `onChecked`: a file was read back. */
export function KeyFileCard({ kept, onChecked }: { kept: RecoveryView; onChecked: () => void }): ReactNode {
  const { t, date } = useI18n();
  const api = useKernel();
  const [step, setStep] = useState<Step>('none');
  const { fileCheckedAt } = kept;
  const open = fileCheckedAt === null && kept.checkedAt === null;
  return (
    <section className="card settings-card" aria-label={t('file.title')}>
      <div className="stack phrase-box" data-state={fileCheckedAt === null ? 'no-file' : 'file-kept'}>
        <div className="line">
          <Icon name={fileCheckedAt !== null ? 'ok' : open ? 'alert' : 'download'} tone={fileCheckedAt !== null ? 'ok' : open ? 'wait' : 'muted'} />
          <h2 className="medium grow">{t('file.title')}</h2>
        </div>
        {fileCheckedAt !== null && (
          <p className="small" role="status">
            {t('file.checked', { date: date(fileCheckedAt) })}
          </p>
        )}
        <p className="small muted">{t('file.text')}</p>
        <p className="small muted">{t('file.limits')}</p>
        {step === 'none' && (
          <div className="line wrap">
            <Button onClick={() => setStep('save')}>{t('file.saveKey')}</Button>
            <Button kind="quiet" onClick={() => setStep('check')}>
              {t('file.check')}
            </Button>
          </div>
        )}
        {step === 'save' && <Save erased={kept.phrase === 'erased'} onSaved={() => setStep('saved')} onCancel={() => setStep('none')} />}
        {(step === 'saved' || step === 'check') && (
          <>
            <p className="small" role="status">
              {t(step === 'saved' ? 'file.saved' : 'file.checkText')}
            </p>
            <KeyFileForm
              act={t('file.checkAct')}
              onUse={async (file, passphrase) => {
                await api.recovery.checkKeyFile(file, passphrase);
                setStep('none');
                onChecked();
              }}
              onCancel={() => setStep('none')}
            />
          </>
        )}
      </div>
    </section>
  );
}

/** The file's name says whose key it is; letters and digits of any script. */
const fileName = (name: string): string => `lifegraph-key-${name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'me'}.lgkey`;

function Save({ erased, onSaved, onCancel }: { erased: boolean; onSaved: () => void; onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    if (passphrase !== again) return setError(t('file.differ'));
    setBusy(true);
    setError(null);
    try {
      const made = await (erased ? api.recovery.keyFile(passphrase, words) : api.recovery.keyFile(passphrase));
      download(made, fileName(api.identity.get()?.name ?? ''));
      onSaved();
    } catch (caught) {
      setError(recoveryError(t, caught));
      setBusy(false);
    }
  };
  return (
    <form
      className="stack key-file-form"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      {erased && (
        <div>
          <label className="label" htmlFor="file-words">
            {t('file.words')}
          </label>
          <textarea id="file-words" className="field code" rows={4} autoComplete="off" autoCapitalize="none" spellCheck={false} value={words} onChange={(event) => (setWords(event.target.value), setError(null))} />
        </div>
      )}
      <p className="small muted">{t('file.rule')}</p>
      <NewPassphrase label={t('file.passphrase')} value={passphrase} again={again} error={error} focus={!erased} onChange={(one, two) => (setPassphrase(one), setAgain(two), setError(null))} />
      <div className="line wrap">
        <Button kind="primary" type="submit" aria-busy={busy}>
          {t('file.saveKey')}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {t('act.cancel')}
        </Button>
      </div>
    </form>
  );
}
