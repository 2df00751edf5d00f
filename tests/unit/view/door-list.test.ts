/** Doors as the Messenger shows them: nobody hides those of others, one space hides no other, and how a person stands before each is true. */
import { expect, test } from 'vitest';
import type { JoinState, LifegraphApi, NodeView, OwnRequest, SpaceView } from '#os/api';
import { AppError } from '#base/app-error';
import { DOOR } from '#domain/messenger';
import { NO_RULES, ROOT } from '#domain/shared';
import { doorState, lookAtDoors } from '#view/messenger/door-list.ts';
import { nodeView } from '#tests/support/node-view';

const space = (id: string, over: Partial<SpaceView> = {}): SpaceView => ({ id, name: id, kind: 'team', role: 'member', members: 3, scope: null, comments: [], lets: null, rules: NO_RULES, ...over });
/** A link that leads into the room of this name; `free` lets in without a hand, `nowhere` is no link. */
const link = (text: string): string => `#/join/${text}AAAAAAAA`;
const door = (id: string, by: string, to: string, at = 'team'): NodeView => nodeView({ id, type: DOOR, fragment: ROOT, space: at, createdBy: by, props: { link: to } });
const request = (to: string, state: Partial<JoinState> | null): OwnRequest => ({ link: to, name: '', by: '', role: 'member', words: '', since: 1, state: state && { step: 'asked', state: 'failed', retryable: true, at: 1, ...state } });

interface World {
  spaces?: SpaceView[];
  doors: Record<string, NodeView[] | Error>;
  requests?: Record<string, OwnRequest>;
}

function world({ spaces = [space('team')], doors, requests = {} }: World) {
  const read: string[] = [];
  const api = {
    identity: { get: () => ({ uid: 'me', device: 'd', name: 'Me' }) },
    spaces: {
      list: async () => spaces,
      members: async () => [{ uid: 'owner', role: 'owner' }, { uid: 'anna', role: 'member' }],
      request: async (id: string) => requests[id] ?? null,
      readLink: async (text: string) => {
        read.push(text);
        const room = text.slice(7, -8);
        if (room.startsWith('nowhere')) throw new AppError('bad-link', '', '', '');
        return { space: room, name: room, by: '', role: 'member', known: false, asks: !room.startsWith('free'), fleeting: false };
      },
    },
    graph: (id: string) => ({
      query: async ({ limit = Infinity }: { limit?: number }) => {
        const found = doors[id] ?? [];
        if (found instanceof Error) throw found;
        return found.slice(0, limit);
      },
    }),
  };
  return { api: api as unknown as LifegraphApi, read };
}

test('{C4} one member hides no door of another: by many, by what leads nowhere, or by a door into the same room; those of who decides stand first, and blocked people have none', async () => {
  const junk = Array.from({ length: 60 }, (_, n) => door(`m${n}`, 'mallory', n % 2 ? link(`nowhere${n}`) : link(`junk${n}`)));
  const { api } = world({ doors: { team: [...junk, door('x', 'mallory', link('budget')), door('a', 'anna', link('budget')), door('o', 'owner', link('board'))] } });
  const found = await lookAtDoors(api, new Set());
  expect(found.doors.slice(0, 3).map(({ title, by }) => [title, by])).toEqual([['board', 'owner'], ['junk0', 'mallory'], ['budget', 'anna']]);
  expect([found.doors.length, found.more, found.bad, found.unread]).toEqual([12, 15, [], []]);
  const quiet = await lookAtDoors(api, new Set(['mallory']));
  expect(quiet.doors.map(({ title }) => title)).toEqual(['board', 'budget']);
});

test('{C4} what is no door is shown to who may take it out, by its maker; to nobody else', async () => {
  const doors = { team: [door('1', 'mallory', 'nowhere'), door('2', 'mallory', link('nowhere')), door('3', 'mallory', link('free')), door('4', 'me', link('team')), door('5', 'anna', link('shed'))] };
  const seen = async (role: SpaceView['role']) => (await lookAtDoors(world({ spaces: [space('team', { role })], doors }).api, new Set())).bad.map(({ by, nodes }) => [by, [...nodes].sort()]);
  expect(await seen('admin')).toEqual([['mallory', ['1', '2', '3']], ['me', ['4']]]);
  expect(await seen('member')).toEqual([['me', ['4']]]);
});

test('{C4} a space that cannot be read hides no other and is named; a link is read once', async () => {
  const { api, read } = world({ spaces: [space('torn'), space('team')], doors: { torn: new Error('closed'), team: [door('k', 'anna', link('kettle'))] } });
  for (let n = 0; n < 3; n++) {
    const { doors, unread } = await lookAtDoors(api, new Set());
    expect([doors.map(({ title }) => title), unread]).toEqual([['kettle'], ['torn']]);
  }
  expect(read).toEqual([link('kettle')]);
});

test('{C4} before a door whose link lets in no more a person is told so, also where the space is not among theirs; by another door they ask anew', async () => {
  const doors = { team: [door('r', 'anna', link('roof')), door('s', 'owner', link('roof'))] };
  const { api } = world({ doors, requests: { roof: request(link('roof'), { reason: 'revoked' }) } });
  // The same link twice: both tell it.
  expect((await lookAtDoors(api, new Set())).doors.map(({ state }) => state)).toEqual(Array(2).fill({ is: 'refused', reason: 'revoked', words: '' }));
  const at = link('roof');
  expect(doorState(at, null, null)).toEqual({ is: 'open' });
  expect(doorState(at, null, request(link('other'), { reason: 'revoked' }))).toEqual({ is: 'open' });
  expect(doorState(at, 'joining', request(`https://app.example/${at}`, { reason: 'declined', words: 'full' }))).toEqual({ is: 'refused', reason: 'declined', words: 'full' });
  expect(doorState(at, 'joining', request(link('other'), { state: 'waiting', reason: 'by-hand' }))).toEqual({ is: 'asked', reason: null });
  expect(doorState(at, 'joining', request(at, { step: 'server', reason: 'no-server' }))).toEqual({ is: 'asked', reason: 'no-server' });
  expect([doorState(at, 'joining', null), doorState(at, 'member', null)]).toEqual([{ is: 'asked', reason: null }, { is: 'inside' }]);
});
