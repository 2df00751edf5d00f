/**
 * What a person does with entries of the Hub, as operations for their Personal space. Everything only grows or is taken back by what was seen of it, so devices that
 * acted apart agree: done holds, also against an opening and a putting off of the same moment; only taking it back takes it back.
 */
import type { Op } from '#os/api';
import { HUB_LIMITS } from '#domain/shared';
import type { Item, Marks } from './indexes.ts';
import { isDone } from './rules.ts';
import { counted, HUB, HUB_VERB, hubMarkId, logOf, valueOf, VISIT, visitId, type Entry, type HubMark } from './schema.ts';

type Where = Pick<Entry, 'space' | 'fragment'>;
type Verb = (typeof HUB_VERB)[keyof typeof HUB_VERB];

const create = ({ space, fragment }: Where, verb: Verb): Op => ({ op: 'node.create', id: hubMarkId(space, fragment), type: HUB, props: { space, fragment }, verb });
const add = (where: Where, prop: string, value: string, verb: Verb): Op => ({ op: 'set.add', id: hubMarkId(where.space, where.fragment), prop, value, verb });
const remove = (where: Where, prop: string, value: string, verb: Verb): Op => ({ op: 'set.remove', id: hubMarkId(where.space, where.fragment), prop, value, verb });

/** Operations of one place; its node is made with the first. */
const begun = (where: Where, mark: HubMark, ops: Op[], verb: Verb): Op[] => (ops.length > 0 && !mark.exists ? [create(where, verb), ...ops] : ops);

function byPlace(items: readonly Item[]): Item[][] {
  const places = new Map<string, Item[]>();
  for (const item of items) {
    const key = `${item.entry.space} ${item.entry.fragment}`;
    const list = places.get(key);
    if (list) list.push(item);
    else places.set(key, [item]);
  }
  return [...places.values()];
}

const dropped = (where: Where, mark: HubMark, id: string, sets: readonly ('again' | 'seen' | 'done')[], verb: Verb): Op[] => sets.flatMap((set) => (mark[set].has(id) ? [remove(where, set, mark[set].get(id)!, verb)] : []));
const woken = (where: Where, mark: HubMark, id: string, verb: Verb): Op[] => (mark.later.get(id)?.values ?? []).map((value) => remove(where, 'later', value, verb));

/** What is known besides the entries that are marked. */
export interface Known {
  /** Everything that concerns this person. */
  readonly all: readonly Item[];
  /** What may, and is not known yet. */
  readonly unclear: readonly Entry[];
  /** Is it known, and concerns them no longer? */
  over(space: string, id: string): boolean;
}

/**
 * Marks as done. Below the first entry of a writer that is still open nothing has to be written one by one, and what stood there so is taken away: a list that is worked
 * off leaves a number per writer.
 */
export function markDone(items: readonly Item[], { all, unclear, over }: Known, marks: Marks): Op[] {
  const going = new Set(items.map(({ entry }) => entry.id));
  const known = new Map(byPlace(all).map((list) => [`${list[0]!.entry.space} ${list[0]!.entry.fragment}`, list]));
  return byPlace(items).flatMap((list) => {
    const where: Where = list[0]!.entry;
    const mark = marks.hub(where.space, where.fragment);
    const verb = HUB_VERB.done;
    const here = known.get(`${where.space} ${where.fragment}`) ?? list;
    const upTo = raised(here, unclear.filter((entry) => entry.space === where.space && entry.fragment === where.fragment), going, mark);
    const ops: Op[] = [];
    for (const [writer, n] of upTo) if (n > (mark.upTo.get(writer) ?? -1)) ops.push({ op: 'max.set', id: hubMarkId(where.space, where.fragment), key: writer, n, verb });
    const reached = (log: { writer: string; seq: number } | null): boolean => log !== null && log.seq <= Math.max(mark.upTo.get(log.writer) ?? -1, upTo.get(log.writer) ?? -1);
    for (const { entry } of list) {
      ops.push(...dropped(where, mark, entry.id, ['again', 'seen'], verb), ...woken(where, mark, entry.id, verb));
      if (!(counted(entry) && reached(entry.log)) && !mark.done.has(entry.id)) ops.push(add(where, 'done', valueOf(entry), verb));
    }
    const gone = (id: string): boolean => !going.has(id) && over(where.space, id);
    for (const [id, value] of mark.done) if (gone(id) || reached(logOf(value))) ops.push(remove(where, 'done', value, verb));
    for (const id of [...mark.again.keys(), ...mark.seen.keys()]) if (gone(id)) ops.push(...dropped(where, mark, id, ['again', 'seen'], verb));
    for (const id of mark.later.keys()) if (gone(id)) ops.push(...woken(where, mark, id, verb));
    return begun(where, mark, ops, verb);
  });
}

