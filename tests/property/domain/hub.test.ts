/** The Hub over random acts: computed anew it is what changes made of it, and devices that acted apart agree. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change, NodeView } from '#os/api';
import { CHANNEL, chatManifest } from '#domain/chat';
import { DOCUMENT, editorManifest, textNodeOf } from '#domain/editor';
import { goalsManifest } from '#domain/goals';
import { activityOf, applyHub, digestOf, EMPTY_INDEX, itemsOf, markDone, markSeen, myTasks, NO_HUB_MARK, putOff, setSaved, takeBack, type Item, type SpaceIndex } from '#domain/hub';
import { accessManifest } from '#domain/subscription';
import { FRAGMENT, NO_MARK, NO_QUIET, READ, readMarkOf, type ActivityType, type Quiet } from '#domain/shared';
import { HubDevice } from '#tests/support/hub-devices';
import { nodeView } from '#tests/support/node-view';

const TYPES: ActivityType[] = (await Promise.all([chatManifest, editorManifest, goalsManifest, accessManifest].map(async ({ activity }) => [...(await activity!())]))).flat();
const PEOPLE = ['me', 'anna', 'boris'] as const;
const PLACES = ['talk', 'noise', 'page'] as const;
const NOW = 2_000_000_000_000;

const act = fc.record({ what: fc.constantFrom('say', 'say', 'answer', 'task', 'give', 'tick', 'propose', 'close', 'delete', 'restore'), who: fc.constantFrom(...PEOPLE), to: fc.constantFrom('me', 'me', ...PEOPLE), place: fc.constantFrom(...PLACES), on: fc.nat(30) });
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

const places = (): NodeView[] => PLACES.map((place, at) => nodeView({ id: `dir-${place}`, fragment: 'root', type: FRAGMENT, createdBy: place === 'page' ? 'me' : 'anna', writer: `w-${place}`, seq: at, props: { fragment: place, type: place === 'page' ? DOCUMENT : CHANNEL, title: place } }));

/** The nodes that acts lead to, and each change on the way. */
function play(acts: readonly Act[]): { nodes: Map<string, NodeView>; changes: NodeView[] } {
  const nodes = new Map<string, NodeView>();
  const changes: NodeView[] = [];
  const seqs = new Map<string, number>();
  const put = (node: NodeView): void => void (nodes.set(node.id, node), changes.push(node));
  for (const place of places()) put(place);
  const old = (type: RegExp, on: number): NodeView | undefined => {
    const fit = [...nodes.values()].filter((node) => type.test(node.type));
    return fit[on % Math.max(1, fit.length)];
  };
  acts.forEach(({ what, who, to, place, on }, at) => {
    const made = (type: string, props: NodeView['props']): void => {
      const log = `${place} ${who}`;
      seqs.set(log, (seqs.get(log) ?? -1) + 1);
      put(nodeView({ id: `n${at}`, fragment: place, type, props, createdBy: who, updatedBy: who, writer: `w-${who}`, seq: seqs.get(log)!, createdAt: NOW - 1_000_000 + at, updatedAt: NOW - 1_000_000 + at, stamp: String(at).padStart(6, '0') }));
    };
    const changed = (node: NodeView | undefined, part: Partial<NodeView>): void => void (node && put({ ...node, updatedAt: NOW - 500_000 + at, updatedBy: who, ...part }));
    const task = old(/^goals/, on);
    if (what === 'say') made('chat/message@1', { text: `line ${at}`, mentions: on % 4 ? [to] : [], ...(place === 'page' ? { replyTo: textNodeOf('page') } : {}) });
    else if (what === 'answer') made('chat/message@1', { text: `answer ${at}`, replyTo: old(/^chat\/message/, on)?.id ?? 'lost' });
    else if (what === 'task') made('goals/task@1', { title: `task ${at}`, assignee: to });
    else if (what === 'propose') made('editor/proposal@1', { title: `proposal ${at}`, state: 'open', replyTo: textNodeOf(place) });
    else if (what === 'give') changed(task, { props: { ...task?.props, assignee: to }, setBy: { assignee: who } });
    else if (what === 'tick') changed(task, { props: { ...task?.props, done: on % 2 === 0 } });
    else if (what === 'close') changed(old(/^editor\/proposal/, on), { props: { ...old(/^editor\/proposal/, on)?.props, state: 'closed' } });
    else changed(old(/^chat\/message|^goals/, on), { deleted: what === 'delete' });
  });
  return { nodes, changes };
}

