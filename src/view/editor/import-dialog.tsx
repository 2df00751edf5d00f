/** Import: a file, a folder or an archive is chosen or dropped, read with its progress in sight, and becomes documents; what could not be taken is said. */
import { useEffect, useRef, useState, type DragEvent, type ReactNode, type RefObject } from 'react';
import type { SpaceView } from '#os/api';
import { ACCEPTED, ARCHIVE, KINDS, type Note } from '#domain/editor/files';
import { IMPORT_LIMITS, VAULT_LIMITS } from '#domain/shared';
import { Button, Field } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { noteWords } from '#view/kit/import-words.ts';
import { Dialog } from '#view/kit/overlays.tsx';
import { fromDrop, fromField, type Given } from './given.ts';
import { ImportReport } from './import-report.tsx';
import { useImport } from './use-import.ts';
import './import.css';

/** The dialog; `given`: what was dropped elsewhere. */
export function ImportDialog({ space, given, onClose }: { space: SpaceView; given: (() => Promise<Given>) | null; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const { state, take, cancel, open, takeBack } = useImport(space, onClose);
  useEffect(() => {
    if (given) take(given);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what the dialog was opened with, once
  }, []);
  return (
    <Dialog title={t('import.title')} onClose={cancel}>
      {state.at === 'choose' && <Choose fault={state.fault} onGiven={take} />}
      {state.at === 'locked' && <Locked {...state} onPassword={(password) => take(() => Promise.resolve({ name: state.file.name, file: state.file }), password)} onCancel={cancel} />}
      {(state.at === 'reading' || state.at === 'writing') && <Under {...state} onCancel={cancel} />}
      {state.at === 'done' && <Done onOpen={open} onBack={takeBack}><Notes notes={state.notes} /></Done>}
      {state.at === 'report' && <Done onOpen={open} onBack={takeBack}><ImportReport found={state.found} /></Done>}
    </Dialog>
  );
}

/** A field that takes a whole folder: the library of the page does not know the word. */
const asFolder = (ref: RefObject<HTMLInputElement | null>) => (field: HTMLInputElement | null): void => {
  ref.current = field;
  if (field) field.webkitdirectory = true;
};

function Choose({ fault, onGiven }: { fault: string | null; onGiven: (given: () => Promise<Given>) => void }): ReactNode {
  const { t, bytes } = useI18n();
  const [file, folder] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    const given = fromDrop(event.dataTransfer);
    if (given) onGiven(given);
  };
  const chosen = (field: HTMLInputElement): void => {
    const given = fromField(field.files);
    field.value = '';
    if (given) onGiven(() => Promise.resolve(given));
  };
  return (
    <>
      <div className="import-drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <p className="muted">{t('import.drop')}</p>
        <input ref={file} type="file" accept={`${ACCEPTED},.${ARCHIVE}`} className="hidden" tabIndex={-1} aria-hidden="true" onChange={({ target }) => chosen(target)} />
        <div className="import-drop-acts">
          <Button kind="primary" onClick={() => file.current?.click()}>
            {t('import.choose')}
          </Button>
          <Button kind="quiet" onClick={() => folder.current?.click()}>
            {t('import.chooseFolder')}
          </Button>
        </div>
      </div>
      <input ref={asFolder(folder)} type="file" className="hidden" tabIndex={-1} aria-hidden="true" onChange={({ target }) => chosen(target)} />
      {fault !== null && (
        <p className="field-error" role="alert">
          {fault}
        </p>
      )}
      <p className="small muted field-note">{t('import.kinds', { kinds: KINDS, limit: bytes(IMPORT_LIMITS.fileBytes) })}</p>
      <p className="small muted field-note">{t('import.vaultKinds', { limit: bytes(VAULT_LIMITS.fileBytes) })}</p>
    </>
  );
}

function Locked({ file, fault, onPassword, onCancel }: { file: File; fault: string; onPassword: (password: string) => void; onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  const [password, setPassword] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== '') onPassword(password);
      }}
    >
      <Field label={t('import.password', { name: file.name })} type="password" autoComplete="off" autoFocus value={password} error={fault} onChange={(event) => setPassword(event.target.value)} />
      <div className="dialog-foot">
        <Button kind="quiet" onClick={onCancel}>
          {t('act.cancel')}
        </Button>
        <Button kind="primary" type="submit">
          {t('import.read')}
        </Button>
      </div>
    </form>
  );
}

function Under({ at, name, done, total, onCancel }: { at: 'reading' | 'writing'; name: string; done: number; total: number; onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  const words = t(at === 'reading' ? 'import.reading' : 'import.writing', { name });
  return (
    <>
      <p className="cut" role="status">
        {words}
      </p>
      <progress className="import-progress" aria-label={words} {...(total > 0 ? { value: done, max: total } : {})} />
      <div className="dialog-foot">
        <Button kind="quiet" onClick={onCancel}>
          {t('act.cancel')}
        </Button>
      </div>
    </>
  );
}

function Notes({ notes }: { notes: readonly Note[] }): ReactNode {
  const i18n = useI18n();
  return (
    <ul className="import-notes">
      {notes.map((note) => (
        <li key={note.code}>{noteWords(i18n, note)}</li>
      ))}
    </ul>
  );
}

function Done({ children, onOpen, onBack }: { children: ReactNode; onOpen: () => void; onBack: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <p role="status">{t('import.left')}</p>
      {children}
      <div className="dialog-foot">
        <Button kind="quiet" onClick={onBack}>
          {t('import.takeBack')}
        </Button>
        <Button kind="primary" data-first onClick={onOpen}>
          {t('import.open')}
        </Button>
      </div>
    </>
  );
}
