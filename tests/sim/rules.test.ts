/** The rules of a space between real kernels: set by an owner, told to everybody, kept by each peer against whoever does not keep to them. */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { policyOps } from '#os/rights/builders';
import type { RulesChange } from '#os/api';
import { RULES_VERSION } from '#os/rights/policy';
import { SHAPES_VERSION } from '#os/rights/shapes';
import { give, message, nextRecord } from './support/forge.ts';
import { born, equal, joinStates, meet, noFaults, say, texts, until, type Meeting } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const rulesAt = async (tab: SimTab, space: string) => (await tab.api.spaces.list()).find((one) => one.id === space)!.rules;
const roleAt = (tab: SimTab, space: string, of: SimTab) => spaceOf(tab, space).rights.roleOf(uidOf(of));

async function three(seed: number): Promise<Meeting & { anna: SimTab; boris: SimTab; clara: SimTab }> {
  const m = await meet({ seed }, ['anna', 'boris', 'clara']);
  const [anna, boris, clara] = m.tabs as [SimTab, SimTab, SimTab];
  return { ...m, anna, boris, clara };
}

describe('{K7} access.setRules', () => {
  test('[RIGHT23] what is for admins: a member’s kernel says no, and a member’s record that does it all the same has no effect anywhere', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(611);
    const early = await nextRecord(boris, space, [message(boris, space, 'sealed before')]);
    await give(boris, early);
    await expect(world.wait(boris.api.access.setRules(space, { ops: { 'chat/message@': 'admin' } }))).rejects.toMatchObject({ code: 'owner-only' });
    await world.wait(anna.api.access.setRules(space, { ops: { 'chat/message@': 'admin', 'fragment@1': 'admin' } }));
    await until(world, () => [boris, clara].every((tab) => spaceOf(tab, space).rights.view().state.policy.ops.size === 2), 10_000, 'everybody has it');
    expect((await rulesAt(clara, space)).ops).toEqual({ 'chat/message@': 'admin', 'fragment@1': 'admin' });
    await expect(say(boris, space, 'not mine to say')).rejects.toMatchObject({ code: 'rules' });
    await expect(boris.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'mine' })).rejects.toMatchObject({ code: 'rules' });
    const forged = await nextRecord(boris, space, [message(boris, space, 'said all the same')]);
    for (const tab of tabs) await give(tab, early, forged);
    await say(anna, space, 'from an admin');
    await equal(world, tabs, space);
    for (const tab of tabs) expect(texts(tab, space)).toEqual(['from an admin', 'sealed before']);
    const why = (await clara.api.log.records(space, { limit: 500 })).find((one) => one.uid === uidOf(boris) && one.status === 'void');
    expect(why?.why).toContain('RIGHT23');
    // Taken out again.
    await world.wait(anna.api.access.setRules(space, { ops: { 'chat/message@': null } }));
    await until(world, () => spaceOf(boris, space).rights.view().state.policy.ops.size === 1, 10_000, 'boris has it');
    await say(boris, space, 'again');
    await equal(world, tabs, space);
    expect(texts(clara, space)).toContain('again');
    expect((await anna.api.access.journal(space)).filter((line) => line.kind === 'rules')).toHaveLength(2);
    noFaults(tabs);
  });

  test('[RIGHT23] a guest writes and reacts where it is opened, changes their own words, and nothing of others', async () => {
    const { world, space, tabs, anna, clara } = await three(612);
    await world.wait(anna.api.access.setRole(space, uidOf(clara), 'guest'));
    await until(world, () => roleAt(clara, space, clara) === 1, 10_000, 'clara is a guest');
    await expect(say(clara, space, 'too early')).rejects.toMatchObject({ code: 'no-right' });
    const theirs = (await say(anna, space, 'a question')).ids[0]!;
    await world.wait(anna.api.access.setRules(space, { ops: { 'chat/message@': 'guest', 'react/': 'guest' } }));
    await until(world, () => spaceOf(clara, space).rights.view().state.policy.ops.size === 2 && texts(clara, space).length === 1, 10_000, 'clara has it');
    const graph = clara.api.graph(space);
    const [own] = (await say(clara, space, 'an answer')).ids;
    await graph.transact([{ op: 'node.set', id: own!, props: { text: 'a better answer' } }]);
    await graph.transact([{ op: 'edge.add', type: 'react/+@1', from: theirs, to: own!, personal: true }]);
    await equal(world, tabs, space);
    expect(texts(anna, space)).toEqual(['a better answer', 'a question']);
    expect(await anna.api.graph(space).get(theirs)).toMatchObject({ edges: [{ type: 'react/+@1' }] });
    for (const op of [{ op: 'node.set', id: theirs, props: { text: 'mine now' } }, { op: 'node.delete', id: theirs }, { op: 'node.create', id: theirs, type: 'chat/message@1', props: { text: 'mine now' } }] as const) {
      await expect(graph.transact([op]), op.op).rejects.toMatchObject({ code: 'rules' });
    }
    const forged = await nextRecord(clara, space, [message(clara, space, 'mine now')]);
    for (const tab of tabs) await give(tab, forged);
    await equal(world, tabs, space);
    // Control above: the same kind of record under an own id counts.
    expect(texts(anna, space)).toEqual(['a better answer', 'a question']);
    noFaults(tabs);
  });

  test('[RIGHT42] shapes: set by an owner, kept by the own kernel and by each peer against who does not keep to them; what was written before stays', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(617);
    const early = await nextRecord(clara, space, [message(clara, space, 'longer than what is let be now')]);
    await give(clara, early);
    for (const shapes of [{ 'fragment@1': { x: 'bool' } }, { 'chat/message@1': { title: 'text' } }, { 'chat/message@1': { text: 'words' } }] as unknown as NonNullable<RulesChange['shapes']>[]) {
      await expect(world.wait(anna.api.access.setRules(space, { shapes }))).rejects.toMatchObject({ code: 'bad-op' });
    }
    await expect(world.wait(boris.api.access.setRules(space, { shapes: { 'chat/message@1': { text: 'text:20' } } }))).rejects.toMatchObject({ code: 'owner-only' });
    await world.wait(anna.api.access.setRules(space, { shapes: { 'chat/message@1': { text: 'text:20' } } }));
    await until(world, () => tabs.every((tab) => spaceOf(tab, space).rights.view().state.policy.shapes.size === 1), 10_000, 'everybody has it');
    expect((await rulesAt(clara, space)).shapes).toEqual({ 'chat/message@1': { text: 'text:20' } });
    expect(spaceOf(clara, space).rights.view().state.policy.minVersion, 'older kernels stop').toBe(SHAPES_VERSION);
    await expect(say(boris, space, 'twenty-one characters')).rejects.toMatchObject({ code: 'rules' });
    const forged = await nextRecord(clara, space, [message(clara, space, 'twenty-one characters')]);
    for (const tab of tabs) await give(tab, early, forged);
    await say(boris, space, 'twenty characters ok');
    await equal(world, tabs, space);
    for (const tab of tabs) expect(texts(tab, space)).toEqual(['longer than what is let be now', 'twenty characters ok']);
    await world.wait(anna.api.access.setRules(space, { shapes: { 'chat/message@1': null } }));
    await until(world, () => spaceOf(boris, space).rights.view().state.policy.shapes.size === 0, 10_000, 'taken out');
    await say(boris, space, 'twenty-one characters');
    await equal(world, tabs, space);
    expect(texts(anna, space)).toContain('twenty-one characters');
    expect((await boris.api.access.journal(space)).filter(({ kind }) => kind === 'rules').map(({ by }) => by)).toEqual([uidOf(anna), uidOf(anna)]);
    noFaults(tabs);
  });

  test('[RIGHT27] rules on one channel and on one message: set by an admin, kept by each peer against who does not keep to them', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(615);
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
    const question = (await say(anna, space, 'a question')).ids[0]!;
    const news = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'news' }));
    await until(world, () => roleAt(boris, space, boris) === 3 && texts(boris, space).length === 1 && texts(clara, space).length === 1, 10_000, 'boris is an admin');
    const early = await nextRecord(clara, space, [message(clara, space, 'sealed before')], null, news);
    await give(clara, early);
    await expect(world.wait(clara.api.access.setRules(space, { on: { thing: news, ops: { change: 'member' } } }))).rejects.toMatchObject({ code: 'owner-only' });
    await expect(world.wait(boris.api.access.setRules(space, { on: { thing: news, ops: { change: 'owner' } } }))).rejects.toMatchObject({ code: 'owner-only' });
    await expect(world.wait(boris.api.access.setRules(space, { on: { thing: 'x', ops: { change: 'admin' } } }))).rejects.toMatchObject({ code: 'bad-id' });
    await world.wait(boris.api.access.setRules(space, { on: { thing: news, ops: { 'chat/message@': 'admin', change: 'admin' } } }));
    await world.wait(boris.api.access.setRules(space, { on: { thing: question, ops: { 'chat/message@': 'admin' } } }));
    await until(world, () => tabs.every((tab) => spaceOf(tab, space).rights.view().state.policy.things.size === 2), 10_000, 'everybody has them');
    expect((await rulesAt(clara, space)).on).toEqual({ [news]: { 'chat/message@': 'admin', change: 'admin' }, [question]: { 'chat/message@': 'admin' } });
    const graph = clara.api.graph(space);
    const write = (props: Record<string, string>, fragment?: string) => graph.transact([{ op: 'node.create', type: 'chat/message@1', props }], fragment ? { fragment } : {});
    await expect(write({ text: 'not mine to say' }, news)).rejects.toMatchObject({ code: 'rules' });
    await expect(write({ text: 'an answer', replyTo: question })).rejects.toMatchObject({ code: 'rules' });
    await expect(graph.transact([{ op: 'node.set', id: news, props: { title: 'mine' } }])).rejects.toMatchObject({ code: 'rules' });
    const forged = await nextRecord(clara, space, [message(clara, space, 'said all the same')], null, news);
    for (const tab of tabs) await give(tab, early, forged);
    // Elsewhere she goes on; in the channel she makes what no rule binds, under an id of her own.
    await write({ text: 'elsewhere' });
    const { ids: [poll] } = await graph.transact([{ op: 'node.create', type: 'chat/poll@1', props: {} }], { fragment: news });
    await boris.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'from an admin' } }], { fragment: news });
    await equal(world, tabs, space);
    for (const tab of tabs) {
      expect(texts(tab, space)).toEqual(['a question', 'elsewhere', 'from an admin', 'sealed before']);
      expect(await tab.api.graph(space).get(poll!)).toMatchObject({ type: 'chat/poll@1', deleted: false });
      await expect(clara.api.graph(space).transact([{ op: 'node.delete', id: poll! }])).rejects.toMatchObject({ code: 'rules' });
    }
    const why = (await boris.api.log.records(space, { limit: 500 })).find((one) => one.uid === uidOf(clara) && one.status === 'void');
    expect(why?.why).toContain('RIGHT27');
    await world.wait(boris.api.access.setRules(space, { on: { thing: question, ops: { 'chat/message@': null } } }));
    await until(world, () => spaceOf(clara, space).rights.view().state.policy.things.size === 1, 10_000, 'clara has it');
    await write({ text: 'an answer', replyTo: question });
    // Of an owner the least version goes with it: older kernels stop.
    await world.wait(anna.api.access.setRules(space, { on: { thing: news, ops: { 'react/': 'owner' } } }));
    expect(spaceOf(anna, space).rights.view().state.policy.minVersion).toBe(3);
    await equal(world, tabs, space);
    expect(texts(anna, space)).toContain('an answer');
    // Each of them is a line of the journal: who, and on what.
    const lines = (await clara.api.access.journal(space)).filter(({ kind }) => kind === 'thing' || kind === 'rules');
    expect(lines.map(({ kind, by, thing }) => [kind, by, thing])).toEqual([['thing', uidOf(anna), news], ...[question, question, news].map((thing) => ['thing', uidOf(boris), thing])]);
    noFaults(tabs);
  });

  test('[RIGHT24] by hand and by owners only: a link that was made to open at once waits, and an admin makes none', async () => {
    const { world, space, anna, boris } = await three(613);
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
    const link = await world.wait(anna.api.spaces.invite(space, { role: 'member' }));
    await world.wait(anna.api.access.setRules(space, { approve: true, invite: 'owner' }));
    await until(world, () => spaceOf(boris, space).rights.view().state.policy.approve, 10_000, 'boris has it');
    await expect(world.wait(boris.api.spaces.invite(space, { role: 'member' }))).rejects.toMatchObject({ code: 'no-right' });
    const dora = await world.open(world.device('dora'));
    await born(world, dora);
    const states = await joinStates(world, dora, link);
    await until(world, () => anna.running.parts.joins.waiting(space).length === 1, 60_000, 'dora waits');
    await world.clock.run(20_000);
    expect(roleAt(anna, space, dora)).toBeNull();
    expect(states.at(-1)).toMatchObject({ step: 'asked', state: 'waiting' });
    await world.wait(anna.api.spaces.approve(space, uidOf(dora)));
    await until(world, () => roleAt(anna, space, dora) === 2, 10_000, 'dora is in');
  });

  test('[row 35] [RIGHT22] a space whose owner asks for newer rules than a kernel knows: it reads, and writes nothing', async () => {
    const { world, space, anna, boris } = await three(614);
    await say(boris, space, 'before');
    const { kernel, sealer } = anna.running.parts;
    await world.wait(sealer.writeAcl(kernel.spaces.get(space)!, policyOps(new Map([['min_version', RULES_VERSION + 1]]))));
    await until(world, () => spaceOf(boris, space).rights.view().state.policy.minVersion === RULES_VERSION + 1, 10_000, 'boris has it');
    await expect(say(boris, space, 'after')).rejects.toMatchObject({ code: 'old-rules' });
    expect(await rulesAt(boris, space)).toMatchObject({ newer: true });
    await expect(world.wait(anna.api.access.setRules(space, { approve: true }))).rejects.toMatchObject({ code: 'old-rules' });
    expect(texts(boris, space)).toEqual(['before']);
  });
});
