/** Captions of the call: the lines, and what one wishes of them. Loaded when somebody opens them. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { CallNow } from '#os/calls-api';
import type { Caption } from '#domain/messenger/captions';
import { Button, Select, Switch } from '#view/kit/controls.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { askMind } from '#view/kit/mind.ts';
import type { People } from '#view/kit/people.tsx';
import { navigate } from '#view/kit/router.tsx';
import { createCaptions, type CaptionTrouble, type CaptionWish } from './captions.ts';
import { useDesk } from './parts.ts';

/** How often it is looked for what was said, ms. */
const LOOK_MS = 250;

/** Languages one may ask for, each by its own name and as a model is told it, with the tag of its voices. */
const LANGUAGES = [['English', 'English', 'en'], ['Русский', 'Russian', 'ru'], ['Deutsch', 'German', 'de'], ['Español', 'Spanish', 'es'], ['Français', 'French', 'fr']] as const;

/** A voice of this device: one of a server would be given what was said. */
const ownVoice = (tag: string): SpeechSynthesisVoice | undefined => globalThis.speechSynthesis?.getVoices().find(({ localService, lang }) => localService && lang.toLowerCase().startsWith(tag));

/** A browser tells of its voices some time after it was asked. */
function useVoices(): void {
  const [, look] = useState(0);
  useEffect(() => {
    const speech = globalThis.speechSynthesis as SpeechSynthesis | undefined;
    const told = (): void => look((n) => n + 1);
    speech?.addEventListener?.('voiceschanged', told);
    return () => speech?.removeEventListener?.('voiceschanged', told);
  }, []);
}

function speak(text: string, tag: string): void {
  const voice = ownVoice(tag);
  // A voice that is behind by more than one piece would tell of what is long over.
  if (!voice || speechSynthesis.pending) return;
  const said = new SpeechSynthesisUtterance(text);
  [said.voice, said.lang] = [voice, voice.lang];
  speechSynthesis.speak(said);
}

const TROUBLE: Record<Exclude<CaptionTrouble, null>, Key> = { 'no-model': 'call.captionsNone', 'failed': 'call.captionsFailed', 'behind': 'call.captionsBehind' };

/** Which tasks models of this device can do; null: not known yet. */
function useCan(): { readonly hears: boolean; readonly writes: boolean } | null {
  const [can, setCan] = useState<{ hears: boolean; writes: boolean } | null>(null);
  useEffect(() => {
    let alive = true;
    const look = async (): Promise<void> => {
      const mind = await askMind();
      const [hears, writes] = await Promise.all([mind.models('transcribe'), mind.models('generate')]);
      if (alive) setCan({ hears: hears.length > 0, writes: writes.length > 0 });
    };
    void look().catch(() => alive && setCan({ hears: false, writes: false }));
    return () => void (alive = false);
  }, []);
  return can;
}

/** Lines while they are on; `space`: where settings are opened. */
export function CaptionsView({ now, people, space, onClose }: { now: CallNow; people: People; space: string; onClose: () => void }): ReactNode {
  const { t, lang } = useI18n();
  const can = useCan();
  useVoices();
  const [wish, setWish] = useState<CaptionWish>({ into: null, aloud: false });
  if (!can) return null;
  const tag = LANGUAGES.find(([, name]) => name === wish.into)?.[2] ?? lang;
  const voice = ownVoice(tag) !== undefined;
  return (
    <section className="captions" aria-label={t('call.captions')}>
      {!can.hears ? (
        <p className="stage-note small"><span className="grow">{t('call.captionsNone')}</span><Button kind="quiet" size="compact" onClick={() => navigate({ space, lens: 'settings', object: 'compute' })}>{t('call.toModels')}</Button></p>
      ) : <Lines now={now} people={people} wish={wish} tag={tag} />}
      <div className="line wrap captions-wish">
        {can.hears && can.writes && <Select label={t('call.captionsInto')} value={wish.into ?? ''} options={[{ value: '', label: t('call.captionsAsSaid') }, ...LANGUAGES.map(([own, name]) => ({ value: name, label: own }))]} onChange={(into) => setWish({ ...wish, into: into || null })} />}
        {can.hears && <Switch label={t('call.captionsAloud')} note={t(voice ? 'call.captionsAloudNote' : 'call.captionsNoVoice')} on={wish.aloud && voice} onChange={(aloud) => setWish({ ...wish, aloud: aloud && voice })} />}
        <Button kind="quiet" size="compact" icon="close" onClick={onClose}>{t('call.captionsOff')}</Button>
      </div>
      {can.hears && <p className="small muted">{t(can.writes ? 'call.captionsNote' : 'call.captionsNoteNone')}</p>}
    </section>
  );
}

function Lines({ now, people, wish, tag }: { now: CallNow; people: People; wish: CaptionWish; tag: string }): ReactNode {
  const { t } = useI18n();
  const desk = useDesk();
  const [shown, setShown] = useState<{ lines: readonly Caption[]; trouble: CaptionTrouble }>({ lines: [], trouble: null });
  const seats = useRef(now.seats);
  const said = useRef(tag);
  useEffect(() => void ((seats.current = now.seats), (said.current = tag)), [now.seats, tag]);
  const captions = useMemo(() => ({ now: null as ReturnType<typeof createCaptions> | null }), []);
  useEffect(() => {
    const made = createCaptions({ listen: (seat) => desk.listen(seat), desk: askMind, speak: (text) => speak(text, said.current), onChange: () => setShown({ lines: made.lines(), trouble: made.trouble() }) });
    captions.now = made;
    const timer = setInterval(() => made.look(seats.current), LOOK_MS);
    return () => {
      clearInterval(timer);
      made.end();
      globalThis.speechSynthesis?.cancel();
    };
  }, [desk, captions, now.call]);
  useEffect(() => {
    captions.now?.wish(wish);
    if (!wish.aloud) globalThis.speechSynthesis?.cancel();
  }, [captions, wish, now.call]);
  return (
    <>
      <ol className="caption-lines" role="log" aria-live="polite" aria-label={t('call.captions')}>
        {shown.lines.map(({ id, uid, text, translated }) => <li key={id}><span className="medium">{people.name(uid)}</span> <span dir="auto">{translated ?? text}</span>{translated !== null && <span className="small muted" dir="auto"> {text}</span>}</li>)}
        {shown.lines.length === 0 && shown.trouble === null && <li className="small muted">{t('call.captionsWait')}</li>}
      </ol>
      {shown.trouble !== null && <p className="stage-note small" role="status">{t(TROUBLE[shown.trouble])}</p>}
    </>
  );
}
