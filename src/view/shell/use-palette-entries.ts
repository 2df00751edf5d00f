/** What the palette offers everywhere: places to go, acts on what is open, things to create. */
import { use, useCallback } from 'react';
import { cutText } from '#base/plain-text';
import type { SpaceView } from '#os/api';
import { CHANNEL_TITLE_MAX } from '#domain/shared';
import { invitableRoles } from '#domain/subscription';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNetwork } from '#view/kit/kernel.tsx';
import { BINDINGS, keysOf } from '#view/kit/keyboard.tsx';
import type { Parts } from '#view/kit/lens.ts';
import type { PaletteSource } from '#view/kit/palette.tsx';
import type { PaletteEntry } from '#view/kit/palette-rows.ts';
import { isDated, isFiltered, parseFilter } from '#view/kit/palette-filter.ts';
import { fits, plain } from '#view/kit/picker.tsx';
import { usePreferences } from '#view/kit/preferences.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { entryKey, navigate } from '#view/kit/router.tsx';
import { SearchContext } from '#view/kit/search.ts';
import { pressOthers, reachOf } from '#view/kit/search-others.ts';
import { loadAgain } from '#view/kit/load-again.ts';
import type { Floating } from './desk.tsx';
import type { LensRow } from './use-lens-rows.ts';

export interface PaletteGiven {
  parts: Parts;
  rows: readonly LensRow[];
  space: SpaceView | null;
  spaces: SpaceView[];
  /** `words`: what something that is made is called. */
  onFloat: (what: Floating, words?: string) => void;
}

/** Entries, and the search behind them. */
export function usePaletteEntries({ parts, rows, space, spaces, onFloat }: PaletteGiven): { entries: (query: string) => PaletteEntry[]; source: PaletteSource } {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const network = useNetwork();
  const preferences = usePreferences();
  const keys = (act: string): string[] => {
    const binding = BINDINGS.find((one) => one.act === act);
    return binding ? keysOf(binding, preferences) : [];
  };
  const entries = (query: string): PaletteEntry[] => {
    const filter = parseFilter(query);
    // A set filter is obeyed by every row: only channels can be asked for by type beside messages.
    if (isFiltered(filter) && (filter.type !== 'channel' || isDated(filter.days))) return [];
    const words = cutText(filter.text.trim(), CHANNEL_TITLE_MAX);
    const go = (id: string, label: string, icon: PaletteEntry['icon'], lens: string, object?: string, hint: string[] = []): PaletteEntry => ({
      id, group: 'go', label, icon, keys: hint, run: () => space && navigate({ space: space.id, lens, ...(object ? { object } : {}) }),
    });
    const list: PaletteEntry[] = [];
    for (const row of rows) list.push({ ...(row.space ? { ...go(`row:${row.object}`, row.label, row.lens.icon, row.lens.id), run: () => navigate({ space: row.space!, lens: row.lens.id, object: row.object }) } : go(`row:${row.object}`, row.label, row.lens.mark ? 'channel' : row.lens.icon, row.lens.id, row.object)), note: row.unread > 0 ? t('rail.unread', { n: row.unread }) : t(row.lens.word) });
    if (filter.type === 'channel') return list.filter((entry) => entry.icon === 'channel' && (filter.in === null || plain(entry.label).startsWith(filter.in)));
    for (const one of spaces) if (one.id !== space?.id) list.push({ id: `space:${one.id}`, group: 'go', label: one.name, icon: 'people', note: t('space.one'), run: () => navigate({ space: one.id, lens: parts.home.id }) });
    for (const lens of parts.lenses) {
      list.push(go(`lens:${lens.id}`, t(lens.word), lens.icon, lens.id, undefined, keys(lens.go)));
      for (const { object, word, icon } of lens.places ?? []) list.push({ ...go(`place:${object}`, t(word), icon, lens.id, object), note: t(lens.word) });
    }
    list.push(go('search', t('search.title'), 'search', 'search'), go('system', t('system.title'), 'activity', 'system'), go('settings', t('settings.title'), 'settings', 'settings'));
    const act = (id: string, label: string, icon: PaletteEntry['icon'], run: () => void, hint: string[] = []): PaletteEntry => ({ id, group: 'do', label, icon, run, keys: hint });
    if (space && space.kind !== 'personal' && invitableRoles(space).length > 0) list.push(act('share', t('invite.someone'), 'invite', () => onFloat('share')));
    list.push(network.paused ? act('resume', t('offline.resume'), 'network', () => api.network.resume()) : act('pause', t('offline.pause'), 'offline', () => api.network.pause()));
    list.push(act('join', t('join.byLink'), 'link', () => onFloat('join')), act('keys', t('keys.title'), 'keyboard', () => onFloat('keys'), keys('keys')));
    const { devices } = isFiltered(filter) ? { devices: 0 } : reachOf({ text: filter.text }, network.peers, spaces);
    const ask = (): void => (navigate({ space: space!.id, lens: 'search', params: { q: filter.asked } }), pressOthers(filter.text, entryKey()));
    if (space && devices > 0 && network.leader) list.push({ id: 'search:others', group: 'others', label: t('search.othersFor', { text: filter.text.trim() }), icon: 'search', run: ask, always: true, note: t('search.othersTold', { n: devices }) });
    for (const theme of ['light', 'dark'] as const) list.push(act(theme, t(theme === 'light' ? 'look.useLight' : 'look.useDark'), 'settings', () => preferences.change({ theme })));
    for (const lens of parts.lenses) {
      if (!space || !lens.create?.may(space)) continue;
      const label = t(lens.create.word);
      // Who looks for the act has not said a name.
      const name = fits(words, label) > 0 ? '' : words;
      list.push({ id: `create:${lens.id}`, group: 'create', label, icon: 'plus', always: query !== '', keys: keys('create'), ...(name !== '' && { note: t('palette.named', { text: name }) }), run: () => onFloat(`create:${lens.id}`, name) });
    }
    if (space && words !== '') list.push({ id: 'search:words', group: 'go', label: t('palette.searchFor', { text: words }), icon: 'search', otherwise: true, run: () => navigate({ space: space.id, lens: 'search', params: { q: filter.asked } }) });
    list.push({ id: 'create:space', group: 'create', label: t('space.new'), icon: 'plus', run: () => onFloat('space') });
    return list;
  };
  const desk = use(SearchContext);
  const { quiet } = useQuiet();
  const source = useCallback<PaletteSource>(
    async (query) => desk === null ? [] : (await loadAgain(() => import('./palette-find.ts'))).findThings({ desk, i18n, space, me: api.identity.get()?.uid ?? '', hidden: [...quiet.blocked] }, query),
    [api, desk, i18n, space, quiet],
  );
  return { entries, source };
}
