/** What a component tells the rest of the system about its types, so that one card, header and palette can show anything. */
import type { NodeView } from '#os/api';

/** A fact under a title; the view puts it into words of the reader's language. */
export type Fact =
  | { kind: 'person'; uid: string }
  | { kind: 'time'; at: number }
  | { kind: 'text'; text: string };

/** Names of icons as in the icon set of view/kit. */
export type TypeIcon = 'message' | 'channel' | 'person' | 'fragment';

export interface TypeManifest {
  type: string;
  icon: TypeIcon;
  title(node: NodeView): string;
  facts(node: NodeView): Fact[];
}

/** A compute task a component declares; run by agents when the step that brings them is there. */
export interface AgentTask {
  name: string;
  reads: string[];
  writes: string[];
}

export interface ComponentManifest {
  name: string;
  types: TypeManifest[];
  /** Verbs the component writes, `component/noun.verb@version`. */
  verbs: string[];
  agents: AgentTask[];
}
