/** Go to, do, find in one box (Ctrl/Cmd+K). Entries come from the shell and from lenses; messages are searched as one types. */
import '#view/kit/palette-words.ts';
import { use, useEffect, useId, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react';
import type { Snippet } from '#domain/search';
import { Key } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useModal } from '#view/kit/overlays.tsx';
import { isFiltered, parseFilter, toggleWord } from '#view/kit/palette-filter.ts';
import { MarkedText } from '#view/kit/marked-text.tsx';
import { enterWaits, GROUPS, hitsOf, ranked, type PaletteEntry } from '#view/kit/palette-rows.ts';
import { plain } from '#view/kit/picker.tsx';
import { SearchContext } from '#view/kit/search.ts';
import '#view/kit/search-words.ts';

/** Entries for a query beyond those that are always known; may take a moment. */
export type PaletteSource = (query: string) => Promise<PaletteEntry[]>;

/** The hit letters, marked. */
function Marked({ text, query, marks }: { text: string; query: string; marks: Snippet['marks'] | undefined }): ReactNode {
  if (marks) return <MarkedText text={text} marks={marks} />;
  const at = query === '' ? -1 : plain(text).indexOf(plain(query));
  if (at < 0 || plain(text).length !== text.length) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + query.length)}</mark>
      {text.slice(at + query.length)}
    </>
  );
}

function useFound(query: string, source: PaletteSource): { found: PaletteEntry[]; busy: boolean } {
  const desk = use(SearchContext);
  const [state, setState] = useState<{ query: string; found: PaletteEntry[] }>({ query: '', found: [] });
  const wanted = query.trim().length >= 2 && (parseFilter(query).text.length >= 2 || isFiltered(parseFilter(query))) ? query.trim() : '';
  useEffect(() => {
    if (wanted === '') return;
    let alive = true;
    const ask = (): void => {
      source(wanted).then(
        (found) => alive && setState({ query: wanted, found }),
        () => alive && setState({ query: wanted, found: [] }),
      );
    };
    const timer = setTimeout(ask, 60);
    // The first question of a tab finds the index still being read.
    const stop = desk?.onChange(ask);
    return () => {
      alive = false;
      clearTimeout(timer);
      stop?.();
    };
  }, [wanted, source, desk]);
  return { found: wanted === '' ? [] : state.found, busy: wanted !== '' && state.query !== wanted };
}

/** Enter: at once, or when the answer for what stands there now has come. `words`: what of it are no filters. */
function useEnter({ query, words, busy }: { query: string; words: string; busy: boolean }, row: PaletteEntry | undefined, run: (entry: PaletteEntry | undefined) => void): () => void {
  const [entered, setEntered] = useState<string | null>(null);
  useEffect(() => {
    if (entered === null || busy) return;
    setEntered(null);
    if (entered === query) run(row);
  });
  return () => (enterWaits(busy, row, words) ? setEntered(query) : run(row));
}

interface PaletteRowsProps {
  id: string;
  rows: readonly PaletteEntry[];
  chosen: number;
  query: string;
  busy: boolean;
  onMove(at: number): void;
  onRun(entry: PaletteEntry): void;
  ref: RefObject<HTMLDivElement | null>;
}

