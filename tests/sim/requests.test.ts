/** Requests to be let in by hand between real kernels: the queue of those who may, what the asker sees, and what becomes of it when either is gone meanwhile. */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { decodeInviteLink } from '#vm/protocol/invite-link';
import { buildDeviceAdd, buildInception } from '#vm/protocol/identity';
import { encodeJoin } from '#vm/protocol/messages';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';
import { born, equal, noFaults, standing, until } from './support/walks.ts';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const roleAt = (tab: SimTab, space: string, of: SimTab) => tab.running.parts.kernel.spaces.get(space)?.rights.roleOf(uidOf(of)) ?? null;
const queue = (tab: SimTab, space: string) => tab.running.parts.joins.waiting(space);
const last = (tab: SimTab, space: string) => tab.running.parts.joins.own(space)?.state ?? null;

async function guild(seed: number, names: readonly string[]): Promise<{ world: SimWorld; tabs: SimTab[]; space: string; link: string }> {
  const world = createSimWorld({ seed });
  const tabs: SimTab[] = [];
  for (const name of names) tabs.push(await world.open(world.device(name)));
  for (const tab of tabs) await born(world, tab);
  const space = await world.wait(tabs[0]!.api.spaces.create({ name: 'Choir', kind: 'guild' }));
  const link = await world.wait(tabs[0]!.api.spaces.invite(space, { uses: 20, expiresInMs: 7 * 86_400_000 }));
  return { world, tabs, space, link };
}

/** A second admin of the Guild. */
async function alsoAdmin(world: SimWorld, owner: SimTab, other: SimTab, space: string): Promise<void> {
  await world.wait(other.api.spaces.join(await world.wait(owner.api.spaces.invite(space, { role: 'admin' }))));
  await until(world, () => queue(owner, space).length === 1, 20_000, 'the second admin asks');
  await world.wait(owner.api.spaces.approve(space, uidOf(other)));
  await until(world, () => standing(other, space) === 'member', 20_000, 'the second admin is in');
  await world.wait(owner.api.access.setRole(space, uidOf(other), 'admin'));
  await until(world, () => roleAt(other, space, other) === 3, 10_000, 'is an admin');
  await world.clock.run(3_000);
}

