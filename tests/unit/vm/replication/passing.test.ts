/** Requests passed on over a link: looked at once each, and no link fills the memory with them. */
import { expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import type { Core, PeerState } from '#vm/replication/peer-state';
import { createPassing } from '#vm/replication/passing';

const space = new Uint8Array(32).fill(1) as Bytes;
const joinOf = (n: number): Bytes => new Uint8Array([n >> 8, n & 255]) as Bytes;

test('[row 9] [limit SYNC.passed] a request is news on a link once and when it changed; of more than 1,024 the oldest are forgotten', () => {
  const heard: number[] = [];
  const sent: string[] = [];
  const request = { pub: space, join: joinOf(7), name: 'Ada', words: '', since: 1, askedAt: 1, gone: false };
  const core = { host: { onPassed: (_: Bytes, __: Bytes, { join }: { join: Bytes }) => void heard.push(join[0]! * 256 + join[1]!), passes: () => [request] } } as unknown as Core;
  const link = { device: space, close: () => undefined, send: (_: string, event: string) => void sent.push(event) };
  const peer = { link, spaces: new Map([[toBase64url(space), { space, proven: true, serving: true }]]) } as unknown as PeerState;
  const passing = createPassing(core);
  const say = (n: number, askedAt = 1): unknown => passing.onMessage(peer, { event: 'space:pass:v1:requested', payload: encodeCbor([space, space, joinOf(n), 'Ada', '', 1, askedAt, false]) } as never);
  for (const [n, at] of [[7, 1], [7, 1], [8, 1], [7, 2], [7, 2]] as const) say(n, at);
  expect(heard).toEqual([7, 8, 7]);
  // What was heard in this form is not told back, in another it is.
  passing.update(peer);
  passing.update(peer);
  expect(sent).toEqual(['space:pass:v1:requested']);
  say(7, 1);
  expect(heard, 'told by us').toHaveLength(3);
  for (let n = 1_000; n < 2_024; n++) say(n);
  for (let n = 2_023; n >= 1_000; n--) say(n);
  expect(heard).toHaveLength(3 + 1_024);
  say(8);
  expect(heard.slice(3 + 1_024), 'forgotten by now').toEqual([8]);
});
