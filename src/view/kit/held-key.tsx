/** The recovery key as a person has it: the words, or a key file with its passphrase; and a new passphrase typed twice. */
import { useId, useRef, useState, type ReactNode } from 'react';
import type { HeldKey } from '#os/lock-api';
import { Button, Field, Segments } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import '#view/kit/recovery-words.ts';

/** A button that chooses a file, with the name of the chosen one: the browser's own control speaks its own language. */
export function FilePick({ file, large, onPick }: { file: File | null; large?: boolean; onPick: (file: File | null) => void }): ReactNode {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="line wrap">
      <input ref={input} type="file" className="hidden" tabIndex={-1} aria-hidden="true" onChange={(event) => onPick(event.target.files?.[0] ?? null)} />
      <Button size={large ? 'large' : 'default'} onClick={() => input.current?.click()}>
        {t('file.choose')}
      </Button>
      <span className="small muted cut" role="status" dir="auto">
        {file?.name ?? t('file.none')}
      </span>
    </div>
  );
}

/** Words or a file; `onKey` gets null while something is missing. */
export function HeldKeyFields({ onKey }: { onKey: (key: HeldKey | null) => void }): ReactNode {
  const { t } = useI18n();
  const id = useId();
  const [way, setWay] = useState<'phrase' | 'file'>('phrase');
  const [words, setWords] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const tell = (next: { way?: 'phrase' | 'file'; words?: string; file?: File | null; passphrase?: string }): void => {
    const now = { way, words, file, passphrase, ...next };
    if (now.way === 'phrase') onKey(now.words.trim() === '' ? null : { phrase: now.words });
    else onKey(now.file && now.passphrase !== '' ? { file: now.file, passphrase: now.passphrase } : null);
  };
  return (
    <>
      <Segments label={t('back.ways')} value={way} onChange={(next) => (setWay(next), tell({ way: next }))} options={[{ value: 'phrase', label: t('recovery.phrase') }, { value: 'file', label: t('file.title') }]} />
      {way === 'phrase' ? (
        <div>
          <label className="label" htmlFor={id}>
            {t('back.text')}
          </label>
          <textarea id={id} className="field code" rows={4} autoComplete="off" autoCapitalize="none" spellCheck={false} value={words} onChange={(event) => (setWords(event.target.value), tell({ words: event.target.value }))} />
        </div>
      ) : (
        <>
          <FilePick file={file} onPick={(next) => (setFile(next), tell({ file: next }))} />
          <Field label={t('lock.filePassphrase')} type="password" autoComplete="off" value={passphrase} onChange={(event) => (setPassphrase(event.target.value), tell({ passphrase: event.target.value }))} />
        </>
      )}
    </>
  );
}

/** A new passphrase, typed twice. `error` stands under the second field. */
export function NewPassphrase({ label, value, again, error, focus, onChange }: { label: string; value: string; again: string; error: string | null; focus?: boolean; onChange: (value: string, again: string) => void }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <Field label={label} type="password" autoFocus={focus ?? false} autoComplete="new-password" value={value} onChange={(event) => onChange(event.target.value, again)} />
      <Field label={t('file.again')} type="password" autoComplete="new-password" value={again} error={error} onChange={(event) => onChange(value, event.target.value)} />
    </>
  );
}
