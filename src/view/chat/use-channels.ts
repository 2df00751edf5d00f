/** Channels of a space with their unread counts, and the read marks they come from. */
import { useEffect, useMemo, useRef } from 'react';
import type { Change, NodeView } from '#os/api';
import { CHANNEL, MESSAGE, pinsOf, readChannel, readMessage } from '#domain/chat';
import { FRAGMENT, isQuiet, isUnread, READ, readMarksOf, ROOT, type DirectoryEntry, type Readable, type ReadMark } from '#domain/shared';
import { useAsked, useFolded, useKernel, useNodes, useSpaces } from '#view/kit/kernel.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';

/** How many of the latest messages of a space are looked at for counts; and, where these do not reach, of one channel. */
const COUNTED = 1000;
const COUNTED_QUIET = 100;
/** Messages of a space of which a tab keeps what a count needs. */
const HELD = 4 * COUNTED;
/** How often a space that is not open is counted again, ms. */
const ELSEWHERE_MS = 1_500;

interface Light {
  fragment: string;
  by: string | null;
  writer: string;
  seq: number;
  replyTo: string | null;
  thread: string | null;
  mentions: string[];
}
type Lights = ReadonlyMap<string, Light>;
const NONE: Lights = new Map();

function fold(state: Lights, change: Change): Lights {
  const next = new Map(state);
  for (const id of change.removed) next.delete(id);
  for (const node of [...change.added, ...change.changed].sort((a, b) => (a.stamp < b.stamp ? -1 : 1))) {
    const message = readMessage(node);
    if (message && !message.deleted) next.set(node.id, { fragment: node.fragment, by: message.by, writer: message.writer, seq: message.seq, replyTo: message.replyTo, thread: message.thread, mentions: message.mentions });
  }
  // What came first goes first: a count needs no more than it shows.
  if (next.size > HELD) for (const id of [...next.keys()].slice(0, next.size - HELD)) next.delete(id);
  return next;
}

export interface ChannelRow extends DirectoryEntry {
  unread: number;
  mentions: number;
  muted: boolean;
  /** What is counted, one by one: where it is, and what has to be marked. */
  counted: readonly Readable[];
  /** Messages that are pinned in it. */
  pins: readonly string[];
}

/** Read marks of all channels by node id. They stand in the Personal space; who has none here (just come back, none of their devices at hand) has nothing to wait for, and no marks: `kept` is false. */
export function useReadMarks(): { markOf: (space: string, fragment: string) => ReadMark; loaded: boolean; kept: boolean } {
  const spaces = useSpaces();
  const personal = spaces?.find(({ kind }) => kind === 'personal')?.id ?? null;
  const { nodes, loaded: kept } = useNodes(personal, { type: READ });
  const loaded = kept || (spaces !== null && personal === null);
  return useMemo(() => {
    const known = new Map<string, ReadMark>();
    const markOf = (space: string, fragment: string): ReadMark => {
      const mark = known.get(`${space}/${fragment}`) ?? readMarksOf(nodes, space, fragment);
      known.set(`${space}/${fragment}`, mark);
      return mark;
    };
    return { markOf, loaded, kept };
  }, [nodes, loaded, kept]);
}

/** In a busy space the latest messages may all be of a few channels: the others are asked for theirs, so that no unread one is passed over. */
function useSilent(space: string, directory: ReadonlyMap<string, NodeView> | null, latest: { state: Lights; loaded: boolean; take(nodes: NodeView[]): void }): void {
  const api = useKernel();
  const asked = useRef(new Set<string>());
  const { state, loaded, take } = latest;
  useEffect(() => {
    if (!directory || !loaded || state.size < COUNTED) return;
    const heard = new Set([...state.values()].map((light) => light.fragment));
    for (const node of directory.values()) {
      const fragment = readChannel(node)?.fragment;
      if (!fragment || heard.has(fragment) || asked.current.has(fragment)) continue;
      asked.current.add(fragment);
      void api.graph(space).query({ type: MESSAGE, fragment, order: '-stamp', limit: COUNTED_QUIET }).then(take, () => asked.current.delete(fragment));
    }
  }, [api, space, directory, state, loaded, take]);
}

