/** Whom a question may go to, and a press that leads to where it is asked. */
import { expect, test, vi } from 'vitest';
import type { NetworkStatus, SpaceView } from '#os/api';
import { SEARCH_LIMITS } from '#os/search-limits';
import { onPress, pressOthers, reachOf, takePress } from '#view/kit/search-others.ts';

const space = (id: string, part: Partial<SpaceView> = {}): SpaceView => ({ id, name: id, kind: 'guild', role: 'member', members: 3, scope: null, comments: [], lets: null, rules: {} as SpaceView['rules'], ...part });
const peer = (device: string, spaces: string[], part: Partial<NetworkStatus['peers'][number]> = {}) => ({ device, uid: `u${device}`, via: 'direct', spaces, ...part }) as NetworkStatus['peers'][number];

test('{K5} FIND1 only Guilds are asked that one has all of, once each device; not with too few letters, too many, or for what lies everywhere', () => {
  const all = [space('g'), space('g2'), space('t', { kind: 'team' }), space('part', { scope: ['f'] }), space('out', { role: 'removed' }), space('soon', { role: 'joining' })];
  const peers = [peer('1', ['g', 'g2']), peer('1', ['g']), peer('2', ['t', 'part', 'out', 'soon']), peer('3', ['g2']), peer('4', ['g'], { via: 'beacon' }), peer('5', ['g'], { uid: null })];
  expect(reachOf({ text: ' gasket ' }, peers, all)).toEqual({ spaces: ['g', 'g2'], devices: 2 });
  expect(reachOf({ text: 'gasket', space: 'g' }, peers, all)).toEqual({ spaces: ['g'], devices: 1 });
  expect(reachOf({ text: 'gasket', kinds: ['message', 'channel'] }, peers, all).devices).toBe(2);
  for (const none of [{ text: 'ga' }, { text: 'x'.repeat(SEARCH_LIMITS.askChars + 1) }, { text: 'gasket', kinds: ['person'] as const }, { text: 'gasket', space: 't' }]) expect(reachOf(none, peers, all)).toEqual({ spaces: [], devices: 0 });
});

test('{K5} FIND1 a press asks at the history entry it leads to and for its words alone, once, whether the page stood there already or comes', () => {
  pressOthers(' gasket', 'entry 1');
  expect(takePress('gasket', 'entry 2'), 'another page').toBe(false);
  expect(takePress('gaskets', 'entry 1'), 'other words').toBe(false);
  expect([takePress('gasket ', 'entry 1'), takePress('gasket', 'entry 1')]).toEqual([true, false]);
  const look = vi.fn();
  const stop = onPress(look);
  pressOthers('lid', 'entry 1');
  stop();
  pressOthers('seal', 'entry 1');
  expect(look).toHaveBeenCalledTimes(1);
  expect([takePress('lid', 'entry 1'), takePress('seal', 'entry 1')]).toEqual([false, true]);
});
