/** Reports to those who manage people: who can read them, what nobody can undo, who decides (REP1 to REP4). */
import { describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import type { ReportReason } from '#os/api';
import { openPart, REPORT, REPORT_STATE, reportLines, sealPart, wrapsOf } from '#os/kernel/report-records';
import { unwrapEpochKey } from '#vm/protocol/keys';
import { FRAGMENT } from '#vm/protocol/types';
import { equal, meet, noFaults, say, texts, until, type Meeting } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const ROOT = toBase64url(FRAGMENT.root);
const kernelOf = (tab: SimTab) => tab.running.parts.kernel;
const uidOf = (tab: SimTab): string => toBase64url(kernelOf(tab).profile!.uid);
const spaceOf = (tab: SimTab, space: string) => kernelOf(tab).spaces.get(space)!;
const code = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'done', (error: { code: string }) => error.code);

interface Four extends Meeting {
  readonly anna: SimTab;
  readonly boris: SimTab;
  readonly clara: SimTab;
  readonly dora: SimTab;
  /** Boris wrote it. */
  readonly message: string;
}

/** Anna owns the space; Dora is an Admin; Boris and Clara are Members. Boris wrote something that everybody has read. */
async function four(seed: number, text = 'go away, all of you'): Promise<Four> {
  const m = await meet({ seed }, ['anna', 'boris', 'clara', 'dora']);
  const { world, space } = m;
  const [anna, boris, clara, dora] = m.tabs as [SimTab, SimTab, SimTab, SimTab];
  await world.wait(anna.api.access.setRole(space, uidOf(dora), 'admin'));
  await say(boris, space, text);
  await until(world, () => m.tabs.every((tab) => texts(tab, space).length === 1 && spaceOf(tab, space).rights.roleOf(uidOf(dora)) === 3), 20_000, 'everybody has the message and the role');
  const [node] = await anna.api.graph(space).query({ type: 'chat/message@1' });
  return { ...m, anna, boris, clara, dora, message: node!.id };
}

/** Clara reports the message; it is on all devices. */
async function reported(m: Four, words = 'third time', reason: ReportReason = 'abuse'): Promise<string> {
  const id = await m.world.wait(m.clara.api.reports.send(m.space, { message: m.message, reason, words }));
  await until(m.world, () => m.tabs.every((tab) => linesAt(tab, m.space, REPORT).length === 1), 20_000, 'everybody holds the report');
  return id;
}

const linesAt = (tab: SimTab, space: string, type: string) => reportLines(kernelOf(tab), spaceOf(tab, space)).filter((line) => line.type === type);
const list = (m: Four, tab: SimTab) => m.world.wait(tab.api.reports.list(m.space));

/** Whatever the device can make of the report with the keys it has: all its wraps, tried with its agreement key, whoever they name. */
async function tryAll(m: Four, tab: SimTab): Promise<boolean> {
  const kernel = kernelOf(tab);
  const space = spaceOf(tab, m.space);
  const [line] = linesAt(tab, m.space, REPORT);
  const rid = line!.props.get('rid') as Uint8Array;
  for (const { wrap } of wrapsOf(line!.props)) {
    const key = await m.world.wait(unwrapEpochKey(kernel.deps.crypto, kernel.profile!.dx, { eph: line!.props.get('eph') as Uint8Array, space: space.id, epoch: rid, wrap }));
    if (key && (await m.world.wait(openPart(kernel, space, key, rid as never, line!.props.get('sealed')))) !== null) return true;
  }
  return false;
}

/** Somebody comes by the link and is made an Admin. */
async function eveAsAdmin(m: Four): Promise<SimTab> {
  const eve = m.world.device('eve');
  await m.world.wait((await m.world.open(eve)).api.identity.create({ name: 'eve' }));
  const tab = eve.tabs[0]!;
  await m.world.wait(tab.api.spaces.join(m.link));
  await until(m.world, () => texts(tab, m.space).length === 1, 30_000, 'eve is in');
  await m.world.wait(m.anna.api.access.setRole(m.space, uidOf(tab), 'admin'));
  return tab;
}

