/** One channel: messages, composer, thread panel. */
import { memo, Suspense, useCallback, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react';
import { plainMessage } from '#base/plain-message';
import type { Copies, SpaceView } from '#os/api';
import { CHANNEL, inThread, mayMakeChannels, mayWrite, type ChannelState, type Message } from '#domain/chat';
import { CHANNEL_TITLE_MAX, isHushed, type Readable } from '#domain/shared';
import { mayShare } from '#domain/subscription';
import { opensPast, saysPast } from '#view/kit/before.ts';
import { BeforeNote } from '#view/kit/late-notes.ts';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies, useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { useAct } from '#view/kit/keyboard.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';
import { Place, type HeaderProps } from '#view/kit/place.tsx';
import { useOwnStates } from '#view/kit/own-states.ts';
import { useOthersHere, useQuiet } from '#view/kit/quiet.tsx';
import { navigate, type Route } from '#view/kit/router.tsx';
import { ShareDialog } from '#view/kit/lazy-dialogs.ts';
import { AgentPanel } from '#view/kit/lazy-agents.ts';
import { TaskPanel } from '#view/kit/lazy-task.ts';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { useTasksHere } from '#view/kit/tasks.tsx';
import { addressOf, useCopy } from '#view/kit/use-copy.ts';
import { ChannelComposer } from './channel-composer.tsx';
import { useChatCommands } from './commands.ts';
import { MoveOutDialog, PinsPanel, StartCard, ThreadPanel, TopicDialog } from './channel-dialogs.ts';
import { MessageList, type ListHandle } from './message-list.tsx';
import { channelRows, type ChannelLine } from './projection.ts';
import { RowDrawing } from './row-drawing.tsx';
import type { ThreadPanelProps } from './thread-panel.tsx';
import { useReadMarks, type ChannelRow } from './use-channels.ts';
import { useChannelMessages, useUnreadLine, type UnreadPlace } from './use-channel.ts';
import { useEditing, useReply } from './use-editing.ts';
import { useArrival, useHere, useJump, useLineAbove, useMarkRead, useMoves, useNewCount, useUnreadJump, useUnseen } from './use-reading.ts';
import { channelSubject, useRowTools } from './use-row-tools.ts';

const HistoryPanel = lazyPart(async () => (await import('#view/kit/history-panel.tsx')).HistoryPanel);
const NO_LINES: readonly ChannelLine[] = [];
const PANELS = ['history', 'details', 'pins', 'agents'];

/** What a channel shows, followed. */
function useChannelData(space: SpaceView, channel: ChannelRow, editing: string | null, lines: readonly ChannelLine[]) {
  const me = useKernel().identity.get()?.uid ?? '';
  const place = `${space.id}/${channel.fragment}`;
  const people = usePeople(space.id);
  const copies = useCopies(space.id, channel.fragment);
  const messages = useChannelMessages(space.id, channel.fragment);
  const marks = useReadMarks();
  const mark = marks.markOf(space.id, channel.fragment);
  const tasks = useTasksHere();
  const ready = messages.loaded && marks.loaded && tasks.loaded;
  const { quiet } = useQuiet();
  const { byId } = messages.state;
  const hushed = useCallback((message: Message) => isHushed(quiet, message, (id) => byId.get(id)), [quiet, byId]);
  const unread = useUnreadLine(place, messages.state, ready && marks.kept, messages.hasOlder, me, mark, hushed);
  // Nothing is drawn before the unread line has its place: it would push down what is being read.
  const rows = useMemo(() => (ready ? channelRows(messages.state, unread.line, editing, false, lines, messages.hasOlder) : []), [ready, messages.state, unread.line, editing, lines, messages.hasOlder]);
  const commands = useChatCommands(space, channel, people);
  const own = useMemo(() => messages.state.order.filter((message) => message.by === me && !message.deleted).map(({ id }) => id), [messages.state.order, me]);
  const states = useOwnStates(own, copies);
  const { flow, threads } = useUnreadPlaces(messages.state, channel);
  return { flow, threads, me, place, people, copies, messages, mark, ready, unread, hushed, rows, commands, states };
}

/** What is read in the channel itself, loaded or only counted; and how much is unread in each thread. */
function useUnreadPlaces(state: ChannelState, { counted }: ChannelRow): { flow: readonly Readable[]; threads: ReadonlyMap<string, number> } {
  return useMemo(() => {
    const threads = new Map<string, number>();
    const apart = counted.filter((item) => !state.byId.has(item.id));
    for (const { id, thread } of counted) {
      const message = state.byId.get(id);
      if (thread && (!message || inThread(state, message))) threads.set(thread, (threads.get(thread) ?? 0) + 1);
    }
    return { flow: [...state.order.filter((message) => !message.deleted && !inThread(state, message)), ...apart.filter(({ thread }) => !thread)], threads };
  }, [state, counted]);
}

/** The ways to what is unread: what came late first, then the unread line. */
function useUnreadWays(unseen: ReadonlySet<string>, { messages, unread }: { messages: { state: ChannelState }; unread: UnreadPlace }, older: () => Promise<boolean>, list: RefObject<ListHandle | null>): { late: boolean; toUnread: () => void } {
  const toLine = useUnreadJump(unread, older, list);
  const late = unseen.size > 0 ? messages.state.order.find(({ id }) => unseen.has(id)) : undefined;
  return { late: late !== undefined, toUnread: () => (late ? void list.current?.show(late.id) : toLine()) };
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, n) => all + n, 0);

