/** Domain verbs of the chat: state + input → operations or a typed refusal. Pure. */
import { err, ok, type Result } from '#base/result';
import type { Op, SpaceView } from '#os/api';
import { CHANNEL_TITLE_MAX, CHANNEL_TOPIC_MAX, EMOJI_MAX, MENTIONS_MAX, MESSAGE_FILES_MAX, MESSAGE_TEXT_MAX, oneLine, PINS_MAX, refuse, type DirectoryEntry, type Refusal } from '#domain/shared';
import { mayDelete, mayEdit } from './rules.ts';
import { MESSAGE, PINS, REACT_PREFIX, VERB, type Message, type Voice } from './schema.ts';

type Verb = Result<Op[], Refusal>;

export interface Draft {
  text: string;
  replyTo?: string;
  /** Written in the thread of what it answers: it stands there, and not in the channel. */
  thread?: boolean;
  mentions?: string[];
  /** Nodes of files in the same fragment. */
  files?: readonly string[];
  /** The one file is a voice message. */
  voice?: Voice;
}

/** A new message. `id` lets the caller show it before the kernel answers. */
export function sendMessage(draft: Draft, id?: string): Verb {
  const text = draft.text.trim();
  const files = [...new Set(draft.files ?? [])];
  if (text === '' && files.length === 0) return err(refuse('empty'));
  if (text.length > MESSAGE_TEXT_MAX) return err(refuse('too-long'));
  if (files.length > MESSAGE_FILES_MAX) return err(refuse('too-many'));
  const mentions = [...new Set(draft.mentions ?? [])].slice(0, MENTIONS_MAX);
  const props = {
    text,
    ...(draft.replyTo ? { replyTo: draft.replyTo, ...(draft.thread ? { thread: true } : {}) } : {}),
    ...(mentions.length > 0 ? { mentions } : {}),
    ...(files.length > 0 ? { files } : {}),
    ...(draft.voice && files.length === 1 ? { voiceMs: draft.voice.ms, voiceWave: draft.voice.wave } : {}),
  };
  return ok([{ op: 'node.create', type: MESSAGE, props, verb: VERB.send, ...(id ? { id } : {}) }]);
}

/** Changes the text of an own message. */
export function editMessage(message: Message, text: string, me: string, space: Pick<SpaceView, 'role' | 'rules'>): Verb {
  const next = text.trim();
  if (message.newer) return err(refuse('newer'));
  if (message.deleted) return err(refuse('not-here'));
  if (!mayEdit(message, me, space)) return err(refuse('not-yours'));
  if (next === '' && message.files.length === 0) return err(refuse('empty'));
  if (next.length > MESSAGE_TEXT_MAX) return err(refuse('too-long'));
  if (next === message.text) return err(refuse('no-change'));
  return ok([{ op: 'node.set', id: message.id, props: { text: next, edited: true }, verb: VERB.edit }]);
}

/** Deletes a message; restoreMessage undoes it. */
export function deleteMessage(message: Message, me: string, space: Pick<SpaceView, 'role' | 'rules'>): Verb {
  if (!mayDelete(message, me, space)) return err(refuse(message.newer ? 'newer' : 'not-yours'));
  return ok([{ op: 'node.delete', id: message.id, verb: VERB.delete }]);
}

/** Takes back a deletion. */
export function restoreMessage(id: string): Op[] {
  return [{ op: 'node.restore', id, verb: VERB.restore }];
}

/** Adds my reaction, or takes it away when it is there. The edge is personal: mine alone, whoever else reacts alike. */
export function toggleReaction(message: Message, emoji: string, me: { uid: string; person: { fragment: string; node: string } }): Verb {
  if (emoji === '' || emoji.length > EMOJI_MAX || /[@/\s]/.test(emoji)) return err(refuse('empty'));
  if (message.deleted || message.newer) return err(refuse('newer'));
  const mine = message.reactions.find((reaction) => reaction.emoji === emoji)?.edges.get(me.uid);
  if (mine) return ok([{ op: 'edge.remove', id: mine, verb: VERB.react }]);
  return ok([
    {
      op: 'edge.add',
      type: `${REACT_PREFIX}${emoji}@1`,
      from: message.id,
      to: [me.person.fragment, me.person.node],
      personal: true,
      verb: VERB.react,
    },
  ]);
}

/** A checked channel title, for createFragment. Titles are compared without case. */
export function channelTitle(title: string, taken: readonly DirectoryEntry[]): Result<string, Refusal> {
  const name = oneLine(title).replace(/^#+\s*/, '');
  if (name === '') return err(refuse('empty'));
  if (name.length > CHANNEL_TITLE_MAX) return err(refuse('too-long'));
  if (taken.some((entry) => entry.title.toLowerCase() === name.toLowerCase())) return err(refuse('taken'));
  return ok(name);
}

/** Gives a channel another title; `taken` are the channels of the space, this one may be among them. */
export function renameChannel(channel: DirectoryEntry, title: string, taken: readonly DirectoryEntry[]): Verb {
  const made = channelTitle(title, taken.filter((entry) => entry.node !== channel.node));
  if (!made.ok) return made;
  if (made.value === channel.title) return err(refuse('no-change'));
  return ok([{ op: 'node.set', id: channel.node, props: { title: made.value }, verb: VERB.rename }]);
}

/** Sets what a channel is for. */
export function setTopic(channel: DirectoryEntry, topic: string): Verb {
  const next = oneLine(topic);
  if (next.length > CHANNEL_TOPIC_MAX) return err(refuse('too-long'));
  if (next === channel.topic) return err(refuse('no-change'));
  return ok([{ op: 'node.set', id: channel.node, props: { topic: next }, verb: VERB.topic }]);
}

/** Pins a message for everyone in the channel, or takes that back. */
export function setPin(channel: Pick<DirectoryEntry, 'node'>, message: string, on: boolean, pins: readonly string[]): Verb {
  if (pins.includes(message) === on) return err(refuse('no-change'));
  if (on && pins.length >= PINS_MAX) return err(refuse('too-many'));
  return ok([{ op: on ? 'set.add' : 'set.remove', id: channel.node, prop: PINS, value: message, verb: VERB.pin }]);
}
