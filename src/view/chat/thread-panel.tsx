/** A message and its replies in the side panel. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Copies, SpaceView } from '#os/api';
import type { ChannelState } from '#domain/chat';
import type { DirectoryEntry } from '#domain/shared';
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

/** So close to the end one reads what comes, px. */
const NEAR = 80;

export interface ThreadPanelProps {
  space: SpaceView;
  channel: DirectoryEntry;
  root: string;
  state: ChannelState;
  loaded: boolean;
  states: ReadonlyMap<string, Copies>;
  tools: RowTools;
  commands: ChatCommands;
  people: People;
  onClose(): void;
}

/** The thread. */
export function ThreadPanel({ space, channel, root, state, loaded, states, tools, commands, people, onClose }: ThreadPanelProps): ReactNode {
  const { t } = useI18n();
  const mentionable = useMentionable(people);
  const [active, setActive] = useState<string | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const near = useRef(true);
  const seen = useRef<string | undefined>(undefined);
  // An answer in the thread is written in its own field.
  const own = useMemo<RowTools>(() => ({ ...tools, reply: () => field.current?.focus() }), [tools]);
  const found = state.byId.get(root);
  const moved = found?.deleted ? null : (found?.moved ?? null);
  const message = found?.deleted || moved !== null ? undefined : found;
  const replies = state.threads.get(root) ?? [];
  const last = replies.at(-1);
  useEffect(() => void (near.current = true), [root]);
  useEffect(() => {
    const mine = last?.by === tools.me && last.id !== seen.current;
    seen.current = last?.id;
    // Who reads further up is not taken away from there by what somebody else says.
    if (near.current || mine) body.current?.scrollTo({ top: body.current.scrollHeight });
  }, [replies.length, root, last?.id]); // eslint-disable-line react-hooks/exhaustive-deps -- a new reply, not who reads
  const row = (id: string): ReactNode => {
    const one = state.byId.get(id);
    if (!one) return null;
    return <MessageRow key={id} message={one} head quote={false} quoted={null} replies={[]} copies={states.get(id) ?? null} active={active === id} onActive={setActive} tools={own} />;
  };
  return (
    <SidePanel title={t('chat.thread')} note={t('chat.inChannel', { channel: channel.title })} onClose={onClose}>
      <div ref={body} className="panel-body thread" onScroll={({ currentTarget: box }) => void (near.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR)} onPointerLeave={() => setActive(null)}>
        {!message && !loaded && <Skeleton rows={3} label={t('list.loading')} />}
        {moved !== null && <p className="muted"><MovedTo space={space.id} channel={moved} /></p>}
        {!message && moved === null && loaded && <p className="muted">{found ? t('chat.gone') : t('chat.quoteAbsent')}</p>}
        {message && (
          <div className="thread-root" role="list">
            {row(root)}
          </div>
        )}
        <div role="list" aria-label={t('chat.repliesLabel')}>
          {replies.map((reply) => row(reply.id))}
        </div>
        {message && space.kind !== 'personal' && <ThingRules space={space} thing={root} kind="message" folded />}
        {message && replies.length === 0 && <p className="small muted thread-none">{t('chat.noReplies')}</p>}
      </div>
      {message && tools.mayWrite(message) && (
        <div className="panel-foot">
          <Composer
            ref={field}
            place={`${space.id}/${channel.fragment}/${root}`}
            placeholder={t('chat.replyPlaceholder')}
            people={mentionable}
            onSend={(text, mentions) => commands.send(text, mentions, root)}
          />
        </div>
      )}
    </SidePanel>
  );
}
