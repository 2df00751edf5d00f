/** A message and its replies in the side panel. */
import '#view/kit/talk-words.ts';
import { useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react';
import type { Copies, SpaceView } from '#os/api';
import { inThread, type ChannelState, type Message } from '#domain/chat';
import { isUnread, type DirectoryEntry, type Readable, type ReadMark } from '#domain/shared';
import { AgentPlace } from '#view/kit/lazy-agents.ts';
import { Composer } from '#view/kit/composer.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { MessageRow, type RowTools } from '#view/kit/message-row.tsx';
import { MovedTo } from '#view/kit/moved-notes.tsx';
import type { People } from '#view/kit/people.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { useMentionable } from '#view/kit/quiet.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { ThingRules } from '#view/kit/thing-rules.tsx';
import type { ChatCommands } from './commands.ts';
import { useAttached } from './use-attached.tsx';
import { useMarkRead } from './use-reading.ts';

/** So close to the end one reads what comes, px. */
const NEAR = 80;

export interface ThreadPanelProps {
  space: SpaceView;
  channel: DirectoryEntry;
  root: string;
  state: ChannelState;
  loaded: boolean;
  hasOlder: boolean;
  older(): Promise<boolean>;
  mark: ReadMark;
  /** What is unread in the channel and its threads. */
  counted: readonly Readable[];
  states: ReadonlyMap<string, Copies>;
  tools: RowTools;
  commands: ChatCommands;
  people: People;
  /** A reply that an address names. */
  hit: string | null;
  onClose(): void;
}

/** How many pages are looked through for the message a thread hangs on. */
const SEEK_PAGES = 40;
const NOTHING_LATE: ReadonlySet<string> = new Set();

/** Looks for the message in older pages while it is not here; true while it does. */
function useSeek(root: string, found: boolean, { loaded, hasOlder, older, state }: Pick<ThreadPanelProps, 'loaded' | 'hasOlder' | 'older' | 'state'>): boolean {
  const pages = useRef({ root, n: 0 });
  if (pages.current.root !== root) pages.current = { root, n: 0 };
  const seeks = loaded && !found && hasOlder && pages.current.n < SEEK_PAGES;
  useEffect(() => {
    if (!seeks) return;
    pages.current.n++;
    void older();
  }, [seeks, older, state.order]);
  return seeks;
}

/** Unread of the thread: read while its end is in sight; the line over the first new one stays where it was at the opening. */
function useThreadReading(root: string, atEnd: boolean, { state, loaded, mark, counted, tools, commands }: ThreadPanelProps): { id: string; n: number } | null {
  const items = useMemo(() => [...(state.threads.get(root) ?? []).filter((reply) => inThread(state, reply)), ...counted.filter(({ id, thread }) => thread === root && !state.byId.has(id))], [state, root, counted]);
  useMarkRead(atEnd && loaded, items, NOTHING_LATE, mark, tools.me, commands);
  const opened = useRef<{ root: string; mark: ReadMark; last: string } | null>(null);
  if (loaded && opened.current?.root !== root) opened.current = { root, mark, last: items.at(-1)?.id ?? '' };
  return useMemo(() => {
    const at = opened.current;
    const fresh = at ? items.slice(0, items.findIndex(({ id }) => id === at.last) + 1).filter((item) => isUnread(item, tools.me, at.mark)) : [];
    return fresh[0] ? { id: fresh[0].id, n: fresh.length } : null;
  }, [items, tools.me]);
}

/** Keeps the end of the thread in sight while one is near it, and shows the reply an address names. */
function useEnd(body: RefObject<HTMLDivElement | null>, root: string, replies: readonly Message[], hit: string | null, me: string): { atEnd: boolean; onScroll(): void } {
  const near = useRef(true);
  const seen = useRef<string | undefined>(undefined);
  const [atEnd, setAtEnd] = useState(true);
  const last = replies.at(-1);
  useEffect(() => {
    near.current = true;
    setAtEnd(true);
  }, [root]);
  useEffect(() => {
    const mine = last?.by === me && last.id !== seen.current;
    seen.current = last?.id;
    // Who reads further up is not taken away from there by what somebody else says.
    if (near.current || mine) body.current?.scrollTo({ top: body.current.scrollHeight });
  }, [replies.length, root, last?.id]); // eslint-disable-line react-hooks/exhaustive-deps -- a new reply, not who reads
  useEffect(() => {
    const at = hit === null ? null : body.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(hit)}"]`);
    at?.scrollIntoView({ block: 'center' });
    at?.focus({ preventScroll: true });
  }, [body, hit]);
  const onScroll = (): void => {
    const box = body.current!;
    near.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    setAtEnd(near.current);
  };
  return { atEnd, onScroll };
}

