/** The foot of a channel: who is writing, the composer, and the pill above it. */
import { type ReactNode, type RefObject } from 'react';
import type { SpaceView } from '#os/api';
import { CHANNEL, mayReact, mayWrite, onlyComments, type Message } from '#domain/chat';
import type { DirectoryEntry } from '#domain/shared';
import { Composer } from '#view/kit/composer.tsx';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import type { People } from '#view/kit/people.tsx';
import { useMentionable, useOthersHere } from '#view/kit/quiet.tsx';
import type { ChatCommands } from './commands.ts';
import { useAttached } from './use-attached.tsx';
import { useTyping } from './use-reading.ts';

export interface ChannelComposerProps {
  space: SpaceView;
  channel: DirectoryEntry;
  people: People;
  commands: ChatCommands;
  reply: Message | null;
  field: RefObject<HTMLTextAreaElement | null>;
  writes: boolean;
  /** Shown as to a guest, until this is called. */
  onPreviewEnd: (() => void) | null;
  pill: ReactNode;
  onReply(message: Message | null): void;
  onSent(): void;
  onEditLast(): void;
  /** Escape in the field: back to the messages. */
  onLeave(): void;
}

/** The foot. */
export function ChannelComposer(props: ChannelComposerProps): ReactNode {
  const { space, channel, people, reply } = props;
  const { t } = useI18n();
  const placeholder = channel.type === CHANNEL ? t('chat.placeholder', { channel: channel.title }) : t('chat.placeholderRoom', { room: channel.title });
  const presence = useTyping(space.id, channel.fragment);
  const mentionable = useMentionable(people);
  const attached = useAttached(`${space.id}/${channel.fragment}`, space.id, channel.fragment, (files, voice) => {
    props.onSent();
    return props.commands.send('', [], { replyTo: null, files, voice });
  });
  return (
    <section
      className="foot"
      data-region
      aria-label={placeholder}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented && !event.nativeEvent.isComposing) props.onLeave();
      }}
    >
      {props.pill && <div className="pill-box">{props.pill}</div>}
      <TypingLine space={space.id} fragment={channel.fragment} people={people} />
      {props.writes ? (
        <Composer
          ref={props.field}
          place={`${space.id}/${channel.fragment}`}
          space={space.id}
          placeholder={placeholder}
          people={mentionable}
          onTyping={presence.typing}
          {...attached.parts}
          onEditLast={props.onEditLast}
          quote={reply ? { name: people.name(reply.by), text: reply.text, onCancel: () => props.onReply(null) } : null}
          onSend={(text, mentions) => {
            if (attached.busy) return attached.busy;
            const { ids } = attached;
            const answer = props.commands.send(text, mentions, { replyTo: reply?.id ?? null, files: ids });
            if (typeof answer === 'string' || answer === null) return answer;
            if (ids.length > 0) attached.set([]);
            if (reply) props.onReply(null);
            presence.sent();
            props.onSent();
            void answer.then((taken) => {
              if (taken) return;
              attached.set(ids);
              if (reply) props.onReply(reply);
            });
            return answer;
          }}
        />
      ) : props.onPreviewEnd ? (
        <div className="foot-note line wrap" role="status" data-preview>
          <p className="grow muted">{!mayWrite({ ...space, role: 'guest' }, channel.fragment) && t('noRight.guest')} {t('chat.preview')}</p>
          <Button kind="quiet" size="compact" onClick={props.onPreviewEnd}>{t('chat.previewEnd')}</Button>
        </div>
      ) : (
        <p className="foot-note muted">{t(onlyComments(space, channel.fragment) && mayReact(space, channel.fragment) ? 'noRight.comments' : silence(space))}</p>
      )}
    </section>
  );
}

/** Why there is nothing to write in. */
function silence({ role, rules }: SpaceView): Key {
  if (rules.newer) return 'error.oldRules';
  if (role === 'guest') return 'noRight.guest';
  return role === 'member' || role === 'admin' ? 'noRight.rules' : 'noRight.removed';
}

function TypingLine({ space, fragment, people }: { space: string; fragment: string; people: People }): ReactNode {
  const { t, list } = useI18n();
  const presence = useOthersHere(space);
  const uids = [...new Set(presence.filter((one) => one.fragment === fragment && one.kind === 'typing').map((one) => one.uid))];
  const names = uids.slice(0, 3).map((uid) => people.name(uid));
  return <div className="typing small muted">{names.length > 0 ? t('chat.typing', { n: names.length, names: list(names) }) : ' '}</div>;
}
