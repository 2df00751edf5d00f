/** One channel: messages, composer, thread panel. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { mayWrite, type Message } from '#domain/chat';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies, useKernel, usePresence } from '#view/kit/kernel.tsx';
import { useAct } from '#view/kit/keyboard.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { Place } from '#view/kit/place.tsx';
import { navigate, type Route } from '#view/kit/router.tsx';
import { ShareDialog } from '#view/kit/share-dialog.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { ChannelComposer } from './channel-composer.tsx';
import { useChatCommands } from './commands.ts';
import { TopicDialog } from './create-channel.tsx';
import { MessageList, type ListHandle } from './message-list.tsx';
import { channelRows } from './projection.ts';
import { RowDrawing } from './row-drawing.tsx';
import { StartCard } from './start-card.tsx';
import { ThreadPanel } from './thread-panel.tsx';
import { useReadMarks, type ChannelRow } from './use-channels.ts';
import { useChannelMessages, useOwnStates, useUnreadLine } from './use-channel.ts';
import { useHere, useJump, useLineAbove, useMarkRead, useMoves, useNewCount } from './use-reading.ts';
import { useRowTools } from './use-row-tools.ts';

/** The channel. */
export function ChannelView({ space, channel, first, route }: { space: SpaceView; channel: ChannelRow; first: boolean; route: Route }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const me = api.identity.get()?.uid ?? '';
  const place = `${space.id}/${channel.fragment}`;
  const people = usePeople(space.id);
  const copies = useCopies(space.id, channel.fragment);
  const { state, loaded, hasOlder, older } = useChannelMessages(space.id, channel.fragment);
  const marks = useReadMarks();
  const mark = marks.markOf(space.id, channel.fragment);
  const line = useUnreadLine(place, state, loaded && marks.loaded, me, mark);
  const rows = useMemo(() => channelRows(state, line), [state, line]);
  const commands = useChatCommands(space, channel, people);
  const states = useOwnStates(state, me, copies);
  const list = useRef<ListHandle>(null);
  const scroller = useRef<HTMLElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [pinned, setPinned] = useState(true);
  const [reply, setReply] = useState<Message | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const [dialog, setDialog] = useState<'topic' | 'share' | null>(null);
  const [where, setWhere] = useState(0);
  const writes = mayWrite(space.role);

  const open = useCallback((params: Record<string, string>) => navigate({ space: space.id, lens: 'chat', object: channel.fragment, params }), [space.id, channel.fragment]);
  const startReply = useCallback((message: Message) => (setReply(message), field.current?.focus()), []);
  const tools = useRowTools({ space, channel, people, commands, mark, writes, onReply: startReply, onEdit: setEditing, onThread: (message) => open({ panel: 'thread', t: message.id }), onShow: (id) => list.current?.show(id) });

  useHere(space.id, channel.fragment);
  const fresh = useNewCount(place, state, pinned, me);
  useMarkRead(pinned && loaded && marks.loaded, state, mark, me, commands);
  useJump(route.params['m'] ?? null, loaded, rows, hasOlder, older, list);
  useMoves(scroller, setActive);
  useAct('where', () => setWhere((n) => n + 1));
  useAct('reply', writes && active ? () => startReplyById(state.byId.get(active), startReply) : null);

  const lastOwn = state.order.findLast((message) => message.by === me && !message.deleted);
  const thread = route.params['panel'] === 'thread' ? (route.params['t'] ?? null) : null;
  const here = useFacesHere(space.id, channel.fragment, people);
  const share = space.kind !== 'personal' && (space.role === 'owner' || space.role === 'admin');
  const empty = loaded && rows.length === 0;
  const start = space.kind === 'personal' && first;
  const unreadAbove = useLineAbove(scroller, line !== null, rows);

  return (
    <Place
      main={scroller}
      header={{
        crumbs: [space.name], icon: 'channel', title: channel.title, topic: channel.topic, people: here, copies, whereOpened: where,
        onBack: () => navigate({ space: space.id, lens: 'chat' }),
        acts: share ? <span className="wide-only"><Button kind="quiet" size="compact" onClick={() => setDialog('share')}>{t('act.share')}</Button></span> : null,
        menu: [
          ...(writes ? [{ label: t('channel.setTopic'), icon: 'edit' as const, onSelect: () => setDialog('topic') }] : []),
          ...(share ? [{ label: t('invite.someone'), icon: 'invite' as const, onSelect: () => setDialog('share') }] : []),
          { label: t('chat.markRead'), icon: 'check', onSelect: () => commands.read(state.order, mark) },
          { label: t('act.copyLink'), icon: 'link', onSelect: () => void navigator.clipboard.writeText(location.href).catch(() => undefined) },
        ],
      }}
      panel={thread && <ThreadPanel space={space} channel={channel} root={thread} state={state} loaded={loaded} tools={tools} commands={commands} people={people} onClose={() => open({})} />}
      foot={
        <ChannelComposer
          space={space} channel={channel} people={people} commands={commands} reply={reply} field={field} writes={writes}
          onReplyDone={() => setReply(null)} onSent={() => list.current?.toEnd()} onEditLast={() => lastOwn && setEditing(lastOwn.id)}
          pill={!pinned && <NewPill n={fresh} onClick={() => list.current?.toEnd()} />}
        />
      }
    >
      {unreadAbove && <UnreadPill onClick={() => list.current?.show('unread')} />}
      {!loaded && <Skeleton label={t('list.loading')} />}
      {empty && !start && (
        <EmptyState title={t('chat.empty')} text={t('chat.emptyText', { space: space.name })} {...(writes ? { act: { label: t('chat.writeFirst'), onClick: () => field.current?.focus() } } : {})} {...(share ? { quiet: { label: t('invite.someone'), onClick: () => setDialog('share') } } : {})} />
      )}
      <MessageList
        ref={list} place={place} rows={rows} scroller={scroller} hasOlder={hasOlder} onOlder={() => void older()} onPinned={setPinned} label={t('chat.messagesIn', { channel: channel.title })}
        head={start && loaded ? <StartCard space={space} onWrite={() => field.current?.focus()} /> : null}
        draw={(row) => (
          <RowDrawing key={row.key} row={row} states={states} active={row.key === active} editing={row.key === editing} onActive={setActive} tools={tools} commands={commands} people={people} onEditDone={() => (setEditing(null), field.current?.focus())} />
        )}
      />
      {dialog === 'topic' && <TopicDialog channel={channel} onSave={commands.topic} onClose={() => setDialog(null)} />}
      {dialog === 'share' && <ShareDialog space={space} onClose={() => setDialog(null)} />}
    </Place>
  );
}

function startReplyById(message: Message | undefined, start: (message: Message) => void): void {
  if (message) start(message);
}

function useFacesHere(space: string, fragment: string, people: { name(uid: string | null): string }): { uid: string; name: string }[] {
  const presence = usePresence(space);
  return useMemo(() => {
    const uids = new Set(presence.filter((one) => one.fragment === fragment).map((one) => one.uid));
    return [...uids].slice(0, 8).map((uid) => ({ uid, name: people.name(uid) }));
  }, [presence, fragment, people]);
}

function NewPill({ n, onClick }: { n: number; onClick: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <button type="button" className="pill" onClick={onClick}>
      <Icon name="arrow" size={14} />
      {n > 0 ? t('chat.newBelow', { n }) : t('chat.toLatest')}
    </button>
  );
}

function UnreadPill({ onClick }: { onClick: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="pill-top">
      <button type="button" className="pill" onClick={onClick}>
        {t('chat.toUnread')}
      </button>
    </div>
  );
}

/** Announces new messages of others, politely. */
export function Announcer({ text }: { text: string }): ReactNode {
  const [said, setSaid] = useState('');
  useEffect(() => setSaid(text), [text]);
  return (
    <div className="hidden" aria-live="polite">
      {said}
    </div>
  );
}
