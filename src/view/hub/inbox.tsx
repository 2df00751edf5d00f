/** The Inbox: one list of what concerns me in all spaces, to be worked off by pointer, finger or keys. It stands still while it is read. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAct } from '#view/kit/keyboard.tsx';
import { Menu, Popover, useAnchored } from '#view/kit/overlays.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { entryKey, navigate, type Route } from '#view/kit/router.tsx';
import { EmptyState } from '#view/kit/states.tsx';
import { DigestCard } from './digest-card.tsx';
import type { Feed, HubState } from './feed.ts';
import { ItemRow, type RowActs } from './item-row.tsx';
import { bySpace, countsOf, heldRows, LISTS, rowsOf, snoozeTimes, type HubRow, type List, type ShownRow } from './projection.ts';
import { useHubActs } from './use-hub.ts';
import { LIST_WORD, NONE_WORD, SNOOZE_WORD } from './words.ts';

/** Rows drawn at first and with every "Show more". */
const PAGE = 60;
/** Which row was looked at in an entry of the history: Back leads to it. */
const places = new Map<string, string>();

interface InboxProps {
  feed: Feed;
  state: HubState;
  since: number | null;
  space: SpaceView;
  route: Route;
}

/** The list with its filters. */
export function Inbox(props: InboxProps): ReactNode {
  const { t } = useI18n();
  const { state, space, route } = props;
  const list: List = LISTS.find((one) => one === route.params['list']) ?? 'all';
  const counts = useMemo(() => countsOf(state.items), [state.items]);
  return (
    <>
      <div className="hub-filters" role="group" aria-label={t('hub.filter')}>
        {LISTS.map((one) => (
          <button key={one} type="button" className="tag" aria-pressed={one === list} onClick={() => navigate({ space: space.id, lens: 'hub', object: 'inbox', params: one === 'all' ? {} : { list: one } }, { replace: true })}>
            {t(LIST_WORD[one])}
            {one !== 'all' && one !== 'done' && counts[one] > 0 && <span className="num">{counts[one]}</span>}
          </button>
        ))}
      </div>
      {list === 'all' && <DigestCard state={state} since={props.since} />}
      <Rows key={list} {...props} list={list} />
    </>
  );
}

/** Holds the list still; `merge` lets in what is new. */
function useHeld(now: readonly HubRow[], still: boolean): { rows: ShownRow[]; fresh: number; merge: () => void; moved: (key: string) => void } {
  const [before, setBefore] = useState<readonly HubRow[] | null>(null);
  const moved = useRef(new Set<string>());
  // Until all spaces are read there is nothing to hold still.
  if (!still && before !== null) setBefore(null);
  else if (still && (before === null || before.length === 0) && now.length > 0) setBefore(now);
  const held = useMemo(() => heldRows(before, now, moved.current), [before, now]);
  // Of what was held nothing is left: what came instead is held from here on.
  if (before !== null && before.length > 0 && held.rows.length > 0 && !held.rows.some(({ key }) => before.some((row) => row.key === key))) {
    moved.current.clear();
    setBefore(now);
  }
  return { ...held, merge: () => (moved.current.clear(), setBefore(now)), moved: (key) => void moved.current.add(key) };
}

