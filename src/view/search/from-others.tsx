/** What other devices of a Guild have and this one does not: asked for by a press, since whoever is asked is told what is looked for. Nothing is shown where nobody is there. */
import { use, useEffect, useRef, useState, type ReactNode } from 'react';
import { ASKING, type ElsewhereState, type Kind, type SearchQuery } from '#domain/search';
import { ELSEWHERE_KINDS } from '#os/search-api';
import { SEARCH_LIMITS } from '#os/search-limits';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useNetwork, useSpaces } from '#view/kit/kernel.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { SearchContext } from '#view/kit/search.ts';
import { HitRow } from './hit-row.tsx';

/** Shorter words are beginnings of too much. */
const SHORTEST = 3;

type Question = Omit<SearchQuery, 'now' | 'hidden' | 'limit'>;

const reaches = ({ kinds = [] }: Question): boolean => kinds.length === 0 || ELSEWHERE_KINDS.some((kind: Kind) => kinds.includes(kind));

/** Guilds that are asked, and devices there that may answer. */
function useReach(question: Question): { spaces: readonly string[]; devices: number; leads: boolean } {
  const { peers, leader } = useNetwork();
  const all = useSpaces() ?? [];
  const spaces = all.filter(({ kind, id }) => kind === 'guild' && (!question.space || question.space === id)).map(({ id }) => id);
  const devices = new Set(peers.filter((peer) => peer.via !== 'beacon' && peer.uid !== null && peer.spaces.some((id) => spaces.includes(id))).map(({ device }) => device));
  return { spaces, devices: devices.size, leads: leader };
}

/** Of one question; another one is another section (`key`), and this one's asking ends with it. */
export function FromOthers({ question, dated }: { question: Question; dated: boolean }): ReactNode {
  const { t } = useI18n();
  const desk = use(SearchContext);
  const { quiet } = useQuiet();
  const { spaces, devices, leads } = useReach(question);
  const [state, setState] = useState<ElsewhereState | null>(null);
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);
  const { length } = question.text.trim();
  if (length < SHORTEST || length > SEARCH_LIMITS.askChars || !reaches(question) || spaces.length === 0 || (devices === 0 && state === null)) return null;
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
  return (
    <section className="search-others" aria-label={t('search.others')} data-phase={state?.phase ?? 'unasked'}>
      <h2 className="menu-head">{t('search.others')}</h2>
      <p className="small muted" role="status">
        {!leads ? t('search.othersTab') : state === null ? t('search.othersText', { n: devices }) : <Said state={state} />}
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
      {leads && (
        <Button kind={state === null ? 'outline' : 'text'} onClick={state?.phase === 'asking' ? halt : ask}>
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
  const words = [found, late > 0 ? t('search.othersLate', { n: late }) : '', refused > 0 ? t('search.othersRefused', { n: refused }) : ''];
  return words.filter((one) => one !== '').join(' ');
}
