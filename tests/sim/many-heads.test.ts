/** More acl heads than a record may name (FORMATS 2: eight), as when many people act in a space at the same time. */
import { describe, expect, test } from 'vitest';
import { compareBytes, toBase64url, type Bytes } from '#base/bytes';
import { retireOps } from '#os/rights/builders';
import { chooseHeads } from '#os/kernel/acl-heads';
import { MAX_ACL_HEADS } from '#vm/limits';
import { equal, meet, noFaults, say, texts, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const headsOf = (tab: SimTab, space: string): number => spaceOf(tab, space).rights.heads().length;

/** An act in `acl` that changes nobody's rights. */
const act = (tab: SimTab, space: string): Promise<unknown> =>
  tab.running.parts.sealer.writeAcl(spaceOf(tab, space), retireOps(tab.running.parts.kernel.deps.random.bytes(32), []));

describe('more than eight acl heads', () => {
  test('{V6} [RIGHT15] [RIGHT12] [limit MAX_ACL_HEADS] what is said and done among them has effect for everybody', { timeout: 60_000 }, async () => {
    const names = ['anna', 'boris', 'clara', 'dora', 'emil', 'fania', 'georg', 'hanna', 'ivan', 'jana', 'kim', 'lena'];
    const { world, space, tabs } = await meet({ seed: 871 }, names);
    const [anna, boris, ...others] = tabs as [SimTab, SimTab, ...SimTab[]];
    const early = others.slice(0, -2);
    const late = others.slice(-2);
    for (const tab of [boris, ...others]) tab.offline(true);
    await world.clock.run(15_000);
    // Boris before all others: his own act is the head with the least stamp.
    await act(boris, space);
    await world.clock.run(1_000);
    for (const tab of early) await act(tab, space);
    await world.clock.run(1_000);
    for (const tab of [boris, ...early]) tab.offline(false);
    await until(world, () => [anna, boris].every((tab) => headsOf(tab, space) === early.length + 1), 60_000, 'nine heads');
    expect(headsOf(anna, space)).toBeGreaterThan(MAX_ACL_HEADS);
    await say(anna, space, 'one');
    await world.wait(anna.api.saved());
    // Heads with greater stamps than all that anna named.
    for (const tab of late) await act(tab, space);
    for (const tab of late) tab.offline(false);
    await until(world, () => tabs.every((tab) => headsOf(tab, space) === early.length + 3), 60_000, 'eleven heads');
    await say(anna, space, 'two');
    await world.wait(anna.api.saved());
    await act(boris, space);
    await until(world, () => tabs.every((tab) => texts(tab, space).length === 2), 20_000, 'both are shown');
    await equal(world, tabs, space);
    const dead = [...spaceOf(anna, space).rights.acts()].filter(({ id }) => spaceOf(anna, space).rights.aclStatus(Buffer.from(id, 'base64url'))?.effect !== true);
    expect(dead.map(({ id }) => id)).toEqual([]);
    noFaults(tabs);
  });

  test('[RIGHT15] the choice: what must be covered with as few heads as possible, then the latest', () => {
    const id = (n: number): Bytes => new Uint8Array(32).fill(n);
    const key = (n: number): string => toBase64url(id(n));
    const heads = Array.from({ length: 12 }, (_, i) => ({ id: id(i + 1), hlc: { ms: i, ctr: 0 } }));
    const past: Record<string, string[]> = { [key(1)]: [key(101)], [key(2)]: [key(101), key(102)], [key(3)]: [key(103)] };
    const choose = (...wanted: string[][]): number[] => chooseHeads(heads, wanted, (one) => past[one] ?? []).map(([n]) => n!);
    expect(choose()).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(choose([key(101), key(102)])).toEqual([2, 6, 7, 8, 9, 10, 11, 12]);
    expect(choose([key(1)], [key(103), key(102)])).toEqual([1, 2, 3, 8, 9, 10, 11, 12]);
    expect(choose([key(200)]), 'what no head covers').toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(choose([1, 2, 3, 4, 5, 6, 7, 8].map(key), [key(9)]), 'the first wishes come first').toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(chooseHeads(heads.slice(0, 8), [], () => []).sort(compareBytes)).toEqual(heads.slice(0, 8).map((head) => head.id));
  });
});
