/** The directory of a space: one `fragment@1` node in the root fragment per fragment, props {fragment, type, title, created, topic?}. */
import type { NodeView } from '#os/api';
import { CHANNEL_TITLE_MAX, CHANNEL_TOPIC_MAX } from './limits.ts';
import { idOf, numberOf, oneLine, textOf } from './text.ts';

export const FRAGMENT = 'fragment@1';
/** The fragment of every space that holds its directory and the names of people: what a screen needs first, and all that it needs of `root`. */
export const ROOT = 'AgICAgICAgICAgICAgICAg';

export interface DirectoryEntry {
  /** Node id of the entry. */
  node: string;
  fragment: string;
  type: string;
  title: string;
  topic: string;
  /** ms; 0 when unknown. */
  created: number;
  stamp: string;
}

/** An entry of the directory, or null when the node is none. */
export function readDirectoryEntry(node: NodeView): DirectoryEntry | null {
  if (node.type !== FRAGMENT || node.deleted) return null;
  const fragment = idOf(node.props['fragment']);
  const type = textOf(node.props['type'], 64);
  if (!fragment || !type) return null;
  return {
    node: node.id,
    fragment,
    type,
    title: oneLine(textOf(node.props['title'], CHANNEL_TITLE_MAX) ?? ''),
    topic: oneLine(textOf(node.props['topic'], CHANNEL_TOPIC_MAX) ?? ''),
    created: numberOf(node.props['created']) ?? node.createdAt,
    stamp: node.stamp,
  };
}