function PaletteRows({ id, rows, chosen, query, busy, onMove, onRun, ref }: PaletteRowsProps): ReactNode {
  const { t } = useI18n();
  const words = { things: t('palette.things'), go: t('palette.go'), do: t('palette.do'), others: t('search.others'), create: t('palette.create') };
  return (
    <div ref={ref} id={id} className="palette-list" role="listbox" aria-label={t('palette.title')} tabIndex={-1}>
      {rows.length > 0 && !busy && query !== '' && hitsOf(rows, query) === 0 && <p className="menu-head">{t('palette.nothing')}</p>}
      {GROUPS.map((group) => {
        const inside = rows.map((row, index) => ({ row, index })).filter((one) => one.row.group === group);
        if (inside.length === 0) return null;
        return (
          <div key={group} role="group" aria-label={words[group]}>
            <div className="menu-head" aria-hidden="true">
              {words[group]}
            </div>
            {inside.map(({ row, index }) => (
              <div key={row.id} id={`${id}-${index}`} role="option" aria-selected={index === chosen} className="menu-item" onPointerMove={() => onMove(index)} onClick={() => onRun(row)}>
                <Icon name={row.icon} tone={row.hue ?? 'muted'} />
                <span className="palette-words">
                  <span className="cut">
                    <Marked text={row.label} query={query} marks={row.marks} />
                  </span>
                  {row.note && <span className="small muted cut">{row.note}</span>}
                </span>
                <span className="end line">{index === chosen ? <Key>Enter</Key> : row.keys?.map((key) => <Key key={key}>{key}</Key>)}</span>
              </div>
            ))}
          </div>
        );
      })}
      {rows.length === 0 && <p className="menu-head">{busy ? t('palette.busy') : t('palette.nothing')}</p>}
    </div>
  );
}

/** The filters as chips; a press puts the word into the query or takes it out. */
function Filters({ query, onChange }: { query: string; onChange: (query: string) => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="palette-filters line wrap" role="group" aria-label={t('palette.filters')}>
      {[t('filter.fromMe'), t('filter.inChannel'), t('filter.message'), t('filter.document'), t('filter.channel')].map((word) => (
        <button key={word} type="button" className="tag" aria-pressed={query.split(/\s+/).includes(word)} onClick={() => onChange(toggleWord(query, word))}>
          {word}
        </button>
      ))}
    </div>
  );
}

/** The palette. `words` stand in it from the beginning. */
export function Palette({ words, entries, source, onClose }: { words: string; entries: (query: string) => PaletteEntry[]; source: PaletteSource; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const ref = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [query, setQuery] = useState(words);
  const [at, setAt] = useState<number | null>(null);
  useModal(ref);
  const { found, busy } = useFound(query, source);
  const filter = parseFilter(query);
  const rows = useMemo(() => ranked(parseFilter(query).text, [...found.map((entry) => ({ ...entry, always: true })), ...entries(query.trim())], busy), [query, found, entries, busy]);
  // Others are told what one looks for: that row is chosen by whoever goes to it, not by Enter behind words that found nothing.
  const chosen = Math.min(at ?? rows.findIndex(({ group }) => group !== 'others'), rows.length - 1);
  const hits = hitsOf(rows, filter.text);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const run = (entry: PaletteEntry | undefined): void => {
    if (!entry) return;
    ref.current?.close();
    entry.run();
  };
  const enter = useEnter({ query, words: filter.text, busy }, rows[chosen], run);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && rows.length > 0) setAt((chosen + by + rows.length) % rows.length);
    else if (event.key === 'Enter') enter();
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={ref} className="palette" aria-label={t('palette.title')} onClose={onClose} onPointerDown={(event) => event.target === ref.current && ref.current.close()}>
      <div className="palette-head">
        <Icon name="search" size={20} />
        <input
          ref={input}
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-label={t('palette.title')}
          aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
          placeholder={t('palette.hint')}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(null);
          }}
          onKeyDown={onKeyDown}
        />
        <Key>Esc</Key>
      </div>
      <Filters
        query={query}
        onChange={(next) => {
          setQuery(next);
          setAt(null);
          input.current?.focus();
        }}
      />
      <PaletteRows ref={list} id={id} rows={rows} chosen={chosen} query={filter.text} busy={busy} onMove={setAt} onRun={run} />
      <div className="palette-foot small muted" role="status">
        <span>{filter.days.bad.length > 0 ? t('search.badDay', { words: filter.days.bad.join(', ') }) : busy ? t('palette.busy') : query.trim().length >= 2 ? t('palette.here') : t('palette.tip')}</span>
        <span className="num">{hits > 0 ? t('palette.count', { n: hits }) : ''}</span>
      </div>
    </dialog>
  );
}