/** The channel. */
export const ChannelView = memo(function ChannelView({ space, channel, channels, first, route, call, lines = NO_LINES, onLeave = null }: { space: SpaceView; channel: ChannelRow; channels: readonly ChannelRow[]; first: boolean; route: Route; call?: ReactNode; lines?: readonly ChannelLine[]; onLeave?: (() => void) | null }): ReactNode {
  const { t } = useI18n();
  const field = useRef<HTMLTextAreaElement>(null);
  const { editing, edit, end } = useEditing(field);
  const data = useChannelData(space, channel, editing, lines);
  const { people, copies, mark, rows, commands, me, place } = data;
  const { state, hasOlder, older } = data.messages;
  const loaded = data.ready;
  const list = useRef<ListHandle>(null);
  const scroller = useRef<HTMLElement>(null);
  const [pinned, setPinned] = useState(true);
  const [reply, setReply] = useReply(place, state.byId);
  const [active, setActive] = useState<string | null>(null);
  const [dialog, setDialog] = useState<ChannelDialog>(null);
  const [leaving, setLeaving] = useState<Message | null>(null);
  const [where, setWhere] = useState(0);
  const [renames, setRenames] = useState(0);
  const preview = route.params['as'] === 'guest';
  const writes = mayWrite(space, channel.fragment) && !preview;
  const open = (params: Record<string, string>): void => navigate({ space: space.id, lens: route.lens, object: channel.fragment, params: preview ? { as: 'guest', ...params } : params });
  const startReply = (message: Message): void => (setReply(message), field.current?.focus());
  const tools = useRowTools({ space, channel, people, commands, mark, byId: state.byId, writes, reacts: !preview, onReply: startReply, onEdit: edit, onThread: (message) => open({ panel: 'thread', t: message.id }), onHistory: (message) => open({ panel: 'history', t: message.id }), onShow: (id) => list.current?.show(id), onMoveOut: setLeaving, lens: route.lens });
  useHere(space.id, channel.fragment);
  const fresh = useNewCount(place, state, pinned, me, data.hushed);
  const unseen = useUnseen(data, scroller);
  useMarkRead(pinned && loaded, data.flow, unseen, mark, me, commands);
  useJump(route.params['m'] ?? null, { ...data.messages, loaded }, rows, list, (root, hit) => navigate({ space: space.id, lens: route.lens, object: channel.fragment, params: { panel: 'thread', t: root, m: hit } }, { replace: true }));
  useMoves(scroller, setActive);
  useArrival(writes, field);
  useAct('where', () => setWhere((n) => n + 1));
  const chosen = active ? state.byId.get(active) : undefined;
  useAct('reply', chosen && tools.mayWrite(chosen) ? () => tools.reply(chosen) : null);
  const lastOwn = state.order.findLast((message) => message.by === me && !message.deleted && message.moved === null && !inThread(state, message));
  const thread = route.params['panel'] === 'thread' && route.params['t'] !== undefined;
  const header = useHeader({ space, lens: route.lens, call, channel, people, copies, where, names: writes && mayMakeChannels(space), share: mayShare(space) && !preview, onDialog: setDialog, onRead: () => commands.readAll(mark), onHistory: () => open({ panel: 'history' }), onAgents: () => open({ panel: 'agents' }), onPins: () => open({ panel: 'pins' }), onRename: (title) => commands.rename(title, channels), renames, onAskRename: () => setRenames(renames + 1), onLeave });
  const start = space.kind === 'personal' && first;
  const unreadAbove = useLineAbove(scroller, data.unread.line !== null || data.unread.beyond, rows);
  const { late, toUnread } = useUnreadWays(unseen, data, older, list);
  const newThread = thread ? undefined : [...data.threads.keys()][0];
  const [toEnd, write] = [(): void => list.current?.toEnd(), (): void => field.current?.focus()];
  return (
    <Place
      main={scroller}
      header={header}
      panel={(PANELS.includes(route.params['panel'] ?? '') || thread) && <Panel route={route} space={space} channel={channel} state={state} loaded={loaded} hasOlder={hasOlder} older={older} mark={mark} counted={channel.counted} hit={route.params['m'] ?? null} states={data.states} tools={tools} commands={commands} people={people} onClose={() => open({})} />}
      foot={
        <ChannelComposer
          space={space} channel={channel} people={people} commands={commands} reply={reply} field={field} writes={writes} onPreviewEnd={preview ? () => navigate({ space: space.id, lens: route.lens, object: channel.fragment }) : null}
          onReply={setReply} onSent={toEnd} onEditLast={() => lastOwn && (scroller.current?.querySelector(`[data-key="${CSS.escape(lastOwn.id)}"]`) || list.current?.show(lastOwn.id)) && edit(lastOwn.id)} onLeave={() => scroller.current?.focus()} pill={!pinned ? <NewPill n={fresh} onClick={toEnd} /> : newThread !== undefined && <ThreadsPill n={sum(data.threads.values())} onClick={() => open({ panel: 'thread', t: newThread })} />}
        />
      }
    >
      {(unreadAbove || late) && <UnreadPill onClick={toUnread} />}
      {!loaded && <Skeleton label={t('list.loading')} />}
      {loaded && rows.length === 0 && !start && <EmptyChannel space={space} writes={writes} share={mayShare(space) && !preview} onWrite={write} onShare={() => setDialog('share')} />}
      <MessageList
        ref={list} place={place} rows={rows} scroller={scroller} hasOlder={hasOlder} onOlder={() => void older()} onPinned={setPinned} label={t('chat.messagesIn', { channel: channel.title })}
        head={start && loaded ? <StartCard space={space} onWrite={write} /> : saysPast(space, channel, state.order[0]?.at) && <div role="listitem"><BeforeNote space={space} created={channel.created} says={opensPast(space, channel.fragment) ? 'before.hereComing' : 'before.here'} /></div>}
        draw={(row) => (
          <RowDrawing key={row.key} space={space.id} row={row} fresh={data.threads.get(row.key) ?? 0} states={data.states} active={row.key === active} editing={row.key === editing} onActive={setActive} tools={tools} commands={commands} people={people} onEditDone={end} />
        )}
      />
      <Announcer last={state.order.at(-1)} me={me} people={people} silent={channel.muted ? null : data.hushed} />
      {leaving && <MoveOutDialog space={space} channel={channel} message={leaving} answers={state.threads.get(leaving.id)?.length ?? 0} onClose={() => setLeaving(null)} />}
      {dialog === 'topic' && <TopicDialog channel={channel} onSave={commands.topic} onClose={() => setDialog(null)} />}
      {dialog === 'share' && <ShareDialog space={space} thing={{ fragment: channel.fragment, title: `#${channel.title}`, lens: 'chat' }} onClose={() => setDialog(null)} />}
    </Place>
  );
});

