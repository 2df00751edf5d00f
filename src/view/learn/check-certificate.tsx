/** A certificate in a file is checked here: no space, no network and nobody else is needed. It says who signed what, and what that does not prove. */
import { useEffect, useId, useRef, useState, type DragEvent, type ReactNode } from 'react';
import type { LifegraphApi, PaperAnswer } from '#os/api';
import { readCertificate, type CertificateFault, type CertificateRead, type SignedBy } from '#domain/learn/course';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { CERTIFICATE_FILE } from './certificate-acts.ts';

const FAULT_WORDS = { other: 'learn.paperNone', signature: 'learn.paperChanged', person: 'learn.paperNobody' } as const satisfies Record<CertificateFault, string>;
/** More than any such file has: it is not even read. */
const FILE_MAX = 1_000_000;

/** Where this device knows who signed: the names they have in spaces of this person, by uid. */
type Known = ReadonlyMap<string, string>;

type State = { readonly at: 'none' } | { readonly at: 'reading' } | { readonly at: 'refused'; readonly words: string } | { readonly at: 'read'; readonly read: CertificateRead; readonly known: Known };

/** The way to it. */
export function CheckCertificate(): ReactNode {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <div className="line wrap">
      <Button kind="text" icon="ok" onClick={() => setOpen(true)}>{t('learn.checkFile')}</Button>
      {open && <CheckDialog onClose={() => setOpen(false)} />}
    </div>
  );
}

async function knownOf(api: LifegraphApi, { of, confirmed }: CertificateRead, i18n: I18n): Promise<Known> {
  const out = new Map<string, string>();
  const me = api.identity.get()?.uid;
  const asked = new Set([of, ...confirmed].map(({ uid }) => uid));
  if (me !== undefined && asked.has(me)) out.set(me, i18n.t('learn.paperYou'));
  for (const space of await api.spaces.list()) {
    if (space.kind === 'personal') continue;
    for (const { uid, name } of await api.spaces.members(space.id)) if (asked.has(uid) && !out.has(uid)) out.set(uid, i18n.t('learn.paperKnown', { name, space: space.name }));
  }
  return out;
}

async function readFile(api: LifegraphApi, file: File, i18n: I18n): Promise<State> {
  const refused = (words: Key): State => ({ at: 'refused', words: i18n.t(words) });
  if (file.size > FILE_MAX) return refused('learn.paperLarge');
  const answer: PaperAnswer = await api.papers({ file: new Uint8Array(await file.arrayBuffer()) });
  if (answer.refused !== null) return refused(answer.refused === 'large' ? 'learn.paperLarge' : 'learn.paperNone');
  const read = readCertificate(answer.papers);
  // Whom this device knows is a help: without it the words of the keys are there to be compared.
  return typeof read === 'string' ? refused(FAULT_WORDS[read]) : { at: 'read', read, known: await knownOf(api, read, i18n).catch(() => new Map()) };
}

function CheckDialog({ onClose }: { onClose: () => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const field = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<State>({ at: 'none' });
  const turn = useRef(0);
  const take = (file: File | undefined): void => {
    if (!file) return;
    const now = (turn.current += 1);
    const put = (next: State): void => void (now === turn.current && setState(next));
    put({ at: 'reading' });
    readFile(api, file, i18n).then(put, (error: unknown) => put({ at: 'refused', words: errorText(t, error, 'learn.paperUnread') }));
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    take(event.dataTransfer.files[0]);
  };
  return (
    <Dialog title={t('learn.checkFile')} size="medium" onClose={onClose}>
      <div className="learn-check" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <p className="muted">{t('learn.checkFileHow')}</p>
        <div className="learn-drop line wrap">
          <Button onClick={() => field.current?.click()}>{t('learn.checkFileChoose')}</Button>
          <span className="small muted">{t('learn.checkFileDrop')}</span>
          <input ref={field} type="file" hidden aria-label={t('learn.checkFileChoose')} accept={CERTIFICATE_FILE} onChange={({ target }) => (take(target.files?.[0]), (target.value = ''))} />
        </div>
        {state.at === 'reading' && <p role="status">{t('learn.checkFileReading')}</p>}
        {state.at === 'refused' && <p role="alert" className="field-error">{state.words}</p>}
        {state.at === 'read' && <Proven read={state.read} known={state.known} />}
        <OwnWords />
      </div>
      <div className="dialog-foot"><Button kind="quiet" onClick={onClose}>{t('act.close')}</Button></div>
    </Dialog>
  );
}

function Proven({ read, known }: { read: CertificateRead; known: Known }): ReactNode {
  const { t, moment } = useI18n();
  const [proven, not] = [useId(), useId()];
  return (
    <>
      <section aria-labelledby={proven} role="status" className="learn-proven">
        <h3 id={proven} className="medium line"><Icon name="ok" tone="ok" /> {t('learn.paperProven')}</h3>
        <p dir="auto">{t('learn.paperSays', { name: read.of.name, title: read.title, space: read.space, n: read.steps, at: moment(read.of.at) })}</p>
        <Signer by={read.of} known={known} />
        {read.confirmed.map((by) => (
          <div key={by.uid} className="learn-proven">
            <p dir="auto">{t('learn.paperConfirms', { name: by.name, at: moment(by.at) })}</p>
            <Signer by={by} known={known} />
          </div>
        ))}
        {read.confirmed.length === 0 && <p>{t('learn.paperAlone')}</p>}
        {read.left > 0 && <p>{t('learn.paperLeft', { n: read.left })}</p>}
      </section>
      <section aria-labelledby={not} className="learn-proven">
        <h3 id={not} className="medium">{t('learn.paperNotProven')}</h3>
        <p className="small muted">{t('learn.paperNotNames')}</p>
        <p className="small muted">{t('learn.paperNotTimes')}</p>
      </section>
    </>
  );
}

/** What others compare. */
function OwnWords(): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [own, setOwn] = useState<readonly string[] | null>(null);
  useEffect(() => {
    let alive = true;
    // An empty file: what is asked is the own key alone.
    api.papers({ file: new Uint8Array() }).then((answer) => alive && setOwn(answer.own), () => undefined);
    return () => void (alive = false);
  }, [api]);
  return own && <p className="small muted">{t('learn.paperOwn')} <strong className="medium" lang="en">{own.join(' ')}</strong></p>;
}

/** The key behind a name. */
function Signer({ by, known }: { by: SignedBy; known: Known }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="learn-signer small">
      <p>{t('learn.paperWords')} <strong className="medium" lang="en">{by.words.join(' ')}</strong></p>
      <p className="muted">{t('learn.paperKey')} <code>{by.uid}</code></p>
      <p className="muted">{known.get(by.uid) ?? t('learn.paperStranger')}</p>
      {by.gone && <p>{t('learn.paperGone')}</p>}
    </div>
  );
}
