/** The right to write ends while something of one's own is not sealed yet: under the new rights it would have no effect for anybody, so it waits, visibly. */
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { ROLE } from '#vm/protocol/types';
import { meet, noFaults, say, texts, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
/** Own records that are stored and count for nobody. */
const voids = (tab: SimTab, space: string): number => [...spaceOf(tab, space).fragments.values()].flatMap((one) => one.log.log(tab.running.parts.kernel.slot!.writer)).filter(({ status }) => status === 'void').length;

async function two(seed: number) {
  const m = await meet({ seed }, ['anna', 'boris']);
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  await say(boris, m.space, 'before');
  await until(m.world, () => texts(anna, m.space).length === 1, 10_000, 'anna reads it');
  await m.world.wait(boris.api.saved());
  const [doc] = (await boris.api.graph(m.space).transact([{ op: 'node.create', type: 'doc@1', props: {} }])).ids as [string];
  await m.world.wait(boris.api.saved());
  await until(m.world, () => spaceOf(anna, m.space).source.view([...spaceOf(anna, m.space).fragments.keys()].find((key) => spaceOf(anna, m.space).source.view(key, doc)) ?? '', doc) !== null, 10_000, 'anna has the text');
  return { ...m, anna, boris, doc };
}

for (const how of ['guest', 'removed'] as const) {
  test(`[RIGHT13] {V3} a text not sealed yet when its author becomes ${how === 'guest' ? 'a guest' : 'nobody here'}: not said to be saved, not sealed for nothing, kept for export${how === 'guest' ? ', and saved once they may write again' : ''}`, async () => {
    const { world, space, tabs, anna, boris, doc } = await two(how === 'guest' ? 251 : 252);
    const act = how === 'guest' ? anna.api.access.setRole(space, uidOf(boris), 'guest') : anna.api.access.remove(space, uidOf(boris));
    void act.catch(() => undefined);
    const role = () => spaceOf(boris, space).rights.roleOf(uidOf(boris));
    for (let i = 0; i < 400 && role() === ROLE.member; i++) {
      await boris.api.graph(space).transact([{ op: 'text.splice', id: doc, at: 0, remove: 0, insert: 'x' }]).catch(() => undefined);
      await world.clock.run(2);
    }
    expect(role(), 'boris has heard').toBe(how === 'guest' ? ROLE.guest : null);
    const pending = [...spaceOf(boris, space).fragments.values()].reduce((sum, one) => sum + one.pending.length + one.sealing.length, 0);
    expect(pending, 'control: something is not sealed').toBeGreaterThan(0);
    await world.clock.run(5_000);
    await expect(world.wait(boris.api.saved())).rejects.toMatchObject({ code: 'silenced' });
    expect(await boris.api.copiesOf(space)).toMatchObject({ state: 'stuck', reason: { code: 'silenced' } });
    expect(await (await boris.api.stuck.exportUnsaved()).text()).toContain('text');
    expect(voids(boris, space)).toBe(0);
    if (how === 'guest') {
      const shown = await boris.api.graph(space).text(doc);
      await world.wait(anna.api.access.setRole(space, uidOf(boris), 'member'));
      await until(world, () => role() === ROLE.member, 10_000, 'boris may write again');
      await world.clock.run(2_000);
      await world.wait(boris.api.saved());
      await world.clock.run(2_000);
      expect(await anna.api.graph(space).text(doc)).toBe(shown);
      expect(voids(boris, space)).toBe(0);
    }
    noFaults(tabs);
  });
}