/** What the side panel shows: the thread of a message, the details of a task, the history of a message or of the channel, or nothing. */
function Panel({ route, ...parts }: Omit<ThreadPanelProps, 'root'> & { route: Route; channel: ChannelRow }): ReactNode {
  const { t } = useI18n();
  const { space, channel, state, people, onClose } = parts;
  const { panel, t: subject } = route.params;
  if (panel === 'thread' && subject) return <ThreadPanel root={subject} {...parts} />;
  if (panel === 'details' && subject) return <TaskPanel key={subject} space={space} id={subject} lens={route.lens} onClose={onClose} />;
  if (panel === 'pins') return <PinsPanel {...parts} onShow={(m) => navigate({ space: space.id, lens: route.lens, object: channel.fragment, params: { panel, m } })} />;
  if (panel === 'agents') return <AgentPanel subject={{ kind: 'channel', space: space.id, fragment: channel.fragment, node: channel.node, title: channel.title }} onClose={onClose} />;
  if (panel !== 'history') return null;
  const about = subject ? state.byId.get(subject) : undefined;
  const note = !subject ? `#${channel.title}` : about && !about.deleted ? about.text : t('chat.gone');
  return (
    <Suspense fallback={null}>
      <HistoryPanel key={subject ?? channel.node} space={space.id} id={subject ?? channel.node} note={note} people={people} onClose={onClose} />
    </Suspense>
  );
}

type ChannelDialog = 'topic' | 'share' | null;

interface HeaderParts {
  space: SpaceView;
  lens: string;
  /** The act that calls. */
  call: ReactNode;
  channel: ChannelRow;
  people: People;
  copies: Copies | null;
  where: number;
  /** May the title and the topic be changed? */
  names: boolean;
  share: boolean;
  onDialog(dialog: ChannelDialog): void;
  onRead(): void;
  onHistory(): void;
  onAgents(): void;
  onPins(): void;
  onRename(title: string): string | null;
  renames: number;
  onAskRename(): void;
  /** Leaves the conversation, where it is a space of its own. */
  onLeave: (() => void) | null;
}

