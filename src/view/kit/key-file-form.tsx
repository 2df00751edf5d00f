/** A saved key file and its passphrase, to check it or to come back with it. */
import { useState, type ReactNode } from 'react';
import { Button, Field } from '#view/kit/controls.tsx';
import { FilePick } from '#view/kit/held-key.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { recoveryError } from '#view/kit/recovery-words.ts';

/** Calls `onUse` with the file and the passphrase; what it rejects with is said here. The passphrase leaves the form when it was used. */
export function KeyFileForm({ act, large, onUse, onCancel }: { act: string; large?: boolean; onUse: (file: Blob, passphrase: string) => Promise<void>; onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const use = async (): Promise<void> => {
    if (!file) return setError(t('file.needFile'));
    if (passphrase === '') return setError(t('file.needPassphrase'));
    setBusy(true);
    setError(null);
    try {
      await onUse(file, passphrase);
      setPassphrase('');
    } catch (caught) {
      setError(recoveryError(t, caught));
    }
    setBusy(false);
  };
  const size = large ? 'large' : 'default';
  return (
    <form
      className="stack key-file-form"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void use();
      }}
    >
      <FilePick file={file} large={large ?? false} onPick={(next) => (setFile(next), setError(null))} />
      <Field label={t('file.passphrase')} type="password" large={large ?? false} autoComplete="off" value={passphrase} error={error} onChange={(event) => (setPassphrase(event.target.value), setError(null))} />
      <div className="line wrap">
        <Button kind="primary" size={size} type="submit" aria-busy={busy}>
          {act}
        </Button>
        <Button kind="quiet" size={size} onClick={onCancel}>
          {t('act.cancel')}
        </Button>
      </div>
    </form>
  );
}
