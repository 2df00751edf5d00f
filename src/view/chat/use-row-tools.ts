/** What message rows can do, with a steady identity so that rows are drawn again only when they change. */
import { useEffect, useMemo, useRef } from 'react';
import type { SpaceView } from '#os/api';
import { mayDelete, mayEdit, mayMoveOut, mayPin, mayReact, mayWrite, onlyComments, type Message } from '#domain/chat';
import { mayMakeTask } from '#domain/goals';
import { oneLine, type DirectoryEntry, type QuietSubject, type ReadMark } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import type { RowTools } from '#view/kit/message-row.tsx';
import type { MenuItem } from '#view/kit/overlays.tsx';
import type { People } from '#view/kit/people.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { useMakeTask } from '#view/kit/tasks.tsx';
import { addressOf, useCopy } from '#view/kit/use-copy.ts';
import type { ChatCommands } from './commands.ts';

interface Parts {
  space: SpaceView;
  channel: DirectoryEntry & { pins: readonly string[] };
  people: People;
  commands: ChatCommands;
  mark: ReadMark;
  byId: ReadonlyMap<string, Message>;
  writes: boolean;
  reacts: boolean;
  onReply(message: Message): void;
  onEdit(id: string): void;
  onThread(message: Message): void;
  onShow(id: string): void;
  onHistory(message: Message): void;
  onMoveOut(message: Message): void;
  lens: string;
}

/** The tools of one channel. */
export function useRowTools(parts: Parts): RowTools {
  const api = useKernel();
  const { t } = useI18n();
  const copy = useCopy();
  const makeTask = useMakeTask();
  const latest = useRef(parts);
  useEffect(() => {
    latest.current = parts;
  });
  const { space, people, reacts } = parts;
  const { node, fragment } = parts.channel;
  // The row of the channel is another one with each message that is counted.
  const pins = parts.channel.pins.join(' ');
  const answers = parts.writes || (reacts && onlyComments(space, fragment));
  const { quiet, ask } = useQuiet();
  return useMemo<RowTools>(() => {
    const me = api.identity.get()?.uid ?? '';
    const pinned = new Set(pins.split(' '));
    const now = (): Parts => latest.current;
    return {
      me,
      space: space.id,
      mayWrite: (message) => answers && mayWrite(space, fragment, message.id),
      mayReact: (message) => reacts && mayReact(space, fragment, message.id),
      nameOf: people.name,
      quiet,
      pinned,
      people: people.members.map((member) => ({ uid: member.uid, name: people.name(member.uid) })),
      react: (message, emoji) => now().commands.react(message, emoji),
      // Who only answers has no field in the channel: the thread has one.
      reply: (message) => (now().writes ? now().onReply(message) : now().onThread(message)),
      openThread: (message) => now().onThread(message),
      show: (id) => now().onShow(id),
      menu(message) {
        const items: (MenuItem | null)[] = [
          { label: t('act.copyText'), icon: 'copy', onSelect: () => copy(message.text) },
          {
            label: t('act.copyLink'),
            icon: 'link',
            onSelect: () => copy(addressOf({ space: space.id, lens: now().lens, object: fragment, params: { m: message.id } })),
          },
        ];
        if (reacts && mayMakeTask(space, fragment, message.id)) {
          items.push({ label: t('act.makeTask'), icon: 'task', onSelect: () => makeTask({ space, fragment, lens: now().lens, source: { node: message.id, block: null }, text: message.text, people: message.mentions }) });
        }
        if (reacts && mayPin(space, { node, fragment })) {
          const on = !pinned.has(message.id);
          items.push({ label: t(on ? 'chat.pin' : 'chat.unpin'), icon: 'pin', onSelect: () => now().commands.pin(message.id, on, now().channel.pins) });
        }
        items.push({ label: t('act.history'), icon: 'history', onSelect: () => now().onHistory(message) });
        if (message.by !== me) items.push({ label: t('chat.markUnread'), icon: 'bell', onSelect: () => now().commands.unread(message, now().mark) });
        items.push({ label: t(message.by === me ? 'quiet.mute' : 'quiet.act'), icon: 'muted', onSelect: () => ask(quietSubjects(now(), message, me), message.by === me || message.by === null ? null : { space: space.id, message: message.id, author: message.by, name: people.name(message.by), text: message.text }) });
        const edits = answers && mayEdit(message, me, space);
        const deletes = mayDelete(message, me, space);
        if (answers && mayMoveOut(space, message)) items.push({ label: t('chat.moveOut'), icon: 'channel', onSelect: () => now().onMoveOut(message) });
        if (edits || deletes) items.push(null);
        if (edits) items.push({ label: t('act.edit'), icon: 'edit', onSelect: () => now().onEdit(message.id) });
        if (deletes) items.push({ label: t('act.delete'), icon: 'trash', tone: 'bad', onSelect: () => now().commands.remove(message) });
        return items;
      },
    };
  }, [api, t, copy, makeTask, space, node, fragment, pins, people, quiet, ask, answers, reacts]);
}

/** What can be made quiet at a message: its author, the thread it stands in, its channel. */
function quietSubjects({ space, channel, people, byId }: Parts, message: Message, me: string): QuietSubject[] {
  const root = byId.get(message.replyTo ?? '') ?? message;
  const place = { space: space.id, fragment: channel.fragment };
  const author = message.by === me || message.by === null ? [] : (['person', 'block'] as const).map((kind) => ({ ...place, kind, of: message.by!, label: people.name(message.by) }));
  return [...author, { ...place, kind: 'thread', of: root.id, label: oneLine(root.text) }, channelSubject(space.id, channel)];
}

/** A channel, to be muted. */
export function channelSubject(space: string, channel: DirectoryEntry): QuietSubject {
  return { kind: 'channel', of: channel.fragment, space, fragment: channel.fragment, label: channel.title };
}
