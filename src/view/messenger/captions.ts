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

/** One for the time captions are on. */
export function createCaptions({ listen, desk, speak, onChange }: CaptionDeps): Captions {
  const ears = new Map<string, Ear>();
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
  const translate = async (text: string, into: string, mind: Awaited<ReturnType<CaptionDeps['desk']>>): Promise<string | null> => {
    const [model] = await mind.models('generate');
    if (!model) return null;
    // What is not translated is shown as it was said.
    return mind.generate({ model: model.id, prompt: translationOf(text, into), maxTokens: TOKENS }, { signal }).then(({ value }) => captionOf(value), () => null);
  };
  const work = async ({ seat, uid, samples }: Piece): Promise<void> => {
    const mind = await desk();
    const [model] = await mind.models('transcribe');
    if (!model) return set('no-model');
    const text = captionOf((await mind.transcribe({ model: model.id, samples }, { signal })).value);
    if (text === null || signal.aborted) return;
    const { into, aloud } = wish;
    const translated = into === null ? null : await translate(text, into, mind);
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
  const earOf = (seat: string): Ear | null => {
    const known = ears.get(seat);
    if (known && !known.tap.over()) return known;
    ears.delete(seat);
    const tap = listen(seat);
    if (tap) ears.set(seat, { tap, cut: createUtterances() });
    return ears.get(seat) ?? null;
  };
  return {
    lines: () => lines,
    trouble: () => trouble,
    wish: (next) => void (wish = next),
    look(seats) {
      if (signal.aborted) return;
      const there = seats.filter(({ self, link }) => !self && link === 'live');
      for (const [seat, { tap }] of ears) if (!there.some((one) => one.seat === seat)) (tap.end(), ears.delete(seat));
      for (const { seat, uid, muted } of there) {
        const ear = earOf(seat);
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
      for (const { tap } of ears.values()) tap.end();
      ears.clear();
      waiting = [];
    },
  };
}
