/**
 * Keys of UX §9. Single letters are matched by physical key (KeyboardEvent.code), so they work on a Russian layout; they are
 * silent while typing, remappable, and can be switched off. Places register acts; the innermost registration wins.
 */
import { createContext, use, useEffect, useMemo, useRef, type ReactNode } from 'react';
import type { Key as WordKey } from '#view/kit/i18n.tsx';
import { usePreferences, type Preferences } from '#view/kit/preferences.tsx';

export type Act = 'palette' | 'where' | 'region' | 'regionBack' | 'keys' | 'create' | 'next' | 'previous' | 'rail' | 'panel' | 'done' | 'save' | 'snooze' | 'goHub' | 'goChat' | 'goMessenger' | 'goDocuments' | 'goGoals' | 'goLearn' | 'goAccess' | 'reply';

interface Binding {
  act: Act;
  word: WordKey;
  /** Physical code of the last key. */
  code: string;
  /** A leading key, for example g. */
  lead?: string;
  ctrl?: true;
  shift?: true;
}

/** The table; codes may be changed in Settings. */
export const BINDINGS: readonly Binding[] = [
  { act: 'palette', word: 'keys.palette', code: 'KeyK', ctrl: true },
  { act: 'where', word: 'keys.where', code: 'Period', ctrl: true },
  { act: 'goHub', word: 'keys.goHub', code: 'KeyH', lead: 'KeyG' },
  { act: 'goChat', word: 'keys.goChat', code: 'KeyC', lead: 'KeyG' },
  { act: 'goMessenger', word: 'keys.goMessenger', code: 'KeyM', lead: 'KeyG' },
  { act: 'goDocuments', word: 'keys.goDocuments', code: 'KeyD', lead: 'KeyG' },
  { act: 'goGoals', word: 'keys.goGoals', code: 'KeyG', lead: 'KeyG' },
  { act: 'goLearn', word: 'keys.goLearn', code: 'KeyL', lead: 'KeyG' },
  { act: 'goAccess', word: 'keys.goAccess', code: 'KeyA', lead: 'KeyG' },
  { act: 'create', word: 'keys.create', code: 'KeyC' },
  { act: 'next', word: 'keys.next', code: 'KeyJ' },
  { act: 'previous', word: 'keys.previous', code: 'KeyK' },
  { act: 'reply', word: 'keys.reply', code: 'KeyR' },
  { act: 'done', word: 'keys.done', code: 'KeyE' },
  { act: 'save', word: 'keys.save', code: 'KeyS' },
  { act: 'snooze', word: 'keys.snooze', code: 'KeyB' },
  { act: 'rail', word: 'keys.rail', code: 'BracketLeft' },
  { act: 'panel', word: 'keys.panel', code: 'BracketRight' },
  { act: 'keys', word: 'keys.all', code: 'Slash', shift: true },
  { act: 'region', word: 'keys.region', code: 'F6' },
  { act: 'regionBack', word: 'keys.regionBack', code: 'F6', shift: true },
];

/** True for a binding that is a single letter or sign and may be switched off and remapped. */
export function isSingle(binding: Binding): boolean {
  return !binding.ctrl && binding.code !== 'F6';
}

/** The code a binding has now. */
export function codeOf(binding: Binding, preferences: Pick<Preferences, 'keys'>): string {
  return preferences.keys[binding.act] ?? binding.code;
}

/** Readable name of a code. */
export function codeName(code: string): string {
  if (code.startsWith('Key') || code.startsWith('Digit')) return code.slice(-1);
  const signs: Record<string, string> = { Period: '.', BracketLeft: '[', BracketRight: ']', Slash: '/', Comma: ',', Semicolon: ';', Quote: "'", Minus: '-', Equal: '=' };
  return signs[code] ?? code;
}

/** What the key is called on this machine. */
export const CTRL = /Mac|iP(?:hone|ad)/.test(globalThis.navigator?.platform ?? '') ? '⌘' : 'Ctrl';

/** Readable keys of a binding: ["Ctrl", "K"]. */
export function keysOf(binding: Binding, preferences: Pick<Preferences, 'keys'>): string[] {
  const code = codeName(codeOf(binding, preferences));
  if (binding.act === 'keys' && code === '/') return ['?'];
  return [...(binding.ctrl ? [CTRL] : []), ...(binding.shift ? ['Shift'] : []), ...(binding.lead ? [codeName(binding.lead)] : []), code];
}

type Handlers = Map<Act, (() => void)[]>;
const Context = createContext<Handlers>(new Map());

/** Listens once for the whole window. */
export function KeyboardProvider({ children }: { children: ReactNode }): ReactNode {
  const handlers = useMemo<Handlers>(() => new Map(), []);
  const preferences = usePreferences();
  const latest = useRef(preferences);
  useEffect(() => {
    latest.current = preferences;
  });
  useEffect(() => {
    let lead: { code: string; until: number } | null = null;
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const held = lead && lead.until > event.timeStamp ? lead.code : undefined;
      lead = null;
      const binding = match(event, held, latest.current);
      if (binding === 'lead') {
        lead = { code: event.code, until: event.timeStamp + 1200 };
        return;
      }
      const handler = binding ? handlers.get(binding.act)?.at(-1) : undefined;
      if (!handler) return;
      event.preventDefault();
      handler();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [handlers]);
  return <Context value={handlers}>{children}</Context>;
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function match(event: KeyboardEvent, lead: string | undefined, preferences: Preferences): Binding | 'lead' | null {
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  const modal = document.querySelector('dialog[open]') !== null;
  for (const binding of BINDINGS) {
    if (codeOf(binding, preferences) !== event.code || Boolean(binding.ctrl) !== ctrl || Boolean(binding.shift) !== event.shiftKey) continue;
    if (binding.lead !== lead) continue;
    if (modal) continue;
    if (isSingle(binding) && (!preferences.singleKeys || typing(event.target))) continue;
    return binding;
  }
  const leads = !ctrl && !event.shiftKey && !modal && preferences.singleKeys && !typing(event.target);
  return leads && BINDINGS.some((binding) => binding.lead === event.code) ? 'lead' : null;
}

/** Does something on an act while mounted; the innermost wins. */
export function useAct(act: Act, run: (() => void) | null): void {
  const handlers = use(Context);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  const on = run !== null;
  useEffect(() => {
    if (!on) return;
    const call = (): void => latest.current?.();
    const list = handlers.get(act) ?? [];
    handlers.set(act, list);
    list.push(call);
    return () => void list.splice(list.indexOf(call), 1);
  }, [handlers, act, on]);
}

/** Focus to the next (or previous) region in sight. */
export function cycleRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((region) => region.offsetParent !== null || region.tagName === 'ASIDE');
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + by + regions.length) % regions.length]!;
  const stops = [...next.querySelectorAll<HTMLElement>('[aria-current="page"], button, a[href], input, textarea')].filter((stop) => stop.offsetParent !== null);
  const inside = next.matches('[tabindex]') ? next : (stops.find((stop) => stop.matches('[aria-current="page"], textarea')) ?? stops[0]);
  (inside ?? next).focus();
}
