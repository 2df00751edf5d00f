import { beforeEach, expect, test } from 'vitest';
import type { JoinRequest, NodeView, ReportView } from '#os/api';
import { CHANNEL, chatManifest, MESSAGE } from '#domain/chat';
import { DOCUMENT, editorManifest, PROPOSAL, textNodeOf } from '#domain/editor';
import { goalsManifest, TASK } from '#domain/goals';
import {
  activityOf, applyHub, digestOf, EMPTY_INDEX, follow, hasDesk, HUB, hubMarkOf, itemsOf, joinEntry, lastVisitOf, markDone, markSeen, myTasks, NO_HUB_MARK, putOff, reportEntry, setSaved, takeBack, trimIndex, type CallsHeard, type HubMark, type Item, type Reason, type SpaceIndex,
} from '#domain/hub';
import { CALL, IN_CALL, messengerManifest } from '#domain/messenger';
import { accessManifest } from '#domain/subscription';
import { FRAGMENT, HUB_LIMITS, NO_MARK, NO_QUIET, readMarkOf, READ, type Quiet, type ReadMark } from '#domain/shared';
import { HubDevice } from '#tests/support/hub-devices';
import { nodeView, nodeViewsAnew } from '#tests/support/node-view';

beforeEach(nodeViewsAnew);

const TYPES = (await Promise.all([chatManifest, editorManifest, goalsManifest, accessManifest, messengerManifest].map(async ({ activity }) => [...(await activity!())]))).flat();
const NOW = 1_900_000_000_000;
const channel = (fragment: string, createdBy = 'anna'): NodeView => nodeView({ id: `dir ${fragment}`, fragment: 'root', type: FRAGMENT, createdBy, props: { fragment, type: CHANNEL, title: fragment } });
const page = (fragment: string, createdBy: string): NodeView => nodeView({ id: `dir ${fragment}`, fragment: 'root', type: FRAGMENT, createdBy, props: { fragment, type: DOCUMENT, title: fragment } });
const say = (id: string, part: Partial<NodeView> = {}): NodeView => nodeView({ id, fragment: 'talk', type: MESSAGE, createdBy: 'anna', writer: 'w-anna', ...part, props: { text: id, ...part.props } });
const task = (id: string, props: NodeView['props'], part: Partial<NodeView> = {}): NodeView => nodeView({ id, fragment: 'talk', type: TASK, createdBy: 'anna', updatedBy: 'anna', ...part, props: { title: id, ...props } });
const indexOf = (...nodes: NodeView[]): SpaceIndex => applyHub(EMPTY_INDEX, { added: [channel('talk'), ...nodes], changed: [], removed: [] }, TYPES);

interface With {
  mark?: HubMark;
  read?: ReadMark;
  quiet?: Quiet;
  now?: number;
  calls?: CallsHeard;
}
const look = (index: SpaceIndex, { mark = NO_HUB_MARK, read = NO_MARK, quiet = NO_QUIET, now = NOW, calls = { since: 0, may: () => true } }: With = {}) => itemsOf('space', index, { me: 'me', marks: { hub: () => mark, read: () => read }, quiet, now, calls });
const reasons = (index: SpaceIndex): Record<string, readonly Reason[]> => Object.fromEntries(look(index).items.map(({ entry, reasons: why }) => [entry.id, why]));
const inbox = (index: SpaceIndex, asked: With = {}): string[] => look(index, asked).items.filter(({ is, silent }) => is === 'inbox' && !silent).map(({ entry }) => entry.id).sort();

