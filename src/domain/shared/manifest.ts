/** What a component tells the rest of the system about its types, so that one card, header and palette can show anything. */
import type { NodeView, Op, SpaceView } from '#os/api';
import type { AgentManifest } from '#os/agents/manifest';

/** A fact under a title; the view puts it into words of the reader's language. */
export type Fact =
  | { kind: 'person'; uid: string }
  | { kind: 'time'; at: number }
  | { kind: 'text'; text: string }
  /** The day something has to be done, YYYY-MM-DD. */
  | { kind: 'due'; day: string }
  /** A call, by the moment at which it began. */
  | { kind: 'call'; at: number };

/** Names of icons as in the icon set of view/kit. */
export type TypeIcon = 'message' | 'channel' | 'person' | 'fragment' | 'task' | 'learn' | 'resource';

export interface TypeManifest {
  type: string;
  /** Of a fragment: the type its directory entry names. Left out: any that nobody else has. */
  of?: string;
  icon: TypeIcon;
  title(node: NodeView): string;
  /** What is said for a title of things that have none. */
  named?(node: NodeView): Fact;
  facts(node: NodeView): Fact[];
  /** Of things that are done or not: every card of them has a box. */
  tick?: Tick;
}

export interface Tick {
  done(node: NodeView): boolean;
  may(node: NodeView, space: SpaceView, me: string): boolean;
  set(node: NodeView, done: boolean): Op[];
}

/** An agent a component declares. All of this build stand in the component mind; the lists of the others are empty. */
export type AgentTask = AgentManifest;

/** What somebody did, in the words every component has for it. Out of such the Hub makes its lists; it knows no component. */
export interface Happening {
  kind: HappeningKind;
  /** uid of who did it. */
  by: string | null;
  /** ms */
  at: number;
  /** One line of plain text. */
  title: string;
  /** uids of people it speaks to. */
  to?: readonly string[];
  /** uids of people who took part: a call that is over was missed by who is not among them. */
  with?: readonly string[];
  /** Node it answers. */
  answers?: string | null;
  /** The message whose thread it stands in. */
  thread?: string | null;
  /** Whose it was made, and by whom. */
  given?: { readonly to: string; readonly by: string | null } | null;
  /** Day it has to be done, YYYY-MM-DD. */
  due?: string | null;
  /** Left out: nothing is to be done about it. True: it waits for somebody; false: it did, and is over. */
  waits?: boolean;
  /** Address of it inside its place. */
  params?: Readonly<Record<string, string>>;
  /** It is looked at elsewhere: where. */
  leads?: { readonly space: string; readonly lens: string; readonly object: string; readonly params: Readonly<Record<string, string>> };
  /** It is a place itself: the fragment it names, and where and how that is shown. */
  place?: PlaceOf;
}

export type HappeningKind = 'message' | 'task' | 'resource' | 'channel' | 'document' | 'version' | 'proposal' | 'person' | 'agent' | 'call';

export interface PlaceOf {
  readonly fragment: string;
  readonly lens: string;
  readonly title: string;
  /** What is said there is said about it, as comments are. */
  readonly about: boolean;
  /** Added to the address of a message there. */
  readonly params: Readonly<Record<string, string>>;
}

export interface ActivityType {
  type: string;
  /** Property with the uid of the person it is given to: those given to me are looked for however old they are. */
  mine?: string;
  /** What the node tells; null when it tells nothing, or no longer does. */
  read(node: NodeView): Happening | null;
}

export interface ComponentManifest {
  name: string;
  types: TypeManifest[];
  /** Verbs the component writes, `component/noun.verb@version`. */
  verbs: string[];
  agents: AgentTask[];
  /** What of it is told in the Hub; its code comes when that is made. */
  activity?: () => Promise<readonly ActivityType[]>;
}

/** What a component tells. Made by a call without other effects, so that the kernel worker, which wants the names of its types alone, does not load the rest. */
export const manifest = (make: () => ComponentManifest): ComponentManifest => make();
