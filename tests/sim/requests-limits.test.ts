/** How many requests to be let in by hand are kept, for how long, and how much of what they say. */
import { expect, test } from 'vitest';
import type { Bytes } from '#base/bytes';
import { answeredInvites } from '#os/kernel/membership';
import { buildInception } from '#vm/protocol/identity';
import { encodeJoin } from '#vm/protocol/messages';
import { pair } from './support/pair.ts';
import type { SimTab } from './support/sim-world.ts';

const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const times = <T>(n: number, make: (n: number) => T): T[] => Array.from({ length: n }, (_, at) => make(at));

test('[limit KERNEL.waitingJoins KERNEL.waitingPerInvite KERNEL.waitingJoinMs KERNEL.waitingJoinNoteMs KERNEL.requestWords] strangers with links that a hand must approve: 64 wait by one of them and 256 in all, for seven days after they asked last', async () => {
  const { world, a, space } = await pair(907);
  const { kernel, joins } = a.running.parts;
  const { crypto, random } = kernel.deps;
  const manual = async (): Promise<{ pub: Bytes; key: Awaited<ReturnType<typeof crypto.importSigning>> }> => {
    const before = new Set(answeredInvites(kernel, spaceOf(a, space)).map((invite) => invite.id));
    await world.wait(a.api.spaces.invite(space, { uses: 1_000, approval: 'manual', expiresInMs: 30 * 86_400_000 }));
    await world.clock.run(100);
    const invite = answeredInvites(kernel, spaceOf(a, space)).find(({ id }) => !before.has(id))!;
    const pub = Uint8Array.from(Buffer.from(invite.pub, 'base64url'));
    // The stub crypto signs with what it is given: the key of the invite is made for its public half.
    return { pub, key: { ...(await crypto.importSigning(random.bytes(32))), pub } };
  };
  type Stranger = { join: Bytes; ds: Bytes; pub: Bytes };
  const stranger = async ({ pub, key }: Awaited<ReturnType<typeof manual>>): Promise<Stranger> => {
    const [rk, ds, dx] = [await crypto.generateSigning(), await crypto.generateSigning(), await crypto.generateAgreement()];
    const { statement } = await buildInception(crypto, { rk, ds, dx: dx.pub, nonce: random.bytes(16) });
    return { join: await encodeJoin(crypto, key, ds, spaceOf(a, space).id, [statement]), ds: ds.pub, pub };
  };
  const asks = async ({ join, pub }: Stranger): Promise<string> => {
    const answer = await joins.onJoin(spaceOf(a, space).id, join, pub, 'link');
    return answer.state === 'refused' ? answer.reason : answer.state;
  };
  const first = await manual();
  const all = await Promise.all(times(66, () => stranger(first)));
  const states: string[] = [];
  for (const one of all) states.push(await asks(one));
  expect(states).toEqual([...times(64, () => 'waiting'), 'full', 'full']);
  for (let n = 0; n < 3; n++) {
    const next = await manual();
    for (const one of await Promise.all(times(64, () => stranger(next)))) expect(await asks(one)).toBe('waiting');
  }
  expect(await asks(await stranger(await manual())), '256 in all').toBe('full');
  expect(joins.waiting(space)).toHaveLength(256);
  // Words are cut, and written down: what is asked again within the hour is not.
  joins.onLetter(spaceOf(a, space).id, first.pub, all[0]!.ds, { name: 'x'.repeat(100), words: 'w'.repeat(281) });
  await world.clock.run(100);
  const [oldest] = joins.waiting(space);
  expect([oldest!.name.length, oldest!.words.length]).toEqual([80, 280]);
  let commits = 0;
  const commit = kernel.store.commit.bind(kernel.store);
  kernel.store.commit = (input) => (commits++, commit(input));
  world.clock.jump(3_590_000);
  await asks(all[0]!);
  expect(commits).toBe(0);
  world.clock.jump(20_000);
  await asks(all[0]!);
  expect(commits).toBe(1);
  world.clock.jump(7 * 86_400_000 - 10_000);
  expect(joins.waiting(space), 'who asked again waits on').toHaveLength(1);
  expect(await asks(all[65]!), 'and there is room for others').toBe('waiting');
  world.clock.jump(11_000);
  expect(joins.waiting(space)).toHaveLength(1);
}, 120_000);
