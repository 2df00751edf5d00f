/** What is done with messages anywhere: in a channel, in a thread, beside a document. Each says in words why something was not done. */
import { useMemo } from 'react';
import type { Op, SpaceView } from '#os/api';
import { deleteMessage, editMessage, restoreMessage, toggleReaction, type Message } from '#domain/chat';
import type { Refusal } from '#domain/shared';
import type { Taken } from '#view/kit/composer.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
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
  'too-many': 'refusal.tooMany',
};

/** Words of a refusal. */
export function refusalWord(refusal: Refusal): Key {
  return REFUSAL[refusal.code];
}

export interface MessageActs {
  /** Operations in the fragment; null when they failed, which is said. */
  run(ops: Op[]): Promise<{ ids: string[] } | null>;
  edit(message: Message, text: string): Taken;
  remove(message: Message): void;
  react(message: Message, emoji: string): void;
}

/** The acts in one fragment. */
export function useMessageActs(space: SpaceView, fragment: string, people: People): MessageActs {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  return useMemo(() => {
    const me = api.identity.get();
    const failed = (error?: unknown): null => (toast({ text: errorText(t, error, 'chat.failed') }), null);
    const run = (ops: Op[]): Promise<{ ids: string[] } | null> => api.graph(space.id).transact(ops, { ...(fragment ? { fragment } : {}) }).catch(failed);
    return {
      run,
      edit(message, text) {
        const made = editMessage(message, text, me?.uid ?? '', space);
        if (!made.ok) return made.error.code === 'no-change' ? null : t(refusalWord(made.error));
        return run(made.value).then((done) => done !== null);
      },
      remove(message) {
        const made = deleteMessage(message, me?.uid ?? '', space);
        if (!made.ok) return toast({ text: t(refusalWord(made.error)) });
        void run(made.value).then((done) => done && toast({ text: t('chat.deleted'), undo: () => void run(restoreMessage(message.id)) }));
      },
      react(message, emoji) {
        const person = me && people.person(me.uid);
        if (!me || !person) return void failed();
        const made = toggleReaction(message, emoji, { uid: me.uid, person });
        if (!made.ok) toast({ text: t(refusalWord(made.error)) });
        else void run(made.value);
      },
    };
  }, [api, fragment, people, space, t, toast]);
}
