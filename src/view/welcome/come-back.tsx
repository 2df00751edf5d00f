/** The ways in for who uses LifeGraph already: a pairing, the recovery phrase, a key file; then what comes back and from where, until the person opens the app. */
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import '#view/kit/join-words.ts';
import { Button, Field, Segments } from '#view/kit/controls.tsx';
import { deviceError } from '#view/kit/device-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { BackupKeyForm } from '#view/kit/backup-key.tsx';
import { KeyFileForm } from '#view/kit/key-file-form.tsx';
import { useAsked, useKernel, useSpaces } from '#view/kit/kernel.tsx';
import { PairingSteps, usePairing } from '#view/kit/pairing.tsx';
import { recoveryError } from '#view/kit/recovery-words.ts';
import { AppMark, SpaceMark } from '#view/kit/seal.tsx';
import { ByPeople } from './by-people.tsx';

/** The page: the form in an empty profile, else how far the search is. */
export function ComeBack({ code, onDone, onLeave }: { code?: string; onDone: () => void; onLeave: () => void }): ReactNode {
  const api = useKernel();
  const state = useLook(() => api.recovery.returning());
  return (
    <main className="page">
      <div className="page-column" data-wide="">
        <AppMark />
        {state === null && (api.identity.get() === null ? <Ways onLeave={onLeave} {...(code === undefined ? {} : { code })} /> : <Known onLeave={onLeave} />)}
        {state === 'looking' && <Looking onLeave={onLeave} />}
        {state === 'back' && <Back onDone={onDone} />}
        {state === 'restored' && <Restored onDone={onDone} />}
      </div>
    </main>
  );
}

/** How often the page's copy of the kernel state is looked at, ms: it may be renewed after the last event about it. */
const LOOK_MS = 300;

