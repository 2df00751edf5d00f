/**
 * What others in a call say, as words on this screen: recognised, and where that is asked for translated and spoken, by models and voices of this device. Pieces wait in a short row; of what comes faster than
 * a model works the oldest is left out, and it is said so. Nothing of it is kept or sent.
 */
import { InferenceError, type Inference } from '#os/models-api';
import type { Seat, VoiceTap } from '#os/calls-api';
import { CAPTION_LINES, captionOf, createUtterances, translationOf, type Caption, type Utterances } from '#domain/messenger/captions';

export interface CaptionWish {
  /** Name of a language in English, as a model is told it; null: no translation. */
  readonly into: string | null;
  /** Read the translations (without one: what was said) aloud. */
  readonly aloud: boolean;
}

export interface CaptionDeps {
  listen(seat: string): VoiceTap | null;
  desk(): Promise<Pick<Inference, 'models' | 'transcribe' | 'generate'>>;
  speak(text: string): void;
  onChange(): void;
}

/** Why there are none: `no-model`: none that recognises speech; `failed`: it broke. */
export type CaptionTrouble = 'no-model' | 'failed' | 'behind' | null;

export interface Captions {
  lines(): readonly Caption[];
  trouble(): CaptionTrouble;
  /** Called often: takes what was said since. */
  look(seats: readonly Pick<Seat, 'seat' | 'uid' | 'self' | 'muted' | 'link'>[]): void;
  wish(next: CaptionWish): void;
  end(): void;
}

/** Pieces that wait. */
const WAIT = 4;
const TOKENS = 120;

interface Ear {
  readonly tap: VoiceTap;
  readonly cut: Utterances;
}

interface Piece {
  readonly seat: string;
  readonly uid: string;
  readonly samples: Float32Array;
}

/** Who is listened to; a voice that became another one is listened to anew. */
function earsOf(listen: CaptionDeps['listen']): { of(seat: string): Ear | null; keep(seats: readonly string[]): void } {
  const ears = new Map<string, Ear>();
  const drop = (seat: string): void => {
    ears.get(seat)?.tap.end();
    ears.delete(seat);
  };
  return {
    of(seat) {
      const known = ears.get(seat);
      if (known && !known.tap.over()) return known;
      drop(seat);
      const tap = listen(seat);
      const made = tap && { tap, cut: createUtterances() };
      if (made) ears.set(seat, made);
      return made;
    },
    keep(seats) {
      for (const seat of [...ears.keys()]) if (!seats.includes(seat)) drop(seat);
    },
  };
}

/** What is not translated (null) is shown as it was said. */
async function translate(mind: Awaited<ReturnType<CaptionDeps['desk']>>, text: string, into: string, signal: AbortSignal): Promise<string | null> {
  const [model] = await mind.models('generate');
  if (!model) return null;
  return mind.generate({ model: model.id, prompt: translationOf(text, into), maxTokens: TOKENS }, { signal }).then(({ value }) => captionOf(value), () => null);
}

/** One for the time captions are on. */
export function createCaptions({ listen, desk, speak, onChange }: CaptionDeps): Captions {
  const ears = earsOf(listen);
  const stop = new AbortController();
  const { signal } = stop;
  let lines: readonly Caption[] = [];
  let wish: CaptionWish = { into: null, aloud: false };
  let trouble: CaptionTrouble = null;
  let waiting: Piece[] = [];
  let [busy, serial] = [false, 0];
  const set = (next: CaptionTrouble): void => {
    if (trouble === next) return;
    trouble = next;
    onChange();
  };
  const work = async ({ seat, uid, samples }: Piece): Promise<void> => {
    const mind = await desk();
    const [model] = await mind.models('transcribe');
    if (!model) return set('no-model');
    const text = captionOf((await mind.transcribe({ model: model.id, samples }, { signal })).value);
    if (text === null || signal.aborted) return;
    const { into, aloud } = wish;
    const translated = into === null ? null : await translate(mind, text, into, signal);
    if (signal.aborted) return;
    lines = [...lines, { id: ++serial, seat, uid, text, translated }].slice(-CAPTION_LINES);
    // What was left out is told until the row is short again.
    if (trouble !== 'behind' || waiting.length === 0) trouble = null;
    onChange();
    if (aloud && (into === null || translated !== null)) speak(translated ?? text);
  };
  const next = (): void => {
    const piece = busy ? undefined : waiting.shift();
    if (!piece) return;
    busy = true;
    void work(piece).catch((error: unknown) => signal.aborted || set(error instanceof InferenceError && (error.fault === 'no-model' || error.fault === 'unavailable') ? 'no-model' : 'failed')).finally(() => {
      busy = false;
      next();
    });
  };
  return {
    lines: () => lines,
    trouble: () => trouble,
    wish: (next) => void (wish = next),
    look(seats) {
      if (signal.aborted) return;
      const there = seats.filter(({ self, link }) => !self && link === 'live');
      ears.keep(there.map(({ seat }) => seat));
      for (const { seat, uid, muted } of there) {
        let ear: Ear | null = null;
        try {
          ear = ears.of(seat);
        } catch {
          // A browser that does not let a voice be heard so: the call goes on without these.
          set('failed');
        }
        if (!ear) continue;
        const pieces = ear.cut.hear(ear.tap.read());
        const last = muted ? ear.cut.end() : null;
        for (const samples of last ? [...pieces, last] : pieces) waiting.push({ seat, uid, samples });
      }
      if (waiting.length > WAIT) set('behind');
      waiting = waiting.slice(-WAIT);
      next();
    },
    end() {
      stop.abort();
      ears.keep([]);
      waiting = [];
    },
  };
}