/** Per writer up to where all is done once `going` is: before the first entry that is still open. What was read in its place counts as done. */
function raised(here: readonly Item[], unclear: readonly Entry[], going: ReadonlySet<string>, mark: HubMark): Map<string, number> {
  const open = new Map<string, number>();
  const top = new Map<string, number>();
  const keep = (entry: Entry): void => void open.set(entry.log!.writer, Math.min(open.get(entry.log!.writer) ?? Infinity, entry.log!.seq));
  for (const entry of unclear) if (counted(entry)) keep(entry);
  for (const { entry, is } of here) {
    if (!counted(entry)) continue;
    if (going.has(entry.id) || is === 'read' || isDone(entry, mark)) top.set(entry.log!.writer, Math.max(top.get(entry.log!.writer) ?? -1, entry.log!.seq));
    else keep(entry);
  }
  return new Map([...top].map(([writer, seq]) => [writer, Math.min(seq, (open.get(writer) ?? Infinity) - 1)] as const).filter(([, n]) => n >= 0));
}

/** Takes done back: the entries stand in the Inbox again. */
export function takeBack(items: readonly Item[], marks: Marks): Op[] {
  return byPlace(items).flatMap((list) => {
    const where: Where = list[0]!.entry;
    const mark = marks.hub(where.space, where.fragment);
    const verb = HUB_VERB.again;
    const ops = list.flatMap(({ entry }) => [...dropped(where, mark, entry.id, ['done'], verb), ...(mark.again.has(entry.id) ? [] : [add(where, 'again', valueOf(entry), verb)])]);
    return begun(where, mark, ops, verb);
  });
}

/** Puts entries off until a time, ms; null ends that. */
export function putOff(items: readonly Item[], until: number | null, marks: Marks): Op[] {
  return byPlace(items).flatMap((list) => {
    const where: Where = list[0]!.entry;
    const mark = marks.hub(where.space, where.fragment);
    const verb = HUB_VERB.snooze;
    const ops = list.flatMap(({ entry }) => [...woken(where, mark, entry.id, verb), ...(until === null ? [] : [...dropped(where, mark, entry.id, ['done'], verb), add(where, 'later', `${Math.round(until)} ${valueOf(entry)}`, verb)])]);
    return begun(where, mark, ops, verb);
  });
}

/** Saves or lets go of entries; null when a place holds as many as it may. */
export function setSaved(items: readonly Item[], saved: boolean, marks: Marks): Op[] | null {
  const verb = HUB_VERB.save;
  const out: Op[] = [];
  for (const list of byPlace(items)) {
    const where: Where = list[0]!.entry;
    const mark = marks.hub(where.space, where.fragment);
    const going = list.filter(({ entry }) => mark.saved.has(entry.id) !== saved);
    if (saved && mark.saved.size + going.length > HUB_LIMITS.held) return null;
    out.push(...begun(where, mark, going.map(({ entry }) => (saved ? add(where, 'saved', valueOf(entry), verb) : remove(where, 'saved', mark.saved.get(entry.id)!, verb))), verb));
  }
  return out;
}

/** Opened from the Hub: it stays in the Inbox, read, until it is done. A place that holds too many of such keeps no more: those leave when they are read. */
export function markSeen({ entry }: Item, marks: Marks): Op[] {
  const mark = marks.hub(entry.space, entry.fragment);
  if (mark.seen.has(entry.id) || mark.seen.size >= HUB_LIMITS.held) return [];
  return begun(entry, mark, [add(entry, 'seen', valueOf(entry), HUB_VERB.seen)], HUB_VERB.seen);
}

/** Follows a place, or ends that. */
export function follow(where: Where, on: boolean, marks: Marks): Op[] {
  const mark = marks.hub(where.space, where.fragment);
  if (mark.follows === on) return [];
  return begun(where, mark, [{ op: 'node.set', id: hubMarkId(where.space, where.fragment), props: { follow: on }, verb: HUB_VERB.follow }], HUB_VERB.follow);
}

/** Says that the Hub was left at a time, ms. */
export function endVisit(personal: string, exists: boolean, at: number): Op[] {
  const id = visitId(personal);
  const verb = HUB_VERB.visit;
  return [...(exists ? [] : [{ op: 'node.create' as const, id, type: HUB, props: { space: personal, fragment: VISIT }, verb }]), { op: 'max.set', id, key: VISIT, n: Math.round(at), verb }];
}
