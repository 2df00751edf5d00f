/** Settings → Compute and models: what is on this device, what is coming, what members of the space offer; adding, trying, deleting. Every figure was read from the files. */
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { InferenceCapabilities, MindDesk, ModelLoad, ModelView } from '#os/models-api';
import { Button, Field } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { askMind } from '#view/kit/mind.ts';
import { mindFault, modelFault } from '#view/kit/model-words.ts';
import { ModelOffers } from './model-offers.tsx';
import { ModelRow } from './model-row.tsx';
import { SettingRow } from './setting-row.tsx';
import './models.css';

interface Found {
  readonly desk: MindDesk;
  readonly models: readonly ModelView[];
  readonly loads: readonly ModelLoad[];
}

/** A tab that keeps nothing. */
const isNone = (error: unknown): boolean => (error as { fault?: unknown } | null)?.fault === 'unavailable';

/** What is here and coming, as it changes. */
function useModels(): { found: Found | null; error: string | null; again: () => void } {
  const { t } = useI18n();
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let over = false;
    let stop = (): void => undefined;
    const read = async (desk: MindDesk): Promise<void> => {
      const [models, loads] = await Promise.all([desk.list(), desk.loads()]);
      if (!over) setFound({ desk, models, loads });
    };
    const failed = (caught: unknown): void => void (over || setError(isNone(caught) ? t('model.unavailable') : mindFault(t, caught)));
    setError(null);
    askMind().then(async (desk) => {
      if (over) return;
      stop = desk.onChange(() => void read(desk).catch(failed));
      await read(desk);
    }).catch(failed);
    return () => {
      over = true;
      stop();
    };
  }, [t, turn]);
  return { found, error, again: useCallback(() => setTurn((now) => now + 1), []) };
}

/** The section. */
export function ModelsSection({ space }: Pick<LensProps, 'space'>): ReactNode {
  const { t } = useI18n();
  const { found, error, again } = useModels();
  return (
    <>
      <p className="small muted models-intro">{t('model.intro')}</p>
      {error && (
        <div className="line" role="alert">
          <Icon name="alert" tone="wait" />
          <span className="grow">{error}</span>
          <Button onClick={again}>{t('model.retry')}</Button>
        </div>
      )}
      {found && <Here {...found} space={space} />}
      {found && <ModelOffers space={space} desk={found.desk} have={new Set(found.models.map(({ id }) => id))} />}
      {found && <AddModel desk={found.desk} />}
      {found && found.models.length > 0 && <Backends desk={found.desk} />}
    </>
  );
}

function Here({ desk, models, loads, space }: Found & { space: LensProps['space'] }): ReactNode {
  const { t, bytes } = useI18n();
  return (
    <section className="card settings-card" aria-label={t('model.here')}>
      <div className="setting setting-column">
        <div className="line">
          <h2 className="medium grow">{t('model.here')}</h2>
          {models.length > 0 && <span className="small muted num">{t('model.size', { bytes: bytes(models.reduce((sum, model) => sum + model.bytes, 0)) })}</span>}
        </div>
        {models.length + loads.length === 0 && <p className="small muted">{t('model.none')}</p>}
        {models.length + loads.length > 0 && (
          <ul className="card list-card models" aria-label={t('model.here')}>
            {loads.map((load) => <LoadRow key={load.key} load={load} desk={desk} />)}
            {models.map((model) => <ModelRow key={model.id} model={model} desk={desk} space={space} />)}
          </ul>
        )}
      </div>
    </section>
  );
}

