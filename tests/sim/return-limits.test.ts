/** Who comes back again and again makes others write no acts without end. The number of statements of a person is small here. */
import { expect, test, vi } from 'vitest';
import { encodeCbor } from '#base/cbor';
import { must } from '#base/assert';
import { ACL_KEY } from '#os/kernel/spaces';
import { buildDeviceAdd, recoverySeed } from '#vm/protocol/identity';
import { entropyOf } from '#vm/protocol/phrase';
import type { SimTab } from './support/sim-world.ts';
import { equal, meet, noFaults } from './support/walks.ts';

vi.mock('#os/limits', async (original) => ({ ...(await original<object>()), MAX_STATEMENTS_PER_PERSON: 3 }));

test('[row 32] [limit MAX_STATEMENTS_PER_PERSON] a device for which no statement counts any more is answered nothing, and nothing is written for it', async () => {
  const m = await meet({ seed: 850 }, ['anna', 'boris']);
  const { world, space } = m;
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const { answerLink } = await import('#os/kernel/returns');
  const { kernel } = anna.running.parts;
  const { crypto } = kernel.deps;
  const profile = must(kernel.profile, 'profile');
  const rk = await crypto.importSigning(recoverySeed(must(entropyOf((await world.wait(anna.api.recovery.phrase())).join(' ')), 'entropy')));
  const acts = (): number => {
    const { kernel: his } = boris.running.parts;
    return his.spaces.get(space)!.fragments.get(ACL_KEY)!.log.log(must(his.slot, 'slot').writer).length;
  };
  const answers: [boolean, number][] = [];
  for (let i = 0; i < 5; i++) {
    const before = acts();
    const [ds, dx] = [await crypto.generateSigning(), await crypto.generateAgreement()];
    const add = await buildDeviceAdd(crypto, { uid: profile.uid, by: rk, ds, dx: dx.pub, nbf: kernel.time.now() });
    const answer = await world.wait(answerLink(boris.running.parts as never, 'person:return:v1', encodeCbor([[profile.statements[0]!, add]]), { hash: new Uint8Array(32), device: ds.pub }));
    answers.push([answer !== null, acts() - before]);
    await equal(world, [anna, boris], space);
  }
  expect(answers).toEqual([[true, 1], [true, 1], [false, 0], [false, 0], [false, 0]]);
  noFaults([anna, boris]);
});
