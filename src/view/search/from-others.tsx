/** What other devices of a Guild have and this one does not: asked for by a press, since whoever is asked is told what is looked for. Where nobody is there, or this device works offline, it says so. */
import { use, useEffect, useRef, useState, type ReactNode } from 'react';
import { ASKING, type ElsewhereState, type SearchQuery } from '#domain/search';
import { SEARCH_LIMITS } from '#os/search-limits';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useNetwork, useSpaces } from '#view/kit/kernel.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { entryKey } from '#view/kit/router.tsx';
import { SearchContext } from '#view/kit/search.ts';
import { onPress, reachOf, takePress } from '#view/kit/search-others.ts';
import { HitRow } from './hit-row.tsx';

type Question = Omit<SearchQuery, 'now' | 'hidden' | 'limit'>;

/** Of one question; another one is another section (`key`), and this one's asking ends with it. */
export function FromOthers({ question, dated }: { question: Question; dated: boolean }): ReactNode {
  const { t } = useI18n();
  const desk = use(SearchContext);
  const { quiet } = useQuiet();
  const { peers, leader, paused } = useNetwork();
  const { spaces, devices } = reachOf(question, peers, useSpaces() ?? []);
  const [state, setState] = useState<ElsewhereState | null>(null);
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);
  const end = (): void => {
    stop.current?.();
    stop.current = null;
  };
  const ask = (): void => {
    end();
    setState({ ...ASKING, devices });
    stop.current = desk?.elsewhere({ ...question, text: question.text.trim(), hidden: [...quiet.blocked], now: Date.now(), limit: SEARCH_LIMITS.found }, spaces, setState) ?? null;
  };
  const halt = (): void => {
    end();
    // Of who did not answer yet nothing is known: without a thing it is as before.
    setState((now) => (now && now.hits.length > 0 ? { ...now, phase: 'done' } : null));
  };
  const may = leader && devices > 0;
  // Pressed in the palette: asked here, once.
  useEffect(() => {
    const look = (): void => void (may && takePress(question.text, entryKey()) && ask());
    look();
    return onPress(look);
  });
  if (spaces.length === 0) return null;
  return (
    <section className="search-others" aria-label={t('search.others')} data-phase={state?.phase ?? 'unasked'}>
      <h2 className="menu-head">{t('search.others')}</h2>
      <p className="small muted" role="status">
        {state !== null ? <Said state={state} /> : devices === 0 ? t(paused ? 'search.othersOffline' : 'search.othersAlone') : leader ? t('search.othersText', { n: devices }) : t('search.othersTab')}
      </p>
      {state !== null && state.hits.length > 0 && (
        <ul className="list">
          {state.hits.map(({ hit, from }) => (
            <li key={hit.entry.key}>
              <HitRow hit={hit} dated={dated} from={from.map(({ name }) => t('search.othersFrom', { name })).join(', ')} />
            </li>
          ))}
        </ul>
      )}
      {(may || state?.phase === 'asking') && (
        <Button kind="outline" onClick={state?.phase === 'asking' ? halt : ask}>
          {t(state === null ? 'search.othersAsk' : state.phase === 'asking' ? 'search.othersStop' : 'search.othersAgain')}
        </Button>
      )}
    </section>
  );
}

/** How the asking stands, in words. */
function Said({ state: { phase, devices, hits, late, refused } }: { state: ElsewhereState }): ReactNode {
  const { t } = useI18n();
  if (phase === 'asking') return t('search.othersAsking', { n: devices });
  const found = devices === 0 ? t('search.othersNobody') : hits.length > 0 ? t('search.of', { n: hits.length }) : late + refused === 0 ? t('search.othersNone') : '';
  const rest = [late > 0 ? t('search.othersLate', { n: late }) : '', refused > 0 ? t('search.othersRefused', { n: refused }) : ''].filter((one) => one !== '').join(' ');
  // Sentences, or a number with them behind it.
  return [found, rest].filter((one) => one !== '').join(hits.length > 0 ? ' · ' : ' ');
}
