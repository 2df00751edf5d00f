/** What a component tells the rest of the system about its types, so that one card, header and palette can show anything. */
import type { NodeView, Op, SpaceView } from '#os/api';

/** A fact under a title; the view puts it into words of the reader's language. */
export type Fact =
  | { kind: 'person'; uid: string }
  | { kind: 'time'; at: number }
  | { kind: 'text'; text: string }
  /** The day something has to be done, YYYY-MM-DD. */
  | { kind: 'due'; day: string };

/** Names of icons as in the icon set of view/kit. */
export type TypeIcon = 'message' | 'channel' | 'person' | 'fragment' | 'task';

export interface TypeManifest {
  type: string;
  /** Of a fragment: the type its directory entry names. Left out: any that nobody else has. */
  of?: string;
  icon: TypeIcon;
  title(node: NodeView): string;
  facts(node: NodeView): Fact[];
  /** Of things that are done or not: every card of them has a box. */
  tick?: Tick;
}

export interface Tick {
  done(node: NodeView): boolean;
  may(node: NodeView, space: SpaceView, me: string): boolean;
  set(node: NodeView, done: boolean): Op[];
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

/** What a component tells. Made by a call without other effects, so that the kernel worker, which wants the names of its types alone, does not load the rest. */
export const manifest = (make: () => ComponentManifest): ComponentManifest => make();