function Rows({ feed, state, list, space }: InboxProps & { list: List }): ReactNode {
  const { t } = useI18n();
  const now = useMemo(() => rowsOf(state.items, list), [state.items, list]);
  const { rows, fresh, merge, moved } = useHeld(now, state.settled);
  const [shown, setShown] = useState(PAGE);
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const box = useRef<HTMLDivElement>(null);
  const groups = bySpace(rows.slice(0, shown));
  const order = groups.flatMap(([, group]) => group);
  const [current, setCurrent] = useState<string | null>(() => places.get(entryKey()) ?? null);
  const at = Math.max(0, order.findIndex(({ key }) => key === current));
  const acts = useRowActs(feed, list, moved, choose);
  useKeys({ order, at, list, acts, box, setCurrent });
  const picked = order.filter(({ key, gone }) => chosen.has(key) && !gone);
  if (rows.length === 0) return <None list={list} space={space} />;
  return (
    <div ref={box} className="hub-list">
      <div className="hub-list-head small muted">
        {fresh > 0 ? <Button kind="text" size="compact" icon="up" onClick={merge}>{t('hub.new', { n: fresh })}</Button> : <span>{t('hub.order')}</span>}
        <span className="grow" />
        <Bulk rows={picked} all={rows} list={list} acts={acts} onDone={() => choose(new Set())} />
      </div>
      <p className="hidden" role="status">{fresh > 0 ? t('hub.new', { n: fresh }) : ''}</p>
      {groups.map(([id, group]) => (
        <Group key={id} id={id} rows={group} list={list} state={state} current={order[at]?.key ?? null} chosen={chosen} acts={acts} onFocus={(key) => (setCurrent(key), places.set(entryKey(), key))} />
      ))}
      {rows.length > shown && <div className="list-foot"><Button kind="text" icon="down" onClick={() => setShown(shown + PAGE)}>{t('hub.more')}</Button></div>}
    </div>
  );
}

function useRowActs(feed: Feed, list: List, moved: (key: string) => void, choose: (next: (before: ReadonlySet<string>) => ReadonlySet<string>) => void): RowActs & { many(rows: readonly ShownRow[], what: 'done' | 'save' | number): void } {
  const acts = useHubActs(feed);
  return useMemo(() => {
    const leave = (rows: readonly ShownRow[], on: boolean): void => (on ? rows.forEach(({ key }) => moved(key)) : undefined);
    const itemsOf = (rows: readonly ShownRow[]) => rows.flatMap(({ items }) => items);
    return {
      done: (row) => (leave([row], list !== 'saved'), acts.done(row.items)),
      again: (row) => (leave([row], list === 'done'), acts.again(row.items)),
      save: (row) => (leave([row], list === 'saved'), acts.save(row.items, !row.saved)),
      snooze: (row, until) => (leave([row], list !== 'saved'), acts.snooze(row.items, until)),
      open: (row) => acts.seen(row.items[0]!),
      follow: ({ items: [item] }, on) => acts.follow(item!.entry, on),
      select: ({ key }, on) => choose((before) => new Set(on ? [...before, key] : [...before].filter((one) => one !== key))),
      many: (rows, what) => {
        if (what === 'save') return acts.save(itemsOf(rows), true);
        // What left elsewhere goes out of sight with the rest.
        leave(rows, list !== 'saved');
        const here = rows.filter(({ gone }) => !gone);
        if (what === 'done') acts.done(itemsOf(here));
        else acts.snooze(itemsOf(here), what);
      },
    };
  }, [acts, list, moved, choose]);
}

/** j, k, e, s, b on the current row; what was done gives the next one the focus. */
function useKeys({ order, at, list, acts, box, setCurrent }: { order: readonly ShownRow[]; at: number; list: List; acts: RowActs; box: React.RefObject<HTMLDivElement | null>; setCurrent: (key: string | null) => void }): void {
  const wanted = useRef<string | null>(null);
  const link = (key: string): HTMLElement | null => box.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"] .hub-link`) ?? null;
  const go = (to: number): void => {
    const row = order[Math.min(order.length - 1, Math.max(0, to))];
    if (!row) return;
    setCurrent(row.key);
    link(row.key)?.focus();
  };
  const inside = (): boolean => box.current?.contains(document.activeElement) === true;
  const act = (run: (row: ShownRow) => void, leaves: boolean): (() => void) | null => {
    const row = order[at];
    if (!row || row.gone) return null;
    return () => {
      const next = (order[at + 1] ?? order[at - 1])?.key ?? null;
      run(row);
      if (!leaves) return;
      setCurrent(next);
      wanted.current = next;
    };
  };
  const back = list === 'done' || list === 'later';
  useAct('next', order.length > 0 ? () => go(inside() ? at + 1 : at) : null);
  useAct('previous', order.length > 0 ? () => go(inside() ? at - 1 : at) : null);
  useAct('done', back ? null : act(acts.done, list !== 'saved'));
  useAct('save', act(acts.save, list === 'saved'));
  useAct('snooze', back ? null : act((row) => box.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.key)}"] [data-act="snooze"]`)?.click(), false));
  // The row that goes takes the focus with it: the next one gets it once it has gone.
  useEffect(() => {
    const key = wanted.current;
    if (key === null || (document.activeElement !== document.body && document.activeElement !== null && !inside())) return;
    wanted.current = null;
    link(key)?.focus();
  });
}

