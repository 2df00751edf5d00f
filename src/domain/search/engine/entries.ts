/** Nodes of the graph → what is found by them. Total: a peer may have written anything. */
import type { NodeView } from '#os/api';
import { CHANNEL, readMessage } from '#domain/chat';
import { DOCUMENT } from '#domain/editor';
import { plainOf, type Block } from '#domain/editor/model';
import { GOAL, readTask, RESOURCE, TASK } from '#domain/goals';
import { COURSE } from '#domain/learn';
import { ROOM } from '#domain/messenger';
import { readDirectoryEntry, type Person } from '#domain/shared';
import type { Entry, Kind } from '#domain/search';
import { addressed, edged, linked, nodeKey } from './spots.ts';

const NOTHING = { fragment: '', block: '', title: '', text: '', by: '', at: 0, changed: 0 };

/** A message; nothing of a deleted one. */
export function messageEntries(node: NodeView): Entry[] {
  const message = readMessage(node);
  if (!message || message.deleted || message.text.trim() === '') return [];
  return [{ ...NOTHING, key: nodeKey(node.space, node.id), kind: 'message', space: node.space, fragment: node.fragment, node: node.id, text: message.text, by: message.by ?? '', at: message.at, changed: node.updatedAt, ...linked(node.id, [...(message.replyTo === null ? [] : [message.replyTo]), ...addressed(node.space, [message.text])]) }];
}

/** A task by its title, and so a resource. */
export function taskEntries(node: NodeView): Entry[] {
  const kind = node.type === RESOURCE ? 'resource' : 'task';
  const task = readTask(kind === 'resource' ? { ...node, type: TASK } : node);
  if (!task || task.deleted || task.title === '') return [];
  return [{ ...NOTHING, key: nodeKey(node.space, node.id), kind, space: node.space, fragment: node.fragment, node: node.id, title: task.title, by: task.by ?? '', at: node.createdAt, changed: node.updatedAt, ...linked(node.id, edged(node.edges)) }];
}

/** Fragments that are found by their title, and lead to what is in them. */
const TITLED: ReadonlyMap<string, Kind> = new Map<string, Kind>([[CHANNEL, 'channel'], [ROOM, 'room'], [DOCUMENT, 'document'], [GOAL, 'goal'], [COURSE, 'course']]);

/** A channel, room, document, goal or course by its title, and its topic. */
export function titleEntries(node: NodeView): Entry[] {
  const entry = readDirectoryEntry(node);
  const kind = entry && TITLED.get(entry.type);
  if (!entry || !kind) return [];
  return [{ ...NOTHING, key: nodeKey(node.space, node.id), kind, space: node.space, fragment: entry.fragment, node: node.id, title: entry.title, text: entry.topic, at: entry.created, changed: node.updatedAt }];
}

/** The blocks of a document that have words. Nobody is named: a block is written by several. */
export function blockEntries(node: Pick<NodeView, 'space' | 'fragment' | 'id' | 'createdAt' | 'updatedAt'>, blocks: readonly Block[]): Entry[] {
  return blocks.flatMap(({ id, text }): Entry[] => {
    const words = plainOf(text);
    if (words.trim() === '') return [];
    return [{ ...NOTHING, key: `${nodeKey(node.space, node.id)}/${id}`, kind: 'block', space: node.space, fragment: node.fragment, node: node.id, block: id, text: words, at: node.createdAt, changed: node.updatedAt, ...linked(node.id, addressed(node.space, text.flatMap(({ marks }) => marks.link ?? []))) }];
  });
}

/** Name of a person in the index. A peer may call somebody by the id of a node: it is none of a node, nor of a block, which stands behind one. */
export const personKey = (space: string, uid: string): string => `${space}//${uid}`;

/** The people of a space, once each. */
export function personEntry(space: string, { uid, name }: Pick<Person, 'uid' | 'name'>): Entry {
  return { ...NOTHING, key: personKey(space, uid), kind: 'person', space, node: uid, title: name, by: uid };
}

export function spaceEntry(space: string, name: string): Entry {
  return { ...NOTHING, key: nodeKey(space, ''), kind: 'space', space, node: '', title: name };
}
