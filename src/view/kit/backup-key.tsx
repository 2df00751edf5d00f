/** A backup file and what opens it: the words, a key file, or the passphrase it was made with. */
import { useEffect, useId, useState, type ReactNode } from 'react';
import type { BackupKey, BackupProgress } from '#os/api';
import { backupError } from '#view/kit/backup-words.ts';
import { hasCamera } from '#view/kit/camera.ts';
import { Button, Field, Segments } from '#view/kit/controls.tsx';
import { FilePick } from '#view/kit/held-key.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import './backup.css';

const ScanCodes = lazyPart(async () => (await import('#view/kit/scan-codes.tsx')).ScanCodes, { alone: true });

type Way = 'phrase' | 'file' | 'passphrase';

/** How often the state of a run is asked for, ms. */
const LOOK_MS = 300;

/** What runs now; null while nothing does. Asked while `on`. */
export function useBackupRun(on: boolean): BackupProgress | null {
  const api = useKernel();
  const [running, setRunning] = useState<BackupProgress | null>(null);
  useEffect(() => {
    if (!on) return setRunning(null);
    const timer = setInterval(() => void api.backup.status().then((status) => setRunning(status.running), () => undefined), LOOK_MS);
    return () => clearInterval(timer);
  }, [api, on]);
  return running;
}

const STEP_WORDS = { reading: 'backup.reading', checking: 'backup.checking', restoring: 'backup.restoring' } as const;

/** How far it is, with a way to give it up. */
export function BackupRun({ run }: { run: BackupProgress | null }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const { step, done, of } = run ?? { step: 'reading' as const, done: 0, of: 0 };
  return (
    <div className="line wrap" data-state="running">
      <Icon name="running" tone="wait" />
      <span className="small grow" role="status">
        {t(STEP_WORDS[step], { done, of })}
      </span>
      <Button kind="quiet" size="small" onClick={() => void api.backup.cancel()}>
        {t('backup.cancel')}
      </Button>
    </div>
  );
}

/** Null while something is missing. */
function keyOf(way: Way, words: string, file: File | null, passphrase: string): BackupKey | null {
  if (way === 'phrase') return words.trim() === '' ? null : { phrase: words };
  if (passphrase === '') return null;
  return way === 'passphrase' ? { passphrase } : file && { file, passphrase };
}

/** The file as another screen shows it. */
function FromCodes({ onFile }: { onFile: (file: File) => void }): ReactNode {
  const { t } = useI18n();
  const [on, setOn] = useState(false);
  return (
    <>
      <div className="line">
        <Button kind="quiet" icon="qr" aria-expanded={on} onClick={() => setOn(!on)}>
          {t(on ? 'codes.giveUp' : 'codes.scan')}
        </Button>
      </div>
      {on && <ScanCodes onFile={(read) => (setOn(false), onFile(read))} />}
    </>
  );
}

/** Calls `onUse` with the file and its key; what it rejects with is said here. Secrets leave the form when they were used. */
export function BackupKeyForm({ act, large = false, onUse, onCancel }: { act: string; large?: boolean; onUse: (file: Blob, key: BackupKey) => Promise<void>; onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  const [keyFile, setKeyFile] = useState<File | null>(null);
  const [way, setWay] = useState<Way>('phrase');
  const [words, setWords] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = useBackupRun(busy);
  const use = async (): Promise<void> => {
    const given = keyOf(way, words, keyFile, passphrase);
    if (!file || !given) return setError(t('backup.need'));
    setBusy(true);
    setError(null);
    try {
      await onUse(file, given);
      setWords('');
      setPassphrase('');
    } catch (caught) {
      setError(backupError(t, caught));
    }
    setBusy(false);
  };
  const size = large ? 'large' : 'default';
  const changed = <T,>(set: (value: T) => void) => (value: T): void => (set(value), setError(null));
  return (
    <form
      className="stack backup-form"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void use();
      }}
    >
      <FilePick file={file} large={large} onPick={changed(setFile)} />
      {hasCamera() && !busy && <FromCodes onFile={changed(setFile)} />}
      <Segments label={t('back.ways')} value={way} onChange={changed(setWay)} options={[{ value: 'phrase', label: t('recovery.phrase') }, { value: 'file', label: t('file.title') }, { value: 'passphrase', label: t('backup.passphrase') }]} />
      {way === 'phrase' && (
        <div>
          <label className="label" htmlFor={id}>
            {t('back.text')}
          </label>
          <textarea id={id} className="field code" rows={4} autoComplete="off" autoCapitalize="none" spellCheck={false} value={words} onChange={(event) => changed(setWords)(event.target.value)} />
        </div>
      )}
      {way === 'file' && <FilePick file={keyFile} large={large} onPick={changed(setKeyFile)} />}
      {way !== 'phrase' && <Field label={t(way === 'file' ? 'lock.filePassphrase' : 'backup.passphrase')} type="password" large={large} autoComplete="off" value={passphrase} onChange={(event) => changed(setPassphrase)(event.target.value)} />}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {busy && <BackupRun run={run} />}
      <div className="line wrap">
        <Button kind="primary" size={size} type="submit" aria-busy={busy}>
          {act}
        </Button>
        {!busy && (
          <Button kind="quiet" size={size} onClick={onCancel}>
            {t('act.cancel')}
          </Button>
        )}
      </div>
    </form>
  );
}
