/** What happened to things, in the API of the kernel (./api.ts). */
import type { FragmentId, JsonValue, NodeId } from './api.ts';

export interface HistoryEntry {
  /** ms ‖ ctr ‖ writer as text, the total order. */
  stamp: string;
  at: number;
  who: string | null;
  /** Primitive and verb, for example `node.set` or `chat/message.edit@1`. */
  kind: string;
  what: string;
  before: JsonValue;
  after: JsonValue;
  /** Record id; null while unsealed. */
  record: string | null;
  /** Of a question about many nodes: which one. */
  node?: NodeId;
}

/** One property of all nodes of these types; in one fragment, or in all of the space. */
export interface PropQuery {
  type: string | string[];
  what: string;
  fragment?: FragmentId;
}