/** As a subscription tells it: what is deleted is gone from the query. */
const told = (list: readonly NodeView[]): Change => ({ added: list.filter((node) => !node.deleted), changed: [], removed: list.filter((node) => node.deleted).map(({ id }) => id), origin: 'remote' });

function rebuilt(nodes: Iterable<NodeView>): SpaceIndex {
  const here = [...nodes].filter((node) => !node.deleted);
  const index = applyHub(EMPTY_INDEX, told(here), TYPES);
  // What is answered and is not among them was looked for.
  return { ...index, nowhere: new Set([...index.entries.values()].flatMap(({ answers }) => (answers !== null && !index.entries.has(answers) ? [answers] : []))) };
}

const NO_MARKS = { hub: () => NO_HUB_MARK, read: () => NO_MARK };
const QUIET: Quiet = { ...NO_QUIET, people: new Set(['boris']) };
const picture = (index: SpaceIndex) => [NO_QUIET, QUIET].map((quiet) => ({
  items: itemsOf('space', index, { me: 'me', marks: NO_MARKS, quiet, now: NOW, calls: { since: 0, may: () => true } }).items,
  activity: activityOf(index, quiet), digest: digestOf('space', index, NOW - 900_000, 'me', quiet), tasks: myTasks([index], 'me', '2026-11-29'),
}));

test('{C2} rebuilt from all nodes the Hub is what changes made of it, in whatever bursts, orders and repeats they came', () => {
  let some = 0;
  fc.assert(fc.property(fc.array(act, { minLength: 12, maxLength: 40, size: 'max' }), fc.array(fc.nat(1000), { minLength: 20, maxLength: 20 }), (acts, noise) => {
    const { nodes, changes } = play(acts);
    // Changes of one node come in order; between nodes any order: a delayed one is told with all that followed it.
    const byNode = new Map<string, NodeView[]>();
    for (const node of changes) byNode.set(node.id, [...(byNode.get(node.id) ?? []), node]);
    const queues = [...byNode.values()];
    let index = EMPTY_INDEX;
    for (let n = 0; queues.some((queue) => queue.length > 0); n++) {
      const open = queues.filter((queue) => queue.length > 0);
      const burst = open.slice(noise[n % noise.length]! % open.length).slice(0, 1 + (noise[(n + 7) % noise.length]! % 4)).map((queue) => queue.shift()!);
      index = applyHub(index, n % 3 === 0 ? told([...burst, ...burst]) : { added: [], changed: burst.filter((node) => !node.deleted), removed: burst.filter((node) => node.deleted).map(({ id }) => id) }, TYPES);
    }
    const fresh = rebuilt([...nodes.values()].reverse());
    index = { ...index, nowhere: new Set([...index.nowhere, ...fresh.nowhere]) };
    const [shown] = picture(index);
    some += shown!.items.length;
    expect(picture(index)).toEqual(picture(fresh));
  }), { numRuns: 150 });
  expect(some).toBeGreaterThan(100);
});

const step = fc.record({ device: fc.nat(2), what: fc.constantFrom('done', 'done', 'all', 'back', 'later', 'wake', 'save', 'let', 'seen', 'read', 'sync', 'news', 'news'), on: fc.nat(40), other: fc.nat(2) });

