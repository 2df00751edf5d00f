/** What a message makes the receiver do beyond reading it: the budget it is charged to (TRUST 3, row 9). Records and gets have budgets of their own. */
import type { LinkMessage } from '#vm/mesh/link-types';
import { GUARD_LIMITS } from '#vm/limits';
import type { Guard } from './guard.ts';

/** Digests, heads, signatures or rounds are made for each of these. */
const ASKS: ReadonlySet<string> = new Set([
  'sync:changes:v1:requested', 'sync:news:v1:requested', 'sync:list:v1:requested', 'sync:tree:v1:requested', 'sync:heads:v1:requested', 'sync:own:v1:requested',
  'node:find:v1:requested', 'space:proof:v1:requested', 'invite:proof:v1:requested', 'space:join:v1:requested', 'space:letter:v1:requested', 'space:withdraw:v1:requested', 'space:answer:v1:requested', 'space:pass:v1:requested', 'person:find:v1:requested', 'person:return:v1:requested', 'sync:open:v1:requested', 'sync:tick:v1:completed',
  'record:acks:v1:completed', 'witness:proof:v1:completed', 'witness:want:v1:requested', 'witness:held:v1:requested',
]);
/** A look-up or a signature check for each item in them. */
const LISTS: ReadonlySet<string> = new Set(['record:ack:v1:completed', 'sync:have:v1:completed', 'witness:said:v1:completed']);

/** Takes the message out of the budget of its link; false when it is over it and must be dropped. */
export function withinBudget(guard: Guard, link: string, { event, payload }: LinkMessage): boolean {
  if (ASKS.has(event)) return guard.spend(link, 'asks', 1);
  return !LISTS.has(event) || guard.spend(link, 'items', Math.ceil(payload.length / GUARD_LIMITS.itemBytes));
}
