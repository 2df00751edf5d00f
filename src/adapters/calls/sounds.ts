/** What is heard in a call: one player for each voice, and how loud each is now. */

import type { VoiceTap } from '#ports/calls';

export interface Sounds {
  /** Null: it is silent. The own one (`''`) is measured and not played. */
  set(seat: string, track: MediaStreamTrack | null): void;
  level(seat: string): number;
  listen(seat: string): VoiceTap | null;
  speaker(id: string): void;
  /** Did the browser refuse to play before somebody presses something? */
  readonly silent: boolean;
  hear(): void;
  close(): void;
}

interface Voice {
  readonly track: MediaStreamTrack;
  readonly player: HTMLAudioElement | null;
  readonly source: MediaStreamAudioSourceNode;
  readonly analyser: AnalyserNode;
}

const SAMPLES = 1_024;
/** Samples a second that are listened to, and how many an analyser remembers: two seconds. */
const HEARD_RATE = 16_000;
const HEARD = 32_768;

/** Reads what an analyser remembers, as far as it is new. */
function tapOf(context: AudioContext, track: MediaStreamTrack, over: () => boolean): VoiceTap {
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = new AnalyserNode(context, { fftSize: HEARD });
  source.connect(analyser);
  const all = new Float32Array(HEARD);
  let read = context.currentTime;
  let ended = false;
  return {
    read() {
      const now = context.currentTime;
      const fresh = ended || over() ? 0 : Math.min(HEARD, Math.round((now - read) * HEARD_RATE));
      read = now;
      if (fresh === 0) return new Float32Array(0);
      analyser.getFloatTimeDomainData(all);
      return all.slice(HEARD - fresh);
    },
    over: () => ended || over(),
    end() {
      ended = true;
      source.disconnect();
    },
  };
}

/** An element has to play it: the engine gives a remote stream that nobody plays no samples. */
function playerOf(seat: string, stream: MediaStream): HTMLAudioElement {
  const player = document.createElement('audio');
  player.dataset['seat'] = seat;
  player.hidden = true;
  player.srcObject = stream;
  document.body.append(player);
  return player;
}

function silence({ source, player }: Voice): void {
  source.disconnect();
  if (!player) return;
  player.srcObject = null;
  player.remove();
}

/** Loudness as it is felt: 60 dB are all of it. */
function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-10);
  return Math.min(1, Math.max(0, (db + 60) / 60));
}

export function createSounds(onChange: () => void): Sounds {
  const context = new AudioContext();
  const voices = new Map<string, Voice>();
  const buffer = new Float32Array(SAMPLES);
  let ears: AudioContext | null = null;
  let speaker = '';
  let silent = false;
  const end = (seat: string): void => {
    const voice = voices.get(seat);
    if (voice) silence(voice);
    voices.delete(seat);
  };
  const play = (player: HTMLAudioElement): void => void player.play().then(
    () => silent && ((silent = false), onChange()),
    (error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'NotAllowedError' || silent) return;
      silent = true;
      onChange();
    },
  );
  return {
    get silent() {
      return silent;
    },
    set(seat, track) {
      if (voices.get(seat)?.track === track) return;
      end(seat);
      if (!track) return;
      const stream = new MediaStream([track]);
      const source = context.createMediaStreamSource(stream);
      const analyser = new AnalyserNode(context, { fftSize: SAMPLES });
      source.connect(analyser);
      void context.resume().catch(() => undefined);
      let player: HTMLAudioElement | null = null;
      if (seat !== '') {
        player = playerOf(seat, stream);
        if (speaker) void player.setSinkId?.(speaker).catch(() => undefined);
        play(player);
      }
      voices.set(seat, { track, player, source, analyser });
    },
    level(seat) {
      const voice = voices.get(seat);
      if (!voice || !voice.track.enabled) return 0;
      voice.analyser.getFloatTimeDomainData(buffer);
      return loudness(buffer);
    },
    listen(seat) {
      const track = seat === '' ? undefined : voices.get(seat)?.track;
      if (!track) return null;
      ears ??= new AudioContext({ sampleRate: HEARD_RATE });
      void ears.resume().catch(() => undefined);
      return tapOf(ears, track, () => voices.get(seat)?.track !== track);
    },
    speaker(id) {
      speaker = id;
      for (const { player } of voices.values()) void player?.setSinkId?.(id).catch(() => undefined);
    },
    hear() {
      void context.resume().catch(() => undefined);
      for (const { player } of voices.values()) if (player) play(player);
    },
    close() {
      for (const seat of [...voices.keys()]) end(seat);
      void context.close().catch(() => undefined);
      void ears?.close().catch(() => undefined);
    },
  };
}
