/** What this device remembers about look and keys. Kept by the kernel as a local value; never synced. */
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { JsonValue, LifegraphApi } from '#os/api';

export interface Preferences {
  lang: 'auto' | 'en' | 'ru';
  theme: 'auto' | 'light' | 'dark';
  /** Single-letter keys on. */
  singleKeys: boolean;
  /** Changed keys: act → physical code. */
  keys: Record<string, string>;
  railOpen: boolean;
  /** Side panel width in px. */
  panelWidth: number;
}

export const PREFERENCES_KEY = 'look';
export const DEFAULT_PREFERENCES: Preferences = { lang: 'auto', theme: 'auto', singleKeys: true, keys: {}, railOpen: true, panelWidth: 360 };

/** Preferences of a stored value; what does not fit falls back to the default. */
export function readPreferences(value: JsonValue | undefined): Preferences {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return DEFAULT_PREFERENCES;
  const { lang, theme, singleKeys, keys, railOpen, panelWidth } = value;
  const map: Record<string, string> = {};
  if (typeof keys === 'object' && keys !== null && !Array.isArray(keys) && !(keys instanceof Uint8Array)) {
    for (const [act, code] of Object.entries(keys)) if (typeof code === 'string' && act !== '__proto__') map[act] = code;
  }
  return {
    lang: lang === 'en' || lang === 'ru' ? lang : 'auto',
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    singleKeys: singleKeys !== false,
    keys: map,
    railOpen: railOpen !== false,
    panelWidth: typeof panelWidth === 'number' ? Math.min(560, Math.max(320, panelWidth)) : 360,
  };
}

/** Puts the theme on the page. */
export function applyTheme(theme: Preferences['theme']): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

type Value = Preferences & { change(part: Partial<Preferences>): void };
const Context = createContext<Value>({ ...DEFAULT_PREFERENCES, change: () => undefined });

/** Holds the preferences, starting from those read at boot. */
export function PreferencesProvider({ api, initial, children }: { api: LifegraphApi; initial: Preferences; children: ReactNode }): ReactNode {
  const [state, setState] = useState(initial);
  useEffect(() => applyTheme(state.theme), [state.theme]);
  const change = useCallback(
    (part: Partial<Preferences>) =>
      setState((before) => {
        const next = { ...before, ...part };
        void api.local.set(PREFERENCES_KEY, { ...next }).catch(() => undefined);
        return next;
      }),
    [api],
  );
  const value = useMemo(() => ({ ...state, change }), [state, change]);
  return <Context value={value}>{children}</Context>;
}

/** Preferences of this device and how to change them. */
export function usePreferences(): Value {
  return use(Context);
}
