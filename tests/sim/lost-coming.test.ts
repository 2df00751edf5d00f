/** Let in by somebody whose right to had ended elsewhere at that moment: the coming loses its effect, and who came must learn it (TRUST 2.4 rule 3). */
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { ROLE } from '#vm/protocol/types';
import { born, equal, meet, noFaults, say, standing, texts, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const roleAt = (tab: SimTab, space: string, of: SimTab) => tab.running.parts.kernel.spaces.get(space)!.rights.roleOf(uidOf(of));

test('[RIGHT3] [RIGHT20] who came in by an admin that was no admin any more is told so by the acl, writes for nobody no longer, and comes in by the link again', async () => {
  const { world, space, link, tabs } = await meet({ seed: 261 }, ['anna', 'boris', 'dora']);
  const [anna, boris, dora] = tabs as [SimTab, SimTab, SimTab];
  await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
  await until(world, () => roleAt(boris, space, boris) === ROLE.admin, 10_000, 'boris is an admin');
  anna.offline(true);
  dora.offline(true);
  await world.clock.run(15_000);
  const device = world.device('clara');
  const clara = await world.open(device);
  await born(world, clara);
  await world.wait(clara.api.spaces.join(link));
  await until(world, () => standing(clara, space) === 'member', 60_000, 'boris lets clara in');
  await say(clara, space, 'in by boris');
  await world.wait(clara.api.saved());
  await until(world, () => texts(boris, space).length === 1, 10_000, 'boris reads it');
  // Beside it, unseen: the owner takes the right from boris; later dora writes, which is nothing for who never came in.
  boris.offline(true);
  clara.offline(true);
  await world.clock.run(15_000);
  anna.offline(false);
  await world.wait(anna.api.access.setRole(space, uidOf(boris), 'member'));
  await world.clock.run(10_000);
  boris.offline(false);
  await until(world, () => roleAt(anna, space, clara) === null && roleAt(boris, space, boris) === ROLE.member, 60_000, 'the coming has lost its effect');
  await until(world, () => anna.running.parts.kernel.spaces.get(space)!.rights.sealingEpoch() !== null, 60_000, 'clara was given a key for nothing: there is another one');
  const knowing = await world.wait(anna.api.spaces.invite(space, { uses: 1 })).then(() => [...anna.running.parts.kernel.spaces.get(space)!.rights.view().invites.keys()].at(-1)!);
  clara.offline(false);
  await until(world, () => roleAt(clara, space, clara) === null, 60_000, 'clara is told');
  expect((await clara.api.spaces.list()).find(({ id }) => id === space)).toMatchObject({ role: 'removed' });
  await expect(say(clara, space, 'for nobody')).rejects.toMatchObject({ code: 'no-right' });
  // Nothing that was written in the knowledge of it was shown to her.
  const held = (tab: SimTab): ReadonlySet<string> => tab.running.parts.kernel.spaces.get(space)!.rights.view().invites as unknown as ReadonlySet<string>;
  expect([held(boris).has(knowing), held(clara).has(knowing)], 'control: boris has it').toEqual([true, false]);
  await world.wait(clara.api.spaces.join(link));
  await until(world, () => roleAt(anna, space, clara) === ROLE.member && roleAt(clara, space, clara) === ROLE.member, 60_000, 'she is in again');
  await say(clara, space, 'in again');
  dora.offline(false);
  await equal(world, [anna, boris, clara, dora], space, 60_000);
  expect(texts(dora, space)).toContain('in again');
  noFaults([anna, boris, clara, dora]);
});
