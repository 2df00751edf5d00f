/** UI events of the chat → kernel calls. Each says in words why something was not done. */
import { useMemo } from 'react';
import type { Op, SpaceView } from '#os/api';
import { MESSAGE, renameChannel, sendMessage, setPin, setTopic, VERB, type Message, type Voice } from '#domain/chat';
import { markAllRead, markRead, markUnread, type DirectoryEntry, type Readable, type ReadMark } from '#domain/shared';
import type { Taken } from '#view/kit/composer.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, usePersonal } from '#view/kit/kernel.tsx';
import { refusalWord, useMessageActs, type MessageActs } from '#view/kit/message-acts.ts';
import type { People } from '#view/kit/people.tsx';
import { useToast } from '#view/kit/toast.tsx';

export interface ChatCommands extends Omit<MessageActs, 'run'> {
  /** `thread`: in the thread of what is answered, not in the channel. */
  send(text: string, mentions: string[], answers: { replyTo: string | null; thread?: boolean; files?: readonly string[]; voice?: Voice }): Taken;
  /** Null when taken, else why not. */
  topic(text: string): string | null;
  rename(title: string, channels: readonly DirectoryEntry[]): string | null;
  read(messages: readonly Readable[], mark: ReadMark): void;
  pin(message: string, on: boolean, pins: readonly string[]): void;
  /** Everything that is here, in the channel and in its threads. */
  readAll(mark: ReadMark): void;
  unread(message: Message, mark: ReadMark): void;
}

/** Commands of one channel. */
export function useChatCommands(space: SpaceView, channel: DirectoryEntry | null, people: People): ChatCommands {
  const api = useKernel();
  const toast = useToast();
  const personal = usePersonal();
  const { t } = useI18n();
  const fragment = channel?.fragment ?? '';
  const acts = useMessageActs(space, fragment, people);
  return useMemo(() => {
    const me = api.identity.get();
    const failed = (error?: unknown): void => toast({ text: errorText(t, error, 'chat.failed') });
    const marks = (ops: Op[]): void => {
      if (personal && ops.length > 0) void api.graph(personal.id).transact(ops).catch(() => undefined);
    };
    return {
      edit: acts.edit,
      remove: acts.remove,
      react: acts.react,
      send(text, mentions, { replyTo, ...rest }) {
        const made = sendMessage({ text, mentions, ...rest, ...(replyTo ? { replyTo } : {}) });
        if (!made.ok) return t(refusalWord(made.error));
        return acts.run(made.value).then((done) => done !== null);
      },
      rename(title, channels) {
        if (!channel) return null;
        const made = renameChannel(channel, title, channels);
        if (!made.ok) return made.error.code === 'no-change' ? null : t(refusalWord(made.error));
        const back = channel.title;
        void api.graph(space.id).transact(made.value).then(
          () => toast({ text: t('channel.renamed'), undo: () => void api.graph(space.id).transact([{ op: 'node.set', id: channel.node, props: { title: back }, verb: VERB.rename }]).catch(failed) }),
          failed,
        );
        return null;
      },
      topic(text) {
        if (!channel) return null;
        const made = setTopic(channel, text);
        if (!made.ok) return made.error.code === 'no-change' ? null : t(refusalWord(made.error));
        void api.graph(space.id).transact(made.value).catch(failed);
        return null;
      },
      read: (messages, mark) => marks(markRead({ space: space.id, fragment }, messages, me?.uid ?? null, mark)),
      pin(message, on, pins) {
        const made = channel ? setPin(channel, message, on, pins) : null;
        if (made?.ok) void api.graph(space.id).transact(made.value).catch(failed);
        else if (made && made.error.code !== 'no-change') toast({ text: t(refusalWord(made.error)) });
      },
      readAll(mark) {
        if (!personal) return toast({ text: t('chat.noPersonal') });
        const graph = api.graph(space.id);
        const byHand = Promise.all([...mark.unread].map((id) => graph.get(id)));
        Promise.all([graph.tops({ type: MESSAGE, fragment }), byHand]).then(([tops, nodes]) => {
          const held = nodes.flatMap((node) => (node.state === 'here' ? [node.id] : []));
          marks(markAllRead({ space: space.id, fragment }, tops, held, mark));
        }).catch(failed);
      },
      unread: (message, mark) => (personal ? marks : () => toast({ text: t('chat.noPersonal') }))(markUnread({ space: space.id, fragment }, message.id, mark)),
    };
  }, [acts, api, channel, fragment, personal, space, t, toast]);
}
