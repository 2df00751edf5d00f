/** The page of all results: what is typed and chosen stands in the address, so that Back from a thing leads to the same list. */
import { use, useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode, type RefObject } from 'react';
import '#view/kit/search-words.ts';
import { KINDS, readDays, type AskedDays, type Kind, type SearchAnswer, type SearchHit, type SearchQuery } from '#domain/search';
import { BeforeSearch } from '#view/kit/before-note.tsx';
import { Button, Select } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useSpaces } from '#view/kit/kernel.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { Place } from '#view/kit/place.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { navigate, type Route } from '#view/kit/router.tsx';
import { isDated } from '#view/kit/palette-filter.ts';
import { SearchContext } from '#view/kit/search.ts';
import { timesOf } from '#view/kit/search-days.ts';
import { KIND_LOOK } from '#view/kit/search-kinds.ts';
import { EmptyState, ErrorState, Skeleton } from '#view/kit/states.tsx';
import { HitRow } from './hit-row.tsx';
import { FromOthers } from './from-others.tsx';
import './search.css';

/** Results shown at first and with every "Show more". */
const PAGE = 40;
/** The field is quiet for so long before the address takes what was typed, ms. */
const TYPED_MS = 400;

/** What the address asks for. */
interface Asked {
  readonly q: string;
  readonly kind: Kind | '';
  readonly space: string;
  readonly by: string;
}

const askedOf = ({ params }: Route): Asked => ({ q: params['q'] ?? '', kind: KINDS.find((kind) => kind === params['kind']) ?? '', space: params['space'] ?? '', by: params['by'] ?? '' });
const paramsOf = (asked: Asked): Record<string, string> => Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
/** A document is found by its title and by its passages. */
const kindsOf = (kind: Kind | ''): readonly Kind[] => (kind === '' ? [] : kind === 'document' ? ['document', 'block'] : [kind]);

/** The screen. */
export function SearchView({ space, route }: LensProps): ReactNode {
  const { t } = useI18n();
  const asked = askedOf(route);
  const [text, setText] = useState(asked.q);
  const [limit, setLimit] = useState(PAGE);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const given = useRef(asked.q);
  const go = (change: Partial<Asked>): void => {
    const next = { ...asked, q: text, ...change };
    given.current = next.q;
    setLimit(PAGE);
    navigate({ space: space.id, lens: 'search', params: paramsOf(next) }, { replace: true });
  };
  useTyped(text, asked.q, (q) => go({ q }));
  // Another address came, from the palette or by Back: what it asks is asked, not what stood in the field.
  useEffect(() => {
    if (asked.q === given.current) return;
    given.current = asked.q;
    setText(asked.q);
    setLimit(PAGE);
  }, [asked.q]);
  useEffect(() => field.current?.focus(), []);
  // A result opened before the field was quiet: the address takes the question along first, so that Back finds it.
  const leave = (event: MouseEvent): void => void (text !== asked.q && event.target instanceof Element && event.target.closest('a.hit') && go({}));
  const days = readDays(text);
  const question = { text: days.text, ...timesOf(days), kinds: kindsOf(asked.kind), space: asked.space || null, by: asked.by ? [asked.by] : null };
  const { answer, failed, again } = useAnswer({ ...question, limit });
  const stopped = use(SearchContext)?.status()?.state === 'stopped';
  return (
    <Place header={{ crumbs: [], title: t('search.title'), copies: null }}>
      <search className="search" data-phase={answer?.state.phase} data-read={answer?.state.read} data-unkept={answer?.state.unkept} data-made={answer?.state.meant?.made} onKeyDown={(event) => step(event, field, list)} onClickCapture={leave}>
        <input ref={field} type="search" className="field" data-size="large" aria-label={t('search.field')} aria-describedby="search-days" placeholder={t('search.hint')} value={text} onChange={(event) => (setText(event.target.value), setLimit(PAGE))} />
        <p id="search-days" className="small muted search-days">{t('search.days')}</p>
        <div role="status">{days.bad.length > 0 && <p className="field-error">{t('search.badDay', { words: days.bad.join(', ') })}</p>}</div>
        <Filters asked={asked} answer={answer} onChange={go} />
        {failed ? (
          <ErrorState title={t('search.failed')} text={t(stopped ? 'search.failedText' : 'search.failedOnce')} acts={[{ label: t('act.retry'), onClick: again }, { label: t('crash.reload'), onClick: () => location.reload() }]} facts={[]} />
        ) : answer === null ? (
          <Skeleton label={t('list.loading')} />
        ) : (
          <Results ref={list} typed={text.trim()} days={days} asked={asked} answer={answer} onMore={() => setLimit(limit + PAGE)} onWiden={() => (setText(days.text), go({ kind: '', space: '', by: '', q: days.text }))} />
        )}
        {answer !== null && !failed && <FromOthers key={JSON.stringify(question)} question={question} dated={isDated(days)} />}
      </search>
    </Place>
  );
}

/** Gives the address what was typed once the field is quiet. */
function useTyped(text: string, known: string, keep: (text: string) => void): void {
  useEffect(() => {
    if (text === known) return;
    const timer = setTimeout(() => keep(text), TYPED_MS);
    return () => clearTimeout(timer);
  }, [text, known]); // eslint-disable-line react-hooks/exhaustive-deps -- what is typed, not who listens
}

