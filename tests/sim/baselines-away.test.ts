/** False baselines that two of them vouch for, while who holds what they leave out is away: nothing of theirs is lost (docs/decisions/0082, SPEC BASE4). */
import { beforeAll, describe, expect, test } from 'vitest';
import { must } from '#base/assert';
import type { Bytes } from '#base/bytes';
import { replayTo } from '#os/kernel/baseline-replay';
import { writeSnapshot } from '#os/kernel/baseline-seal';
import { baselineOps, baselinesIn, sayOps } from '#os/rights/baselines';
import { BASELINE_VERSION } from '#os/rights/policy';
import { stateRows } from '#vm/graph/state-rows';
import { setDigest } from '#vm/log/digests';
import { piecesOf, RowsOut } from '#vm/protocol/snapshot';
import { bytesOf, fragmentOf, look, metric, old, stands, uidOf, type Old } from './support/baseline-kit.ts';
import { lazyParts } from './support/lazy-parts.ts';
import type { SimTab } from './support/sim-world.ts';
import { born, equal, noFaults, standing, until } from './support/walks.ts';

beforeAll(async () => void (await lazyParts()));

interface Lied extends Old {
  /** What Clara wrote, which all had. */
  readonly hers: string;
  readonly act: Bytes;
}

/** Anna covers Clara's log up to a record that was never written, without what Clara wrote or (`with`) with it; Boris says that it is right. Clara is away. */
async function lied(seed: number, withHers: boolean): Promise<Lied> {
  // The two look at nothing themselves.
  const m = await old(seed, ['anna', 'boris', 'clara'], { mutate: (deps, tab) => (tab.startsWith('clara') ? deps : { ...deps, baselines: { againMs: Infinity } }) });
  const { world, space, tabs, channel } = m;
  const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
  const { ids: [hers] } = await clara.api.graph(space).transact([{ op: 'node.create', type: 'bench/note@1', props: { title: 'by clara' } }], { fragment: channel });
  await world.wait(clara.api.saved());
  await equal(world, tabs, space);
  clara.offline(true);
  await world.clock.run(15_000);
  const { kernel, sealer } = anna.running.parts;
  const held = kernel.spaces.get(space)!;
  const fragment = fragmentOf(anna, space, channel);
  const her = must(clara.running.parts.kernel.slot, 'slot').text;
  const heads = fragment.log.heads();
  const input = must(await world.wait(replayTo(kernel, held, fragment, heads.filter(({ writerKey }) => withHers || writerKey !== her))), 'rows');
  const forged = heads.map((head) => (head.writerKey === her ? { ...head, seq: 50, id: new Uint8Array(32).fill(7) } : head));
  const logs = forged.map(({ writer, seq, id, writerKey }) => ({ writer, seq, id, clocks: input.logs.find((log) => fragment.log.logs.get(writerKey)!.writer === log.writer)?.clocks ?? new Map<number, number>() }));
  const out = new RowsOut();
  for (const row of stateRows({ ...input, logs, set: setDigest(forged) })) out.put(row);
  const snapshot = await world.wait(writeSnapshot({ kernel, sealer }, held, fragment, [...piecesOf(out.take())]));
  const named = forged.map(({ writer, seq, id, writerKey }) => ({ writer, seq, id, first: fragment.log.logs.get(writerKey)!.chain[0]!.id }));
  const act = await world.wait(sealer.writeAcl(held, baselineOps({ fragment: fragment.id, heads: named, snapshot }, new Map([['min_version', BASELINE_VERSION]]))));
  await until(world, () => baselinesIn(boris.running.parts.kernel.spaces.get(space)!.rights.view()).size === 1, 20_000, 'boris knows of it');
  await world.wait(boris.running.parts.sealer.writeAcl(boris.running.parts.kernel.spaces.get(space)!, sayOps(act, true)));
  return { ...m, hers: hers!, act };
}

