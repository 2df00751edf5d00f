/** Closing the history of a channel among several: who checks it, who is let in after it, who was away, who lies (docs/decisions/0082, SPEC BASE, RIGHT40, RIGHT41). */
import { beforeAll, describe, expect, test } from 'vitest';
import { must } from '#base/assert';
import { fromBase64url } from '#base/bytes';
import { replayTo } from '#os/kernel/baseline-replay';
import { writeSnapshot } from '#os/kernel/baseline-seal';
import { KERNEL_LIMITS } from '#os/limits';
import { baselineOps, baselinesIn } from '#os/rights/baselines';
import { BASELINE_VERSION } from '#os/rights/policy';
import { beaconHost } from '#signaling/beacon/service';
import { stateRows } from '#vm/graph/state-rows';
import { piecesOf, RowsOut } from '#vm/protocol/snapshot';
import { PRIMITIVE } from '#vm/protocol/types';
import { cryptoOf, phraseOf } from './support/backup-kit.ts';
import { bytesOf, fragmentOf, look, metric, old, stands, uidOf } from './support/baseline-kit.ts';
import { lazyParts } from './support/lazy-parts.ts';
import type { SimTab } from './support/sim-world.ts';
import { raised } from './support/tower.ts';
import { born, digest, equal, noFaults, say, standing, until } from './support/walks.ts';

beforeAll(async () => void (await lazyParts()));

