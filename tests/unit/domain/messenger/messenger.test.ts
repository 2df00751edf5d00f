/** The Messenger as pure functions: rooms and conversations of a space, calls of the log, what is made. */
import { expect, test } from 'vitest';
import type { EdgeView, SpaceView } from '#os/api';
import { beginCall, CALL, closeDoor, conversationsOf, DOOR, endCall, IN_CALL, inOrder, isMissed, isOwnSpace, joinCall, mayCall, mayCloseDoor, mayMakeRooms, mayOpenDoor, messengerManifest, noteCall, notesOfCall, openDoor, pickDoors, readCall, readDoor, readDoors, readRoom, ROOM, roomTitle } from '#domain/messenger';
import { FRAGMENT, NO_RULES, ROOT } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const space = (over: Partial<SpaceView> = {}): SpaceView => ({ id: 's', name: 'River', kind: 'team', role: 'member', members: 2, scope: null, comments: [], lets: null, rules: NO_RULES, ...over });
const entry = (id: string, type: string, title: string, created: number) => nodeView({ id, type: FRAGMENT, props: { fragment: id, type, title, created }, stamp: id });
const edge = (by: string | null): EdgeView => ({ id: `e${by}`, type: IN_CALL, from: 'c', to: 'p', props: {}, by });

test('{C4} rooms of a space and, where it is for two, its first channel under the name of the other; the newest first', async () => {
  const MESSENGER_ACTIVITY = await messengerManifest.activity!();
  const directory = [entry('b', 'chat/channel@1', 'second', 2), entry('a', 'chat/channel@1', 'general', 1), entry('r', ROOM, 'Box group', 5), entry('d', 'editor/document@1', 'Page', 9)];
  expect(conversationsOf(space(), directory, null)).toEqual([{ space: 's', fragment: 'r', type: ROOM, title: 'Box group', kind: 'room', place: 'River', at: 5 }]);
  const two = conversationsOf(space({ name: 'Anna & Boris' }), directory, 'Boris');
  expect(two.map(({ fragment, title, kind }) => [fragment, title, kind])).toEqual([['r', 'Box group', 'room'], ['a', 'Boris', 'direct']]);
  expect(inOrder([{ ...two[1]!, unread: 0, at: 3 }, { ...two[0]!, unread: 0 }]).map(({ fragment }) => fragment)).toEqual(['r', 'a']);
  expect(readRoom(directory[2]!)?.title).toBe('Box group');
  expect(readRoom(directory[0]!)).toBeNull();
  // Left is what is a space of its own: a room that has its name, or one made for two.
  const own = (name: string, node: number, kind: SpaceView['kind'] = 'team', beside: number[] = [3], members = 2): boolean => isOwnSpace({ name, kind, members }, directory[node]!, [node, ...beside].map((one) => directory[one]!));
  expect([own('Box group', 2), own('River', 2), own('Anna & Boris', 1), own('River', 1), own('Box group', 2, 'guild'), own('Anna & Boris', 3)]).toEqual([true, false, true, false, false, false]);
  // Who leaves a team that is called so, or one with more in it, would leave more than the conversation.
  expect([own('Anna & Boris', 1, 'team', [3], 3), own('Anna & Boris', 1, 'team', [0]), own('Anna & Boris', 1, 'team', [2]), own('Box group', 2, 'team', [0, 1]), own('Box group', 2, 'team', [1])]).toEqual([false, false, false, false, true]);
  // In the Hub a room is a place that leads to the Messenger.
  const told = MESSENGER_ACTIVITY.map(({ read }) => [read(directory[2]!)?.place?.lens, read(directory[0]!)]);
  expect(told).toEqual([['messenger', null], [undefined, null]]);
});