function useHeader({ space, lens, call, channel, people, copies, where, names, share, onDialog, onRead, onHistory, onAgents, onPins, onRename, renames, onAskRename, onLeave }: HeaderParts): HeaderProps {
  const { t } = useI18n();
  const here = useFacesHere(space.id, channel.fragment, people);
  const copy = useCopy();
  const { ask } = useQuiet();
  return {
    crumbs: [space.name], icon: channel.type === CHANNEL ? 'channel' : 'people', title: channel.title, topic: channel.topic, people: here, copies, whereOpened: where,
    onBack: () => navigate({ space: space.id, lens }), ...(names ? { onRename, renameAsked: renames, titleMax: CHANNEL_TITLE_MAX } : {}),
    acts: (
      <>
        {call}
        {share && (
          <span className="wide-only">
            <Button kind="quiet" size="compact" onClick={() => onDialog('share')}>
              {t('act.share')}
            </Button>
          </span>
        )}
      </>
    ),
    menu: [
      ...(names ? [{ label: t('act.rename'), icon: 'edit' as const, onSelect: onAskRename }, { label: t('channel.setTopic'), icon: 'info' as const, onSelect: () => onDialog('topic') }] : []),
      ...(share ? [{ label: t('invite.someone'), icon: 'invite' as const, onSelect: () => onDialog('share') }] : []),
      ...(lens === 'chat' && space.kind !== 'personal' ? [{ label: t('channel.call'), icon: 'phone' as const, onSelect: () => navigate({ space: space.id, lens: 'messenger', object: channel.fragment }) }] : []),
      { label: t('chat.markRead'), icon: 'check', onSelect: onRead },
      ...(channel.pins.length > 0 ? [{ label: `${t('chat.pinned')} (${channel.pins.length})`, icon: 'pin' as const, onSelect: onPins }] : []),
      { label: t('act.agents'), icon: 'activity', onSelect: onAgents },
      { label: t('act.history'), icon: 'history', onSelect: onHistory },
      ...(space.kind === 'personal' ? [] : [{ label: t('quiet.mute'), icon: 'muted' as const, onSelect: () => ask([channelSubject(space.id, channel), { ...channelSubject(space.id, channel), kind: 'mentions' }]) }]),
      { label: t('act.copyLink'), icon: 'link', onSelect: () => copy(addressOf({ space: space.id, lens, object: channel.fragment })) },
      ...(onLeave ? [{ label: t('room.leave'), icon: 'leave' as const, tone: 'bad' as const, onSelect: onLeave }] : []),
    ],
  };
}

function EmptyChannel({ space, writes, share, onWrite, onShare }: { space: SpaceView; writes: boolean; share: boolean; onWrite: () => void; onShare: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <EmptyState
      title={t('chat.empty')}
      text={t('chat.emptyText', { space: space.name })}
      {...(writes ? { act: { label: t('chat.writeFirst'), onClick: onWrite } } : {})}
      {...(share ? { quiet: { label: t('invite.someone'), onClick: onShare } } : {})}
    />
  );
}

function useFacesHere(space: string, fragment: string, people: { name(uid: string | null): string }): { uid: string; name: string }[] {
  const presence = useOthersHere(space);
  return useMemo(() => {
    const uids = new Set(presence.filter((one) => one.fragment === fragment).map((one) => one.uid));
    return [...uids].slice(0, 8).map((uid) => ({ uid, name: people.name(uid) }));
  }, [presence, fragment, people]);
}

function NewPill({ n, onClick }: { n: number; onClick: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    // The words change as one thing: a pill that widened in place would be a move of its own.
    <button key={n > 0 ? 'count' : 'latest'} type="button" className="pill" data-count={n > 0 ? '' : undefined} onClick={onClick}>
      <Icon name="arrow" size={14} />
      {n > 0 ? t('chat.newBelow', { n }) : t('chat.toLatest')}
    </button>
  );
}

/** Leads to a thread in which something is new. */
function ThreadsPill({ n, onClick }: { n: number; onClick: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <button type="button" className="pill" data-threads onClick={onClick}>
      {t('chat.newInThreads', { n })}
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

/** Says new messages of others, politely; nothing of what is muted. */
function Announcer({ last, me, people, silent }: { last: Message | undefined; me: string; people: People; silent: ((message: Message) => boolean) | null }): ReactNode {
  const begun = useRef<string | null>(null);
  if (begun.current === null && last) begun.current = last.stamp;
  const fresh = last && begun.current !== null && last.stamp > begun.current && last.by !== me && !last.deleted && silent !== null && !silent(last);
  return (
    <div className="hidden" aria-live="polite">
      {fresh ? `${people.name(last.by)}: ${plainMessage(last.text).slice(0, 200)}` : ''}
    </div>
  );
}
