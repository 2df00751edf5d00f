/** The thread of an agent is shut in: no way to the network, to storage or to other threads is left, and none can be put back. */
import { expect, test } from 'vitest';
import { shutIn, WAYS_OUT } from '#boot/agent-thread';

test('{K4} every way out is gone and stays so; what an agent needs is left', () => {
  const scope: Record<string, unknown> = Object.assign(Object.create({ fetch: () => 1, indexedDB: {} }), { WebSocket: class {}, postMessage: () => 2, Math });
  const under = Object.getPrototypeOf(scope) as Record<string, unknown>;
  expect(under['fetch']).toBeTypeOf('function');
  shutIn(scope);
  // Nor is it in what the scope is made of.
  expect([under['fetch'], under['indexedDB']]).toEqual([undefined, undefined]);
  expect(() => Object.defineProperty(under, 'fetch', { value: () => 1 })).toThrow();
  for (const name of WAYS_OUT) expect(scope[name]).toBeUndefined();
  expect(() => Object.defineProperty(scope, 'fetch', { value: () => 1 })).toThrow();
  expect(scope['postMessage']).toBeTypeOf('function');
  expect(scope['Math']).toBe(Math);
});