const DRAWN = ['node', 'title', 'topic', 'type', 'created', 'stamp', 'muted', 'unread', 'mentions'] as const;

function sameRow(a: ChannelRow, b: ChannelRow): boolean {
  return DRAWN.every((key) => a[key] === b[key]) && a.pins.join() === b.pins.join() && a.counted.length === b.counted.length && a.counted.every((one, at) => one.id === b.counted[at]!.id && one.seq === b.counted[at]!.seq && one.thread === b.counted[at]!.thread);
}

/** What is as before is the same object, and so is a list of nothing else: who draws a channel draws it once for each message, not once for each count. */
function kept(before: readonly ChannelRow[], next: ChannelRow[]): ChannelRow[] {
  const rows = next.map((row, at) => {
    const then = before[at]?.fragment === row.fragment ? before[at] : before.find(({ fragment }) => fragment === row.fragment);
    return then && sameRow(then, row) ? then : row;
  });
  return rows.length === before.length && rows.every((row, at) => row === before[at]) ? (before as ChannelRow[]) : rows;
}

/** The channels of the directory, oldest first, each with what is unread in it. */
function useCounted(space: string, directory: ReadonlyMap<string, NodeView>, lights: Lights, type: string): ChannelRow[] {
  const me = useKernel().identity.get()?.uid ?? null;
  const marks = useReadMarks();
  const { quiet } = useQuiet();
  const held = useRef<ChannelRow[]>([]);
  return useMemo(() => {
    const rows = [...directory.values()].flatMap((node) => [readChannel(node, type)].filter((entry) => entry !== null).map((entry) => ({ ...entry, pins: pinsOf(node) })));
    rows.sort((a, b) => (a.stamp < b.stamp ? -1 : 1));
    const counts = new Map<string, { counted: Readable[]; mentions: number }>();
    const byFragment = new Map<string, ReadMark>(rows.map((row) => [row.fragment, marks.markOf(space, row.fragment)]));
    for (const [id, light] of lights) {
      const mark = byFragment.get(light.fragment);
      if (!mark || !marks.kept || !isUnread({ id, ...light }, me, mark) || isQuiet(quiet, { id, ...light }, (one) => lights.get(one), me)) continue;
      const count = counts.get(light.fragment) ?? { counted: [], mentions: 0 };
      count.counted.push({ id, by: light.by, writer: light.writer, seq: light.seq, thread: light.thread });
      if (me && light.mentions.includes(me)) count.mentions++;
      counts.set(light.fragment, count);
    }
    held.current = kept(held.current, rows.map((row) => {
      const { counted, mentions } = counts.get(row.fragment) ?? { counted: [], mentions: 0 };
      return { ...row, muted: quiet.channels.has(row.fragment), unread: counted.length, mentions, counted };
    }));
    return held.current;
  }, [directory, lights, marks, quiet, space, me, type]);
}

/** The channels of a space, or what else messages are written in, oldest first. */
export function useChannels(space: string, type = CHANNEL): { channels: ChannelRow[]; loaded: boolean } {
  const directory = useNodes(space, { type: FRAGMENT, fragment: ROOT, where: { type } });
  const latest = useFolded(space, { type: MESSAGE, order: '-stamp', limit: COUNTED }, NONE, fold);
  useSilent(space, directory.loaded ? directory.nodes : null, latest);
  return { channels: useCounted(space, directory.nodes, latest.state, type), loaded: directory.loaded };
}

/** What is unread in a space that is not open: its latest messages are read again now and then, instead of following every one of them. */
export function useUnread(space: string): number {
  const api = useKernel();
  const directory = useNodes(space, { type: FRAGMENT, fragment: ROOT, where: { type: CHANNEL } });
  const latest = useAsked(() => api.graph(space).query({ type: MESSAGE, order: '-stamp', limit: COUNTED }), ['node_created', 'node_updated'], [api, space], ELSEWHERE_MS);
  const lights = useMemo(() => (latest === null ? NONE : fold(NONE, { added: latest, changed: [], removed: [], origin: 'remote' })), [latest]);
  return useCounted(space, directory.nodes, lights, CHANNEL).reduce((sum, channel) => sum + channel.unread, 0);
}
