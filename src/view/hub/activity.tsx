/** Activity: what happened in all spaces, the newest first, by day; narrowed by space, person and kind. The choice stands in the address. */
import { useMemo, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { activityOf, type Entry } from '#domain/hub';
import type { HappeningKind } from '#domain/shared';
import { Button, Select } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import { usePeople, type People as Names } from '#view/kit/people.tsx';
import { formatRoute, navigate, type Route } from '#view/kit/router.tsx';
import { EmptyState } from '#view/kit/states.tsx';
import { KIND_LOOK } from './digest-card.tsx';
import type { Feed, HubState } from './feed.ts';
import { useGoalTitle } from './goal-title.ts';
import { followable, grouped, placeEntry, routeOf } from './projection.ts';
import { useHubActs } from './use-hub.ts';
import { ACTIVITY_WORD, KIND_WORD, toldAs } from './words.ts';

const PAGE = 60;
/** Contexts: all spaces of a kind, as `where` says them. */
const CONTEXTS = { '~team': 'team', '~guild': 'guild' } as const;
const isContext = (where: string): where is keyof typeof CONTEXTS => where in CONTEXTS;
const KINDS: readonly HappeningKind[] = ['message', 'task', 'resource', 'document', 'proposal', 'version', 'channel', 'person', 'call', 'agent'];

/** The feed. */
export function Activity({ feed, state, space, route }: { feed: Feed; state: HubState; space: SpaceView; route: Route }): ReactNode {
  const { t, day } = useI18n();
  const [shown, setShown] = useState(PAGE);
  const { where = '', by = '', kind = '' } = route.params;
  const kinds = useMemo(() => new Map((state.spaces ?? []).map((one) => [one.id, one.kind])), [state.spaces]);
  const all = useMemo(() => [...state.indexes].filter(([id]) => where === '' || (isContext(where) ? kinds.get(id) === CONTEXTS[where] : id === where)).flatMap(([, index]) => activityOf(index, state.quiet)).filter((entry) => entry.kind !== 'join' && entry.kind !== 'report').sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)), [state.indexes, state.quiet, where, kinds]);
  const list = all.filter((entry) => (by === '' || entry.by === by) && (kind === '' || entry.kind === kind));
  const go = (change: Record<string, string>): void => {
    setShown(PAGE);
    navigate({ space: space.id, lens: 'hub', object: 'activity', params: Object.fromEntries(Object.entries({ where, by, kind, ...change }).filter(([, value]) => value !== '')) }, { replace: true });
  };
  const days = grouped(list.slice(0, shown), ({ at }) => new Date(at).toDateString());
  return (
    <>
      <div className="hub-narrow">
        <Select label={t('hub.space')} value={where} options={[{ value: '', label: t('hub.everywhere') }, { value: '~team', label: t('hub.teams') }, { value: '~guild', label: t('hub.guilds') }, ...(state.spaces ?? []).map((one) => ({ value: one.id, label: one.kind === 'personal' ? t('space.personal') : one.name }))]} onChange={(value) => go({ where: value, by: '' })} />
        <Select label={t('hub.kind')} value={kind} options={[{ value: '', label: t('hub.anyKind') }, ...KINDS.map((value) => ({ value: value as string, label: t(KIND_WORD[value]) }))]} onChange={(value) => go({ kind: value })} />
        <People state={state} entries={all} by={by} onChange={(value) => go({ by: value })} where={isContext(where) || where === '' ? space.id : where} />
      </div>
      {list.length === 0 ? (
        all.length === 0 ? <EmptyState title={t('hub.activityNone')} text={t('hub.activityNoneText')} /> : <EmptyState title={t('hub.activityNarrow')} text={t('hub.activityNarrowText')} />
      ) : (
        <WithNames spaces={[...new Set(list.slice(0, shown).map((entry) => entry.space))]}>{(names) => (
        <div className="hub-list">
          <p className="hub-list-head small muted">{t('hub.order')}</p>
          {days.map(([key, entries]) => (
            <section key={key} className="hub-group" aria-label={day(entries[0]!.at)}>
              <h2 className="hub-group-head">{day(entries[0]!.at)}</h2>
              <ul>{entries.map((entry) => <Line key={`${entry.space} ${entry.id}`} feed={feed} state={state} entry={entry} people={names.get(entry.space)!} />)}</ul>
            </section>
          ))}
          {list.length > shown && <div className="list-foot"><Button kind="text" icon="down" onClick={() => setShown(shown + PAGE)}>{t('hub.more')}</Button></div>}
        </div>
        )}</WithNames>
      )}
    </>
  );
}