describe('{V8} a request to be let in by hand', () => {
  test('[JOIN1] [JOIN2] name and words stand in the queue; both ends start anew; who is let in while away comes in later', async () => {
    const { world, tabs, space, link } = await guild(741, ['anna', 'boris']);
    let [anna, boris] = tabs as [SimTab, SimTab];
    expect(await world.wait(boris.api.spaces.readLink(link))).toMatchObject({ asks: true, role: 'guest' });
    await world.wait(boris.api.spaces.join(link, { words: 'I sing\u202e bass.' }));
    await until(world, () => queue(anna, space)[0]?.words === 'I sing bass.', 20_000, 'the request is there');
    expect(queue(anna, space)).toMatchObject([{ uid: uidOf(boris), name: 'boris', role: 'guest' }]);
    const { since } = queue(anna, space)[0]!;
    expect(last(boris, space)).toMatchObject({ step: 'asked', state: 'waiting', reason: 'by-hand' });
    // What lies on the disk says nothing of it: sealed like the vault. Control: the row is there.
    const rows = await anna.running.parts.kernel.store.list('ask/');
    expect(rows).toHaveLength(1);
    expect(Buffer.from(JSON.stringify(rows[0]![1], (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value))).includes('bass')).toBe(false);

    world.kill(boris);
    world.kill(anna);
    await world.clock.run(20_000);
    anna = await world.open(anna.device);
    expect(queue(anna, space)).toMatchObject([{ uid: uidOf(boris), name: 'boris', words: 'I sing bass.', since }]);
    await world.wait(anna.api.spaces.approve(space, uidOf(boris)));
    expect(queue(anna, space)).toEqual([]);
    expect(roleAt(anna, space, boris)).toBe(1);
    boris = await world.open(boris.device);
    expect((await boris.api.spaces.list()).find((one) => one.id === space)).toMatchObject({ name: 'Choir', role: 'joining' });
    await until(world, () => standing(boris, space) === 'member', 30_000, 'he comes back and is in');
    expect(await anna.running.parts.kernel.store.list('ask/')).toEqual([]);
    noFaults([anna, boris]);
  }, 60_000);

  test('[JOIN6] a request that waited at one admin is passed to the others who come later; whoever it is let in by, and what was taken back is gone at both', async () => {
    const { world, tabs, space, link } = await guild(745, ['anna', 'dora', 'boris', 'emil']);
    let [anna, dora, boris, emil] = tabs as [SimTab, SimTab, SimTab, SimTab];
    await alsoAdmin(world, anna, dora, space);
    dora.offline(true);
    await world.wait(boris.api.spaces.join(link, { words: 'I sing bass.' }));
    await until(world, () => queue(anna, space)[0]?.words === 'I sing bass.', 20_000, 'he waits at anna');
    const { since } = queue(anna, space)[0]!;
    world.kill(boris);
    expect(queue(dora, space), 'control: dora has not heard of him').toEqual([]);
    dora.offline(false);
    await until(world, () => queue(dora, space).length === 1, 60_000, 'it is passed on');
    expect(queue(dora, space)).toMatchObject([{ uid: uidOf(boris), name: 'boris', words: 'I sing bass.', role: 'guest', since }]);

    // Another asks and takes it back: gone where it was passed to as well.
    await world.wait(emil.api.spaces.join(link, { words: 'and I' }));
    await until(world, () => [anna, dora].every((tab) => queue(tab, space).length === 2), 60_000, 'both have it');
    await world.wait(emil.api.spaces.withdraw(space));
    await until(world, () => [anna, dora].every((tab) => queue(tab, space).length === 1), 60_000, 'and it is gone');
    await world.clock.run(20_000);
    expect([anna, dora].map((tab) => queue(tab, space).length)).toEqual([1, 1]);

    // It outlives a reload of who was passed it; whoever may not answer passes nothing, nor do forged words of somebody who did not ask.
    anna.offline(true);
    world.kill(dora);
    dora = await world.open(dora.device);
    await until(world, () => queue(dora, space).length === 1, 20_000, 'it is kept');
    await world.wait(dora.api.spaces.approve(space, uidOf(boris)));
    expect(roleAt(dora, space, boris)).toBe(1);
    anna.offline(false);
    await until(world, () => roleAt(anna, space, boris) === 1 && queue(anna, space).length === 0, 60_000, 'anna has it too, and waits for nobody');
    boris = await world.open(boris.device);
    await until(world, () => standing(boris, space) === 'member', 30_000, 'he is in');
    noFaults([anna, dora, boris]);
  }, 60_000);

  test('[JOIN6] what is passed proves itself, and counts from who may answer it alone', async () => {
    const { world, tabs, space, link } = await guild(746, ['anna', 'dora', 'boris', 'carl']);
    const [anna, dora, boris, carl] = tabs as [SimTab, SimTab, SimTab, SimTab];
    await alsoAdmin(world, anna, dora, space);
    await world.wait(carl.api.spaces.join(link));
    await until(world, () => queue(anna, space).length === 1, 20_000, 'carl asks');
    await world.wait(anna.api.spaces.approve(space, uidOf(carl)));
    await until(world, () => standing(carl, space) === 'member' && [anna, dora].every((tab) => queue(tab, space).length === 0), 60_000, 'carl is a guest');
    anna.offline(true);
    dora.offline(true);
    await world.wait(boris.api.spaces.join(link, { words: 'hello' }));
    const [attempt] = boris.running.parts.joins.attempts();
    const now = anna.running.parts.kernel.deps.clock.now();
    const request = { pub: attempt!.invite.pub, join: attempt!.message, name: 'boris', words: 'hello', since: now, askedAt: now, gone: false };
    const id = anna.running.parts.kernel.spaces.get(space)!.id;
    const from = (tab: SimTab) => tab.running.parts.kernel.profile!.ds.pub;
    const tell = async (device: ReturnType<typeof from>, change: Partial<typeof request>): Promise<number> => {
      anna.running.parts.joins.onPassed(id, device, { ...request, ...change });
      await world.clock.run(1_000);
      return queue(anna, space).length;
    };
    const forged = request.join.slice();
    forged[forged.length - 1]! ^= 1;
    expect([await tell(from(carl), {}), await tell(from(boris), {}), await tell(from(dora), { join: forged }), await tell(from(dora), { pub: from(dora) }), await tell(from(dora), { askedAt: now - 8 * 86_400_000 })]).toEqual([0, 0, 0, 0, 0]);
    expect(await tell(from(dora), { words: 'x'.repeat(1_000), askedAt: now + 86_400_000 }), 'control').toBe(1);
    expect(queue(anna, space)[0]!.words).toHaveLength(280);
    expect(await tell(from(carl), { gone: true }), 'nor is it taken back by others').toBe(1);
    expect([await tell(from(dora), { gone: true, askedAt: now + 172_800_000 }), await tell(from(dora), {})], 'taken back, and not brought again').toEqual([0, 0]);
    noFaults([anna, dora, carl]);
  }, 60_000);

  test('[JOIN3] who is refused is told at once with the words, also after a reload and without anybody there; asking again changes nothing, another admin does', async () => {
    const { world, tabs, space, link } = await guild(742, ['anna', 'dora', 'boris']);
    let [anna, dora, boris] = tabs as [SimTab, SimTab, SimTab];
    await alsoAdmin(world, anna, dora, space);
    dora.offline(true);
    await world.wait(boris.api.spaces.join(link, { words: 'please' }));
    await until(world, () => queue(anna, space).length === 1, 20_000, 'he waits');
    await world.wait(anna.api.spaces.decline(space, uidOf(boris), 'We have enough basses.'));
    await until(world, () => last(boris, space)?.reason === 'declined', 3_000, 'he is told');
    expect(last(boris, space)).toMatchObject({ state: 'failed', words: 'We have enough basses.', retryable: true });
    expect(queue(anna, space)).toEqual([]);

    world.kill(boris);
    anna.offline(true);
    boris = await world.open(boris.device);
    expect(last(boris, space)).toMatchObject({ reason: 'declined', words: 'We have enough basses.' });
    anna.offline(false);
    await world.clock.run(15_000);
    await world.wait(boris.api.spaces.withdraw(space));
    expect((await boris.api.spaces.list()).map((one) => one.id)).not.toContain(space);
    await world.wait(boris.api.spaces.join(link, { words: 'once more' }));
    await until(world, () => last(boris, space)?.reason === 'declined', 20_000, 'the refusal stands');
    expect(queue(anna, space)).toEqual([]);

    // Dora did not refuse: her queue has him.
    dora.offline(false);
    await until(world, () => queue(dora, space).length === 1, 60_000, 'another admin is asked');
    await world.wait(dora.api.spaces.approve(space, uidOf(boris), 'member'));
    await until(world, () => standing(boris, space) === 'member', 30_000, 'and lets him in');
    await until(world, () => roleAt(boris, space, boris) === 2, 10_000, 'as a member');
    noFaults([anna, dora, boris]);
  }, 60_000);

  test('[JOIN4] who takes the request back is out of the queue at once, and may ask again', async () => {
    const { world, tabs, space, link } = await guild(743, ['anna', 'boris']);
    const [anna, boris] = tabs as [SimTab, SimTab];
    await world.wait(boris.api.spaces.join(link));
    await until(world, () => queue(anna, space)[0]?.name === 'boris', 20_000, 'he waits');
    await world.wait(boris.api.spaces.withdraw(space));
    await until(world, () => queue(anna, space).length === 0, 3_000, 'he is gone');
    expect(await boris.api.spaces.request(space)).toBeNull();
    expect((await boris.api.spaces.list()).map((one) => one.id)).not.toContain(space);
    await world.wait(boris.api.spaces.join(link, { words: 'after all' }));
    await until(world, () => queue(anna, space)[0]?.words === 'after all', 60_000, 'he asks again');
    noFaults([anna, boris]);
  }, 60_000);

  test('[JOIN5] two admins let in at the same moment, in different roles: one outcome everywhere; the one who refused meanwhile is overruled', async () => {
    const { world, tabs, space, link } = await guild(744, ['anna', 'dora', 'boris', 'clara']);
    const [anna, dora, boris, clara] = tabs as [SimTab, SimTab, SimTab, SimTab];
    await alsoAdmin(world, anna, dora, space);
    for (const tab of [boris, clara]) await world.wait(tab.api.spaces.join(link));
    await until(world, () => [anna, dora].every((tab) => queue(tab, space).length === 2), 60_000, 'both see both');
    await Promise.all([world.wait(anna.api.spaces.approve(space, uidOf(boris), 'guest')), world.wait(dora.api.spaces.approve(space, uidOf(boris), 'member'))]);
    await Promise.all([world.wait(anna.api.spaces.decline(space, uidOf(clara), 'no')), world.wait(dora.api.spaces.approve(space, uidOf(clara)))]);
    await until(world, () => [boris, clara].every((tab) => standing(tab, space) === 'member'), 30_000, 'both are in');
    await equal(world, [anna, dora], space);
    const roles = [anna, dora, boris, clara].map((tab) => [roleAt(tab, space, boris), roleAt(tab, space, clara)].join());
    expect(new Set(roles).size, roles.join(' ')).toBe(1);
    expect([anna, dora].map((tab) => queue(tab, space))).toEqual([[], []]);
    expect(anna.running.parts.kernel.spaces.get(space)!.rights.view().members.size).toBe(4);
    noFaults([anna, dora, boris, clara]);
  }, 60_000);

  test('[JOIN1] every tab of the admin shows the queue and may answer; a link that is taken back empties it and says so', async () => {
    const { world, tabs, space, link } = await guild(745, ['anna', 'boris', 'clara']);
    const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
    const second = await world.open(anna.device);
    for (const tab of [boris, clara]) await world.wait(tab.api.spaces.join(link));
    await until(world, () => queue(second, space).filter((one) => one.name !== '').length === 2, 30_000, 'the tab without links has both');
    await world.wait(second.api.spaces.approve(space, uidOf(boris)));
    await until(world, () => standing(boris, space) === 'member' && queue(anna, space).length === 1, 30_000, 'boris is in');
    const [invite] = (await anna.api.spaces.invites(space)).filter((one) => one.state === 'open');
    await world.wait(anna.api.spaces.revokeInvite(space, invite!.id));
    await until(world, () => last(clara, space)?.reason === 'revoked', 10_000, 'clara is told');
    expect([anna, second].map((tab) => queue(tab, space))).toEqual([[], []]);
    noFaults([anna, second, boris, clara]);
  }, 60_000);

  test('[JOIN2] [JOIN5] a person who asks from two devices stands in the queue once; each device may speak, no other; let in are both', async () => {
    const { world, tabs, space, link } = await guild(746, ['anna']);
    const [anna] = tabs as [SimTab];
    const { kernel, joins } = anna.running.parts;
    const { crypto, random } = kernel.deps;
    const decoded = decodeInviteLink(link);
    if (!decoded.ok) throw new Error('link');
    const invite = await crypto.importSigning(decoded.value.seed);
    const [rk, one, two, other] = [await crypto.generateSigning(), await crypto.generateSigning(), await crypto.generateSigning(), await crypto.generateSigning()];
    const [dx1, dx2] = [await crypto.generateAgreement(), await crypto.generateAgreement()];
    const { statement, uid } = await buildInception(crypto, { rk, ds: one, dx: dx1.pub, nonce: random.bytes(16) });
    const added = await buildDeviceAdd(crypto, { uid, by: one, ds: two, dx: dx2.pub, nbf: 1 });
    const here = kernel.spaces.get(space)!;
    for (const [ds, statements] of [[one, [statement]], [two, [statement, added]]] as const) {
      expect(await world.wait(joins.onJoin(here.id, await encodeJoin(crypto, invite, ds, here.id, statements), invite.pub, 'link'))).toEqual({ state: 'waiting' });
      expect(queue(anna, space)).toHaveLength(1);
    }
    const words: string[] = [];
    for (const [ds, text] of [[other, 'not mine'], [two, 'from the second'], [one, 'from the first']] as const) {
      joins.onLetter(here.id, invite.pub, ds.pub, { name: 'Boris', words: text });
      await world.clock.run(50);
      words.push(queue(anna, space)[0]!.words);
    }
    expect(words).toEqual(['', 'from the second', 'from the first']);
    await world.wait(anna.api.spaces.approve(space, toBase64url(uid)));
    expect((await anna.api.spaces.members(space)).find((member) => member.uid === toBase64url(uid))).toMatchObject({ role: 'guest', devices: [{}, {}] });
    noFaults([anna]);
  }, 60_000);
});
