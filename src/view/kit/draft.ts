/** Drafts per place, kept on this device; they survive a reload and are forgotten on send. What is not kept yet outlives the field it was typed in. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { createDraft, type Draft, type DraftShelf } from '#view/kit/draft-store.ts';
import { useKernel, useSupervision } from '#view/kit/kernel.tsx';

const drafts = new Map<string, Draft & { shown: number }>();
const ears = new Set<() => void>();
const listen = (ear: () => void): (() => void) => (ears.add(ear), () => ears.delete(ear));

function draftAt(shelf: DraftShelf, key: string): Draft & { shown: number } {
  const draft = drafts.get(key) ?? Object.assign(createDraft(shelf, key, () => {
    forget(key);
    ears.forEach((ear) => ear());
  }), { shown: 0 });
  drafts.set(key, draft);
  return draft;
}

function forget(key: string): void {
  const draft = drafts.get(key);
  if (draft?.shown === 0 && draft.state().kept) drafts.delete(key);
}

const unkept = (): boolean => [...drafts.values()].some((draft) => !draft.state().kept && draft.state().text !== '');

/** Is there a text that only this window has? */
export function useUnkept(): boolean {
  return useSyncExternalStore(listen, unkept, unkept);
}

/** The draft of a place. `savedHere` is true once what is shown is kept on this device; `giveBack` brings a refused text back, wherever one is by then. */
export function useDraft(place: string): { text: string; savedHere: boolean; set: (text: string) => void; giveBack: (text: string) => void } {
  const { local } = useKernel();
  const key = `draft:${place}`;
  const { runs, state } = useSupervision();
  const draft = useMemo(() => draftAt(local, key), [local, key]);
  const { text, kept } = useSyncExternalStore(listen, draft.state, draft.state);
  useEffect(() => {
    drafts.set(key, draft);
    draft.shown += 1;
    // Before the page asks its worker for the last time.
    addEventListener('pagehide', draft.flush, true);
    return () => {
      draft.shown -= 1;
      removeEventListener('pagehide', draft.flush, true);
      draft.flush();
      forget(key);
    };
  }, [key, draft]);
  useEffect(() => {
    if (state === 'running') drafts.forEach((one) => one.flush());
  }, [runs, state]);
  return { text, savedHere: kept, set: draft.set, giveBack: (back) => draftAt(local, key).giveBack(back) };
}
