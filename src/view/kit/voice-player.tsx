/** A voice message: its line as its sender measured it, played from the bytes that are here. */
import { Pause, Play } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { FilesApi } from '#os/files-api';
import type { Voice } from '#domain/chat';
import { useI18n } from '#view/kit/i18n.tsx';
import { clockText } from '#view/kit/voice-wave.ts';

export interface VoicePlayerProps {
  files: FilesApi;
  space: string;
  id: string;
  mime: string;
  voice: Voice;
  onFailed(error: unknown): void;
}

/** One sounds at a time. */
let sounding: HTMLAudioElement | null = null;

/** The player. */
export function VoicePlayer({ files, space, id, mime, voice, onFailed }: VoicePlayerProps): ReactNode {
  const { t } = useI18n();
  const audio = useRef<HTMLAudioElement>(null);
  const [address, setAddress] = useState<string | null>(null);
  const [playing, setPlaying] = useState(false);
  const [refused, setRefused] = useState(false);
  const [at, setAt] = useState(0);
  useEffect(() => () => void (address && URL.revokeObjectURL(address)), [address]);
  const play = async (): Promise<void> => {
    const box = audio.current;
    if (!box) return;
    if (playing) return box.pause();
    if (sounding !== box) sounding?.pause();
    sounding = box;
    // Read when somebody listens, not when somebody scrolls by.
    if (address === null) {
      const made = URL.createObjectURL(new Blob([await new Response(files.read(space, id)).blob()], { type: mime }));
      box.src = made;
      setAddress(made);
    }
    await box.play();
  };
  const seek = (part: number): void => {
    if (!audio.current) return;
    setAt(part * voice.ms);
    if (address !== null) audio.current.currentTime = (part * voice.ms) / 1000;
  };
  const part = Math.min(1, at / Math.max(1, voice.ms));
  const bars = [...voice.wave];
  return (
    <div className="voice-bar message-file-line" data-playing={playing}>
      <button type="button" className="icon-button" aria-label={t(playing ? 'voice.pause' : 'voice.play', { time: clockText(voice.ms) })} onClick={() => void play().catch((error: unknown) => ((error as Error).name === 'AbortError' ? undefined : (error as Error).name === 'NotSupportedError' ? setRefused(true) : onFailed(error)))}>
        {playing ? <Pause size="1rem" strokeWidth={2.1} aria-hidden="true" /> : <Play size="1rem" strokeWidth={2.1} aria-hidden="true" />}
      </button>
      <span className="voice-wave grow">
        <svg viewBox={`0 0 ${bars.length * 4} 24`} preserveAspectRatio="none" aria-hidden="true">
          {bars.map((loud, index) => <rect key={index} x={index * 4} width={2} y={12 - Math.max(1, (loud / 255) * 12)} height={Math.max(2, (loud / 255) * 24)} data-played={index < part * bars.length || undefined} />)}
        </svg>
        <input type="range" min={0} max={100} step={1} value={Math.round(part * 100)} aria-label={t('voice.place')} aria-valuetext={t('voice.placeOf', { at: clockText(at), of: clockText(voice.ms) })} onChange={(event) => seek(Number(event.target.value) / 100)} />
      </span>
      <span className="small muted num nobreak">{playing || at > 0 ? `${clockText(at)} / ${clockText(voice.ms)}` : clockText(voice.ms)}</span>
      {refused && <span className="small muted" role="alert">{t('file.notPlayed')}</span>}
      <audio
        ref={audio} preload="none"
        onPlay={() => setPlaying(true)} onPause={() => setPlaying(false)} onEnded={() => (setPlaying(false), setAt(0))} onError={() => address !== null && setRefused(true)}
        onTimeUpdate={(event) => !event.currentTarget.ended && setAt(Math.min(voice.ms, event.currentTarget.currentTime * 1000))}
      />
    </div>
  );
}
