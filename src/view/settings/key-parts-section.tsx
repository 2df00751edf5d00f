/** Settings → Recovery: people who keep parts of the recovery phrase, and the parts that are kept for others. */
import { useEffect, useId, useState, type ReactNode } from 'react';
import type { KeyPartHeld, KeyPartsView, LifegraphApi, RecoveryView } from '#os/api';
import { Button, Select, Switch } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { PART_REFUSALS } from '#view/kit/parts-words.ts';
import { recoveryError } from '#view/kit/recovery-words.ts';
import { useToast } from '#view/kit/toast.tsx';
import { useCopy } from '#view/kit/use-copy.ts';
import { SixWords } from '#view/kit/six-words.tsx';

/** People that are offered at most: who keeps a part is chosen among those one knows. */
const OFFERED = 40;
/** Kept parts are looked for again at most so often. */
const LOOK_MS = 1_000;

/** Both cards; the second only where there is a part. */
export function KeyPartsCards({ kept }: { kept: RecoveryView }): ReactNode {
  const { t, date } = useI18n();
  const api = useKernel();
  const [turn, setTurn] = useState(0);
  const [giving, setGiving] = useState(false);
  const view = useAsked(() => api.recovery.parts(), ['record', 'spaces'], [api], LOOK_MS, turn);
  if (!view) return null;
  const { given, held } = view;
  return (
    <>
      <section className="card settings-card" aria-label={t('parts.title')}>
        <div className="stack phrase-box" data-state={given ? 'parts-given' : 'no-parts'}>
          <div className="line">
            <Icon name={given ? 'ok' : 'access'} tone={given ? 'ok' : 'muted'} />
            <h2 className="medium grow">{t('parts.title')}</h2>
          </div>
          {given && <p className="small" role="status">{t('parts.given', { n: given.least, date: date(given.at), names: given.people.map(({ name }) => name).join(', ') })}</p>}
          <p className="small muted">{t(given ? 'parts.look' : 'parts.text')}</p>
          <p className="small muted">{t('parts.limits')}</p>
          <div><Button kind={given ? 'quiet' : 'outline'} onClick={() => setGiving(true)}>{t(given ? 'parts.again' : 'parts.choose')}</Button></div>
        </div>
      </section>
      {held.length > 0 && <HeldCard held={held} />}
      {giving && <GiveDialog erased={kept.phrase === 'erased'} again={given !== null} onDone={() => setTurn((now) => now + 1)} onClose={() => setGiving(false)} />}
    </>
  );
}

function HeldCard({ held }: { held: readonly KeyPartHeld[] }): ReactNode {
  const { t, date } = useI18n();
  const list = useId();
  const [helped, setHelped] = useState<KeyPartHeld | null>(null);
  return (
    <section className="card settings-card" aria-label={t('parts.held')}>
      <div className="stack phrase-box">
        <h2 className="medium">{t('parts.held')}</h2>
        <ul>
          {held.map((part) => (
            <li key={part.id} className="line wrap" data-part={part.uid}>
              <div className="grow">
                <p dir="auto">{part.name}</p>
                <p className="small muted" id={`${list}-${part.id}`}>{t('parts.since', { date: date(part.at), n: part.least, of: part.of })}</p>
              </div>
              <Button aria-label={t('parts.helpName', { name: part.name })} aria-describedby={`${list}-${part.id}`} onClick={() => setHelped(part)}>{t('parts.help')}</Button>
            </li>
          ))}
        </ul>
      </div>
      {helped && <HelpDialog part={helped} onClose={() => setHelped(null)} />}
    </section>
  );
}

interface Candidate {
  readonly uid: string;
  readonly name: string;
  readonly space: string;
}

/** Whoever is in a team space with me, once: in the smallest space that we share, where fewest see that a part went. */
async function candidates(api: LifegraphApi): Promise<Candidate[]> {
  const out = new Map<string, Candidate>();
  const spaces = (await api.spaces.list()).filter(({ kind, role, scope }) => kind !== 'personal' && (role === 'owner' || role === 'admin' || role === 'member') && scope === null);
  for (const space of spaces.sort((a, b) => a.members - b.members)) {
    for (const member of await api.spaces.members(space.id)) if (!member.self && member.devices.length > 0 && !out.has(member.uid)) out.set(member.uid, { uid: member.uid, name: member.name, space: space.id });
    if (out.size >= OFFERED) break;
  }
  return [...out.values()].slice(0, OFFERED).sort((a, b) => a.name.localeCompare(b.name));
}

