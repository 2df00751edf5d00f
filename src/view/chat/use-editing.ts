/** What is about to be said in a channel beside its text: which message is answered, which is edited in its row. */
import { useState, type RefObject } from 'react';
import type { Message } from '#domain/chat';
import { useDraft } from '#view/kit/draft.ts';

/** The message that is answered; kept on this device beside the draft. */
export function useReply(place: string, byId: ReadonlyMap<string, Message>): [Message | null, (message: Message | null) => void] {
  const { text, set } = useDraft(`reply:${place}`);
  return [byId.get(text.slice(text.lastIndexOf('\n') + 1)) ?? null, (message) => set(message?.id ?? '')];
}

/** The message that is edited. `end` closes its editor and leads back to the field of the channel. */
export function useEditing(field: RefObject<HTMLTextAreaElement | null>): { editing: string | null; edit(id: string): void; end(id: string): void } {
  const [editing, edit] = useState<string | null>(null);
  const end = (id: string): void => {
    const at = document.activeElement;
    edit((now) => (now === id ? null : now));
    // Who went on elsewhere while it was being taken stays there.
    if (at === document.body || at?.closest('[data-editing]')) field.current?.focus();
  };
  return { editing, edit, end };
}
