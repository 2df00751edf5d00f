/** A new key by an admin whose right had ended elsewhere: what was sealed under it meanwhile stays readable, for who comes later too. */
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { rotateKey } from '#os/kernel/accept';
import { ROLE } from '#vm/protocol/types';
import { born, equal, meet, noFaults, say, standing, texts, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);

test('[KEY2] [KEY4] sealed under a rotation that lost its effect: a person who comes afterwards is given its key and reads it', async () => {
  const { world, space, link, tabs } = await meet({ seed: 271 }, ['anna', 'boris']);
  const [anna, boris] = tabs as [SimTab, SimTab];
  const spaceOf = (tab: SimTab) => tab.running.parts.kernel.spaces.get(space)!;
  await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
  await until(world, () => spaceOf(boris).rights.roleOf(uidOf(boris)) === ROLE.admin, 10_000, 'boris is an admin');
  boris.offline(true);
  await world.clock.run(15_000);
  await world.wait(anna.api.access.setRole(space, uidOf(boris), 'member'));
  await world.wait(rotateKey(boris.running.parts.kernel, boris.running.parts.sealer, spaceOf(boris), 'age'));
  const epoch = toBase64url(spaceOf(boris).rights.sealingEpoch()!);
  await say(boris, space, 'under his key');
  await world.wait(boris.api.saved());
  boris.offline(false);
  await until(world, () => texts(anna, space).length === 1, 60_000, 'anna was among those he made it for');
  expect(spaceOf(anna).rights.view().lost.map((one) => one.epoch)).toEqual([epoch]);
  expect(toBase64url(spaceOf(anna).rights.sealingEpoch()!)).not.toBe(epoch);
  const clara = await world.open(world.device('clara'));
  await born(world, clara);
  await world.wait(clara.api.spaces.join(link));
  await until(world, () => standing(clara, space) === 'member', 60_000, 'clara comes');
  await until(world, () => texts(clara, space).length === 1, 60_000, 'she reads what he wrote');
  await equal(world, [anna, boris, clara], space);
  noFaults([anna, boris, clara]);
});