function GiveDialog({ erased, again, onDone, onClose }: { erased: boolean; again: boolean; onDone: () => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const words = useId();
  const [people, setPeople] = useState<Candidate[] | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [wanted, setLeast] = useState(2);
  const [phrase, setPhrase] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => void candidates(api).then(setPeople, () => setPeople([])), [api]);
  if (people === null) return null;
  const least = Math.min(wanted, Math.max(2, chosen.length));
  const give = async (): Promise<void> => {
    setBusy(true);
    try {
      const to = people.filter(({ uid }) => chosen.includes(uid)).map(({ uid, space }) => ({ uid, space }));
      await api.recovery.parts({ give: { least, people: to, ...(erased ? { phrase } : {}) } });
      toast({ text: t('parts.done') });
      onDone();
      onClose();
    } catch (caught) {
      setError(recoveryError(t, caught));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('parts.title')} onClose={onClose}>
      {people.length < 2 ? <p className="share-note">{t('parts.nobody')}</p> : (
        <form className="stack phrase-check" autoComplete="off" onSubmit={(event) => (event.preventDefault(), !busy && chosen.length >= 2 && void give())}>
          <div className="share-choices" role="group" aria-label={t('parts.who')}>
            <span className="label" aria-hidden="true">{t('parts.who')}</span>
            {people.map(({ uid, name }) => <Switch key={uid} label={name} on={chosen.includes(uid)} onChange={(on) => setChosen(on ? [...chosen, uid] : chosen.filter((one) => one !== uid))} />)}
          </div>
          {chosen.length >= 2 && <Select label={t('parts.least')} value={least} options={Array.from({ length: chosen.length - 1 }, (_, at) => ({ value: at + 2, label: t('parts.of', { n: at + 2, of: chosen.length }) }))} onChange={setLeast} />}
          {erased && (
            <div>
              <label className="label" htmlFor={words}>{t('file.words')}</label>
              <textarea id={words} className="field code" rows={4} autoComplete="off" autoCapitalize="none" spellCheck={false} value={phrase} onChange={(event) => (setPhrase(event.target.value), setError(null))} />
            </div>
          )}
          <p className="small muted">{t('parts.limits')}{again ? ` ${t('parts.old')}` : ''}</p>
          <p className="small muted" role="status">{chosen.length < 2 ? t('parts.few') : least === chosen.length ? t('parts.all') : ''}</p>
          {error && <p className="field-error" role="alert">{error}</p>}
          <div className="dialog-foot">
            <Button kind="quiet" onClick={onClose}>{t('act.cancel')}</Button>
            <Button kind="primary" type="submit" disabled={chosen.length < 2} aria-busy={busy}>{t('parts.give')}</Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** The request, then its words, then what is sent back: the part leaves only after the words were compared. */
function HelpDialog({ part, onClose }: { part: KeyPartHeld; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const copy = useCopy();
  const field = useId();
  const [request, setRequest] = useState('');
  const [view, setView] = useState<KeyPartsView | null>(null);
  const [error, setError] = useState<string | null>(null);
  const { name } = part;
  const act = (what: Parameters<LifegraphApi['recovery']['parts']>[0]): void =>
    void api.recovery.parts(what).then((next) => (next.refused ? setError(t(PART_REFUSALS[next.refused])) : (setView(next), setError(null))), (caught: unknown) => setError(recoveryError(t, caught)));
  return (
    <Dialog title={t('parts.helpTitle', { name })} onClose={onClose}>
      {view?.answer ? (
        <div className="stack phrase-check">
          <label htmlFor={field}>{t('parts.sendBack', { name })}</label>
          <textarea id={field} className="field code" rows={5} readOnly spellCheck={false} value={view.answer} onFocus={(event) => event.currentTarget.select()} />
          {view.key && (
            <>
              <p>{t('parts.keyHere', { name })}</p>
              <SixWords words={view.key} label={t('parts.key')} />
            </>
          )}
          <div className="dialog-foot">
            <Button kind="quiet" onClick={onClose}>{t('act.close')}</Button>
            <Button kind="primary" data-first onClick={() => copy(view.answer!)}>{t('parts.copy')}</Button>
          </div>
        </div>
      ) : view?.words ? (
        <div className="stack phrase-check">
          <p>{t('parts.compare', { name })}</p>
          <SixWords words={view.words} />
          <p className="small">{t('parts.warn', { name })}</p>
          {error && <p className="field-error" role="alert">{error}</p>}
          <div className="dialog-foot">
            <Button kind="quiet" data-first onClick={onClose}>{t('act.cancel')}</Button>
            <Button kind="bad" onClick={() => act({ answer: { id: part.id, to: request } })}>{t('parts.same')}</Button>
          </div>
        </div>
      ) : (
        <form className="stack phrase-check" autoComplete="off" onSubmit={(event) => (event.preventDefault(), act({ look: request }))}>
          <p>{t('parts.helpText', { name })}</p>
          <p className="small muted">{t('parts.heldText', { n: part.least })}</p>
          <div>
            <label className="label" htmlFor={field}>{t('parts.request')}</label>
            <textarea id={field} className="field code" rows={3} spellCheck={false} autoComplete="off" value={request} aria-invalid={error ? true : undefined} onChange={(event) => (setRequest(event.target.value), setError(null))} />
          </div>
          {error && <p className="field-error" role="alert">{error}</p>}
          <div className="dialog-foot">
            <Button kind="quiet" onClick={onClose}>{t('act.cancel')}</Button>
            <Button kind="primary" type="submit" disabled={request.trim() === ''}>{t('parts.next')}</Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