describe('{V10} a false baseline that two vouch for, and who was away', () => {
  test('[BASE4] who holds what it leaves out begins with it never, says that it is wrong, and writes on', async () => {
    const { world, space, tabs, channel, hers, ids } = await lied(921, false);
    const [, boris, clara] = tabs as [SimTab, SimTab, SimTab];
    const had = bytesOf(clara, channel);
    clara.offline(false);
    await until(world, () => metric(clara, 'baselines.wrong') === 1, 240_000, 'clara finds it');
    await world.clock.run(240_000);
    expect([fragmentOf(clara, space, channel).log.stands, stands(clara, space, channel), bytesOf(clara, channel) >= had]).toEqual([null, false, true]);
    expect(fragmentOf(clara, space, channel).graph.node(hers)?.prop('title')).toBe('by clara');
    const [one] = (await look(world, boris, space, channel)).baselines;
    expect([one!.state, one!.wrong]).toEqual(['wrong', [uidOf(clara)]]);
    await clara.api.graph(space).transact([{ op: 'node.set', id: ids[0]!, props: { clara: 'goes on' } }], { fragment: channel });
    await world.wait(clara.api.saved());
    expect(fragmentOf(clara, space, channel).graph.node(ids[0]!)?.prop('clara')).toBe('goes on');
    noFaults([clara]);
  }, 300_000);

  test('[BASE4] nobody goes on in an own log from a record they never wrote', async () => {
    const { world, space, tabs, channel, hers } = await lied(922, true);
    const clara = tabs[2] as SimTab;
    const tip = () => must(fragmentOf(clara, space, channel).log.ownTip(must(clara.running.parts.kernel.slot, 'slot').writer), 'tip');
    const before = tip();
    clara.offline(false);
    await until(world, () => metric(clara, 'baselines.unsure') > 0, 240_000, 'clara cannot tell');
    await world.clock.run(240_000);
    expect([fragmentOf(clara, space, channel).log.stands, tip(), fragmentOf(clara, space, channel).graph.node(hers)?.prop('title')]).toEqual([null, before, 'by clara']);
    noFaults([clara]);
  }, 300_000);

  test('[BASE4] control: one that leaves nothing out she begins with, also where the log of its maker goes on behind a part that nobody has any more', async () => {
    const m = await old(923, ['anna', 'boris', 'clara', 'dora']);
    const { world, space, tabs, channel, ids } = m;
    const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
    clara.offline(true);
    await world.clock.run(15_000);
    for (let n = 0; n < 4; n++) {
      await anna.api.graph(space).transact([{ op: 'node.set', id: ids[0]!, props: { [`later ${n}`]: n } }], { fragment: channel });
      await world.wait(anna.api.saved());
    }
    const { ids: [later] } = await boris.api.graph(space).transact([{ op: 'node.create', type: 'bench/note@1', props: { title: 'later' } }], { fragment: channel });
    await world.wait(boris.api.saved());
    const others = tabs.filter((tab) => tab !== clara);
    await equal(world, others, space);
    const { ids: [own] } = await clara.api.graph(space).transact([{ op: 'node.create', type: 'bench/note@1', props: { title: 'by clara, away' } }], { fragment: channel });
    await world.wait(clara.api.saved());
    await world.wait(anna.api.access.history(space, channel, { close: {} }));
    await until(world, () => others.every((tab) => stands(tab, space, channel)), 60_000, 'it is gone at the others');
    clara.offline(false);
    await until(world, () => fragmentOf(clara, space, channel).log.stands !== null && fragmentOf(clara, space, channel).graph.node(later!)?.prop('title') === 'later', 240_000, 'clara has all of it');
    expect([fragmentOf(clara, space, channel).base?.row.word, metric(clara, 'baselines.wrong')]).toEqual([true, 0]);
    await equal(world, tabs, space, 60_000);
    for (const tab of tabs) expect(fragmentOf(tab, space, channel).graph.node(own!)?.prop('title'), tab.name).toBe('by clara, away');
    noFaults(tabs);
  }, 300_000);

  test('[RIGHT40] [KEY9] the rule that newcomers read from their coming on, set afterwards: who comes then sees what is written then, nothing of before, and nobody is alarmed', async () => {
    const m = await old(924, ['anna', 'boris']);
    const { world, space, tabs, channel, ids } = m;
    const anna = tabs[0] as SimTab;
    await world.wait(anna.api.access.history(space, channel, { close: {} }));
    await until(world, () => tabs.every((tab) => stands(tab, space, channel)), 60_000, 'it is gone on both disks');
    await world.wait(anna.api.access.setRules(space, { history: 'joining' }));
    await expect(world.wait(anna.api.access.history(space, channel, { close: {} }))).rejects.toMatchObject({ code: 'not-ready' });
    expect((await look(world, anna, space, channel)).mayClose).toBe(false);
    const late = await world.open(world.device('emil'));
    await born(world, late);
    await world.wait(late.api.spaces.join(await world.wait(anna.api.spaces.invite(space, {}))));
    await until(world, () => standing(late, space) === 'member', 60_000, 'emil is in');
    const { ids: [after] } = await anna.api.graph(space).transact([{ op: 'node.create', type: 'bench/note@1', props: { title: 'after' } }], { fragment: channel });
    await until(world, () => late.running.parts.kernel.spaces.get(space)?.fragments.get(channel)?.graph.node(after!)?.prop('title') === 'after', 240_000, 'emil sees what is written now');
    await world.clock.run(60_000);
    expect(fragmentOf(late, space, channel).graph.node(ids[0]!)?.prop('title')).toBe(undefined);
    for (const tab of [...tabs, late]) expect([tab.running.parts.kernel.spaces.get(space)!.standing, metric(tab, 'baselines.wrong')], tab.name).toEqual(['member', 0]);
    expect(tabs.map((tab) => fragmentOf(tab, space, channel).graph.node(ids[0]!)?.prop('title'))).toEqual(['title 19', 'title 19']);
    noFaults([...tabs, late]);
  }, 400_000);
});