test('{C2} why somebody hears of something: named, answered, in a thread of theirs, on their page, given to them; what concerns others or is their own brings nothing (control)', () => {
  const mine = say('mine', { createdBy: 'me', writer: 'w-me' });
  expect(reasons(indexOf(
    mine, say('plain'), say('named', { props: { mentions: ['me'] } }), say('other', { props: { mentions: ['boris'] } }), say('self', { createdBy: 'me', props: { mentions: ['me'] } }),
    say('answer', { props: { replyTo: 'mine' } }), say('both', { props: { replyTo: 'mine', mentions: ['me'] } }),
    say('root'), say('my answer', { createdBy: 'me', props: { replyTo: 'root' } }), say('next', { props: { replyTo: 'root' } }), say('elsewhere', { props: { replyTo: 'plain' } }),
  ))).toEqual({ named: ['mention'], answer: ['reply'], both: ['mention', 'reply'], next: ['thread'] });
  const comment = say('comment', { fragment: 'page', props: { replyTo: textNodeOf('page') } });
  const asks = nodeView({ id: 'asks', fragment: 'page', type: PROPOSAL, createdBy: 'anna', props: { title: 'shorter', state: 'open', replyTo: textNodeOf('page') } });
  const draft = { ...asks, id: 'draft', props: { ...asks.props, state: 'draft' } };
  const merged = { ...asks, id: 'merged', props: { ...asks.props, state: 'merged' } };
  expect(reasons(indexOf(page('page', 'me'), comment, asks, draft, merged))).toEqual({ comment: ['comment'], asks: ['proposal'] });
  expect(reasons(indexOf(page('page', 'anna'), comment, asks))).toEqual({});
  // Somebody names my page as theirs: the entry that was made first is the page.
  expect(reasons(indexOf(page('page', 'me'), { ...page('page', 'anna'), id: 'forged', props: { fragment: 'page', type: DOCUMENT, title: 'forged', created: 0 } }, comment))).toEqual({ comment: ['comment'] });
  expect(reasons(indexOf(
    task('given', { assignee: 'me' }), task('theirs', { assignee: 'boris' }), task('done', { assignee: 'me', done: true }), task('taken', { assignee: 'me' }, { setBy: { assignee: 'me' } }), task('gone', { assignee: 'me' }, { deleted: true }),
  ))).toEqual({ given: ['given'] });
});

test('{C2} a call that is over without me was missed; one I was in, began, or that goes on was not, and it is in the Inbox until it is done', () => {
  const call = (id: string, ended: number | null, who: string[] = [], createdBy = 'anna'): NodeView => nodeView({
    id, fragment: 'talk', type: CALL, createdBy, createdAt: NOW - 60_000, props: ended === null ? {} : { ended }, edges: who.map((by, at) => ({ id: `${id} ${at}`, type: IN_CALL, by, to: ['root', by], props: {} }) as unknown as NodeView['edges'][number]),
  });
  const index = indexOf(call('missed', NOW), call('with me', NOW, ['me']), call('mine', NOW, [], 'me'), call('going', null), call('of others', NOW, ['boris']));
  expect(reasons(index)).toEqual({ missed: ['missed'], 'of others': ['missed'] });
  expect(inbox(index)).toEqual(['missed', 'of others']);
  // What was done up to a record says nothing of a call: it is told when it ends, long after it was made.
  expect(inbox(index, { mark: { ...NO_HUB_MARK, exists: true, upTo: new Map([['w-anna', 9_999]]) } })).toEqual(['missed', 'of others']);
  expect(inbox(index, { mark: { ...NO_HUB_MARK, exists: true, done: new Map([['missed', 'missed']]) } })).toEqual(['of others']);
  expect(inbox(index, { quiet: { ...NO_QUIET, channels: new Set(['talk']) } })).toEqual([]);
  // It rang before I came, or where I hear none: to a Guest.
  expect(inbox(index, { calls: { since: NOW - 59_999, may: () => true } })).toEqual([]);
  expect(inbox(index, { calls: { since: 0, may: () => false } })).toEqual([]);
  // Somebody's note that they were in it came late.
  const later = applyHub(index, { added: [], changed: [call('missed', NOW, ['me'])], removed: [] }, TYPES);
  expect(reasons(later)).toEqual({ 'of others': ['missed'] });
});

