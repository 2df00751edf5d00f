/** Types of the chat: a channel is the directory entry of its fragment, a message is a node in that fragment. */
import { plainLine, withoutOverrides } from '#base/plain-text';
import type { EdgeView, NodeView } from '#os/api';
import { EMOJI_MAX, idOf, MENTIONS_MAX, MESSAGE_FILES_MAX, MESSAGE_TEXT_MAX, PINS_MAX, readDirectoryEntry, textOf, VOICE_BARS_MAX, VOICE_MS_MAX, WHOLE, type DirectoryEntry } from '#domain/shared';

export const CHANNEL = 'chat/channel@1';
export const MESSAGE = 'chat/message@1';
export const REACT_PREFIX = 'react/';
export const VERB = {
  send: 'chat/message.send@1',
  edit: 'chat/message.edit@1',
  delete: 'chat/message.delete@1',
  restore: 'chat/message.restore@1',
  react: 'chat/message.react@1',
  topic: 'chat/channel.topic@1',
  rename: 'chat/channel.rename@1',
  pin: 'chat/channel.pin@1',
} as const;

export interface Reaction {
  emoji: string;
  /** Edge ids by the uid of the person who added them. */
  edges: ReadonlyMap<string, string>;
}

/** What its sender measured of a voice message: how long it is and how loud, a byte a bar. It is drawn, nothing else: the sound may be another. */
export interface Voice {
  ms: number;
  wave: Uint8Array;
}

export interface Message {
  id: string;
  fragment: string;
  text: string;
  replyTo: string | null;
  /** The message whose thread it was written in: it stands there, and not in the channel. */
  thread: string | null;
  mentions: string[];
  /** Nodes of the files that came with it, in its own fragment: who reads the channel reads them. */
  files: string[];
  /** The one file is a voice message. */
  voice: Voice | null;
  by: string | null;
  at: number;
  /** ms of the last edit of the text, null when never edited. */
  editedAt: number | null;
  /** uid of another person whose words the text is now, null when it is the author's. */
  editedBy: string | null;
  deleted: boolean;
  stamp: string;
  writer: string;
  seq: number;
  saved: boolean;
  newer: boolean;
  reactions: Reaction[];
  /** The fragment where it is now: it was moved there. */
  moved: string | null;
  /** uid of who carried it over from another place and says whose it is, where this device cannot see that for itself; '' when nobody who may say it does. */
  carriedBy: string | null;
}

/** A channel of a directory node, or null; or what else messages are written in, by its type. */
export function readChannel(node: NodeView, type: string = CHANNEL): DirectoryEntry | null {
  const entry = readDirectoryEntry(node);
  return entry?.type === type ? entry : null;
}

/** Set of the directory entry of a channel: ids of the messages that are pinned in it. */
export const PINS = 'pins';

/** The messages pinned in a channel: no more than the limit. */
export function pinsOf(node: NodeView): string[] {
  return (node.sets[PINS] ?? []).map(idOf).filter((id) => id !== null).slice(0, PINS_MAX);
}

/** A message of a node, or null when the node is none. Mentions and reactions are capped (limits). */
export function readMessage(node: NodeView): Message | null {
  if (node.type !== MESSAGE) return null;
  const { told } = node;
  const words = told ? told.setBy['text'] : node.setBy?.['text'];
  // A message that several claim to have made is by whose words it shows; one that was carried over by whom its carrier says.
  const by = told ? told.by : (node.createdBy ?? words ?? null);
  const edited = words !== undefined && words !== by;
  const replyTo = idOf(node.props['replyTo']);
  const idsOf = (prop: string, most: number): string[] => (Array.isArray(node.props[prop]) ? node.props[prop].slice(0, most) : []).map(idOf).filter((id) => id !== null);
  return {
    id: node.id,
    fragment: node.fragment,
    text: withoutOverrides(textOf(node.props['text'], MESSAGE_TEXT_MAX) ?? ''),
    replyTo,
    thread: node.props['thread'] === true && replyTo !== WHOLE ? replyTo : null,
    mentions: idsOf('mentions', MENTIONS_MAX),
    files: [...new Set(idsOf('files', MESSAGE_FILES_MAX))],
    voice: voiceOf(node.props['voiceMs'], node.props['voiceWave']),
    by,
    at: told?.at ?? node.createdAt,
    editedAt: node.props['edited'] === true || edited ? node.updatedAt : null,
    editedBy: edited ? (words ?? '') : null,
    deleted: node.deleted,
    stamp: node.stamp,
    writer: node.writer,
    seq: node.seq,
    saved: node.saved,
    newer: node.newer,
    reactions: reactionsOf(node.edges),
    moved: node.moved ?? null,
    carriedBy: told && !told.same ? (told.carriedBy ?? '') : null,
  };
}

function voiceOf(ms: unknown, wave: unknown): Voice | null {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= VOICE_MS_MAX) || !(wave instanceof Uint8Array) || wave.length === 0) return null;
  return { ms, wave: wave.subarray(0, VOICE_BARS_MAX) };
}

/** The emoji of a reaction edge type `react/<emoji>@1`, or null. */
export function emojiOf(type: string): string | null {
  if (!type.startsWith(REACT_PREFIX) || !type.endsWith('@1')) return null;
  const emoji = type.slice(REACT_PREFIX.length, -2);
  return emoji.length > 0 && emoji.length <= EMOJI_MAX && plainLine(emoji) === emoji ? emoji : null;
}

function reactionsOf(edges: readonly EdgeView[]): Reaction[] {
  const groups = new Map<string, Map<string, string>>();
  for (const edge of edges) {
    const emoji = emojiOf(edge.type);
    const by = edge.told ?? edge.by;
    if (!emoji || !by) continue;
    const group = groups.get(emoji) ?? new Map<string, string>();
    group.set(by, edge.id);
    groups.set(emoji, group);
  }
  return [...groups].map(([emoji, people]) => ({ emoji, edges: people }));
}