/** The field of the thread. */
function Foot({ field, space, channel, root, people, commands }: ThreadPanelProps & { field: RefObject<HTMLTextAreaElement | null> }): ReactNode {
  const { t } = useI18n();
  const mentionable = useMentionable(people);
  const place = `${space.id}/${channel.fragment}/${root}`;
  const attached = useAttached(place, space.id, channel.fragment, (files, voice) => commands.send('', [], { replyTo: root, thread: true, files, voice }));
  return (
    <div className="panel-foot">
      <Composer
        ref={field}
        place={place}
        space={space.id}
        placeholder={t('chat.replyPlaceholder')}
        people={mentionable}
        {...attached.parts}
        onSend={(text, mentions) => {
          if (attached.busy) return attached.busy;
          const { ids } = attached;
          const answer = commands.send(text, mentions, { replyTo: root, thread: true, files: ids });
          if (typeof answer === 'string' || answer === null) return answer;
          attached.set([]);
          return answer.then((taken) => (taken || attached.set(ids), taken));
        }}
      />
    </div>
  );
}

/** The thread. */
export function ThreadPanel(props: ThreadPanelProps): ReactNode {
  const { space, channel, root, state, loaded, states, tools, onClose } = props;
  const { t } = useI18n();
  const [active, setActive] = useState<string | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  // An answer in the thread is written in its own field.
  const own = useMemo<RowTools>(() => ({ ...tools, reply: () => field.current?.focus() }), [tools]);
  const found = state.byId.get(root);
  const moved = found?.deleted ? null : (found?.moved ?? null);
  const message = found?.deleted || moved !== null ? undefined : found;
  const replies = state.threads.get(root) ?? [];
  const hit = props.hit !== null && replies.some(({ id }) => id === props.hit) ? props.hit : null;
  const { atEnd, onScroll } = useEnd(body, root, replies, hit, tools.me);
  const seeks = useSeek(root, found !== undefined, props);
  const fresh = useThreadReading(root, atEnd, props);
  const row = (id: string): ReactNode => {
    const one = state.byId.get(id);
    if (!one) return null;
    return <MessageRow key={id} message={one} head quote={false} quoted={null} replies={[]} copies={states.get(id) ?? null} active={active === id} onActive={setActive} tools={own} />;
  };
  return (
    <SidePanel title={t('chat.thread')} note={t('chat.inChannel', { channel: channel.title })} onClose={onClose}>
      <div ref={body} className="panel-body thread" onScroll={onScroll} onPointerLeave={() => setActive(null)}>
        {!message && (!loaded || seeks) && <Skeleton rows={3} label={t('list.loading')} />}
        {moved !== null && <p className="muted"><MovedTo space={space.id} channel={moved} /></p>}
        {!message && moved === null && loaded && !seeks && <p className="muted">{found ? t('chat.gone') : t('chat.quoteAbsent')}</p>}
        {message && (
          <div className="thread-root" role="list">
            {row(root)}
          </div>
        )}
        <div role="list" aria-label={t('chat.repliesLabel')}>
          {replies.map((reply) => (reply.id === fresh?.id ? [<div key="new" className="rule" role="listitem" data-strong=""><span>{t('chat.newLine', { n: fresh.n })}</span></div>, row(reply.id)] : row(reply.id)))}
        </div>
        {message && space.kind !== 'personal' && <ThingRules space={space} thing={root} kind="message" folded />}
        {message && replies.length > 1 && <AgentPlace subject={{ kind: 'thread', space: space.id, fragment: channel.fragment, node: root, title: message.text }} />}
        {message && replies.length === 0 && <p className="small muted thread-none">{t('chat.noReplies')}</p>}
      </div>
      {message && tools.mayWrite(message) && <Foot field={field} {...props} />}
    </SidePanel>
  );
}