function useLook<T>(read: () => T): T {
  const [value, setValue] = useState(read);
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  useEffect(() => {
    const timer = setInterval(() => setValue(latest.current()), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return value;
}

/** What the person has of the key. */
function Ways({ code, onLeave }: { code?: string; onLeave: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [way, setWay] = useState<'device' | 'phrase' | 'file' | 'backup' | 'people'>('device');
  const [pairing, setPairing] = useState(false);
  return (
    <>
      <h1 className="title2 page-title">{t(way === 'device' ? 'pair.guestTitle' : 'back.title')}</h1>
      {/* One way at a time: a pairing that runs is ended first. */}
      {!pairing && <div className="back-ways">
        <Segments label={t('back.ways')} value={way} onChange={setWay} options={[{ value: 'device', label: t('pair.device') }, { value: 'phrase', label: t('recovery.phrase') }, { value: 'file', label: t('file.title') }, { value: 'backup', label: t('backup.title') }, { value: 'people', label: t('parts.way') }]} />
      </div>}
      {way === 'device' && <PairForm onLeave={onLeave} onRuns={setPairing} code={code ?? ''} />}
      {way === 'phrase' && <PhraseForm onLeave={onLeave} />}
      {way === 'people' && <ByPeople onLeave={onLeave} />}
      {way === 'file' && (
        <>
          <p className="muted page-text">{t('back.fileText')}</p>
          <KeyFileForm large act={t('back.act')} onUse={(file, passphrase) => api.recovery.fromKeyFile(file, passphrase)} onCancel={onLeave} />
        </>
      )}
      {way === 'backup' && (
        <>
          <p className="muted page-text">{t('restore.fileText')}</p>
          <BackupKeyForm large act={t('restore.act')} onUse={async (file, key) => void (await api.backup.restore(file, key))} onCancel={onLeave} />
        </>
      )}
    </>
  );
}

/** A link for pairing was opened where somebody is already. */
function Known({ onLeave }: { onLeave: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <h1 className="title2 page-title">{t('pair.knownTitle')}</h1>
      <p className="muted page-text">{t('pair.knownText')}</p>
      <Button kind="primary" onClick={onLeave}>{t('back.open')}</Button>
    </>
  );
}

/** The code of the other device, then what both screens show. */
function PairForm({ code, onRuns, onLeave }: { code: string; onRuns: (runs: boolean) => void; onLeave: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const view = usePairing();
  const [typed, setTyped] = useState(code);
  const [over, setOver] = useState(true);
  const [error, setError] = useState<string | null>(null);
  const begin = useCallback((text: string) => void api.devices.pairWith(text).then(() => setOver(false), (caught: unknown) => setError(deviceError(t, caught))), [api, t]);
  // A link is the code and the wish to use it.
  const begun = useRef(false);
  useEffect(() => {
    if (code === '' || begun.current) return;
    begun.current = true;
    begin(code);
  }, [code, begin]);
  const runs = view !== null && view !== undefined && view.step !== 'ended' && view.step !== 'done';
  useEffect(() => onRuns(runs), [onRuns, runs]);
  if (view && (!over || runs)) return <PairingSteps view={view} onAgain={() => (setTyped(''), setOver(true))} onClose={onLeave} />;
  return (
    <form
      className="stack name-form"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        begin(typed);
      }}
    >
      <p className="muted">{t('pair.guestText')}</p>
      <Field label={t('pair.codeLabel')} large autoFocus autoComplete="off" autoCapitalize="characters" spellCheck={false} value={typed} error={error} onChange={(event) => (setTyped(event.target.value), setError(null))} />
      <div className="line wrap">
        <Button kind="primary" size="large" type="submit">{t('pair.start')}</Button>
        <Button kind="quiet" size="large" onClick={onLeave}>{t('act.cancel')}</Button>
      </div>
    </form>
  );
}

function PhraseForm({ onLeave }: { onLeave: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const start = async (): Promise<void> => {
    setBusy(true);
    try {
      await api.recovery.fromPhrase(words);
      setWords('');
    } catch (caught) {
      setError(recoveryError(t, caught));
    }
    setBusy(false);
  };
  return (
    <form
      className="stack name-form"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void start();
      }}
    >
      <label className="muted" htmlFor="phrase">
        {t('back.text')}
      </label>
      <textarea id="phrase" className="field code" rows={5} autoFocus autoComplete="off" autoCapitalize="none" spellCheck={false} value={words} aria-invalid={error ? true : undefined} aria-describedby={error ? 'phrase-error' : undefined} onChange={(event) => (setWords(event.target.value), setError(null))} />
      {error && (
        <p className="field-error" id="phrase-error" role="alert">
          {error}
        </p>
      )}
      <div className="line wrap">
        <Button kind="primary" size="large" type="submit" aria-busy={busy}>
          {t('back.act')}
        </Button>
        <Button kind="quiet" size="large" onClick={onLeave}>
          {t('act.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** Ends the search; the act runs once. */
function useFinish(then: () => void): { finish: () => void; error: string | null } {
  const { t } = useI18n();
  const api = useKernel();
  const [error, setError] = useState<string | null>(null);
  const finish = (): void => void api.recovery.finish().then(then, (caught: unknown) => setError(recoveryError(t, caught)));
  return { finish, error };
}

function Looking({ onLeave }: { onLeave: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const { finish, error } = useFinish(onLeave);
  const online = useLook(() => api.network.status().signaling.some((server) => server.state === 'open'));
  return (
    <>
      <h1 className="title2 page-title">{t('back.lookTitle')}</h1>
      <p className="muted page-text">{t('back.lookText')}</p>
      <p className="line" role="status" data-state="looking">
        <Icon name={online ? 'running' : 'offline'} tone="wait" />
        <span>{online ? t('back.nobody') : t('join.noServer')}</span>
      </p>
      <p className="small muted join-note">{t('back.personal')}</p>
      {error && <p className="field-error" role="alert">{error}</p>}
      <Button kind="quiet" onClick={finish}>
        {t('back.giveUp')}
      </Button>
    </>
  );
}

function Back({ onDone }: { onDone: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const spaces = useSpaces() ?? [];
  const { finish, error } = useFinish(onDone);
  const here = spaces.filter((space) => space.role !== 'joining');
  const personal = here.some((space) => space.kind === 'personal');
  return (
    <>
      <h1 className="title2 page-title">{t('back.backTitle', { name: api.identity.get()?.name ?? '' })}</h1>
      <p className="muted page-text">{t('back.backText')}</p>
      {spaces.length > 0 && (
        <ul className="card join-steps" aria-label={t('back.spaces')} aria-live="polite">
          {spaces.map((space) => (
            <Row key={space.id} space={space} />
          ))}
        </ul>
      )}
      {!personal && <p className="small muted join-note">{t('back.personal')}</p>}
      {error && <p className="field-error" role="alert">{error}</p>}
      {/* With the Personal space here, a device of this person has told of all the others. */}
      {(personal || here.length > 0) && (
        <Button kind="primary" onClick={personal ? finish : onDone}>
          {t('back.open')}
        </Button>
      )}
      {!personal && (
        <Button kind="quiet" onClick={finish}>
          {t('back.fresh')}
        </Button>
      )}
    </>
  );
}

/** From a backup file: what is here, and whether it is what the file says. */
function Restored({ onDone }: { onDone: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const spaces = useSpaces() ?? [];
  const differ = useAsked(() => api.backup.status(), ['spaces'], [api])?.differ ?? 0;
  const { finish, error } = useFinish(onDone);
  return (
    <>
      <h1 className="title2 page-title">{t('restore.title', { name: api.identity.get()?.name ?? '' })}</h1>
      <p className="muted page-text">{t('restore.goText')}</p>
      <ul className="card join-steps" aria-label={t('back.spaces')}>
        {spaces.map((space) => (
          <li className="join-step" key={space.id}>
            <SpaceMark id={space.id} />
            <span className="grow cut">{space.name || t('back.unnamed')}</span>
            {differ === 0 && (
              <span className="line small muted">
                <Icon name="ok" tone="ok" />
                {t('restore.equal')}
              </span>
            )}
          </li>
        ))}
      </ul>
      {differ > 0 && (
        <p className="line small" role="alert" data-state="differs">
          <Icon name="alert" tone="bad" />
          <span>{t('restore.differs', { n: differ })}</span>
        </p>
      )}
      {error && <p className="field-error" role="alert">{error}</p>}
      <Button kind="primary" size="large" onClick={finish}>
        {t('restore.go')}
      </Button>
    </>
  );
}

function Row({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const here = space.role !== 'joining';
  return (
    <li className="join-step">
      <SpaceMark id={space.id} />
      <span className="grow cut">{space.name || t('back.unnamed')}</span>
      <span className="line small muted">
        <Icon name={here ? 'ok' : 'running'} tone={here ? 'ok' : 'wait'} />
        {here ? t('back.here') : t('back.coming')}
      </span>
    </li>
  );
}