function Group({ id, rows, list, state, current, chosen, acts, onFocus }: { id: string; rows: readonly ShownRow[]; list: List; state: HubState; current: string | null; chosen: ReadonlySet<string>; acts: RowActs; onFocus: (key: string) => void }): ReactNode {
  const { t } = useI18n();
  const people = usePeople(id);
  const space = state.spaces?.find((one) => one.id === id);
  const name = space?.kind === 'personal' ? t('space.personal') : (space?.name ?? '…');
  const unread = rows.filter((row) => row.unread && !row.gone).length;
  return (
    <section className="hub-group" aria-label={name}>
      <h2 className="hub-group-head">
        <span className="cut">{name}</span>
        {unread > 0 && <span className="small muted num">{t('hub.unread', { n: unread })}</span>}
      </h2>
      <ul>
        {rows.map((row) => (
          <ItemRow key={row.key} row={row} list={list} state={state} people={people} current={row.key === current} selected={chosen.has(row.key)} selecting={chosen.size > 0} acts={acts} onFocus={() => onFocus(row.key)} />
        ))}
      </ul>
    </section>
  );
}

function Bulk({ rows, all, list, acts, onDone }: { rows: readonly ShownRow[]; all: readonly ShownRow[]; list: List; acts: ReturnType<typeof useRowActs>; onDone: () => void }): ReactNode {
  const { t } = useI18n();
  const { anchor, open, close } = useAnchored();
  const back = list === 'done' || list === 'later';
  if (rows.length === 0) return back ? null : <Button kind="quiet" size="compact" onClick={() => acts.many(all, 'done')}>{t('hub.allDone')}</Button>;
  const many = (what: 'done' | 'save' | number): void => (acts.many(rows, what), onDone());
  return (
    <span className="line wrap" role="group" aria-label={t('hub.selected', { n: rows.length })}>
      <span role="status">{t('hub.selected', { n: rows.length })}</span>
      {!back && <Button size="compact" onClick={() => many('done')}>{t('hub.actDone')}</Button>}
      {!back && <Button size="compact" aria-haspopup="menu" aria-expanded={anchor !== null} onClick={open}>{t('hub.actSnooze')}</Button>}
      <Button size="compact" onClick={() => many('save')}>{t('hub.actSave')}</Button>
      <Button kind="text" size="compact" onClick={onDone}>{t('act.cancel')}</Button>
      {anchor && (
        <Popover anchor={anchor} onClose={close} label={t('hub.actSnooze')} className="menu">
          <Menu items={snoozeTimes(Date.now()).map(({ word, until }) => ({ label: t(SNOOZE_WORD[word]), icon: 'clock', onSelect: () => many(until) }))} onDone={close} />
        </Popover>
      )}
    </span>
  );
}

function None({ list, space }: { list: List; space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const kept = list === 'saved' || list === 'later' || list === 'done' ? list : null;
  return <EmptyState title={t(kept ? NONE_WORD[kept][0] : 'hub.none')} text={t(kept ? NONE_WORD[kept][1] : 'hub.noneText')} {...(kept ? {} : { act: { label: t('hub.recent'), onClick: () => navigate({ space: space.id, lens: 'hub', object: 'activity' }) } })} />;
}