describe('{V10} baselines among several', () => {
  test('[BASE4] [BASE6] [RIGHT41] [limit KERNEL.baselineCopies KERNEL.baselineWords KERNEL.baselinePauseMs] each checks it, two say so, then it goes everywhere; who is let in later begins with it', async () => {
    const m = await old(901, ['anna', 'boris', 'clara', 'dora']);
    const { world, space, tabs, channel, ids } = m;
    const [anna, boris] = tabs as [SimTab, SimTab];
    const had = tabs.map((tab) => bytesOf(tab, channel));
    await world.wait(anna.api.access.history(space, channel, { close: {} }));
    await until(world, () => tabs.every((tab) => stands(tab, space, channel)), 60_000, 'it is gone on all disks');
    // The first word settles it; the second may still be on its way then.
    await until(world, () => [...baselinesIn(must(boris.running.parts.kernel.spaces.get(space), 'space').rights.view()).values()][0]!.right.length === KERNEL_LIMITS.baselineWords, 30_000, 'a second one says so');
    await world.clock.run(10_000);
    const { baselines: [one] } = await look(world, boris, space, channel);
    expect([one!.right.length, one!.wrong, one!.state]).toEqual([KERNEL_LIMITS.baselineWords, [], 'gone']);
    tabs.forEach((tab, i) => expect(bytesOf(tab, channel), tab.name).toBeLessThan(had[i]! / 2));
    for (const tab of tabs.slice(1)) expect([metric(tab, 'baselines.right'), metric(tab, 'baselines.wrong')], tab.name).toEqual([1, 0]);
    await equal(world, tabs, space);
    // Everybody writes on, and somebody new sees all of it, without what was before.
    await boris.api.graph(space).transact([{ op: 'node.set', id: ids[0]!, props: { title: 'after' } }, { op: 'text.splice', id: ids[1]!, at: 0, remove: 0, insert: 'after ' }], { fragment: channel });
    const late = await world.open(world.device('emil'));
    await born(world, late);
    await world.wait(late.api.spaces.join(m.link));
    await until(world, () => standing(late, space) === 'member', 30_000, 'emil is in');
    await until(world, () => stands(late, space, channel), 60_000, 'he begins with it');
    await equal(world, [...tabs, late], space, 60_000);
    expect(fragmentOf(late, space, channel).graph.node(ids[0]!)!.prop('title')).toBe('after');
    expect([fragmentOf(late, space, channel).log.size < 10, metric(late, 'baselines.right')]).toEqual([true, 0]);
    noFaults([...tabs, late]);
  }, 240_000);

  test('[BASE6] [limit KERNEL.baselineCopies] nothing goes before two others have the snapshot', async () => {
    const m = await old(902, ['anna', 'boris', 'clara']);
    const { world, space, tabs, channel } = m;
    const [anna, , clara] = tabs as [SimTab, SimTab, SimTab];
    clara.offline(true);
    await world.clock.run(15_000);
    const had = bytesOf(anna, channel);
    await world.wait(anna.api.access.history(space, channel, { close: {} }));
    await until(world, () => fragmentOf(anna, space, channel).base !== null, 30_000, 'anna stands on it');
    await world.clock.run(20_000);
    expect([stands(anna, space, channel), bytesOf(anna, channel) > had]).toEqual([false, true]);
    clara.offline(false);
    await until(world, () => tabs.every((tab) => stands(tab, space, channel)), 120_000, 'then it goes');
    await equal(world, tabs, space);
  }, 240_000);

  test('[BASE2] [BASE4] [limit KERNEL.baselineAgainMs] who was away and wrote takes it when she comes back, with what she wrote', async () => {
    const m = await old(903, ['anna', 'boris', 'clara']);
    const { world, space, tabs, channel, ids } = m;
    const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
    clara.offline(true);
    await world.clock.run(15_000);
    for (let n = 0; n < 6; n++) {
      await boris.api.graph(space).transact([{ op: 'node.set', id: ids[0]!, props: { [`later ${n}`]: n } }], { fragment: channel });
      await world.wait(boris.api.saved());
    }
    await clara.api.graph(space).transact([{ op: 'node.set', id: ids[0]!, props: { clara: 'was here' } }, { op: 'text.splice', id: ids[1]!, at: 3, remove: 0, insert: 'clara ' }], { fragment: channel });
    await equal(world, [anna, boris], space);
    await world.wait(anna.api.access.history(space, channel, { close: {} }));
    // Two others are wanted; she is the second.
    await until(world, () => [anna, boris].every((tab) => fragmentOf(tab, space, channel).base !== null), 60_000, 'they stand on it');
    clara.offline(false);
    await until(world, () => tabs.every((tab) => stands(tab, space, channel)), 240_000, 'all let go');
    await equal(world, tabs, space, 60_000);
    for (const tab of tabs) expect([fragmentOf(tab, space, channel).graph.node(ids[0]!)!.prop('clara'), fragmentOf(tab, space, channel).graph.text(ids[1]!).includes('clara')], tab.name).toEqual(['was here', true]);
    noFaults(tabs);
  }, 300_000);

  test('[BASE4] [RIGHT41] a false snapshot is denied by who holds the records; nothing goes, and who comes later gets the records', async () => {
    const m = await old(904, ['anna', 'boris', 'clara']);
    const { world, space, tabs, channel, ids } = m;
    const [anna, boris] = tabs as [SimTab, SimTab];
    const { kernel, sealer } = anna.running.parts;
    const held = kernel.spaces.get(space)!;
    const fragment = fragmentOf(anna, space, channel);
    const heads = fragment.log.heads();
    const input = must(await world.wait(replayTo(kernel, held, fragment, heads)), 'rows');
    // As if Boris had written it, later than all that was.
    const boat = must(boris.running.parts.kernel.slot, 'slot').writer;
    input.graph.apply({ key: 'forged', writer: boat, seq: 1, ops: [{ primitive: PRIMITIVE.nodeSet, verb: '', stamp: { ms: kernel.time.now() + 1_000, ctr: 0 }, args: [fromBase64url(ids[0]!)!, 'title', 'never said'] }] });
    const out = new RowsOut();
    for (const row of stateRows(input)) out.put(row);
    const snapshot = await world.wait(writeSnapshot({ kernel, sealer }, held, fragment, [...piecesOf(out.take())]));
    const firsts = heads.map(({ writer, seq, id, writerKey }) => ({ writer, seq, id, first: fragment.log.logs.get(writerKey)!.chain[0]!.id }));
    await world.wait(sealer.writeAcl(held, baselineOps({ fragment: fragment.id, heads: firsts, snapshot }, new Map([['min_version', BASELINE_VERSION]]))));
    await until(world, () => tabs.slice(1).every((tab) => metric(tab, 'baselines.wrong') === 1), 60_000, 'both find it');
    await world.clock.run(20_000);
    const { baselines: [one] } = await look(world, boris, space, channel);
    expect([one!.state, one!.found, one!.wrong.length > 0, one!.right]).toEqual(['wrong', 'wrong', true, []]);
    for (const tab of tabs) expect([fragmentOf(tab, space, channel).base, fragmentOf(tab, space, channel).graph.node(ids[0]!)!.prop('title')], tab.name).toEqual([null, 'title 19']);
    const late = await world.open(world.device('dora'));
    await born(world, late);
    await world.wait(late.api.spaces.join(m.link));
    await until(world, () => standing(late, space) === 'member', 30_000, 'dora is in');
    await equal(world, [...tabs, late], space, 60_000);
    expect([fragmentOf(late, space, channel).base, fragmentOf(late, space, channel).graph.node(ids[0]!)!.prop('title')]).toEqual([null, 'title 19']);
  }, 300_000);

  test('[BASE4] [RIGHT41] who denies what is gone already is answered by who found it right, and somebody new begins with it all the same', async () => {
    const m = await old(907, ['anna', 'boris', 'clara', 'dora']);
    const { world, space, tabs, channel, ids } = m;
    const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
    await world.wait(anna.api.access.history(space, channel, { close: {} }));
    await until(world, () => tabs.every((tab) => stands(tab, space, channel)), 60_000, 'it is gone on all disks');
    const { id } = (await look(world, boris, space, channel)).baselines[0]!;
    await world.wait(clara.api.access.history(space, channel, { refuse: id }));
    const info = () => must(baselinesIn(anna.running.parts.kernel.spaces.get(space)!.rights.view()).get(id), 'baseline');
    await until(world, () => info().wrong.length === 1 && info().right.length === 2, 60_000, 'the two others say that it is right');
    expect([info().wrong, info().settled, info().usable]).toEqual([[uidOf(clara)], false, true]);
    const late = await world.open(world.device('emil'));
    await born(world, late);
    await world.wait(late.api.spaces.join(m.link));
    await until(world, () => standing(late, space) === 'member', 30_000, 'emil is in');
    await until(world, () => (late.running.parts.kernel.spaces.get(space)?.fragments.get(channel)?.base ?? null) !== null, 240_000, 'he begins with it');
    await equal(world, [...tabs, late], space, 60_000);
    expect(fragmentOf(late, space, channel).graph.node(ids[0]!)!.prop('title')).toBe('title 19');
    // What is gone is gone; with the newcomer nothing more goes, and he sees who denies it.
    expect((await look(world, boris, space, channel)).baselines[0]).toMatchObject({ state: 'gone', begun: false });
    expect((await look(world, late, space, channel)).baselines[0]).toMatchObject({ state: 'wrong', begun: true, wrong: [uidOf(clara)] });
    noFaults([...tabs, late]);
  }, 400_000);

  test('[BASE7] two who close it at the same moment, apart: all show the same, and the next one ends both', async () => {
    const m = await old(905, ['anna', 'boris', 'clara']);
    const { world, space, tabs, channel, ids } = m;
    const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
    await world.wait(anna.api.access.history(space, channel, { close: {} }));
    await until(world, () => tabs.every((tab) => stands(tab, space, channel)), 120_000, 'the first');
    for (const tab of tabs) tab.offline(true);
    await world.clock.run(5_000);
    await anna.api.graph(space).transact([{ op: 'node.set', id: ids[0]!, props: { by: 'anna' } }], { fragment: channel });
    await boris.api.graph(space).transact([{ op: 'node.set', id: ids[0]!, props: { by: 'boris' } }], { fragment: channel });
    for (const tab of [anna, boris]) await world.wait(tab.api.access.history(space, channel, { close: {} }));
    for (const tab of tabs) tab.offline(false);
    await world.clock.run(120_000);
    await equal(world, tabs, space, 60_000);
    await world.wait(boris.api.access.history(space, channel, { close: {} }));
    const last = (await look(world, boris, space, channel)).baselines[0]!.id;
    await until(world, () => tabs.every((tab) => fragmentOf(tab, space, channel).log.stands === last && stands(tab, space, channel)), 240_000, 'the last one holds everywhere');
    await equal(world, tabs, space);
    expect(fragmentOf(clara, space, channel).log.size).toBeLessThan(12);
    noFaults(tabs);
  }, 400_000);

  test('[BASE6] [limit KERNEL.baselineHoldMs] a beacon, which reads nothing, lets go seven days after it saw it settled; a newcomer has all of it from the beacon alone', async () => {
    const hold = 40_000;
    const m = await old(906, ['anna', 'boris'], { mutate: (deps, tab) => (tab.startsWith('tower') ? { ...deps, beacon: beaconHost, baselines: { holdMs: hold } } : deps) });
    const { world, space, tabs, channel, ids } = m;
    const [anna] = tabs as [SimTab, SimTab];
    const { tower, address } = await raised(m, 'tower', 906);
    const beacon = await world.open(tower);
    await world.wait(anna.api.access.beacons(space, { add: address }));
    await until(world, () => (beacon.running.parts.kernel.spaces.get(space)?.fragments.get(channel)?.log.size ?? 0) >= 20, 60_000, 'the beacon has the channel');
    await world.clock.run(10_000);
    const had = bytesOf(beacon, channel);
    await world.wait(anna.api.access.history(space, channel, { close: {} }));
    await until(world, () => tabs.every((tab) => stands(tab, space, channel)), 120_000, 'gone at the people');
    expect(bytesOf(beacon, channel)).toBeGreaterThan(had);
    await world.clock.run(hold);
    await until(world, () => stands(beacon, space, channel), 60_000, 'and at the beacon');
    expect([bytesOf(beacon, channel) < had / 2, KERNEL_LIMITS.baselineHoldMs]).toEqual([true, 7 * 86_400_000]);
    for (const tab of tabs.slice(1)) world.kill(tab);
    await say(anna, space, 'still here');
    const late = await world.open(world.device('dora'));
    await born(world, late);
    await world.wait(late.api.spaces.join(m.link));
    await until(world, () => standing(late, space) === 'member', 30_000, 'dora is in');
    world.kill(anna);
    await until(world, () => late.running.parts.kernel.spaces.get(space)?.fragments.get(channel)?.graph.node(ids[0]!)?.prop('title') === 'title 19', 120_000, 'she has it from the beacon');
    noFaults([beacon, late]);
  }, 400_000);

  test('[BASE2] a backup of a channel whose history was closed is proven, and who is restored from it begins where it does', async () => {
    const m = await old(908, ['anna', 'boris'], { crypto: cryptoOf(908) });
    const { world, space, tabs, channel, ids } = m;
    const [anna, boris] = tabs as [SimTab, SimTab];
    const phrase = await phraseOf(world, anna);
    await world.wait(anna.api.access.history(space, channel, { close: {} }));
    await until(world, () => tabs.every((tab) => stands(tab, space, channel)), 60_000, 'it is gone on both disks');
    await say(anna, space, 'after it');
    const { file, report } = await world.wait(anna.api.backup.make());
    expect(report.spaces.map(({ equal: same }) => same)).toEqual([true, true]);
    const was = digest(anna, space);
    world.kill(anna);
    boris.offline(true);
    const back = await world.open(world.device('new'));
    const restored = await world.wait(back.api.backup.restore(file, { phrase }));
    expect(restored.spaces.map(({ equal: same }) => same)).toEqual([true, true]);
    expect([digest(back, space), fragmentOf(back, space, channel).graph.node(ids[0]!)!.prop('title'), stands(back, space, channel)]).toEqual([was, 'title 19', true]);
    await world.wait(back.api.recovery.finish());
    boris.offline(false);
    await back.api.graph(space).transact([{ op: 'node.set', id: ids[0]!, props: { title: 'from the new device' } }], { fragment: channel });
    await equal(world, [boris, back], space, 120_000);
    noFaults([boris, back]);
  }, 300_000);
});
