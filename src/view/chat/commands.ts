/** UI events of the chat → kernel calls. Each says in words why something was not done. */
import { useMemo } from 'react';
import type { Op, SpaceView } from '#os/api';
import { deleteMessage, editMessage, renameChannel, restoreMessage, sendMessage, setTopic, toggleReaction, VERB, type Message } from '#domain/chat';
import { markRead, markUnread, type DirectoryEntry, type ReadMark, type Refusal } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel, usePersonal } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { useToast } from '#view/kit/toast.tsx';

const REFUSAL: Record<Refusal['code'], Key> = {
  empty: 'refusal.empty',
  'too-long': 'refusal.tooLong',
  'not-yours': 'refusal.notYours',
  'no-right': 'refusal.noRight',
  newer: 'refusal.newer',
  'no-change': 'refusal.noChange',
  'not-here': 'refusal.notHere',
  taken: 'refusal.taken',
};

/** Words of a refusal. */
export function refusalWord(refusal: Refusal): Key {
  return REFUSAL[refusal.code];
}

export interface ChatCommands {
  /** Null when taken, else why not. */
  send(text: string, mentions: string[], replyTo: string | null): string | null;
  edit(message: Message, text: string): string | null;
  remove(message: Message): void;
  react(message: Message, emoji: string): void;
  topic(text: string): string | null;
  rename(title: string, channels: readonly DirectoryEntry[]): string | null;
  read(messages: readonly Message[], mark: ReadMark): void;
  unread(message: Message, mark: ReadMark): void;
}

/** Commands of one channel. */
export function useChatCommands(space: SpaceView, channel: DirectoryEntry | null, people: People): ChatCommands {
  const api = useKernel();
  const toast = useToast();
  const personal = usePersonal();
  const { t } = useI18n();
  return useMemo(() => {
    const me = api.identity.get();
    const fragment = channel?.fragment ?? '';
    const failed = (error?: unknown): void => toast({ text: errorText(t, error, 'chat.failed') });
    const run = (ops: Op[], where: string = fragment): Promise<unknown> => api.graph(space.id).transact(ops, { ...(where ? { fragment: where } : {}) }).catch(failed);
    const marks = (ops: Op[]): void => {
      if (personal && ops.length > 0) void api.graph(personal.id).transact(ops).catch(() => undefined);
    };
    return {
      send(text, mentions, replyTo) {
        const made = sendMessage({ text, mentions, ...(replyTo ? { replyTo } : {}) });
        if (!made.ok) return t(refusalWord(made.error));
        void run(made.value);
        return null;
      },
      edit(message, text) {
        const made = editMessage(message, text, me?.uid ?? '');
        if (!made.ok) return made.error.code === 'no-change' ? null : t(refusalWord(made.error));
        void run(made.value);
        return null;
      },
      remove(message) {
        const made = deleteMessage(message, me?.uid ?? '', space);
        if (!made.ok) return toast({ text: t(refusalWord(made.error)) });
        void run(made.value).then(() => toast({ text: t('chat.deleted'), undo: () => void run(restoreMessage(message.id)) }));
      },
      react(message, emoji) {
        if (me) void reactAs(message, emoji, me);
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
      unread: (message, mark) => marks(markUnread({ space: space.id, fragment }, message.id, mark)),
    };

    async function reactAs(message: Message, emoji: string, self: { uid: string }): Promise<void> {
      try {
        const person = people.person(self.uid);
        if (!person) return failed();
        const made = toggleReaction(message, emoji, { uid: self.uid, person });
        if (!made.ok) toast({ text: t(refusalWord(made.error)) });
        else await run(made.value);
      } catch (error) {
        failed(error);
      }
    }
  }, [api, channel, people, personal, space, t, toast]);
}
