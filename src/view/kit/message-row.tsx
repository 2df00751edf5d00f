/** One message: name line, quote, text, reactions, state, replies; the hover bar sits on its top edge and moves nothing. */
import { memo, Suspense, useState, type ReactNode } from 'react';
import { plainMessage } from '#base/plain-message';
import type { Copies } from '#os/api';
import { shownReactions, type Message, type Reaction } from '#domain/chat';
import type { Quiet } from '#domain/shared';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { Carried } from '#view/kit/late-notes.ts';
import { EmojiPopover } from '#view/kit/lazy-dialogs.ts';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { MessagePieces, type MessageTextProps, type Speaker } from '#view/kit/message-pieces.tsx';
import { MenuButton, useAnchored, type MenuItem } from '#view/kit/overlays.tsx';
import { MutedMark } from '#view/kit/quiet.tsx';
import { StateLine } from '#view/kit/state-chip.tsx';
import { TasksOf } from '#view/kit/tasks.tsx';
import { isRich } from '#view/kit/text-pieces.ts';

/** Of what is quoted so much is read for its one line. */
const QUOTE_MAX = 400;

/** What a row needs from its channel. */
export interface RowTools {
  me: string;
  space: string;
  mayWrite(message: Message): boolean;
  mayReact(message: Message): boolean;
  nameOf(uid: string | null): string;
  people: readonly Speaker[];
  quiet: Quiet;
  /** Messages that are pinned here. */
  pinned?: ReadonlySet<string>;
  react(message: Message, emoji: string): void;
  reply(message: Message): void;
  /** Left out where the thread is in sight. */
  openThread?(message: Message): void;
  show(id: string): void;
  menu(message: Message): (MenuItem | null)[];
}

/** The files that came with a message. */
export const MessageFiles = lazyPart(async () => (await import('#view/kit/message-files.tsx')).MessageFiles, { alone: true });

/** With its Markdown; as it was written while that is not loaded. */
const Rich = lazyPart(async () => (await import('#view/kit/message-rich.tsx')).MessageRich, { failed: (props) => <MessagePieces {...props} /> });

/** The words of a message. */
export function MessageText(props: MessageTextProps): ReactNode {
  const plain = <MessagePieces {...props} />;
  return (
    <div className="message-text" dir="auto">
      {isRich(props.text) ? <Suspense fallback={plain}><Rich {...props} /></Suspense> : plain}
    </div>
  );
}

function Reactions({ reactions, tools, message }: { reactions: readonly Reaction[]; tools: RowTools; message: Message }): ReactNode {
  const { t, list } = useI18n();
  if (reactions.length === 0) return null;
  return (
    <div className="reactions">
      {shownReactions(reactions).map(({ emoji, edges }) => {
        const names = list([...edges.keys()].slice(0, 8).map((uid) => tools.nameOf(uid)));
        return (
          <button key={emoji} type="button" className="reaction" aria-pressed={edges.has(tools.me)} title={t('react.by', { emoji, names })} disabled={!tools.mayReact(message)} onClick={() => tools.react(message, emoji)}>
            <span>{emoji}</span>
            <span className="num">{edges.size}</span>
            <span className="hidden">{names}</span>
          </button>
        );
      })}
    </div>
  );
}

function Bar({ message, tools }: { message: Message; tools: RowTools }): ReactNode {
  const { t } = useI18n();
  const emoji = useAnchored();
  return (
    <div className="message-bar">
      {tools.mayReact(message) && <IconButton icon="smile" name={t('act.react')} aria-expanded={emoji.anchor !== null} onClick={emoji.open} />}
      {tools.mayWrite(message) && <IconButton icon="reply" name={t('act.reply')} hint="R" onClick={() => tools.reply(message)} />}
      {tools.openThread && <IconButton icon="message" name={t('act.thread')} onClick={() => tools.openThread?.(message)} />}
      <MenuButton name={t('act.more')} items={tools.menu(message)} />
      {emoji.anchor && <EmojiPopover anchor={emoji.anchor} onClose={emoji.close} onPick={(picked) => tools.react(message, picked)} />}
    </div>
  );
}

function Replies({ replies, fresh, tools, muted, onOpen }: { replies: readonly Message[]; fresh: number; tools: RowTools; muted: boolean; onOpen: () => void }): ReactNode {
  const { t, time } = useI18n();
  const last = replies.at(-1);
  const who = [...new Set(replies.map((reply) => reply.by))].filter((uid) => uid !== null).filter((uid) => !tools.quiet.blocked.has(uid)).slice(0, 3);
  if (!last) return null;
  return (
    <button type="button" className="replies" onClick={onOpen}>
      <span className="faces">
        {who.map((uid) => (
          <Face key={uid} uid={uid} name={tools.nameOf(uid)} size={20} />
        ))}
      </span>
      <span className="medium">{t('chat.replies', { n: replies.length })}</span>
      {fresh > 0 && <span className="bold" data-fresh>{t('chat.newLine', { n: fresh })}</span>}
      <span className="muted">{t('chat.lastReply', { time: time(last.at) })}</span>
      {muted && <MutedMark />}
    </button>
  );
}

