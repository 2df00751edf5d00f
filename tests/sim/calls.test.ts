/** Signals of calls on the production kernel (docs/PROTOCOL.md §13): told at once, proven, paced, capped, kept nowhere. */
import { expect, test } from 'vitest';
import { fromBase64url, type Bytes } from '#base/bytes';
import { CALL_SIGNAL_LIMITS } from '#os/call-limits';
import type { CallSignal } from '#os/calls-api';
import { sealEphemeral } from '#vm/protocol/messages';
import { ROLE, type CborValue } from '#vm/protocol/types';
import { pair } from './support/pair.ts';

const body = (n: number, length = 4): Uint8Array => new Uint8Array(length).fill(n);

/** Two members of a space; what B hears. */
async function call(seed: number) {
  const made = await pair(seed);
  const seen: CallSignal[] = [];
  made.b.api.calls.subscribe((signal) => seen.push(signal));
  await made.world.clock.run(500);
  const first = (): number[] => seen.map((one) => one.body[0]!);
  return { ...made, seen, first };
}

test('{C4} [CALL1] a signal is heard at once, says who said it, and is in no log and no digest', async () => {
  const { world, a, b, space, fragment, seen } = await call(601);
  const [records, digest] = [(await b.api.log.records(space, { limit: 500 })).length, JSON.stringify(await b.api.graph(space).digest())];
  await world.wait(a.api.calls.send(space, fragment, body(1)));
  await world.clock.run(150);
  const me = a.api.identity.get()!;
  expect(seen).toEqual([{ space, fragment, uid: me.uid, device: me.device, body: body(1) }]);
  expect((await b.api.log.records(space, { limit: 500 })).length).toBe(records);
  expect(JSON.stringify(await b.api.graph(space).digest())).toBe(digest);
});

test('[CALL1] [limit CALL_SIGNAL.everyMs] [limit CALL_SIGNAL.waiting] [limit CALL_SIGNAL.togetherBytes] [limit CALL_SIGNAL.signalBytes] at most 5 messages a second, in order, those of one moment together; the oldest of too many go', async () => {
  const { world, a, space, fragment, first } = await call(602);
  const sent: number[] = [];
  const { kernel } = a.running.parts;
  const send = kernel.sendEphemeral;
  kernel.sendEphemeral = (to, bytes) => (sent.push(bytes.length), send(to, bytes));
  for (let i = 0; i < 40; i++) {
    await world.wait(a.api.calls.send(space, fragment, body(i)));
    await world.clock.run(50);
  }
  await world.clock.run(1_000);
  expect(first()).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(sent.length).toBeGreaterThan(5);
  expect(sent.length).toBeLessThanOrEqual(2_000 / CALL_SIGNAL_LIMITS.everyMs + 2);
  // More bytes than go together take further messages; more signals than may wait push the oldest out.
  sent.length = 0;
  for (let i = 0; i < CALL_SIGNAL_LIMITS.waiting + 10; i++) await world.wait(a.api.calls.send(space, fragment, body(100 + i, 1_000)));
  await world.clock.run(3_000);
  expect(Math.max(...sent)).toBeLessThan(CALL_SIGNAL_LIMITS.togetherBytes + 600);
  expect(sent.length).toBeGreaterThan(4);
  expect(first().at(-1)).toBe(100 + CALL_SIGNAL_LIMITS.waiting + 9);
  expect(first().filter((n) => n >= 100).length).toBeLessThan(CALL_SIGNAL_LIMITS.waiting + 10);
  await expect(world.wait(a.api.calls.send(space, fragment, body(1, CALL_SIGNAL_LIMITS.signalBytes + 1)))).rejects.toThrow(/bytes/);
  await world.wait(a.api.calls.send(space, fragment, body(7, CALL_SIGNAL_LIMITS.signalBytes)));
  await world.clock.run(500);
  expect(first().at(-1)).toBe(7);
});

test('[CALL2] [limit CALL_SIGNAL.staleMs] [limit CALL_SIGNAL.ttlMs] hostile signals: another place than the sealed one, kept ones, old counters, wrong forms, those of a guest are not heard', async () => {
  const { world, a, b, space, fragment, seen, first } = await call(603);
  const { kernel } = a.running.parts;
  const [there, here] = [b.running.parts.kernel.spaces.get(space)!, kernel.spaces.get(space)!];
  const home = fromBase64url(fragment)! as Bytes;
  const key = (await here.keys.presence(here.rights.sealingEpoch()!, home))!;
  const boot = kernel.deps.random.bytes(8);
  const now = (): number => Math.round(b.running.parts.kernel.time.now());
  const hear = async (ctr: number, value: CborValue): Promise<void> => {
    const sealed = await sealEphemeral(kernel.deps.crypto, kernel.slot!.key, key, here.id, { fragment: home, boot, ctr, ttl: CALL_SIGNAL_LIMITS.ttlMs, nonce: kernel.deps.random.bytes(12), value });
    await world.wait(b.running.parts.presence.receive(there, sealed));
    await world.clock.run(20);
  };
  const [good, old, elsewhere] = [body(9), now() - CALL_SIGNAL_LIMITS.staleMs - 1_000, new Uint8Array(16).fill(9)];
  const bad: CborValue[] = [['call'], ['call', home, old, [good]], ['call', home, now() + CALL_SIGNAL_LIMITS.staleMs + 1_000, [good]], ['call', elsewhere, now(), [good]], ['call', home, now(), good], ['call', home, 'x', [good]]];
  for (const [i, value] of bad.entries()) await hear(i, value);
  expect(seen).toEqual([]);
  expect(b.running.parts.metrics.get('calls.refused')).toBe(bad.length);
  await hear(50, ['call', home, now(), [body(1), 'x', new Uint8Array(CALL_SIGNAL_LIMITS.signalBytes + 1), body(2)]]);
  await hear(49, ['call', home, now(), [body(3)]]);
  expect(first()).toEqual([1, 2]);
  Object.defineProperty(there.rights, 'roleOf', { value: () => ROLE.guest });
  await hear(60, ['call', home, now(), [body(4)]]);
  expect(first()).toEqual([1, 2]);
});
