/**
 * What a person does not want to hear of. A `quiet@1` node in the Personal space for each person, channel or thread that is muted and each person who is
 * blocked, and each channel of which only mentions count: props {kind, of, space, fragment?, label, on}. Mine alone: it goes to my own devices and to nobody else.
 */
import type { NodeView } from '#os/api';
import { PERSON_NAME_MAX, THREAD_DEPTH_MAX } from './limits.ts';
import { idOf, oneLine, textOf } from './text.ts';

export const QUIET = 'quiet@1';

export type QuietKind = 'person' | 'channel' | 'thread' | 'block' | 'mentions';
const KINDS: readonly string[] = ['person', 'channel', 'thread', 'block', 'mentions'] satisfies QuietKind[];

/** What is made quiet: `of` = uid of the person, fragment of the channel (`mentions`: of which only those of me count), or id of the message a thread hangs on. */
export interface QuietSubject {
  kind: QuietKind;
  of: string;
  /** Where it was met; a person is quiet in every space. */
  space: string;
  fragment: string | null;
  /** Its name at that time: it is listed also where its space is not at hand. */
  label: string;
}

export interface QuietEntry extends QuietSubject {
  node: string;
  on: boolean;
  at: number;
}

export interface Quiet {
  /** Muted or blocked. */
  readonly people: ReadonlySet<string>;
  readonly channels: ReadonlySet<string>;
  readonly threads: ReadonlySet<string>;
  readonly blocked: ReadonlySet<string>;
  /** Channels of which only mentions of me count. */
  readonly named: ReadonlySet<string>;
  /** Everything that was ever made quiet, also what is no longer, the newest first. */
  readonly entries: readonly QuietEntry[];
}

export const NO_QUIET: Quiet = { people: new Set(), channels: new Set(), threads: new Set(), blocked: new Set(), named: new Set(), entries: [] };

function readEntry(node: NodeView): QuietEntry | null {
  const { kind, of, space, fragment, label, on } = node.props;
  const id = idOf(of);
  if (node.type !== QUIET || node.deleted || id === null || typeof kind !== 'string' || !KINDS.includes(kind)) return null;
  return { node: node.id, kind: kind as QuietKind, of: id, space: idOf(space) ?? '', fragment: idOf(fragment), label: oneLine(textOf(label, PERSON_NAME_MAX) ?? ''), on: on === true, at: node.updatedAt };
}

/** What is quiet, of the nodes of the Personal space. */
export function readQuiet(nodes: Iterable<NodeView>): Quiet {
  const entries = [...nodes].map(readEntry).filter((entry) => entry !== null).sort((a, b) => b.at - a.at || (a.node < b.node ? -1 : 1));
  const of = (...kinds: QuietKind[]): Set<string> => new Set(entries.filter((entry) => entry.on && kinds.includes(entry.kind)).map((entry) => entry.of));
  return { people: of('person', 'block'), channels: of('channel'), threads: of('thread'), blocked: of('block'), named: of('mentions'), entries };
}

/** What is asked of a message: does it stand in what is quiet? */
export interface Heard {
  id: string;
  fragment: string;
  by: string | null;
  replyTo: string | null;
  /** uids. */
  mentions?: readonly string[];
}

/** Is its author muted or blocked, or the thread it stands in? `known` finds the messages it answers. */
export function isHushed(quiet: Quiet, item: Heard, known: (id: string) => { replyTo: string | null } | undefined): boolean {
  if (item.by !== null && quiet.people.has(item.by)) return true;
  if (quiet.threads.size === 0) return false;
  let at: string | null = item.id;
  for (let depth = 0; at !== null && depth < THREAD_DEPTH_MAX; depth++) {
    if (quiet.threads.has(at)) return true;
    at = depth === 0 ? item.replyTo : (known(at)?.replyTo ?? null);
  }
  return false;
}

/** Does it bring no count, badge or notice to `me`? */
export function isQuiet(quiet: Quiet, item: Heard, known: (id: string) => { replyTo: string | null } | undefined, me: string | null = null): boolean {
  if (quiet.named.has(item.fragment) && (me === null || item.mentions?.includes(me) !== true)) return true;
  return quiet.channels.has(item.fragment) || isHushed(quiet, item, known);
}
