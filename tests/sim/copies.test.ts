/** "On N devices" (UX 5): who is counted, by which word, and who no longer is. */
import { beforeAll, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { meet, say, standing, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

// Asked for when they are used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await Promise.all([import('#os/kernel/recovery-key'), import('#os/kernel/returns'), import('#os/kernel/device-acts')])));

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const dsOf = (tab: SimTab): string => tab.api.identity.get()!.device;
const idOf = async (tab: SimTab, space: string, text: string): Promise<string> => (await tab.api.graph(space).query({ where: { text } }))[0]!.id;

test('{V5} devices that acknowledged and the one that wrote it are counted, each by its own word; of who is removed no longer, and alone it says so', async () => {
  const { world, space, tabs } = await meet({ seed: 621 }, ['anna', 'boris', 'clara']);
  const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
  await say(anna, space, 'mine');
  await say(boris, space, 'his');
  await world.clock.run(5_000);
  const copies = async (text: string) => {
    const { devices, wrote, state, count } = await anna.api.copies(await idOf(anna, space, text));
    return { devices: new Set(devices), wrote, state, count };
  };
  const all = new Set(tabs.map(dsOf));
  expect(await copies('mine')).toEqual({ devices: all, wrote: [], state: 'shared', count: 0 });
  expect(await copies('his')).toEqual({ devices: all, wrote: [dsOf(boris)], state: 'shared', count: 0 });

  await world.wait(anna.api.access.remove(space, uidOf(boris)));
  await world.clock.run(5_000);
  const two = new Set([anna, clara].map(dsOf));
  for (const text of ['mine', 'his']) expect(await copies(text), text).toEqual({ devices: two, wrote: [], state: 'shared', count: 0 });
  expect(await anna.api.copiesOf(space)).toMatchObject({ state: 'shared', devices: { length: 2 } });

  await world.wait(anna.api.access.remove(space, uidOf(clara)));
  await world.clock.run(5_000);
  for (const text of ['mine', 'his']) expect(await copies(text), text).toMatchObject({ devices: new Set([dsOf(anna)]), state: 'one-copy' });
  expect(await anna.api.copiesOf(space)).toMatchObject({ state: 'one-copy', devices: [dsOf(anna)] });
  expect(anna.api.network.status().pending, 'there is nobody to send it to').toBe(0);
});

test('{V5} what only a removed one confirmed waits for those that are left', async () => {
  const { world, space, tabs } = await meet({ seed: 622 }, ['anna', 'boris', 'clara']);
  const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
  clara.offline(true);
  await world.clock.run(15_000);
  await say(anna, space, 'mine');
  await world.clock.run(5_000);
  const id = await idOf(anna, space, 'mine');
  expect(await anna.api.copies(id)).toMatchObject({ state: 'shared', devices: { length: 2 } });
  await world.wait(anna.api.access.remove(space, uidOf(boris)));
  await world.clock.run(5_000);
  const from = (await anna.api.copies(id)).since!;
  expect(await anna.api.copies(id)).toMatchObject({ state: 'waiting', devices: [dsOf(anna)], count: 1 });
  expect([from > 0, (await anna.api.copies(id)).since === from, anna.api.network.status().pending > 0]).toEqual([true, true, true]);
  clara.offline(false);
  await until(world, () => tabs.length > 0 && anna.running.parts.kernel.network.peers.length === 1, 60_000, 'clara is back');
  await world.clock.run(10_000);
  expect(await anna.api.copies(id)).toMatchObject({ state: 'shared', devices: { length: 2 } });
});

test('{V5}{K7} a device that was taken away is counted no longer', async () => {
  const { world, space, tabs } = await meet({ seed: 623 }, ['anna', 'boris']);
  const [anna] = tabs as [SimTab, SimTab];
  const words = (await world.wait(anna.api.recovery.phrase())).join(' ');
  const other = await world.open(world.device('anna-2'));
  await world.wait(other.api.recovery.fromPhrase(words));
  await until(world, () => standing(other, space) === 'member', 60_000, 'the second device is in');
  await world.wait(other.api.recovery.finish());
  await say(anna, space, 'mine');
  await world.clock.run(5_000);
  const id = await idOf(anna, space, 'mine');
  expect((await anna.api.copies(id)).devices).toHaveLength(3);
  await world.wait(anna.api.devices.revoke(dsOf(other)));
  await world.clock.run(5_000);
  expect((await anna.api.copies(id)).devices).toHaveLength(2);
});