/** People of several spaces, asked for once each. */
function WithNames({ spaces, known = new Map(), children }: { spaces: readonly string[]; known?: ReadonlyMap<string, Names>; children: (names: ReadonlyMap<string, Names>) => ReactNode }): ReactNode {
  const [space, ...rest] = spaces;
  return space === undefined ? children(known) : <NamesOf key={space} space={space} rest={rest} known={known}>{children}</NamesOf>;
}

function NamesOf({ space, rest, known, children }: { space: string; rest: readonly string[]; known: ReadonlyMap<string, Names>; children: (names: ReadonlyMap<string, Names>) => ReactNode }): ReactNode {
  const people = usePeople(space);
  return <WithNames spaces={rest} known={new Map([...known, [space, people]])}>{children}</WithNames>;
}

/** Who wrote what is shown; names of the space that is looked at. */
function People({ entries, by, where, state, onChange }: { state: HubState; entries: readonly Entry[]; by: string; where: string; onChange: (value: string) => void }): ReactNode {
  const { t } = useI18n();
  const people = usePeople(where);
  const uids = [...new Set([...people.members.map(({ uid }) => uid), ...entries.map((entry) => entry.by).filter((uid) => uid !== null)])].filter((uid) => people.members.some((member) => member.uid === uid) || uid === by || uid === state.me);
  return <Select label={t('hub.by')} value={by} options={[{ value: '', label: t('hub.anyone') }, ...uids.map((uid) => ({ value: uid, label: people.name(uid) }))]} onChange={onChange} />;
}

/** Requests and reports are told in the Inbox. */
const wordOf = ({ kind, waits }: Entry, about: boolean): Key => ACTIVITY_WORD[kind === 'message' && about ? 'comment' : toldAs(kind as HappeningKind, waits === false)];

function Line({ feed, state, entry, people }: { feed: Feed; state: HubState; entry: Entry; people: Names }): ReactNode {
  const { t, time } = useI18n();
  const acts = useHubActs(feed);
  const named = useGoalTitle(entry);
  const place = placeEntry(state.indexes.get(entry.space), entry.fragment);
  const space = state.spaces?.find(({ id }) => id === entry.space);
  const { icon, hue } = KIND_LOOK[entry.kind];
  const where = place?.place?.title ?? space?.name ?? '';
  const can = followable(place, state.marks.hub(entry.space, entry.fragment));
  const facts = [t(wordOf(entry, place?.place?.about ?? false), { name: people.name(entry.by), place: where }), space?.kind === 'personal' ? t('space.personal') : (space?.name ?? '')];
  return (
    <li className="hub-row">
      <Icon name={icon} tone={hue} />
      <a className="hub-link" href={formatRoute(routeOf(entry, place))}>
        <span className="hub-title cut" dir="auto">{entry.title || named || '…'}</span>
        <span className="small muted cut">{facts.join(' · ')}</span>
      </a>
      <span className="hub-end">
        {can && (
          <span className="hub-acts">
            <MenuButton name={t('hub.acts', { title: entry.title })} items={[{ label: t(can.on ? 'hub.actUnfollow' : 'hub.actFollow', { place: can.title }), icon: 'bell', onSelect: () => acts.follow(entry, !can.on) }]} />
          </span>
        )}
        <span className="hub-face">{entry.by !== null && <Face uid={entry.by} name={people.name(entry.by)} size={24} />}</span>
        <time className="small muted num hub-time" dateTime={new Date(entry.at).toISOString()}>{time(entry.at)}</time>
      </span>
    </li>
  );
}