test('{C4} calls of the log: who was in them by their own word, no end before the beginning, missed by who was not', () => {
  const call = readCall(nodeView({ id: 'c', type: CALL, props: { ended: 5 }, createdBy: 'anna', createdAt: 100, edges: [edge('boris'), edge('boris'), edge(null), { ...edge('carl'), type: 'react/x@1' }] }))!;
  expect(call).toMatchObject({ by: 'anna', at: 100, ended: 100, people: ['anna', 'boris'] });
  const hearer = (me: string) => ({ me, since: 100, hears: true });
  expect(['anna', 'boris', 'carl'].map((me) => isMissed(call, hearer(me), false))).toEqual([false, false, true]);
  expect(isMissed(call, hearer('carl'), true)).toBe(false);
  // It rang before they came, or where they hear none.
  expect([{ ...hearer('carl'), since: 101 }, { ...hearer('carl'), hears: false }].map((one) => isMissed(call, one, false))).toEqual([false, false]);
  expect(readCall(nodeView({ id: 'c', type: CALL, props: { ended: 'x' } }))!.ended).toBeNull();
  expect(readCall(nodeView({ id: 'c', type: CALL, deleted: true }))).toBeNull();
  expect(readCall(nodeView({ id: 'c', type: ROOM }))).toBeNull();
});

test('{C4} a call, which has no title, is named as one by its moment, and a room by its title', () => {
  const named = messengerManifest.types.map(({ type, title, named: by }) => [type, title(entry('r', ROOM, 'Box group', 5)), by?.(nodeView({ createdAt: 7 }))]);
  expect(named).toEqual([[FRAGMENT, 'Box group', undefined], [CALL, 'Box group', { kind: 'call', at: 7 }], [DOOR, 'Box group', undefined]]);
});

test('{C4} what is made has its verbs and types in the manifest; guests call nobody, a taken name is refused', () => {
  const ops = [...beginCall('c'), ...joinCall('c', { fragment: 'f', node: 'n' }), ...endCall('c', 7), ...noteCall('c', 'p'), ...openDoor('#/join/aaaaaaaa'), ...closeDoor({ node: 'd' })];
  expect(ops.map((op) => op.verb)).toEqual(messengerManifest.verbs);
  expect(ops[1]).toMatchObject({ personal: true, to: ['f', 'n'] });
  expect(messengerManifest.types.map(({ type }) => type)).toEqual([FRAGMENT, CALL, DOOR]);
  expect(['owner', 'member', 'guest', 'removed'].map((role) => mayCall(space({ role: role as SpaceView['role'] }), 'f'))).toEqual([true, true, false, false]);
  expect(mayCall(space({ kind: 'personal' }), 'f')).toBe(false);
  expect([mayMakeRooms(space()), mayMakeRooms(space({ scope: ['f'] }))]).toEqual([true, false]);
  expect(roomTitle(' Box group\n', [])).toEqual({ ok: true, value: 'Box group' });
  const taken = [readRoom(entry('r', ROOM, 'Box group', 5))!];
  expect([roomTitle('box GROUP', taken), roomTitle(' ', []), roomTitle('x'.repeat(81), [])].map((made) => (made.ok ? '' : made.error.code))).toEqual(['taken', 'empty', 'too-long']);
});

test('[limit DOOR_LINK_MAX] [limit DOORS_MAX] {C4} a door leads in by a link of the right form and length, in the directory of a space; who made it and who decides there takes it away', () => {
  const node = (link: unknown, over = {}) => nodeView({ id: 'd', type: DOOR, fragment: ROOT, space: 's', createdBy: 'anna', props: { link: link as string }, ...over });
  const of = (chars: number): string => `#/join/${'a'.repeat(chars - 7)}`;
  expect(readDoor(node(of(4_096)))).toEqual({ node: 'd', place: 's', link: of(4_096), by: 'anna' });
  for (const bad of [of(4_097), '#/join/', 'https://x.example/', 'javascript:alert(1)#/join/', '#/join/aaaaaaaa?x', 7]) expect(readDoor(node(bad)), String(bad).slice(0, 20)).toBeNull();
  expect([readDoor(node(of(20), { fragment: 'f' })), readDoor(node(of(20), { deleted: true })), readDoor(node(of(20), { type: CALL }))]).toEqual([null, null, null]);
  expect([50, 51, 500].map((n) => readDoors(Array.from({ length: n }, () => node(of(20))), new Set()).doors.length)).toEqual([50, 50, 50]);
  // Kept without the address it was made at.
  expect(openDoor(`https://app.example/x${of(20)}`)[0]).toMatchObject({ type: DOOR, props: { link: of(20) } });
  const door = readDoor(node(of(20)))!;
  expect((['owner', 'admin', 'member', 'guest'] as const).map((role) => [mayCloseDoor(space({ role }), door, 'boris'), mayCloseDoor(space({ role }), door, 'anna')])).toEqual([[true, true], [true, true], [false, true], [false, false]]);
  expect([mayOpenDoor(space()), mayOpenDoor(space({ role: 'guest' })), mayOpenDoor(space({ kind: 'personal', role: 'owner' }))]).toEqual([true, false, false]);
});

