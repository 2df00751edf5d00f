/** Voice messages: the button that begins one, and over the field what the microphone hears, how long it is, and what becomes of it. With it comes the end of files that were never sent. */
import '#view/kit/message-files.css';
import '#view/kit/file-words.ts';
import { Mic } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Voice } from '#domain/chat';
import type { Taken } from '#view/kit/composer.tsx';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { record, voiceFault, type Recorded, type Recording, type VoiceFault } from '#view/kit/voice-recorder.ts';
import { clockText } from '#view/kit/voice-wave.ts';
import { endUnsent } from './unsent-files.ts';
import { sendVoice } from './voice-send.ts';

/** Bars of loudness that are shown while it is recorded. */
const SHOWN = 40;
/** Told to a screen reader, and looked at for the eye, so often, ms. */
const SECOND_MS = 1_000;

export interface VoiceToolProps {
  space: string;
  fragment: string;
  onVoice(files: string[], voice: Voice): Taken;
}

/** So long after the first field is shown it is looked, once, whether a file that was never sent ends, ms. */
const UNSENT_LOOK_MS = 20_000;
let looked = false;

/** The button that begins one, and the bar while there is one. */
export function VoiceTool({ space, fragment, onVoice }: VoiceToolProps): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [speaks, setSpeaks] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (looked) return;
    looked = true;
    setTimeout(() => void endUnsent(api, Date.now()).catch(() => undefined), UNSENT_LOOK_MS);
  }, [api]);
  if (typeof MediaRecorder === 'undefined') return null;
  const over = (): void => {
    setSpeaks(false);
    button.current?.focus();
  };
  return (
    <>
      <button ref={button} type="button" className="icon-button" aria-label={t('voice.record')} title={t('voice.record')} aria-expanded={speaks} onClick={() => setSpeaks(true)}>
        <Mic size="1rem" strokeWidth={2.1} aria-hidden="true" focusable="false" />
      </button>
      {speaks && <VoiceBar space={space} fragment={fragment} onKept={async (file, voice) => (await onVoice([file], voice)) === true} onOver={over} />}
    </>
  );
}

interface VoiceBarProps {
  space: string;
  fragment: string;
  /** It is kept as a file; resolves with whether its message was taken. */
  onKept(file: string, voice: Voice): Promise<boolean>;
  onOver(): void;
}

type At = { at: 'asking' } | { at: 'recording' } | { at: 'heard'; recorded: Recorded } | { at: 'sending' } | { at: 'fault'; word: string };

/** One recording: asked for when it is first shown, sent, or given up. */
function useVoice(props: VoiceBarProps) {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [state, setState] = useState<At>({ at: 'asking' });
  const [levels, setLevels] = useState<readonly number[]>([]);
  const [ms, setMs] = useState(0);
  const recording = useRef<Recording | null>(null);
  const sends = useRef<AbortController | null>(null);
  const here = useRef(true);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const send = async (recorded: Recorded, over: AbortController): Promise<void> => {
    const { space, fragment, onKept, onOver } = latest.current;
    setState({ at: 'sending' });
    try {
      const name = `${t('voice.name')}.${/mp4/.test(recorded.blob.type) ? 'm4a' : 'webm'}`;
      const became = await sendVoice(api, { space, fragment, blob: recorded.blob, name }, (file) => onKept(file, { ms: recorded.ms, wave: recorded.wave }), over.signal);
      if (became === 'sent' && here.current) return onOver();
      sends.current = null;
      if (became === 'not-taken') setState({ at: 'heard', recorded });
    } catch (error) {
      sends.current = null;
      // Who left the place is told where they are now.
      if (here.current) setState({ at: 'fault', word: errorText(t, error, 'voice.notSent') });
      else toast({ text: errorText(t, error, 'voice.notSent') });
    }
  };
  useEffect(() => {
    let alive = true;
    here.current = true;
    record((level, now) => {
      setLevels((before) => [...before.slice(1 - SHOWN), level]);
      setMs(now);
    }).then(async (one) => {
      if (!alive) return one.cancel();
      recording.current = one;
      setState({ at: 'recording' });
      const recorded = await one.done;
      if (!alive && !sends.current) return;
      setMs(recorded.ms);
      // It may have ended by itself: the device went away, or it is as long as it may be.
      if (sends.current) await send(recorded, sends.current);
      else setState({ at: 'heard', recorded });
    }).catch((error: unknown) => alive && setState({ at: 'fault', word: t(FAULT_WORDS[voiceFault(error)]) }));
    return () => {
      alive = here.current = false;
      // What was told to be sent is sent, also when its place was left before the last of it was recorded.
      if (!sends.current) recording.current?.cancel();
    };
  }, []); // eslint-disable-line react-hooks/exhaustive-deps -- once for each recording
  const onSend = (): void => {
    const over = (sends.current ??= new AbortController());
    if (state.at === 'heard') void send(state.recorded, over);
    else recording.current?.stop();
  };
  const onCancel = (): void => {
    sends.current?.abort();
    sends.current = null;
    props.onOver();
  };
  return { state, levels, ms, onSend, onCancel };
}

/** Asks, records, and is sent or given up. */
function VoiceBar(props: VoiceBarProps): ReactNode {
  const { t } = useI18n();
  const { state, levels, ms, onSend, onCancel } = useVoice(props);
  const live = state.at === 'recording';
  return (
    <div className="voice-bar message-file-line" role="group" aria-label={t('voice.one')} data-at={state.at} onKeyDown={(event) => event.key === 'Escape' && (event.preventDefault(), event.stopPropagation(), onCancel())}>
      {state.at === 'asking' && <span className="muted grow" role="status">{t('voice.asking')}</span>}
      {state.at === 'fault' && <span className="grow" role="alert" data-tone="bad">{state.word}</span>}
      {(live || state.at === 'heard' || state.at === 'sending') && (
        <>
          <span className="hidden" role="status">{t(live ? 'voice.recording' : state.at === 'heard' ? 'voice.ended' : 'voice.sending')}</span>
          {live && <span className="voice-dot" aria-hidden="true" />}
          <span className="num" role="timer" aria-live="off">{clockText(Math.floor(ms / SECOND_MS) * SECOND_MS)}</span>
          <Bars levels={levels} label={t('voice.level')} now={live ? (levels.at(-1) ?? 0) : 0} />
        </>
      )}
      <Button kind="text" size="compact" onClick={onCancel}>{t(state.at === 'fault' ? 'act.close' : 'act.cancel')}</Button>
      {(live || state.at === 'heard') && <Button kind="primary" size="compact" autoFocus onClick={onSend}>{t('voice.send')}</Button>}
    </div>
  );
}

const FAULT_WORDS = { refused: 'voice.refused', 'no-microphone': 'voice.noMicrophone', taken: 'voice.taken', cannot: 'voice.cannot' } as const satisfies Record<VoiceFault, string>;

function Bars({ levels, label, now }: { levels: readonly number[]; label: string; now: number }): ReactNode {
  return (
    <svg className="voice-level grow" viewBox={`0 0 ${SHOWN * 4} 24`} preserveAspectRatio="none" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(now * 100)}>
      {levels.map((level, at) => <rect key={at} x={(SHOWN - levels.length + at) * 4} width={2} y={12 - Math.max(1, level * 12)} height={Math.max(2, level * 24)} />)}
    </svg>
  );
}
