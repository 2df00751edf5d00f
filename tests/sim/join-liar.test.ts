/** Whoever has the same link can answer a joiner: an end that knows the invite has not proved that it may speak for the space (FORMATS 6). */
import { expect, test } from 'vitest';
import { encodeCbor } from '#base/cbor';
import { KERNEL_LIMITS } from '#os/limits';
import type { LinkMessage } from '#vm/mesh/link-types';
import { createMesh } from '#vm/mesh/mesh';
import { decodeInviteLink } from '#vm/protocol/invite-link';
import { inviteRoom } from '#vm/protocol/rooms';
import { createSeededRandom, createStubCrypto } from './support/sim-crypto.ts';
import type { SimWorld } from './support/sim-world.ts';
import { born, joinStates, meet, noFaults, standing, until } from './support/walks.ts';

/** An end in the room of the link that answers every join with a lie. */
async function liar(world: SimWorld, link: string, answer: { state: 'failed' | 'completed'; payload: string[] }): Promise<{ asked: LinkMessage[] }> {
  const decoded = decodeInviteLink(link);
  if (!decoded.ok) throw new Error('link');
  // Of its own: the crypto of a killed tab answers no more.
  const crypto = createStubCrypto(createSeededRandom('crypto-liar'));
  const asked: LinkMessage[] = [];
  const mesh = createMesh({
    clock: world.clock, random: createSeededRandom('liar'), crypto, deviceKey: await crypto.generateSigning(), uid: new Uint8Array(32), sockets: world.server.port, dialer: world.network.dialer('liar'), 
    handlers: {
      onLink: () => {}, onLinkClosed: () => {}, onDrain: () => {}, mayIntroduce: () => false, isStranger: () => false, onClockOffset: () => {}, onChange: () => {}, metric: () => {},
      onMessage: (from, message) => {
        if (message.event === 'invite:proof:v1:requested') from.send('live', 'invite:proof:v1:completed', encodeCbor([]), message.id);
        if (message.event !== 'space:join:v1:requested') return;
        asked.push(message);
        from.send('live', `space:join:v1:${answer.state}`, encodeCbor(answer.payload), message.id);
      },
    },
  });
  mesh.setServers(['ws://sim']);
  mesh.setRooms([inviteRoom(decoded.value.seed)], []);
  mesh.start();
  return { asked };
}

for (const [what, answer] of [['revoked', { state: 'failed', payload: ['revoked'] }], ['nonsense', { state: 'failed', payload: ['\u202e'] }], ['accepted', { state: 'completed', payload: [] }]] as const) {
  test(`{V8} a liar in the room of the link says "${what}": it is told, not believed, and a member who comes later lets the joiner in`, async () => {
    const m = await meet({ seed: 730 }, ['anna']);
    const { world, space, link } = m;
    world.kill(m.tabs[0]!);
    const evil = await liar(world, link, { ...answer, payload: [...answer.payload] });
    const clara = await world.open(world.device('clara'));
    await born(world, clara);
    const steps = await joinStates(world, clara, link);
    await until(world, () => evil.asked.length > 0, 30_000, 'the liar is asked');
    await world.clock.run(5_000);
    expect(steps.filter((step) => step.state === 'done').map((step) => step.step)).not.toContain('accepted');
    if (what !== 'accepted') expect(steps.at(-1)).toMatchObject({ step: 'asked', state: 'failed', retryable: true });
    const anna = await world.open(m.devices[0]!);
    await until(world, () => standing(clara, space) === 'member', 60_000, 'inside all the same');
    await world.clock.run(3_000);
    expect(steps.at(-1)).toMatchObject({ step: 'done', state: 'done' });
    expect((await clara.api.spaces.list()).map((one) => one.id)).toContain(space);
    noFaults([anna, clara]);
  });
}

test('[limit KERNEL.joinRefusedMs] {V8} when nobody lets the joiner in, the join ends with the reason; the link can be tried again', async () => {
  const m = await meet({ seed: 731 }, ['anna']);
  const { world, space, link } = m;
  world.kill(m.tabs[0]!);
  await liar(world, link, { state: 'failed', payload: ['used'] });
  const clara = await world.open(world.device('clara'));
  await born(world, clara);
  const steps = await joinStates(world, clara, link);
  await until(world, () => steps.at(-1)?.state === 'failed', 30_000, 'refused');
  await world.clock.run(KERNEL_LIMITS.joinRefusedMs + 1_000);
  expect(steps.at(-1)).toMatchObject({ step: 'asked', state: 'failed', reason: 'used', retryable: false });
  expect(standing(clara, space)).toBeUndefined();
  await world.open(m.devices[0]!);
  await world.wait(clara.api.spaces.join(link));
  await until(world, () => standing(clara, space) === 'member', 60_000, 'inside at the second try');
}, 120_000);

test('{C7} two links into one space: one that is over takes nothing from the other, by which the person waits for a hand', async () => {
  const m = await meet({ seed: 732 }, ['anna']);
  const { world, space, link } = m;
  const anna = m.tabs[0]!;
  const [over] = await anna.api.spaces.invites(space);
  await world.wait(anna.api.spaces.revokeInvite(space, over!.id));
  const other = await world.wait(anna.api.spaces.invite(space, { approval: 'manual' }));
  const clara = await world.open(world.device('clara'));
  await born(world, clara);
  const first = await joinStates(world, clara, link);
  await until(world, () => first.at(-1)?.state === 'failed', 30_000, 'the first is refused');
  expect((await clara.api.spaces.list()).map(({ id }) => id)).not.toContain(space);
  const second = await joinStates(world, clara, other);
  await until(world, () => second.at(-1)?.reason === 'by-hand', 30_000, 'the second waits');
  expect((await clara.api.spaces.list()).map(({ id }) => id)).toContain(space);
  expect(await clara.api.spaces.request(space)).toMatchObject({ link: other, state: { reason: 'by-hand' } });
  await world.clock.run(KERNEL_LIMITS.joinRefusedMs + 1_000);
  expect(first.at(-1)).toMatchObject({ state: 'failed', retryable: false });
  expect(standing(clara, space)).toBe('joining');
  expect(await clara.api.spaces.request(space)).toMatchObject({ link: other });
  world.kill(clara);
  const again = await world.open(clara.device);
  expect((await again.api.spaces.list()).map(({ id }) => id)).toContain(space);
  const [asks] = await anna.api.spaces.waiting(space);
  await world.wait(anna.api.spaces.approve(space, asks!.uid));
  await until(world, () => standing(again, space) === 'member', 30_000, 'let in by the second');
  noFaults([anna, again]);
}, 120_000);