/** Arrow keys go from the field into the list, along it, and back. */
function step(event: KeyboardEvent, field: RefObject<HTMLInputElement | null>, list: RefObject<HTMLDivElement | null>): void {
  if (event.nativeEvent.isComposing) return;
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0 || event.target instanceof HTMLSelectElement) return;
  const rows = [...(list.current?.querySelectorAll<HTMLElement>('a.hit') ?? [])];
  const at = rows.indexOf(document.activeElement as HTMLElement) + by;
  if (at >= rows.length) return;
  event.preventDefault();
  (at < 0 ? field.current : rows[at])?.focus();
}

/** Asks anew when the question changes, and when what may be found has. The last answer stays until the next is there. */
function useAnswer(question: Omit<SearchQuery, 'now' | 'hidden'>): { answer: SearchAnswer | null; failed: boolean; again: () => void } {
  const desk = use(SearchContext);
  const { quiet } = useQuiet();
  const [state, setState] = useState<{ answer: SearchAnswer | null; failed: boolean }>({ answer: null, failed: false });
  const [news, setNews] = useState(0);
  const key = JSON.stringify(question);
  useEffect(() => desk?.onChange(() => setNews((n) => n + 1)), [desk]);
  useEffect(() => {
    let alive = true;
    void desk?.find({ ...(JSON.parse(key) as typeof question), hidden: [...quiet.blocked], now: Date.now() }).then(
      (answer) => alive && setState({ answer, failed: answer.state.phase === 'failed' }),
      () => alive && setState({ answer: null, failed: true }),
    );
    return () => {
      alive = false;
    };
  }, [desk, key, quiet, news]);
  const again = (): void => (setState({ answer: null, failed: false }), desk?.restart());
  return { ...state, again };
}

function Filters({ asked, answer, onChange }: { asked: Asked; answer: SearchAnswer | null; onChange: (change: Partial<Asked>) => void }): ReactNode {
  const { t, number } = useI18n();
  const spaces = useSpaces() ?? [];
  const people = usePeopleFound();
  const counts = answer?.counts;
  const countOf = (kind: Kind): number => kindsOf(kind).reduce((sum, one) => sum + (counts?.[one] ?? 0), 0);
  const shown = KINDS.filter((kind) => kind !== 'block' && (asked.kind === kind || countOf(kind) > 0));
  return (
    <>
      <div className="search-kinds line wrap" role="group" aria-label={t('search.kinds')}>
        {(['', ...shown] as const).map((kind) => (
          <button key={kind} type="button" className="tag" aria-pressed={asked.kind === kind} onClick={() => onChange({ kind })}>
            {t(kind === '' ? 'search.things' : KIND_LOOK[kind].many)}
            {kind !== '' && <span className="num">{number(countOf(kind))}</span>}
          </button>
        ))}
      </div>
      <div className="search-narrow">
        <Select label={t('search.in')} value={asked.space} options={[{ value: '', label: t('search.everywhere') }, ...spaces.map(({ id, name }) => ({ value: id, label: name }))]} onChange={(space) => onChange({ space })} />
        <Select label={t('search.by')} value={asked.by} options={[{ value: '', label: t('search.anyone') }, ...people]} onChange={(by) => onChange({ by })} />
      </div>
    </>
  );
}

/** Everybody the index knows, once each. */
function usePeopleFound(): { value: string; label: string }[] {
  const { answer } = useAnswer({ text: '', kinds: ['person'], limit: 500 });
  const names = new Map((answer?.hits ?? []).map(({ entry }) => [entry.node, entry.title] as const));
  return [...names].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
}

function Results({ typed, days, asked, answer, onMore, onWiden, ref }: { typed: string; days: AskedDays; asked: Asked; answer: SearchAnswer; onMore: () => void; onWiden: () => void; ref: RefObject<HTMLDivElement | null> }): ReactNode {
  const { t } = useI18n();
  const { hits, total, near, state } = answer;
  const dated = isDated(days);
  const narrow = asked.kind !== '' || asked.space !== '' || asked.by !== '' || dated;
  const reads = state.phase !== 'ready' || state.left > 0;
  return (
    <>
      <p className="search-said small muted" role="status">
        {reads && <span>{t('search.reading', { n: state.left })}</span>}
        {state.meant !== null && state.meant.left > 0 && <span>{t('search.makes', { n: state.meant.made, of: state.meant.made + state.meant.left })}</span>}
        <span>{near ? t('search.near') : days.text.trim() === '' && !dated ? t('search.recent') : total > 0 ? t('search.of', { n: total }) : ''}</span>
      </p>
      {total === 0 && !reads && (
        <EmptyState title={t('search.none', { text: typed })} text={t('search.emptyText', { n: state.entries })} {...(narrow ? { act: { label: t('search.widen'), onClick: onWiden } } : {})} />
      )}
      <BeforeSearch space={asked.space} />
      <div ref={ref} aria-label={t('search.results')} role="group">
        {groupsOf(hits).map(([kind, group]) => (
          <section key={kind} aria-label={t(KIND_LOOK[kind].many)}>
            <h2 className="menu-head">{t(KIND_LOOK[kind].many)}</h2>
            <ul className="list">
              {group.map((hit) => (
                <li key={hit.entry.key}>
                  <HitRow hit={hit} dated={dated} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      {total > hits.length && (
        <div className="list-foot">
          <Button kind="text" icon="down" onClick={onMore}>
            {t('search.more')}
          </Button>
        </div>
      )}
    </>
  );
}

/** By kind, the kind of the best hit first. */
function groupsOf(hits: readonly SearchHit[]): [Kind, SearchHit[]][] {
  const groups = new Map<Kind, SearchHit[]>();
  for (const hit of hits) groups.set(hit.entry.kind, [...(groups.get(hit.entry.kind) ?? []), hit]);
  return [...groups];
}