test('{C2} an answer in a thread is read by the mark of its thread, or with everything; reading the channel beside it leaves it in the Inbox', () => {
  const root = say('root', { createdBy: 'me', writer: 'w-me', seq: 1 });
  const inThread = say('in thread', { seq: 7, props: { replyTo: 'root', thread: true } });
  const beside = say('beside', { seq: 5, props: { replyTo: 'root' } });
  const index = indexOf(root, inThread, beside);
  const upTo = (n: number): ReadMark => ({ ...NO_MARK, exists: true, upTo: new Map([['w-anna', n]]) });
  expect(inbox(index)).toEqual(['beside', 'in thread']);
  expect(inbox(index, { read: upTo(9) })).toEqual(['in thread']);
  const threads = (of: string, n: number): ReadMark => ({ ...NO_MARK, thread: (id) => (id === of ? upTo(n) : NO_MARK) });
  expect(inbox(index, { read: threads('root', 7) })).toEqual(['beside']);
  expect(inbox(index, { read: threads('root', 6) })).toEqual(['beside', 'in thread']);
  expect(inbox(index, { read: threads('another', 9) })).toEqual(['beside', 'in thread']);
  expect(inbox(index, { read: { ...NO_MARK, all: upTo(7) } })).toEqual([]);
  // Its beginning is not here: it stands in the channel, and is read there.
  const alone = indexOf(inThread, say('mine', { createdBy: 'me', writer: 'w-me', seq: 2, props: { replyTo: 'root', thread: true } }));
  expect(inbox(alone)).toEqual(['in thread']);
  expect(inbox(alone, { read: upTo(9) })).toEqual([]);
});

test('{C2} requests and reports come to who decides, and to nobody else', () => {
  const request: JoinRequest = { uid: 'clara', invite: 'i', name: 'Clara\u202e', words: 'let me in', since: 5, role: 'member' };
  const report = { id: 'r', by: 'boris', at: 6, text: 'spam', state: 'open' } as ReportView;
  const entries = new Map([joinEntry('space', request), reportEntry('space', report)].map((entry) => [entry.id, entry]));
  expect(reasons({ entries, nowhere: new Set() })).toEqual({ 'join:clara:5': ['join'], 'report:r': ['report'] });
  expect(entries.get('join:clara:5')!.title).not.toContain('\u202e');
  expect([['team', 'owner'], ['guild', 'admin'], ['team', 'member'], ['personal', 'owner']].map(([kind, role]) => hasDesk({ kind, role } as never))).toEqual([true, true, false, false]);
});

test('{C2} what was read in its place is not in the Inbox; opened from it, it stays until it is done; put off, it comes back unread; saved, it stays saved', () => {
  const device = new HubDevice();
  const index = indexOf(say('one', { seq: 1, props: { mentions: ['me'] } }), say('two', { seq: 2, props: { mentions: ['me'] } }));
  const at = (now = NOW) => look(index, { mark: device.mark('space', 'talk'), read: device.read, now });
  const item = (id: string): Item => at().items.find(({ entry }) => entry.id === id)!;
  const known = () => ({ all: at().items, unclear: [], over: () => false });
  const list = (now?: number): string[] => at(now).items.filter(({ is }) => is === 'inbox').map(({ entry }) => entry.id).sort();
  expect(list()).toEqual(['one', 'two']);
  device.act(markSeen(item('one'), device.marks));
  device.read = readMarkOf(nodeView({ type: READ, max: { 'w-anna': 2 } }));
  expect(list()).toEqual(['one']);
  expect(item('one').unread).toBe(false);
  device.act(setSaved([item('one')], true, device.marks)!);
  device.act(markDone([item('one')], known(), device.marks));
  expect([list(), item('one').is, item('one').saved]).toEqual([[], 'done', true]);
  device.act(takeBack([item('one')], device.marks));
  expect(list()).toEqual(['one']);
  device.act(putOff([item('one')], NOW + 10, device.marks));
  expect([list(), item('one').is]).toEqual([[], 'later']);
  expect(at(NOW + 10).items.find(({ entry }) => entry.id === 'one')).toMatchObject({ is: 'inbox', unread: true });
  device.act(setSaved([item('one')], false, device.marks)!);
  expect(item('one').saved).toBe(false);
});

