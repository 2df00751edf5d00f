/** Records what the microphone hears until it is stopped, given up, or the device goes away; what was said until then is kept. */
import { VOICE_MS_MAX } from '#domain/shared';
import { waveOf } from '#view/kit/voice-wave.ts';

/** Forms a browser may record in, the first it knows. */
const FORMS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
const BITS = 32_000;
/** Time between two looks at the loudness, ms. */
const LOOK_MS = 50;
/** A recorder that broke off has so long to give its last part, ms. */
const LAST_MS = 1_000;

export type VoiceFault = 'refused' | 'no-microphone' | 'taken' | 'cannot';

export interface Recorded {
  readonly blob: Blob;
  readonly ms: number;
  readonly wave: Uint8Array;
}

export interface Recording {
  /** Resolves with what was recorded, also when it ended by itself. */
  readonly done: Promise<Recorded>;
  /** Ends it. */
  stop(): void;
  /** Ends it; nothing is kept. */
  cancel(): void;
}

const FAULTS: Readonly<Record<string, VoiceFault>> = { NotAllowedError: 'refused', SecurityError: 'refused', NotFoundError: 'no-microphone', OverconstrainedError: 'no-microphone', NotReadableError: 'taken', AbortError: 'taken' };

/** Why the browser gave no microphone. */
export const voiceFault = (error: unknown): VoiceFault => FAULTS[(error as { name?: string } | null)?.name ?? ''] ?? 'cannot';

/** Asks for the microphone and records. `onLevel`: loudness now (0 to 1) and ms since the beginning. Rejects with what the browser says. */
export async function record(onLevel: (level: number, ms: number) => void): Promise<Recording> {
  if (!navigator.mediaDevices || typeof MediaRecorder === 'undefined') throw new Error('nothing to record with');
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  try {
    return begin(stream, onLevel);
  } catch (error) {
    for (const track of stream.getTracks()) track.stop();
    throw error;
  }
}

function begin(stream: MediaStream, onLevel: (level: number, ms: number) => void): Recording {
  const form = FORMS.find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS, ...(form ? { mimeType: form } : {}) });
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const [levels, parts]: [number[], Blob[]] = [[], []];
  const from = performance.now();
  const look = (): void => {
    analyser.getFloatTimeDomainData(samples);
    const level = Math.min(1, samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
    levels.push(level);
    const ms = performance.now() - from;
    onLevel(level, ms);
    if (ms >= VOICE_MS_MAX) stop();
  };
  const timer = setInterval(look, LOOK_MS);
  const release = (): void => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    void context.close().catch(() => undefined);
  };
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop();
  };
  const done = new Promise<Recorded>((resolve, reject) => {
    let fault: unknown = null;
    const over = (ms: number): void => {
      release();
      if (fault !== null && parts.length === 0) reject(fault);
      else resolve({ blob: new Blob(parts, { type: recorder.mimeType }), ms: Math.round(Math.min(VOICE_MS_MAX, ms)), wave: waveOf(levels) });
    };
    recorder.ondataavailable = ({ data }) => void (data.size > 0 && parts.push(data));
    // What came until then stays; a browser may give the last of it behind the error, or nothing.
    recorder.onerror = (event) => {
      const ms = performance.now() - from;
      fault = (event as unknown as { error?: unknown }).error ?? new Error('the recording broke off');
      stop();
      setTimeout(() => over(ms), LAST_MS);
    };
    recorder.onstop = () => over(performance.now() - from);
  });
  done.catch(() => undefined);
  // Parts while it goes on: what a device that is pulled out has said is not lost.
  recorder.start(1_000);
  for (const track of stream.getTracks()) track.onended = stop;
  return {
    done, stop,
    cancel() {
      recorder.ondataavailable = recorder.onstop = null;
      stop();
      release();
    },
  };
}
