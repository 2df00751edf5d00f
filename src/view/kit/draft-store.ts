/** Text that is typed in a place and kept on this device. Pure: the hook beside follows it. */

const SAVE_AFTER_MS = 250;

/** What keeps it. */
export interface DraftShelf {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<unknown>;
}

/** `kept`: the device has exactly this text. */
export interface DraftState {
  readonly text: string;
  readonly kept: boolean;
}

export interface Draft {
  state(): DraftState;
  set(text: string): void;
  /** What was sent and refused stands before what was typed meanwhile. */
  giveBack(text: string): void;
  /** Keeps now what is not kept: the page is left, or there is a kernel again. */
  flush(): void;
}

/** Two texts one behind the other; neither gets lost. */
const both = (first: string, second: string): string => (first === '' || second === '' ? first + second : `${first}\n${second}`);

/** The draft under a key. `told` on every change. Nothing is written before the device has said what it holds: it would be written over. */
export function createDraft(shelf: DraftShelf, key: string, told: () => void): Draft {
  let state: DraftState = { text: '', kept: true };
  let read = false;
  let asking = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (text: string, kept: boolean): void => {
    state = { text, kept };
    told();
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!read) return load();
    const { text, kept } = state;
    // Refused (no kernel): it is written again when there is one.
    if (!kept) shelf.set(key, text === '' ? undefined : text).then(() => state.text === text && show(text, true), () => undefined);
  };
  const load = (): void => {
    if (asking) return;
    asking = true;
    shelf.get(key).then(
      (stored) => {
        read = true;
        if (typeof stored === 'string' && stored !== '') show(both(stored, state.text), state.text === '');
        flush();
      },
      () => (asking = false),
    );
  };
  const set = (text: string): void => {
    show(text, false);
    // Not put off by the next key: somebody who never pauses has a draft too.
    if (text === '') flush();
    else timer ??= setTimeout(flush, SAVE_AFTER_MS);
  };
  load();
  return { state: () => state, set, giveBack: (text) => set(both(text, state.text)), flush };
}
