/** A row under a snapshot that cannot be read when it is needed (seeds 54 and 86 of the safety class, before it was asked for again). */
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { made, metric, uidOf, worldOf } from './support/snapshot-kit.ts';
import type { SimTab } from './support/sim-world.ts';
import { equal, meet, noFaults, say, texts, until } from './support/walks.ts';

test('[SNAP2] what cannot be read any more when it is needed comes again from others, in the same run', async () => {
  const m = await meet(worldOf({ seed: 78 }), ['anna', 'boris', 'clara']);
  const { world, space } = m;
  const [anna, boris, clara] = m.tabs as [SimTab, SimTab, SimTab];
  await world.wait(anna.api.access.setRole(space, uidOf(clara), 'admin'));
  await equal(world, m.tabs, space);
  await say(boris, space, 'kept');
  for (let n = 0; n < 12; n++) {
    await say(anna, space, `mine ${n}`);
    await world.clock.run(300);
  }
  await until(world, () => texts(clara, space).length === 13, 20_000, 'clara has read it');
  clara.offline(true);
  await say(boris, space, 'beyond');
  await until(world, () => texts(anna, space).length === 14, 20_000, 'all is here');
  await made({ world, tab: anna });
  world.kill(anna);
  const writer = anna.running.parts.kernel.slot!.text;
  expect(anna.device.disk.rot(0.6, (record) => toBase64url(record.writer) === writer && toBase64url(record.space) === space)).toBe(true);
  const back = await world.open(anna.device);
  expect([metric(back, 'opened'), texts(back, space).length]).toEqual([1, 14]);
  await world.wait(clara.api.access.remove(space, uidOf(boris)));
  clara.offline(false);
  await until(world, () => metric(back, 'read-back') === 1, 60_000, 'the cut is judged with the whole log');
  await until(world, () => texts(back, space).length === 13, 20_000, 'what was lost is here again');
  expect(texts(back, space)).toEqual(texts(clara, space));
  await equal(world, [back, clara], space);
  expect(back.api.metrics()['snapshots.spoilt'], 'control: something could not be read').toBe(1);
  noFaults([back, clara]);
});