test('{C2} done counts up to a record only as far as all before it is done; what may concern this person and is not known yet is not passed over', () => {
  const device = new HubDevice();
  const late = say('late', { seq: 3, props: { replyTo: 'unknown' } });
  const index = indexOf(say('one', { seq: 1, props: { mentions: ['me'] } }), say('two', { seq: 2, props: { mentions: ['me'] } }), late, say('four', { seq: 4, props: { mentions: ['me'] } }));
  const done = (...ids: string[]): void => {
    const { items, unclear } = look(index, { mark: device.mark('space', 'talk') });
    device.act(markDone(items.filter(({ entry }) => ids.includes(entry.id)), { all: items, unclear, over: () => false }, device.marks));
  };
  const state = () => [device.mark('space', 'talk').upTo.get('w-anna') ?? null, [...device.mark('space', 'talk').done.keys()]];
  done('two');
  expect(state()).toEqual([0, ['two']]);
  done('one');
  expect(state()).toEqual([2, []]);
  done('four');
  expect(state()).toEqual([2, ['four']]);
  // What it answers was mine: it is in the Inbox although four is done.
  const now = applyHub(index, { added: [say('unknown', { createdBy: 'me' })], changed: [], removed: [] }, TYPES);
  expect(inbox(now, { mark: device.mark('space', 'talk') })).toEqual(['late']);
});

test('{C2} a task done with and given anew is told anew; following a place tells what is new there, and ends', () => {
  const device = new HubDevice();
  const given = task('t', { assignee: 'me' });
  const all = look(indexOf(given)).items;
  device.act(markDone(all, { all, unclear: [], over: () => false }, device.marks));
  expect(inbox(indexOf(given), { mark: device.mark('space', 'talk') })).toEqual([]);
  // Handed on; then something else is done in the place, and it comes back.
  const named = look(indexOf(say('n', { props: { mentions: ['me'] } }))).items;
  device.act(markDone(named, { all: named, unclear: [], over: (_, id) => id === 't' }, device.marks));
  expect(inbox(indexOf(given), { mark: device.mark('space', 'talk') })).toEqual(['t']);

  expect(inbox(indexOf(say('m')), { mark: device.mark('space', 'talk') })).toEqual([]);
  device.act(follow({ space: 'space', fragment: 'talk' }, true, device.marks));
  expect(inbox(indexOf(say('m', { seq: 9_999 })), { mark: device.mark('space', 'talk') })).toEqual(['m']);
  expect(follow({ space: 'space', fragment: 'talk' }, true, device.marks)).toEqual([]);
  device.act(follow({ space: 'space', fragment: 'talk' }, false, device.marks));
  expect(inbox(indexOf(say('m', { seq: 9_999 })), { mark: device.mark('space', 'talk') })).toEqual([]);
});

test('{C2} muted and blocked people bring nothing, a muted channel only what names me, a muted thread nothing', () => {
  const index = indexOf(say('named', { props: { mentions: ['me'] } }), say('mine', { createdBy: 'me' }), say('answer', { props: { replyTo: 'mine' } }));
  expect(inbox(index)).toEqual(['answer', 'named']);
  expect(inbox(index, { quiet: { ...NO_QUIET, people: new Set(['anna']) } })).toEqual([]);
  expect(inbox(index, { quiet: { ...NO_QUIET, channels: new Set(['talk']) } })).toEqual(['named']);
  expect(inbox(index, { quiet: { ...NO_QUIET, threads: new Set(['mine']) } })).toEqual(['named']);
  expect(activityOf(index, { ...NO_QUIET, people: new Set(['anna']) }).map(({ id }) => id)).toEqual(['mine']);
});