test('{C2} devices of one person that acted apart agree; what was done stays done, what nobody touched stays in the Inbox, and a list worked off leaves a number per writer', () => {
  const seen = { done: 0, open: 0 };
  fc.assert(fc.property(fc.array(act, { minLength: 10, maxLength: 40, size: 'max' }), fc.array(step, { minLength: 4, maxLength: 40, size: 'max' }), (acts, steps) => {
    // What is deleted or handed on concerns nobody: who did what with an entry is the question here.
    const { changes } = play(acts.filter(({ what }) => what !== 'delete' && what !== 'restore'));
    const devices = [0, 1, 2].map(() => ({ hub: new HubDevice(), nodes: 3 + Math.floor(acts.length / 3) }));
    const known = (n: number): SpaceIndex => rebuilt(new Map(changes.slice(0, n).map((node) => [node.id, node])).values());
    const look = ({ hub, nodes }: (typeof devices)[0]): { items: readonly Item[]; index: SpaceIndex } => {
      const index = known(nodes);
      return { index, items: itemsOf('space', index, { me: 'me', marks: hub.marks, quiet: NO_QUIET, now: NOW, calls: { since: 0, may: () => true } }).items };
    };
    /** What concerned nobody when the log it stands in was counted as done, and came to: I wrote in its thread later. */
    const passed = new Set<string>();
    const finish = (device: (typeof devices)[0], going: readonly Item[]): void => {
      const { index, items } = look(device);
      const concerns = new Set(items.map(({ entry }) => entry.id));
      const writers = new Set(going.map(({ entry }) => entry.log?.writer));
      for (const { id, log } of index.entries.values()) if (!concerns.has(id) && writers.has(log?.writer)) passed.add(id);
      device.hub.act(markDone(going, { all: items, unclear: [], over: (_, id) => index.entries.has(id) && !concerns.has(id) }, device.hub.marks));
    };
    const touched = new Map<string, Set<string>>();
    const note = (what: string, items: readonly Item[]): void => items.forEach(({ entry }) => touched.set(entry.id, (touched.get(entry.id) ?? new Set()).add(what)));
    for (const { device: n, what, on, other } of steps) {
      const device = devices[n]!;
      const { hub } = device;
      const { items } = look(device);
      const one = items.length > 0 ? [items[on % items.length]!] : [];
      const inbox = items.filter(({ is }) => is === 'inbox');
      if (what === 'news') device.nodes = Math.min(changes.length, device.nodes + 1 + (on % 8));
      else if (what === 'sync') {
        hub.hear(devices[other]!.hub);
        device.nodes = Math.max(device.nodes, devices[other]!.nodes);
      }
      else if (what === 'read') hub.read = readMarkOf(nodeView({ type: READ, max: { 'w-anna': on } }));
      else if (what === 'done' || what === 'all') {
        const going = what === 'done' ? one : inbox;
        finish(device, going);
        note('done', going);
      }
      else if (what === 'seen') one.forEach((item) => hub.act(markSeen(item, hub.marks)));
      else {
        note(what, one);
        hub.act(what === 'back' ? takeBack(one, hub.marks) : what === 'later' || what === 'wake' ? putOff(one, what === 'wake' ? null : NOW + 1 + on, hub.marks) : setSaved(one, what === 'save', hub.marks)!);
      }
    }
    for (const a of devices) a.nodes = changes.length;
    for (let round = 0; round < 2; round++) for (const a of devices) for (const b of devices) if (a !== b) a.hub.hear(b.hub);
    for (const { hub } of devices) hub.read = NO_MARK;
    const pictures = devices.map((device) => look(device).items);
    expect(pictures[1]).toEqual(pictures[0]);
    expect(pictures[2]).toEqual(pictures[0]);
    for (const { entry, is, unread } of pictures[0]!) {
      const did = touched.get(entry.id) ?? new Set();
      if (entry.kind === 'message' && did.has('done') && !did.has('back') && !did.has('later')) {
        seen.done++;
        expect([entry.id, is]).toEqual([entry.id, 'done']);
      }
      // Somebody read another's log up to there meanwhile: what they passed over so is not looked at here.
      if (!did.has('done') && !did.has('later') && !passed.has(entry.id) && !steps.some(({ what }) => what === 'read')) {
        seen.open++;
        expect([entry.id, is, unread]).toEqual([entry.id, 'inbox', unread]);
      }
    }
    const last = devices[0]!;
    finish(last, look(last).items);
    // A place is tidied with the next act in it.
    const { items } = look(last);
    const marks = [...new Set(items.map(({ entry }) => entry.fragment))].map((fragment) => last.hub.mark('space', fragment));
    expect(marks.flatMap(({ again, seen: opened, later }) => [...again.keys(), ...opened.keys(), ...later.keys()])).toEqual([]);
    expect(marks.flatMap(({ done }) => [...done.keys()]).sort()).toEqual(items.filter(({ entry }) => entry.kind !== 'message').map(({ entry }) => entry.id).sort());
    expect(items.every(({ is }) => is === 'done')).toBe(true);
  }), { numRuns: 200 });
  expect(seen.done).toBeGreaterThan(50);
  expect(seen.open).toBeGreaterThan(20);
});
