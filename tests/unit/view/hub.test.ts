import { expect, test } from 'vitest';
import type { Copies } from '#os/api';
import type { Entry, Item } from '#domain/hub';
import { mergeCopies } from '#view/hub/copies.ts';
import { bySpace, countsOf, heldRows, routeOf, rowsOf, snoozeTimes } from '#view/hub/projection.ts';

const entry = (id: string, part: Partial<Entry> = {}): Entry => ({
  id, space: 'space', fragment: 'talk', kind: 'message', by: 'anna', at: 0, title: id, to: [], answers: null, thread: null, given: null, due: null, waits: null, params: { m: id }, place: null, log: { writer: 'w', seq: 1 }, createdBy: 'anna', stamp: id, ...part,
});
const item = (id: string, part: Partial<Item> = {}, of: Partial<Entry> = {}): Item => ({ entry: entry(id, of), reasons: ['mention'], is: 'inbox', unread: true, saved: false, until: null, silent: false, ...part });

test('{C2} rows: answers to one thing are one, mentions each their own; each list has what stands in it', () => {
  const items = [item('a'), item('b', { reasons: ['reply'] }, { answers: 'root' }), item('c', { reasons: ['thread'], unread: false }, { answers: 'root' }), item('d', { is: 'done', saved: true }), item('e', { is: 'later' }), item('f', { reasons: ['given'] }, { kind: 'task', space: 'other' }), item('g', { is: 'read' })];
  expect(rowsOf(items, 'all').map(({ items: of, reasons, unread }) => [of.map(({ entry: { id } }) => id).join(''), reasons, unread])).toEqual([['a', ['mention'], true], ['bc', ['reply', 'thread'], true], ['f', ['given'], true]]);
  expect(countsOf(items)).toEqual({ all: 3, mentions: 2, given: 1, watching: 1, saved: 1, later: 1, done: 1 });
  expect(bySpace(rowsOf(items, 'all')).map(([space, rows]) => [space, rows.length])).toEqual([['space', 2], ['other', 1]]);
});

test('{C2} while a list is read no row moves: what is new waits, what left elsewhere says so in its place, what I moved goes', () => {
  const before = rowsOf([item('a'), item('b'), item('c')], 'all');
  const now = rowsOf([item('new'), item('c'), item('b', { unread: false })], 'all');
  const picture = (moved: string[]): unknown[] => {
    const { rows, fresh } = heldRows(before, now, new Set(before.filter(({ items }) => moved.includes(items[0]!.entry.id)).map(({ key }) => key)));
    return [rows.map(({ items, gone, unread }) => `${items[0]!.entry.id}${gone ? ' gone' : ''}${unread ? '' : ' read'}`), fresh];
  };
  expect(picture([])).toEqual([['a gone', 'b read', 'c'], 1]);
  expect(picture(['a'])).toEqual([['b read', 'c'], 1]);
  // With nothing left that could move, what is new comes by itself.
  expect(heldRows(before, rowsOf([item('new')], 'all'), new Set(before.map(({ key }) => key)))).toMatchObject({ rows: [{ gone: false }], fresh: 0 });
});

test('{C2} where an entry leads: the message in its channel, the comment beside its page, the task in the panel of its place, a request to Access', () => {
  const place = (lens: string, params = {}): Entry => entry('dir', { kind: 'document', place: { fragment: 'talk', lens, title: 'x', about: true, params } });
  expect(routeOf(entry('m'), place('chat'))).toEqual({ space: 'space', lens: 'chat', object: 'talk', params: { m: 'm' } });
  expect(routeOf(entry('m'), place('documents', { panel: 'comments' }))).toEqual({ space: 'space', lens: 'documents', object: 'talk', params: { panel: 'comments', m: 'm' } });
  expect(routeOf(entry('t', { kind: 'task', params: { panel: 'details', t: 't' } }), place('documents', { panel: 'comments' }))).toMatchObject({ lens: 'documents', params: { panel: 'details', t: 't' } });
  // The task of an assignment lies in a course, which is no place of the Hub.
  expect(routeOf(entry('t', { kind: 'task', params: { panel: 'details', t: 't' } }), null)).toMatchObject({ lens: 'goals', params: { panel: 'details', t: 't' } });
  expect(routeOf(entry('j', { kind: 'join' }), null)).toEqual({ space: 'space', lens: 'access' });
});

test('{C2} times to put off to: none that is over or says the same as another', () => {
  const at = (text: string): string[] => snoozeTimes(new Date(text).getTime()).map(({ word, until }) => `${word} ${(until - new Date(text).getTime()) / 3_600_000}`);
  // A Tuesday morning, a late evening, and the day before Monday.
  expect(at('2026-11-24T09:00:00')).toEqual(['hour 1', 'evening 9', 'tomorrow 24', 'monday 144']);
  expect(at('2026-11-24T17:30:00')).toEqual(['hour 1', 'tomorrow 15.5', 'monday 135.5']);
  expect(at('2026-11-29T12:00:00')).toEqual(['hour 1', 'evening 6', 'tomorrow 21']);
});

test('{C2} the word of the Hub is true of all spaces: devices that hold all of it, trouble of one of them; none where they differ', () => {
  const copies = (devices: string, part: Partial<Copies> = {}): Copies => ({ devices: [...devices], wrote: [], beacons: [], lastConfirmed: devices.length > 1 ? 5 : null, state: devices.length > 1 ? 'shared' : 'one-copy', count: 0, since: null, reason: null, ...part });
  const word = (...all: Copies[]): unknown => {
    const merged = mergeCopies(all);
    return merged && [merged.state, merged.devices.join(''), merged.count, merged.since];
  };
  expect([word(), word(copies('a')), word(copies('a'), copies('a'))]).toEqual([null, ['one-copy', 'a', 0, null], ['one-copy', 'a', 0, null]]);
  expect(word(copies('abc'), copies('acd'))).toEqual(['shared', 'ac', 0, null]);
  // My notes are here only, the team's words on three devices: neither is true of both.
  expect(word(copies('a'), copies('abc'))).toBeNull();
  expect(word(copies('ab'), copies('ac'))).toBeNull();
  expect(word(copies('ab', { state: 'waiting', count: 2, since: 9 }), copies('a'), copies('ac', { state: 'waiting', count: 3, since: 7 }))).toEqual(['waiting', 'a', 5, 7]);
  expect(word(copies('ab', { state: 'waiting', count: 2, since: 9 }), copies('a', { state: 'stuck', since: 8 }))).toEqual(['stuck', 'a', 0, 8]);
  expect(mergeCopies([copies('a', { beacons: ['tower'], state: 'shared' }), copies('a', { beacons: ['tower', 'mill'], state: 'shared', lastConfirmed: 3 })])).toMatchObject({ state: 'shared', beacons: ['tower'], lastConfirmed: null });
});