test('[limit DOORS_MAX] [limit DOORS_OF_ONE_MAX] {C4} nobody hides the doors of others: by many, by what is no door, or by another link in theirs; blocked people have none', () => {
  const node = (id: string, by: string | null, link: string, over = {}) => nodeView({ id, type: DOOR, fragment: ROOT, space: 's', createdBy: by, props: { link }, ...over });
  const many = (by: string, n: number, link = '#/join/aaaaaaaa') => Array.from({ length: n }, (_, at) => node(`${by}${at}`, by, link));
  // However many of hers come first, and however many are no doors, that of Anna is read.
  const read = readDoors([...many('mallory', 500), ...many('malory', 500, 'nowhere'), node('d', 'anna', '#/join/bbbbbbbb')], new Set());
  expect([read.doors.length, read.doors.at(-1), read.bad.length, read.bad[0]]).toEqual([51, { node: 'd', place: 's', link: '#/join/bbbbbbbb', by: 'anna' }, 500, { node: 'malory0', place: 's', link: '', by: 'malory' }]);
  expect(readDoors(many('mallory', 3), new Set(['mallory'])).doors).toEqual([]);
  // Whose link it is answers for it.
  expect(readDoor(node('d', 'anna', '#/join/bbbbbbbb', { setBy: { link: 'mallory' } }))?.by).toBe('mallory');
  const picked = (decides: string[]) => pickDoors(read.doors, (uid) => uid !== null && decides.includes(uid)).map(({ by }) => by);
  expect(picked([])).toEqual(['mallory', 'anna', ...Array<string>(9).fill('mallory')]);
  expect(picked(['anna'])[0]).toBe('anna');
  expect(picked(['mallory'])).toEqual(Array(50).fill('mallory'));
  // The first of everybody before the second of anybody.
  const crowd = Array.from({ length: 60 }, (_, n) => ({ by: `p${n % 30}` }));
  expect(pickDoors(crowd, () => false).slice(0, 31).map(({ by }) => by)).toEqual([...Array.from({ length: 30 }, (_, n) => `p${n}`), 'p0']);
});

test('{C4} the notes of a call are the page that the call names: nowhere else is looked, one that is not here is waited for, one that was deleted or is no page is made anew', () => {
  const page = 'editor/document@1';
  const directory = [entry('p', page, 'Box group · 2026-11-30 07:00 UTC', 1), entry('r', ROOM, 'Box group', 2), nodeView({ ...entry('gone', page, 'x', 3), deleted: true })];
  const call = (notes?: unknown) => nodeView({ id: 'c', type: CALL, props: notes === undefined ? {} : { notes: notes as string } });
  // A page of the same title is that of another call.
  expect([undefined, '', 7, 'p', 'r', 'gone', 'not here'].map((notes) => notesOfCall(call(notes), directory, page))).toEqual(['none', 'none', 'none', { page: 'p' }, 'none', 'none', 'coming']);
  expect([notesOfCall({ state: 'looking' }, directory, page), notesOfCall(nodeView({ type: ROOM, props: { notes: 'p' } }), directory, page)]).toEqual(['coming', 'coming']);
});