export interface MessageRowProps {
  message: Message;
  head: boolean;
  quote: boolean;
  quoted: Message | null;
  replies: readonly Message[];
  /** How many of them are unread. */
  fresh?: number;
  copies: Copies | null;
  active: boolean;
  onActive(id: string | null): void;
  tools: RowTools;
  /** In place of the text while it is edited. */
  editor?: ReactNode;
}

/** A message in the channel; of somebody who is blocked one line, until it is asked for. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps): ReactNode {
  const { t } = useI18n();
  const [shown, setShown] = useState(false);
  const { message, tools } = props;
  const blocked = message.by !== null && tools.quiet.blocked.has(message.by);
  if (!blocked || props.editor) return <OpenRow {...props} />;
  if (shown) return <OpenRow {...props} head />;
  return (
    <div role="listitem" className="message" data-key={message.id} data-folded="" tabIndex={-1} onFocus={() => props.onActive(null)}>
      <div className="message-side" />
      <div className="message-body small muted">
        {t('quiet.folded')} <Button kind="text" size="compact" onClick={() => setShown(true)}>{t('quiet.show')}</Button>
      </div>
    </div>
  );
});

/** What stands over an answer: whose words it answers, and the first of them. */
function Quote({ message, quoted, tools }: Pick<MessageRowProps, 'message' | 'quoted' | 'tools'>): ReactNode {
  const { t } = useI18n();
  const folded = quoted !== null && quoted.by !== null && tools.quiet.blocked.has(quoted.by);
  return (
    <button type="button" className="message-quote" onClick={() => tools.show(message.replyTo!)}>
      <Icon name="reply" size={12} />
      {quoted && !folded ? (
        <>
          <span className="medium nobreak">{tools.nameOf(quoted.by)}</span>
          <span className="cut">{quoted.deleted ? t('chat.gone') : plainMessage(quoted.text.slice(0, QUOTE_MAX))}</span>
        </>
      ) : (
        <span className="cut">{t(folded ? 'quiet.folded' : 'chat.quoteAbsent')}</span>
      )}
    </button>
  );
}

function OpenRow(props: MessageRowProps): ReactNode {
  const { message, tools, head, active } = props;
  const { t, time, moment } = useI18n();
  const name = tools.nameOf(message.by);
  return (
    <div
      role="listitem"
      className="message"
      data-key={message.id}
      data-head={head ? '' : undefined}
      data-active={active ? '' : undefined}
      data-editing={props.editor ? '' : undefined}
      data-mention={message.mentions.includes(tools.me) ? '' : undefined}
      tabIndex={-1}
      // A finger that scrolls enters every row it begins on; only one that taps means the row.
      onPointerEnter={(event) => event.pointerType !== 'touch' && props.onActive(message.id)}
      onPointerUp={(event) => event.pointerType === 'touch' && props.onActive(message.id)}
      onFocus={() => props.onActive(message.id)}
    >
      <div className="message-side">{head ? <Face uid={message.by ?? 'unknown'} name={name} size={32} /> : <time className="message-hour num">{time(message.at)}</time>}</div>
      <div className="message-body">
        {props.quote && message.replyTo && <Quote message={message} quoted={props.quoted} tools={tools} />}
        {head && (
          <div className="line base message-name">
            <span className="bold cut" dir="auto">
              {name}
            </span>
            <time className="small muted num" dateTime={new Date(message.at).toISOString()} title={moment(message.at)}>
              {time(message.at)}
            </time>
            {message.carriedBy !== null && <Carried by={message.carriedBy} nameOf={tools.nameOf} />}
            {message.newer && <span className="small muted">{t('state.newer')}</span>}
            {message.by !== null && tools.quiet.people.has(message.by) && <MutedMark />}
          </div>
        )}
        {tools.pinned?.has(message.id) && <span className="small muted line message-pinned"><Icon name="pin" size={12} /> {t('chat.pinned')}</span>}
        {props.editor ?? (message.text !== '' && <MessageText text={message.text} people={tools.people} />)}
        {message.files.length > 0 && <MessageFiles message={message} space={tools.space} />}
        {message.editedAt !== null && !props.editor && (
          <span className="small muted" title={moment(message.editedAt)}>
            {message.editedBy === null ? t('chat.edited') : t('chat.editedBy', { name: tools.nameOf(message.editedBy) })}
          </span>
        )}
        <TasksOf source={message.id} />
        <Reactions reactions={message.reactions} tools={tools} message={message} />
        {props.copies && (
          <div className="small message-state">
            <StateLine copies={props.copies} since size={12} />
          </div>
        )}
        {props.replies.length > 0 && <Replies replies={props.replies} fresh={props.fresh ?? 0} tools={tools} muted={tools.quiet.threads.has(message.id)} onOpen={() => tools.openThread?.(message)} />}
      </div>
      {active && !props.editor && <Bar message={message} tools={tools} />}
    </div>
  );
}
