/** Drafts per place, kept on this device; they survive a reload and are forgotten on send. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useKernel } from '#view/kit/kernel.tsx';

const SAVE_AFTER_MS = 250;

/** The draft of a place. `savedHere` is true once what is shown is kept on this device. */
export function useDraft(place: string): { text: string; savedHere: boolean; set: (text: string) => void; clear: () => void } {
  const api = useKernel();
  const key = `draft:${place}`;
  const [state, setState] = useState({ key, text: '', savedHere: false });
  const timer = useRef(0);
  const pending = useRef<(() => void) | null>(null);
  useEffect(() => {
    let alive = true;
    setState({ key, text: '', savedHere: false });
    void api.local.get(key).then(
      (kept) => {
        if (alive && typeof kept === 'string') setState((before) => (before.key === key && before.text === '' ? { key, text: kept, savedHere: true } : before));
      },
      () => undefined,
    );
    const leave = (): void => pending.current?.();
    addEventListener('pagehide', leave);
    return () => {
      alive = false;
      removeEventListener('pagehide', leave);
      pending.current?.();
    };
  }, [api, key]);
  const set = useCallback(
    (text: string) => {
      setState({ key, text, savedHere: false });
      const waits = pending.current !== null;
      pending.current = () => {
        clearTimeout(timer.current);
        pending.current = null;
        void api.local.set(key, text === '' ? undefined : text).then(
          () => setState((before) => (before.key === key && before.text === text ? { ...before, savedHere: true } : before)),
          () => undefined,
        );
      };
      // Not put off by the next key: somebody who never pauses has a draft too.
      if (!waits) timer.current = window.setTimeout(() => pending.current?.(), SAVE_AFTER_MS);
    },
    [api, key],
  );
  const clear = useCallback(() => {
    clearTimeout(timer.current);
    pending.current = null;
    setState({ key, text: '', savedHere: false });
    void api.local.set(key, undefined).catch(() => undefined);
  }, [api, key]);
  const fresh = state.key === key;
  return { text: fresh ? state.text : '', savedHere: fresh && state.savedHere, set, clear };
}
