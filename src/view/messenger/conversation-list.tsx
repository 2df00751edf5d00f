/** People, rooms and calls over all spaces. */
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { CALL, readCall, type CallEntry, type Conversation } from '#domain/messenger';
import { Button } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useCopies, useKernel } from '#view/kit/kernel.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { Place } from '#view/kit/place.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { formatRoute } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { TalkSegments } from '#view/kit/talk-segments.tsx';
import { followConversations } from './conversations.ts';
import { CreateRoom } from './create-room.tsx';
import { Doors } from './doors.tsx';
import { CallIcon } from './icons.tsx';
import { useCalls } from './parts.ts';
import { useHeard } from './use-heard.ts';
import { followHere, type Here } from './who-is-here.ts';

/** Calls of one space that are shown, and of all. */
const LOOKED = 20;

function useConversations(): Conversation[] | null {
  const api = useKernel();
  const [list, setList] = useState<Conversation[] | null>(null);
  useEffect(() => followConversations(api, setList), [api]);
  return list;
}

/** The newest calls of all spaces. */
function useLog(): CallEntry[] {
  const api = useKernel();
  const log = useAsked(async () => {
    const spaces = (await api.spaces.list()).filter(({ kind, role }) => kind !== 'personal' && !['removed', 'joining', 'no-rights'].includes(role));
    const nodes = await Promise.all(spaces.map(({ id }) => api.graph(id).query({ type: CALL, order: '-stamp', limit: LOOKED }).catch(() => [])));
    return nodes.flat().map(readCall).filter((call) => call !== null).sort((a, b) => b.at - a.at).slice(0, LOOKED);
  }, ['node_created', 'node_updated', 'relation_created', 'spaces'], [api], 500);
  return log ?? [];
}

/** The page. */
export function ConversationList({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const copies = useCopies(space.id);
  const list = useConversations();
  const log = useLog();
  const here = useAllHere(list);
  const [making, setMaking] = useState(false);
  const make = { label: t('room.create'), onClick: () => setMaking(true) };
  return (
    <Place header={{ crumbs: [], title: t('lens.messenger'), copies, acts: <span className="wide-only"><Button kind="quiet" size="compact" icon="plus" onClick={make.onClick}>{t('room.create')}</Button></span> }}>
      <TalkSegments space={space.id} at="messenger" />
      {list === null && <Skeleton label={t('list.loading')} />}
      {list?.length === 0 && log.length === 0 && <EmptyState title={t('room.empty')} text={t('room.emptyText')} act={make} />}
      {list !== null && list.length > 0 && (
        <ul className="list" aria-label={t('room.list')}>
          {list.map((one) => <Row key={`${one.space}/${one.fragment}`} one={one} here={here} />)}
        </ul>
      )}
      <Doors />
      {log.length > 0 && (
        <section className="call-log" aria-labelledby="call-log">
          <h2 id="call-log" className="label">{t('call.log')}</h2>
          <ul className="list">
            {log.map((call) => <LogRow key={call.id} call={call} list={list ?? []} />)}
          </ul>
        </section>
      )}
      {making && <CreateRoom space={space} onClose={() => setMaking(false)} />}
    </Place>
  );
}

/** Names that are shown of those who are in a conversation now. */
const HERE = 3;

const NOBODY: Here = new Map();

/** Who is where in the spaces of the list. */
function useAllHere(list: readonly Conversation[] | null): Here {
  const api = useKernel();
  const [here, setHere] = useState(NOBODY);
  const spaces = [...new Set(list?.map(({ space }) => space))].sort().join(' ');
  useEffect(() => followHere(api, spaces === '' ? [] : spaces.split(' '), setHere), [api, spaces]);
  return here;
}

/** Names of who is there now. */
function HereNow({ space, uids }: { space: string; uids: readonly string[] }): ReactNode {
  const { t, list } = useI18n();
  const people = usePeople(space);
  const names = uids.slice(0, HERE).map((uid) => people.name(uid));
  const more = uids.length - names.length;
  return (
    <span className="line small muted talk-aside">
      <Icon name="person" size={12} />
      <span className="cut">{t('room.hereNow', { names: list(more > 0 ? [...names, t('room.more', { n: more })] : names) })}</span>
    </span>
  );
}

function Row({ one, here }: { one: Conversation; here: Here }): ReactNode {
  const { t, count } = useI18n();
  const { blocked } = useQuiet().quiet;
  // Of a conversation for two, whoever has anything of it open.
  const present = [...new Set(here.get(one.space)?.filter(({ uid, fragment }) => (one.kind === 'direct' || fragment === one.fragment) && !blocked.has(uid)).map(({ uid }) => uid))];
  const { heard, now } = useCalls();
  const on = [...heard, ...(now ? [now] : [])].some(({ space, fragment }) => space === one.space && fragment === one.fragment);
  return (
    <li>
      <a className="list-row" href={formatRoute({ space: one.space, lens: 'messenger', object: one.fragment })}>
        {one.kind === 'direct' ? <Face uid={one.space} name={one.title} size={24} /> : <Icon name="people" tone="muted" />}
        <span className={`cut ${one.unread > 0 ? 'bold' : ''}`}>{one.title}</span>
        {one.place && <span className="small muted cut talk-aside">{one.place}</span>}
        <span className="grow" />
        {present.length > 0 && <HereNow space={one.space} uids={present} />}
        {on && <span className="line small medium nobreak" data-on><CallIcon name="phone" size={14} />{t('call.now')}</span>}
        {one.unread > 0 && <span className="num bold" aria-label={t('rail.unread', { n: one.unread })}>{count(one.unread)}</span>}
      </a>
    </li>
  );
}

/** A call that was: who called, where, when, how long; or that it was missed. */
function LogRow({ call, list }: { call: CallEntry; list: readonly Conversation[] }): ReactNode {
  const { t, day, time, list: names } = useI18n();
  const { me, people, space, going, missed } = useHeard(call);
  const who = useMemo(() => names((call.by === me ? call.people.filter((uid) => uid !== me) : [call.by]).map((uid) => people.name(uid))), [call, me, names, people]);
  const place = list.find(({ space: at, fragment }) => at === call.space && fragment === call.fragment)?.title ?? space?.name ?? '';
  return (
    <li>
      <a className="list-row" href={formatRoute({ space: call.space, lens: 'messenger', object: call.fragment })}>
        <CallIcon name={missed ? 'leave' : 'phone'} />
        <span className="cut">{who || people.name(call.by)}</span>
        <span className="small muted cut talk-aside">{place}</span>
        <span className="grow" />
        {missed && <span className="small medium nobreak">{t('call.missed')}</span>}
        {going ? <span className="small medium nobreak">{t('call.now')}</span> : call.ended !== null && !missed && <span className="small muted num nobreak">{t('call.ended', { n: Math.max(1, Math.round((call.ended - call.at) / 60_000)) })}</span>}
        <span className="small muted num nobreak">{day(call.at) === day(Date.now()) ? time(call.at) : day(call.at)}</span>
      </a>
    </li>
  );
}