describe('{C7} reports', () => {
  test('[REP1] {V3} Owner, Admin and the reporter read it; a Member\'s device holds the same bytes and opens nothing with any key it has', async () => {
    const m = await four(401);
    const id = await reported(m);
    const expected = { id, by: uidOf(m.clara), reason: 'abuse', words: 'third time', message: m.message, author: uidOf(m.boris), text: 'go away, all of you', cut: false, state: 'open' };
    for (const tab of [m.anna, m.dora]) expect(await list(m, tab), tab.name).toMatchObject({ reports: [{ ...expected, mine: false }], sealed: 0 });
    expect(await list(m, m.clara)).toMatchObject({ reports: [{ ...expected, mine: true }], sealed: 0 });
    expect(await list(m, m.boris)).toEqual({ reports: [], sealed: 0 });
    // The same bytes are here.
    const bytes = (tab: SimTab): string => JSON.stringify(linesAt(tab, m.space, REPORT).map((line) => [line.by, toBase64url(line.props.get('sealed') as Uint8Array)]));
    expect(bytes(m.boris)).toBe(bytes(m.anna));
    expect(await tryAll(m, m.boris)).toBe(false);
    for (const tab of [m.anna, m.dora, m.clara]) expect(await tryAll(m, tab), tab.name).toBe(true);
    noFaults(m.tabs);
  });

  test('[REP1] its length says nothing of the message: a short and a longer one are sealed in as many bytes; neither who nor which stands beside it', async () => {
    const sizes: number[] = [];
    for (const [seed, text] of [[402, 'no'], [403, 'x'.repeat(600)]] as const) {
      const m = await four(seed, text);
      await reported(m);
      const [line] = linesAt(m.boris, m.space, REPORT);
      sizes.push((line!.props.get('sealed') as Uint8Array).length);
      expect([...line!.props.keys()].sort()).toEqual(['eph', 'rid', 'sealed', 'wraps']);
    }
    expect(sizes[0]).toBe(sizes[1]);
  });

  test('[REP1] about an Admin: sealed to the other ones, not to them; where nobody else decides it is refused', async () => {
    const m = await four(404);
    await say(m.dora, m.space, 'I am the admin here');
    await until(m.world, () => texts(m.clara, m.space).length === 2, 20_000, 'it is here');
    const about = (await m.clara.api.graph(m.space).query({ type: 'chat/message@1' })).find((node) => node.createdBy === uidOf(m.dora))!;
    await reported({ ...m, message: about.id });
    expect((await list(m, m.anna)).reports).toHaveLength(1);
    expect(await list(m, m.dora)).toEqual({ reports: [], sealed: 1 });
    expect(await tryAll(m, m.dora)).toBe(false);
    // Anna looked: the key still goes to no device of hers.
    await m.world.clock.run(3_000);
    expect(await list(m, m.dora)).toEqual({ reports: [], sealed: 1 });
    const alone = await meet({ seed: 405 }, ['anna', 'boris']);
    const [anna, boris] = alone.tabs as [SimTab, SimTab];
    await say(anna, alone.space, 'mine');
    await until(alone.world, () => texts(boris, alone.space).length === 1, 20_000, 'it is here');
    const [own] = await boris.api.graph(alone.space).query({ type: 'chat/message@1' });
    expect(await code(alone.world.wait(boris.api.reports.send(alone.space, { message: own!.id, reason: 'spam' })))).toBe('nobody-to-ask');
    expect(await code(alone.world.wait(anna.api.reports.send(alone.space, { message: own!.id, reason: 'spam' })))).toBe('bad-value');
  });

  test('[REP2] {V7} the reported person edits and deletes the message, and overwrites, deletes and renames the node of the report: it stays as it was', async () => {
    const m = await four(406);
    await reported(m);
    const before = (await list(m, m.anna)).reports;
    const [node] = await m.boris.api.graph(m.space).query({ type: REPORT });
    const graph = m.boris.api.graph(m.space);
    await graph.transact([{ op: 'node.set', id: m.message, props: { text: 'have a nice day' } }, { op: 'node.delete', id: m.message }]);
    await graph.transact([{ op: 'node.set', id: node!.id, props: { sealed: new Uint8Array(40), wraps: [] } }, { op: 'node.create', id: node!.id, type: 'other@1', props: {} }, { op: 'node.delete', id: node!.id }], { fragment: ROOT });
    await until(m.world, () => spaceOf(m.anna, m.space).fragments.get(ROOT)!.graph.node(node!.id)?.type === 'other@1', 20_000, 'the node is spoilt');
    expect(await m.anna.api.graph(m.space).query({ type: REPORT, include: { deleted: true } })).toEqual([]);
    expect((await list(m, m.anna)).reports).toEqual(before);
    // A copy of its bytes under another name is no report.
    const copied = linesAt(m.boris, m.space, REPORT)[0]!.props;
    await graph.transact([{ op: 'node.create', type: REPORT, props: { rid: copied.get('rid') as Uint8Array, eph: copied.get('eph') as Uint8Array, sealed: copied.get('sealed') as Uint8Array, wraps: copied.get('wraps') as never } }], { fragment: ROOT });
    await until(m.world, () => linesAt(m.anna, m.space, REPORT).length === 2, 20_000, 'the copy is here');
    expect(await list(m, m.anna)).toMatchObject({ reports: before, sealed: 1 });
    noFaults(m.tabs);
  });

  test('[REP3] the reporter sees what an Admin decided; what the reporter or a Member writes as a decision counts for nobody', async () => {
    const m = await four(407);
    const id = await reported(m);
    for (const tab of [m.clara, m.boris]) expect(await code(m.world.wait(tab.api.reports.decide(m.space, id, 'dismissed')))).toBe('no-right');
    // The reporter has the key: her kernel keeps no rule and seals a decision.
    const kernel = kernelOf(m.clara);
    const space = spaceOf(m.clara, m.space);
    const [line] = linesAt(m.clara, m.space, REPORT);
    const rid = fromBase64url(id)!;
    const own = wrapsOf(line!.props).find(({ tag }) => toBase64url(tag) === toBase64url(kernel.profile!.ds.pub.subarray(0, 8)))!;
    const key = (await m.world.wait(unwrapEpochKey(kernel.deps.crypto, kernel.profile!.dx, { eph: line!.props.get('eph') as Uint8Array, space: space.id, epoch: rid, wrap: own.wrap })))!;
    const sealed = await m.world.wait(sealPart(kernel, space, key, rid, [kernel.profile!.uid, 2]));
    await m.clara.api.graph(m.space).transact([{ op: 'node.create', type: REPORT_STATE, props: { rid, sealed } }], { fragment: ROOT });
    await until(m.world, () => linesAt(m.anna, m.space, REPORT_STATE).length === 1, 20_000, 'the forged decision is here');
    expect((await list(m, m.anna)).reports[0]).toMatchObject({ state: 'open', decidedBy: null });
    // An Admin's counts (control), and the last one holds.
    await m.world.wait(m.dora.api.reports.decide(m.space, id, 'dismissed'));
    await until(m.world, () => m.tabs.every((tab) => linesAt(tab, m.space, REPORT_STATE).length === 2), 20_000, 'everybody holds it');
    // Who managed the space where a line was written is looked up once, not at each look at the list.
    const { rights } = spaceOf(m.clara, m.space);
    const view = rights.view.bind(rights) as (heads?: readonly string[]) => never;
    let folded = 0;
    Object.assign(rights, { view: (heads?: readonly string[]) => (heads && folded++, view(heads)) });
    expect((await list(m, m.clara)).reports[0]).toMatchObject({ state: 'dismissed', decidedBy: uidOf(m.dora) });
    expect(folded, 'control').toBeGreaterThan(0);
    folded = 0;
    expect((await list(m, m.clara)).reports[0]).toMatchObject({ state: 'dismissed' });
    expect(folded).toBe(0);
    await m.world.wait(m.anna.api.reports.decide(m.space, id, 'dealt'));
    await until(m.world, () => m.tabs.every((tab) => linesAt(tab, m.space, REPORT_STATE).length === 3), 20_000, 'everybody holds it');
    expect((await list(m, m.clara)).reports[0]).toMatchObject({ state: 'dealt', decidedBy: uidOf(m.anna) });
    // Dora decides about people no more: what she decided before stands, her word now does not.
    await m.world.wait(m.anna.api.access.setRole(m.space, uidOf(m.dora), 'member'));
    await until(m.world, () => spaceOf(m.dora, m.space).rights.roleOf(uidOf(m.dora)) === 2, 20_000, 'she knows');
    expect(await code(m.world.wait(m.dora.api.reports.decide(m.space, id, 'open')))).toBe('no-right');
    expect(await list(m, m.dora)).toEqual({ reports: [], sealed: 0 });
    await equal(m.world, m.tabs, m.space);
    noFaults(m.tabs);
  });

  test('[REP4] who becomes an Admin later opens the reports made before once another Admin has looked', async () => {
    const m = await four(408);
    await reported(m);
    await m.world.wait(m.anna.api.access.setRole(m.space, uidOf(m.boris), 'admin'));
    const tab = await eveAsAdmin(m);
    await until(m.world, () => spaceOf(tab, m.space).rights.roleOf(uidOf(tab)) === 3 && linesAt(tab, m.space, REPORT).length === 1, 20_000, 'she is an admin');
    expect(await list(m, tab)).toEqual({ reports: [], sealed: 1 });
    await list(m, m.anna);
    await until(m.world, () => linesAt(tab, m.space, 'report/key@1').length === 1, 20_000, 'the key is given');
    expect(await list(m, tab)).toMatchObject({ reports: [{ text: 'go away, all of you' }], sealed: 0 });
    // Boris is an Admin too by now, and it is about him.
    expect(await list(m, m.boris)).toEqual({ reports: [], sealed: 1 });
    // Looked at again, nothing more is written.
    await list(m, m.anna);
    await m.world.clock.run(2_000);
    expect(linesAt(tab, m.space, 'report/key@1')).toHaveLength(1);
    noFaults(m.tabs);
  });

  test('[limit KERNEL.reportTextBytes KERNEL.reportWordsChars] a long text is kept as far as it fits and says so; too many words are refused', async () => {
    const m = await four(409, 'я'.repeat(16_000));
    await reported(m);
    const [report] = (await list(m, m.anna)).reports;
    expect(report!.cut).toBe(false);
    expect(report!.text).toHaveLength(16_000);
    const n = await four(410, '語'.repeat(16_000));
    await reported(n);
    const [cut] = (await list(n, n.anna)).reports;
    expect(cut!.cut).toBe(true);
    expect(new TextEncoder().encode(cut!.text).length).toBeLessThanOrEqual(KERNEL_LIMITS.reportTextBytes);
    expect(cut!.text.length).toBeGreaterThan(10_000);
    expect(await code(m.world.wait(m.clara.api.reports.send(m.space, { message: m.message, reason: 'other', words: 'x'.repeat(KERNEL_LIMITS.reportWordsChars + 1) })))).toBe('too-large');
    expect(await code(m.world.wait(m.clara.api.reports.send(m.space, { message: m.message, reason: 'nonsense' as never })))).toBe('bad-value');
    expect(await code(m.world.wait(m.clara.api.reports.send(m.space, { message: 'AAAAAAAAAAAAAAAAAAAAAA', reason: 'spam' })))).toBe('not-here');
    expect(await code(m.world.wait(m.clara.api.reports.send(m.space, null as never)))).toBe('bad-value');
  });

  test('[limit KERNEL.reportDevices KERNEL.reportsPerPerson] {V7} more wraps than the cap are not looked at, and whoever writes reports without end pushes out nobody else\'s', async () => {
    const m = await four(411);
    const wrap = [new Uint8Array(8), new Uint8Array(48)];
    const over = new Map<string, never>([['wraps', Array.from({ length: KERNEL_LIMITS.reportDevices + 1 }, () => wrap) as never]]);
    expect(wrapsOf(over)).toHaveLength(KERNEL_LIMITS.reportDevices);
    await reported(m);
    const bad = Array.from({ length: 7 * KERNEL_LIMITS.reportsPerPerson }, (_, at) => ({ op: 'node.create' as const, type: REPORT, props: { rid: new Uint8Array(16).fill(at % 256), sealed: at, wraps: 'none', eph: new Uint8Array(3) } }));
    await m.boris.api.graph(m.space).transact(bad, { fragment: ROOT });
    await until(m.world, () => linesAt(m.anna, m.space, REPORT).length === bad.length + 1, 30_000, 'they are here');
    expect(await list(m, m.anna)).toMatchObject({ reports: [{ by: uidOf(m.clara) }], sealed: KERNEL_LIMITS.reportsPerPerson });
    noFaults(m.tabs);
  });

  test('[REP4] {V7} a Member who says to have given the key keeps no Admin from being given it', async () => {
    const m = await four(412);
    await reported(m);
    const tab = await eveAsAdmin(m);
    const tag = kernelOf(tab).profile!.ds.pub.slice(0, 8);
    const rid = linesAt(m.boris, m.space, REPORT)[0]!.props.get('rid') as Uint8Array;
    await m.boris.api.graph(m.space).transact([{ op: 'node.create', type: 'report/key@1', props: { rid, eph: new Uint8Array(32).fill(9), wraps: [[tag, new Uint8Array(48)]] } }], { fragment: ROOT });
    await until(m.world, () => [m.anna, tab].every((one) => linesAt(one, m.space, 'report/key@1').length === 1 && spaceOf(one, m.space).rights.roleOf(uidOf(tab)) === 3), 20_000, 'the lie is here');
    await list(m, m.anna);
    await until(m.world, () => linesAt(tab, m.space, 'report/key@1').length === 2, 20_000, 'the key is given all the same');
    expect((await list(m, tab)).reports).toHaveLength(1);
    noFaults(m.tabs);
  });
});
