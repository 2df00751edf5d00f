/** Which messages are charged to which budget of a link. */
import { expect, test } from 'vitest';
import type { LinkMessage } from '#vm/mesh/link-types';
import type { Guard } from '#vm/replication/guard';
import { withinBudget } from '#vm/replication/work';

test('[limit GUARD.itemBytes] questions cost one, lists by their bytes, answers to questions of ours nothing; what is over the budget is dropped', () => {
  const spent: string[] = [];
  const guard = {
    spend: (link: string, kind: string, amount: number) => {
      spent.push(`${link} ${kind} ${amount}`);
      return kind !== 'items';
    },
  } as unknown as Guard;
  const hear = (event: string, bytes: number): boolean => withinBudget(guard, 'l', { event, payload: new Uint8Array(bytes), id: '', channel: 'live' } as LinkMessage);
  expect([hear('sync:tick:v1:completed', 32), hear('node:find:v1:requested', 60), hear('space:join:v1:requested', 9_000)]).toEqual([true, true, true]);
  expect([hear('record:ack:v1:completed', 97), hear('sync:have:v1:completed', 960)]).toEqual([false, false]);
  expect([hear('node:find:v1:completed', 60), hear('gun:put:v1:requested', 100_000), hear('sync:heads:v1:processing', 50_000)]).toEqual([true, true, true]);
  expect(spent).toEqual(['l asks 1', 'l asks 1', 'l asks 1', 'l items 2', 'l items 10']);
});