function LoadRow({ load, desk }: { load: ModelLoad; desk: MindDesk }): ReactNode {
  const { t, bytes } = useI18n();
  const done = bytes(load.done);
  const runs = load.state === 'looking' || load.state === 'coming' || load.state === 'checking';
  const says = ((): string => {
    if (load.state === 'failed') return modelFault(t, load.fault ?? 'damaged', load.detail);
    if (load.state === 'coming') return load.of > 0 ? t('model.loadComing', { done, of: bytes(load.of) }) : t('model.loadComingOpen', { done });
    return t(load.state === 'looking' ? 'model.loadLooking' : load.state === 'checking' ? 'model.loadChecking' : 'model.loadStopped', { done });
  })();
  return (
    <li className="server-row">
      <div className="line wrap">
        <span className="grow cut medium">{load.name}</span>
        {runs && <progress className="model-progress" aria-label={load.name} {...(load.of > 0 && { max: load.of, value: load.done })} />}
        {runs && <Button kind="quiet" size="compact" onClick={() => void desk.stop(load.key)}>{t('model.stop')}</Button>}
        {!runs && load.source.kind === 'address' && <Button kind="quiet" size="compact" onClick={() => void desk.resume(load.key).catch(() => undefined)}>{t('model.resume')}</Button>}
        {!runs && <Button kind="quiet" size="compact" onClick={() => void desk.drop(load.key)}>{t('model.drop')}</Button>}
      </div>
      <p className={load.state === 'failed' ? 'field-error' : 'small muted num'} role="status">{says}</p>
    </li>
  );
}

const pathOf = (file: File): string => file.webkitRelativePath || file.name;

function AddModel({ desk }: { desk: MindDesk }): ReactNode {
  const { t } = useI18n();
  const [address, setAddress] = useState('');
  const [expected, setExpected] = useState('');
  const [error, setError] = useState<string | null>(null);
  const failed = (caught: unknown): void => setError(mindFault(t, caught));
  const choose = (how: { readonly multiple?: true; readonly webkitdirectory?: true; readonly accept?: string }, add: (files: readonly [File, ...File[]]) => Promise<unknown>): void => {
    const input = Object.assign(document.createElement('input'), { type: 'file', ...how });
    input.onchange = () => {
      const [first, ...more] = input.files ?? [];
      if (!first) return;
      setError(null);
      add([first, ...more]).catch(failed);
    };
    input.click();
  };
  const folder = (): void => choose({ multiple: true, webkitdirectory: true }, (files) => desk.addFolder(pathOf(files[0]).split('/')[0]!, files.map((file) => ({ path: pathOf(file), file }))));
  const packed = (): void => choose({ accept: '.lgmodel' }, ([file]) => desk.addPacked(file.stream(), null, { kind: 'file', text: file.name }));
  return (
    <section className="card settings-card" aria-label={t('model.add')}>
      <SettingRow title={t('model.add')} note={t('model.addText')}>
        <div className="line wrap">
          <Button icon="plus" onClick={folder}>{t('model.folder')}</Button>
          <Button kind="quiet" onClick={packed}>{t('model.file')}</Button>
        </div>
      </SettingRow>
      <form
        className="setting setting-column"
        onSubmit={(event) => {
          event.preventDefault();
          if (address.trim() === '') return;
          setError(null);
          desk.addAddress(address.trim(), expected.trim() || null).then(() => (setAddress(''), setExpected('')), failed);
        }}
      >
        <Field label={t('model.address')} type="url" inputMode="url" spellCheck={false} autoComplete="off" value={address} onChange={(event) => (setAddress(event.target.value), setError(null))} />
        <Field label={t('model.expected')} spellCheck={false} autoComplete="off" value={expected} onChange={(event) => setExpected(event.target.value)} />
        <p className="small muted">{t('model.addressNote')}</p>
        {error && <p className="field-error" role="alert">{error}</p>}
        <div className="line"><Button type="submit">{t('model.fetch')}</Button></div>
      </form>
    </section>
  );
}

function Backends({ desk }: { desk: MindDesk }): ReactNode {
  const { t } = useI18n();
  const [can, setCan] = useState<InferenceCapabilities | null>(null);
  useEffect(() => void desk.capabilities().then(setCan, () => undefined), [desk]);
  if (!can) return null;
  return (
    <section className="card settings-card" aria-label={t('model.backends')}>
      <SettingRow title={t('model.backends')}>
        <span>{can.backends.map((backend) => (backend === 'webgpu' ? t('model.backendWebgpu') : t('model.backendWasm', { n: can.threads }))).join(' · ')}</span>
      </SettingRow>
    </section>
  );
}