test('{C2} the digest counts what others did since the last visit; tasks of mine by when they are due', () => {
  const index = indexOf(say('old', { createdAt: 10 }), say('a', { createdAt: 2_000_000 }), say('b', { createdAt: 3_000_000, createdBy: 'boris' }), say('own', { createdAt: 3_000_000, createdBy: 'me' }), task('over', { assignee: 'me', done: true }, { updatedAt: 3_000_000 }));
  const { total, lines } = digestOf('space', index, 1_999_999, 'me', NO_QUIET);
  expect([total, lines.map(({ kind, over, n, people }) => [kind, over, n, [...people].sort()])]).toEqual([3, [['message', false, 2, ['anna', 'boris']], ['task', true, 1, ['anna']]]]);
  const own = (id: string, due: string | null, assignee = 'me'): NodeView => task(id, { assignee, ...(due ? { due } : {}) });
  const tasks = indexOf(own('none', null), own('today', '2026-11-29'), own('late', '2026-11-01'), own('week', '2026-12-06'), own('far', '2027-01-01'), own('theirs', '2026-11-29', 'anna'));
  expect(myTasks([tasks], 'me', '2026-11-29').map(({ entry, urgency }) => [entry.id, urgency])).toEqual([['late', 'overdue'], ['today', 'today'], ['week', 'soon'], ['far', 'later'], ['none', 'open']]);
  expect([lastVisitOf(nodeView({ type: HUB, max: { visit: 7 } })), lastVisitOf(undefined), lastVisitOf(nodeView({ type: READ, max: { visit: 7 } }))]).toEqual([7, null, null]);
});

test('[limit HUB.looked] {C2} of a type the newest are looked at; what is given to me, places and what is kept stay however old they are', () => {
  const many = Array.from({ length: HUB_LIMITS.looked + 5 }, (_, at) => say(`m${at}`, { stamp: String(100_000 + at) }));
  const index = indexOf(task('given', { assignee: 'me' }, { stamp: '000001' }), ...many);
  const trimmed = trimIndex(index, 'me', ({ id }) => id === 'm0');
  expect(['m0', 'm1', 'm4', 'm5', 'given', 'dir talk'].map((id) => trimmed.entries.has(id))).toEqual([true, false, false, true, true, true]);
  expect([...trimmed.entries.values()].filter(({ kind }) => kind === 'message').length).toBe(HUB_LIMITS.looked + 1);
  expect(trimIndex(trimmed, 'me', ({ id }) => id === 'm0')).toBe(trimmed);
});

test('[limit HUB.held] {C2} a place keeps so many saved things and no more, and of those that were opened likewise', () => {
  const device = new HubDevice();
  const items = look(indexOf(...Array.from({ length: HUB_LIMITS.held + 1 }, (_, at) => say(`m${at}`, { props: { mentions: ['me'] } })))).items;
  expect(setSaved(items, true, device.marks)).toBeNull();
  device.act(setSaved(items.slice(1), true, device.marks)!);
  for (const item of items.slice(1)) device.act(markSeen(item, device.marks));
  expect([device.mark('space', 'talk').saved.size, device.mark('space', 'talk').seen.size]).toEqual([HUB_LIMITS.held, HUB_LIMITS.held]);
  expect([setSaved([items[0]!], true, device.marks), markSeen(items[0]!, device.marks)]).toEqual([null, []]);
});

test('[limit HUB.title] {C2} a title is one line of so much', () => {
  const [item] = look(indexOf(say('long', { props: { text: `${'a\n'.repeat(50)}${'x'.repeat(5_000)}`, mentions: ['me'] } }))).items;
  expect(item!.entry.title.length).toBe(HUB_LIMITS.title);
  expect(item!.entry.title).not.toContain('\n');
});

test('{C2} a mark whose sets hold what nobody writes is read without it', () => {
  const mark = hubMarkOf(nodeView({ type: HUB, sets: { done: [7, 'id 1 writer', ''], later: ['soon id', '99 id', `${NOW} id`, 'x'], saved: [null, 'id'] } as never, props: { follow: 'yes' } }));
  expect([[...mark.done.keys()], mark.later.get('id')!.until, [...mark.saved.keys()], mark.follows]).toEqual([['id'], NOW, ['id'], false]);
});
