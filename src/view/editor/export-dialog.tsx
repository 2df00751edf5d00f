/** A whole space as one file: what will be in it, how far it is, what is in it. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { fileName } from '#domain/editor/files';
import { VAULT_LIMITS } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useCopies, useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { Exporter, exportSpace, type SpaceOut } from './exporter.ts';
import './import.css';

type State =
  | { readonly at: 'ask'; readonly fault: string | null }
  | { readonly at: 'under'; readonly done: number; readonly total: number }
  | { readonly at: 'done'; readonly out: SpaceOut; readonly left: readonly string[]; readonly behind: boolean; readonly file: Blob };

/** The dialog. */
export function ExportDialog({ space, onClose }: { space: SpaceView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const people = usePeople(space.id);
  const copies = useCopies(space.id);
  const [state, setState] = useState<State>({ at: 'ask', fault: null });
  const running = useRef<Exporter | null>(null);
  useEffect(() => () => running.current?.close(), []);
  const name = `${fileName(space.name)}.zip`;
  const make = (): void => {
    const exporter = new Exporter();
    running.current = exporter;
    const behind = copies?.state === 'catching-up' || copies?.state === 'looking';
    setState({ at: 'under', done: 0, total: 0 });
    const left: string[] = [];
    exportSpace(api, space, people.name, exporter, Date.now(), (done, total) => setState({ at: 'under', done, total }), (file) => void left.push(file || t('document.file')))
      .then((out) => {
        const file = new Blob(exporter.parts, { type: 'application/zip' });
        download(file, name);
        setState({ at: 'done', out, left, behind, file });
      })
      .catch((error: unknown) => {
        if (running.current === exporter) setState({ at: 'ask', fault: errorText(t, error, 'export.spaceFailed') });
      })
      .finally(() => exporter.close());
  };
  const cancel = (): void => {
    const exporter = running.current;
    running.current = null;
    exporter?.close();
    onClose();
  };
  return (
    <Dialog title={t('export.space')} onClose={cancel}>
      {state.at === 'ask' && <Ask space={space.name} fault={state.fault} ready={people.loaded} onMake={make} onCancel={cancel} />}
      {state.at === 'under' && (
        <>
          <p role="status">{t('export.spaceUnder')}</p>
          <progress className="import-progress" aria-label={t('export.spaceUnder')} {...(state.total > 0 ? { value: state.done, max: state.total } : {})} />
          <div className="dialog-foot">
            <Button kind="quiet" onClick={cancel}>
              {t('act.cancel')}
            </Button>
          </div>
        </>
      )}
      {state.at === 'done' && <Made {...state} onSave={() => download(state.file, name)} onClose={onClose} />}
    </Dialog>
  );
}

function Ask({ space, fault, ready, onMake, onCancel }: { space: string; fault: string | null; ready: boolean; onMake: () => void; onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <p>{t('export.spaceText', { space })}</p>
      {fault !== null && (
        <p className="field-error" role="alert">
          {fault}
        </p>
      )}
      <div className="dialog-foot">
        <Button kind="quiet" onClick={onCancel}>
          {t('act.cancel')}
        </Button>
        <Button kind="primary" data-first disabled={!ready} onClick={onMake}>
          {t('export.spaceMake')}
        </Button>
      </div>
    </>
  );
}

function Made({ out, left, behind, onSave, onClose }: { out: SpaceOut; left: readonly string[]; behind: boolean; onSave: () => void; onClose: () => void }): ReactNode {
  const { t, list } = useI18n();
  const counts = [['export.pages', out.pages], ['export.channels', out.channels], ['export.tasks', out.tasks]] as const;
  const what = list(counts.filter(([, n], at) => n > 0 || at === 0).map(([key, n]) => t(key, { n })));
  return (
    <>
      <p role="status">{t('export.spaceDone', { what })}</p>
      {out.missed.length > 0 && <p>{t('export.spaceMissed', { names: list([...out.missed]) })}</p>}
      {out.files > 0 && <p>{t('export.spaceFiles', { n: out.files, names: list([...left.slice(0, VAULT_LIMITS.namesTold)]) })}</p>}
      {behind && <p>{t('export.spaceBehind')}</p>}
      <div className="dialog-foot">
        <Button kind="quiet" onClick={onSave}>
          {t('export.spaceAgain')}
        </Button>
        <Button kind="primary" data-first onClick={onClose}>
          {t('act.close')}
        </Button>
      </div>
    </>
  );
}
