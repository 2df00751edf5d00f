/** Work between devices on the production kernel: consent, honest and lying helpers, one that dies, one that is switched off (docs/decisions/0103). */
import { describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url, utf8 } from '#base/bytes';
import { sha256 } from '#base/hash';
import { PRIVATE_KINDS, type ComputeEvent, type ComputeJob, type ComputeOutcome, type ConsentChange } from '#os/compute-api';
import { ACTOR_LIMITS } from '#os/actor-limits';
import { actorName, encodePiece, readPiece } from '#os/actors/piece';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { wireScope } from '#os/kernel/wraps';
import { grantOp } from '#os/rights/builders';
import { ROLE } from '#vm/protocol/types';
import type { SimTab } from './support/sim-world.ts';
import { beaconHost } from '#signaling/beacon/service';
import { createSeededRandom, createStubCrypto } from './support/sim-crypto.ts';
import { raised } from './support/tower.ts';
import { meet, noFaults, standing, until, type Meeting } from './support/walks.ts';

const YES: ConsentChange = { on: true, kinds: { plan: true, actor: true } };
/** What the work of these tests comes to. */
const right = (input: Uint8Array): Uint8Array => sha256('work', input);

interface Page {
  readonly jobs: ComputeJob[];
  readonly stops: string[];
  /** What others had done here. */
  others(): number;
}

/** A page that computes: `says` gives its answer, `ms` how long it takes; null: it never answers. */
function page(tab: SimTab, { world }: Meeting, says: (input: Uint8Array) => Uint8Array = right, ms: number | null = 50): Page {
  const [jobs, stops]: [ComputeJob[], string[]] = [[], []];
  tab.api.compute!.watch((event: ComputeEvent) => {
    if (event.type === 'stop') stops.push(event.id);
    if (event.type !== 'job') return;
    jobs.push(event.job);
    const answer = event.job.own ? right : says;
    if (ms !== null || event.job.own) world.clock.setTimer(ms ?? 50, () => void tab.api.compute!.act({ do: 'answer', id: event.job.id, result: answer(event.job.input) }));
  });
  return { jobs, stops, others: () => jobs.filter(({ own }) => !own).length };
}

const offers = async (tab: SimTab, { world }: Meeting, change: ConsentChange | null = YES, actors = true): Promise<void> => {
  if (change) await world.wait(tab.api.compute!.act({ do: 'consent', change }));
  await world.wait(tab.api.compute!.act({ do: 'offer', free: 2, actors }));
};

const inputs = (name: string, count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => utf8(`${name} ${i}`));
const ask = (tab: SimTab, { space }: Meeting, count: number, name = 'piece'): Promise<ComputeOutcome> =>
  tab.api.compute!.act({ do: 'run', space, kind: 'plan', pieces: inputs(name, count), probes: inputs(`${name} probe`, 24), ms: 5_000 });
const wrongIn = ({ results }: ComputeOutcome, name = 'piece'): number => results.filter(({ bytes }, i) => toBase64url(bytes!) !== toBase64url(right(utf8(`${name} ${i}`)))).length;

describe('{K3} work that devices do for each other', () => {
  test('MUS1 without a consent record nothing is worked on for others, and the one who asks does it all', async () => {
    const meeting = await meet({ seed: 4100 }, ['anna', 'boris']);
    const [anna, boris] = meeting.tabs as [SimTab, SimTab];
    page(anna, meeting);
    const his = page(boris, meeting);
    await offers(boris, meeting, null);
    const done = await meeting.world.wait(ask(anna, meeting, 6));
    expect([wrongIn(done), done.runs, his.others(), done.results.every(({ by }) => by.length === 0)]).toEqual([0, 0, 0, true]);
    // Switched off is as never switched on, also after a reload of what was kept.
    await offers(boris, meeting, { ...YES, kinds: { plan: false, actor: false, agent: false } });
    await meeting.world.wait(ask(anna, meeting, 3));
    await offers(boris, meeting, { ...YES, on: false });
    await meeting.world.wait(ask(anna, meeting, 3));
    expect(his.others()).toBe(0);
    await offers(boris, meeting);
    await meeting.world.clock.run(1_000);
    // With nothing to test him by, somebody new is not waited for.
    const untested = await meeting.world.wait(anna.api.compute!.act({ do: 'run', space: meeting.space, kind: 'plan', pieces: inputs('bare', 3), probes: [], ms: 5_000 }));
    expect([wrongIn(untested, 'bare'), untested.runs]).toEqual([0, 0]);
    await meeting.world.wait(ask(anna, meeting, 3));
    expect(his.others()).toBeGreaterThan(0);
    noFaults(meeting.tabs);
  });

  test('[row 16] MUS2 MUS3 among three honest helpers a liar, an idler and one that dies: all answers are right, the liars are shut out with a proof, the ledger of each helper tells whom it worked for', async () => {
    const meeting = await meet({ seed: 4101 }, ['anna', 'boris', 'vera', 'gleb', 'lars', 'igor', 'mort']);
    const { world, space } = meeting;
    const [anna, boris, vera, gleb, lars, igor, mort] = meeting.tabs as SimTab[];
    page(anna!, meeting);
    const honest = [boris!, vera!, gleb!].map((tab) => page(tab, meeting));
    page(lars!, meeting, (input) => sha256('lie', input));
    page(igor!, meeting, () => utf8(`junk ${world.clock.monotonic()}`), 1);
    page(mort!, meeting, right, null);
    for (const tab of [boris, vera, gleb, lars, igor, mort]) await offers(tab!, meeting);
    await world.clock.run(2_000);
    const asked = ask(anna!, meeting, 40);
    await world.clock.run(4_000);
    world.kill(mort!);
    const done = await world.wait(asked);
    expect(wrongIn(done)).toBe(0);
    expect(honest.map(({ jobs }) => jobs.length > COMPUTE_LIMITS.admission)).toEqual([true, true, true]);
    expect(done.results.filter(({ by }) => by.length > 0).length).toBeGreaterThan(20);
    const view = await world.wait(anna!.api.compute!.act({ do: 'state' }));
    const device = (tab: SimTab): string => tab.api.identity.get()!.device;
    expect(view.workers.filter(({ state }) => state === 'out').map((one) => one.device).sort()).toEqual([device(lars!), device(igor!)].sort());
    expect(view.proofs.map((one) => one.device).sort()).toEqual([device(lars!), device(igor!)].sort());
    expect(view.asked[0]).toMatchObject({ space, kind: 'plan', pieces: 40, decided: 40, over: true });
    const his = await world.wait(boris!.api.compute!.act({ do: 'state' }));
    expect(his.ledger[0]).toMatchObject({ space, device: device(anna!), uid: anna!.api.identity.get()!.uid, kind: 'plan', how: 'done' });
    // Who is shut out is given nothing more.
    const before = await world.wait(lars!.api.compute!.act({ do: 'state' }));
    await world.wait(ask(anna!, meeting, 10, 'later'));
    expect((await world.wait(lars!.api.compute!.act({ do: 'state' }))).ledger.length).toBe(before.ledger.length);
    noFaults(meeting.tabs.filter((tab) => tab !== mort));
  });

  test('MUS21 a helper that is killed with a piece in hand holds it for a second or two: another one does it, though the link says nothing of its end', async () => {
    const meeting = await meet({ seed: 4110 }, ['anna', 'boris', 'mort']);
    const { world } = meeting;
    const [anna, boris, mort] = meeting.tabs as [SimTab, SimTab, SimTab];
    page(anna, meeting);
    page(boris, meeting);
    let stalls = false;
    const his: ComputeJob[] = [];
    mort.api.compute!.watch((event: ComputeEvent) => {
      if (event.type !== 'job') return;
      his.push(event.job);
      if (!stalls) world.clock.setTimer(50, () => void mort.api.compute!.act({ do: 'answer', id: event.job.id, result: right(event.job.input) }));
    });
    for (const tab of [boris, mort]) await offers(tab, meeting);
    await world.clock.run(2_000);
    // Both are believed after that.
    expect(wrongIn(await world.wait(ask(anna, meeting, 60, 'first'), 200_000), 'first')).toBe(0);
    stalls = true;
    const from = his.length;
    const asked = ask(anna, meeting, 12);
    await until(world, () => his.length > from, 10_000, 'it was given something');
    const at = world.clock.monotonic();
    // As one whose process ended: its socket to the server closes, and its wires say nothing.
    mort.offline(true);
    expect(wrongIn(await world.wait(asked))).toBe(0);
    // Ten seconds of silence it was, before.
    expect(world.clock.monotonic() - at).toBeLessThan(4_000);
    noFaults([anna, boris]);
  });

  test('MUS4 switched off, what runs for others ends at once, and its piece goes on elsewhere', async () => {
    const meeting = await meet({ seed: 4102 }, ['anna', 'boris']);
    const { world } = meeting;
    const [anna, boris] = meeting.tabs as [SimTab, SimTab];
    page(anna, meeting);
    const his = page(boris, meeting, right, null);
    await offers(boris, meeting);
    await world.clock.run(1_000);
    const asked = ask(anna, meeting, 4);
    await until(world, () => his.others() > 0, 10_000, 'he was given something');
    const from = world.clock.monotonic();
    await world.wait(boris.api.compute!.act({ do: 'consent', change: { on: false } }));
    expect([his.stops.length, world.clock.monotonic() - from < 1_000]).toEqual([his.others(), true]);
    expect(wrongIn(await world.wait(asked))).toBe(0);
    expect((await world.wait(boris.api.compute!.act({ do: 'state' }))).helping).toEqual([]);
    noFaults(meeting.tabs);
  });

  test('MUS5 MUS16 what is asked in the own space goes to own devices only: a member of another space is never asked', async () => {
    const meeting = await meet({ seed: 4103 }, ['anna', 'boris']);
    const { world } = meeting;
    const [anna, boris] = meeting.tabs as [SimTab, SimTab];
    page(anna, meeting);
    const his = page(boris, meeting);
    await offers(boris, meeting);
    await world.clock.run(1_000);
    const personal = (await world.wait(anna.api.spaces.list())).find(({ kind }) => kind === 'personal')!.id;
    const done = await world.wait(anna.api.compute!.act({ do: 'run', space: personal, kind: 'plan', pieces: inputs('mine', 5), probes: inputs('mine probe', 12), ms: 5_000 }));
    expect([wrongIn(done, 'mine'), his.others()]).toEqual([0, 0]);
    // What reads what is hers alone is asked there only, and nobody else says that they take it.
    for (const kind of PRIVATE_KINDS) {
      const own = (space: string) => anna.api.compute!.act({ do: 'run', space, kind, pieces: inputs('own', 1), probes: [], ms: 5_000 });
      await expect(world.wait(own(meeting.space)), kind).rejects.toMatchObject({ code: 'bad-value' });
      expect((await world.wait(own(personal))).results, kind).toEqual([{ bytes: right(utf8('own 0')), by: [] }]);
    }
    expect((await world.wait(anna.api.compute!.act({ do: 'state' }))).workers.map(({ takes }) => takes)).toEqual([['plan', 'layout']]);
    expect(his.others()).toBe(0);
    // The control: in the space of both he is.
    await world.wait(ask(anna, meeting, 5));
    expect(his.others()).toBeGreaterThan(0);
  });

  test('MUS22 a layout, one piece without tests, goes to nobody new, and to one that passed tests of other work', async () => {
    const meeting = await meet({ seed: 4122 }, ['anna', 'boris']);
    const { world, space } = meeting;
    const [anna, boris] = meeting.tabs as [SimTab, SimTab];
    page(anna, meeting);
    const his = page(boris, meeting);
    await offers(boris, meeting);
    await world.clock.run(1_000);
    const layout = async (name: string): Promise<number> => {
      const done = await world.wait(anna.api.compute!.act({ do: 'run', space, kind: 'layout', pieces: inputs(name, 1), probes: [], ms: 5_000 }));
      expect(done.results.map(({ bytes }) => toBase64url(bytes!))).toEqual([toBase64url(right(utf8(`${name} 0`)))]);
      return his.jobs.filter(({ kind, own }) => kind === 'layout' && !own).length;
    };
    expect(await layout('before')).toBe(0);
    expect(wrongIn(await world.wait(ask(anna, meeting, 60), 200_000))).toBe(0);
    expect(await layout('after')).toBe(1);
    noFaults(meeting.tabs);
  });

  test('MUS17 of two jobs the more urgent one is done first, asked first or later', async () => {
    const ends = async (seed: number, [one, two]: readonly [number, number]): Promise<string[]> => {
      const meeting = await meet({ seed }, ['anna', 'boris']);
      const { world, space } = meeting;
      const [anna, boris] = meeting.tabs as [SimTab, SimTab];
      page(anna, meeting, right, 50);
      page(boris, meeting, right, 400);
      await offers(boris, meeting);
      await world.clock.run(1_000);
      const order: string[] = [];
      const job = (name: string, urgent: number) => anna.api.compute!.act({ do: 'run', space, kind: 'plan', pieces: inputs(name, 12), probes: inputs(`${name} probe`, 24), ms: 5_000, priority: urgent }).then((done) => (order.push(name), expect(wrongIn(done, name)).toBe(0)));
      const first = job('first', one);
      await world.clock.run(500);
      await world.wait(Promise.all([first, job('second', two)]));
      noFaults(meeting.tabs);
      return order;
    };
    expect([await ends(4120, [3, 0]), await ends(4121, [0, 3])]).toEqual([['first', 'second'], ['second', 'first']]);
  });

  test('MUS4 switched off in one tab, what runs in the tab that has the links ends; switched on there, it takes part', async () => {
    const meeting = await meet({ seed: 4104 }, ['anna', 'boris']);
    const { world } = meeting;
    const [anna, boris] = meeting.tabs as [SimTab, SimTab];
    const second = await world.open(meeting.devices[1]!);
    page(anna, meeting);
    const his = page(boris, meeting, right, null);
    await offers(boris, meeting, { ...YES, on: false });
    await world.wait(second.api.compute!.act({ do: 'consent', change: YES }));
    await world.clock.run(1_000);
    const asked = ask(anna, meeting, 4);
    await until(world, () => his.others() > 0, 10_000, 'he was given something');
    const from = world.clock.monotonic();
    await world.wait(second.api.compute!.act({ do: 'consent', change: { on: false } }));
    await until(world, () => his.stops.length === his.others(), 1_000, 'all ended');
    expect([world.clock.monotonic() - from <= 1_000, (await world.wait(boris.api.compute!.act({ do: 'state' }))).consent.on]).toEqual([true, false]);
    expect(wrongIn(await world.wait(asked))).toBe(0);
    noFaults([...meeting.tabs, second]);
  });

  test('[limit ACTOR.allowed] ACTR5 an actor goes to who allowed it by its name and to nobody else, and so many are allowed', async () => {
    const meeting = await meet({ seed: 4110 }, ['anna', 'boris']);
    const { world, space } = meeting;
    const [anna, boris] = meeting.tabs as [SimTab, SimTab];
    page(anna, meeting);
    const his = page(boris, meeting);
    const actor = actorName(utf8('a module'));
    const work = (name: string, count: number) => inputs(name, count).map((input) => encodePiece({ actor, file: 'f', grants: [], input }));
    const asked = (name: string) => anna.api.compute!.act({ do: 'run', space, kind: 'actor', pieces: work(name, 4), probes: work(`${name} probe`, 24), ms: 5_000 });
    const allow = (name: string): Promise<void> => offers(boris, meeting, { ...YES, allow: { actor: actorName(utf8(name)), called: `${name}.wasm` } });
    await allow('another module');
    await world.clock.run(1_000);
    const alone = await world.wait(asked('alone'));
    expect([alone.runs, his.others(), alone.results.every(({ by }) => by.length === 0)]).toEqual([0, 0, true]);
    await allow('a module');
    await world.clock.run(1_000);
    const done = await world.wait(asked('both'));
    expect(done.results.map(({ bytes }) => toBase64url(bytes!))).toEqual(work('both', 4).map((piece) => toBase64url(right(piece))));
    expect(his.others()).toBeGreaterThan(0);
    await expect(world.wait(anna.api.compute!.act({ do: 'run', space, kind: 'actor', pieces: inputs('none', 1), probes: [], ms: 5_000 }))).rejects.toMatchObject({ code: 'bad-value' });
    // A page that cannot hold actors is asked for none; the control: for other work it is.
    await offers(boris, meeting, null, false);
    await world.clock.run(1_000);
    const before = his.others();
    expect([(await world.wait(asked('none here'))).runs, his.others()]).toEqual([0, before]);
    await world.wait(ask(anna, meeting, 3));
    expect(his.others()).toBeGreaterThan(before);
    const many = Array.from({ length: ACTOR_LIMITS.allowed - 2 }, (_, i) => `module ${i}`);
    for (const name of many) await allow(name);
    await expect(allow('one more')).rejects.toMatchObject({ code: 'bad-value' });
    const full = (await world.wait(boris.api.compute!.act({ do: 'state' }))).consent;
    expect(full.actors).toEqual(['another module', 'a module', ...many].map((name) => actorName(utf8(name))));
    // Names of files are for showing; nothing that is no name of an actor is allowed.
    expect(full.called[actor]).toBe('a module.wasm');
    await offers(boris, meeting, { forbid: actor });
    await expect(offers(boris, meeting, { allow: { actor: 'no name', called: 'f' } })).rejects.toMatchObject({ code: 'bad-value' });
    noFaults(meeting.tabs);
  });

  test('MUS14 a device whose processor gives an actor other bytes than this one is asked for work of that actor no more, and for all other work as before', async () => {
    const meeting = await meet({ seed: 4111 }, ['anna', 'boris']);
    const { world, space } = meeting;
    const [anna, boris] = meeting.tabs as [SimTab, SimTab];
    page(anna, meeting);
    const [bits, plain] = [actorName(utf8('sign of 0/0')), actorName(utf8('adds'))];
    const his = page(boris, meeting, (input) => (readPiece(input)?.actor === bits ? sha256('other bits', input) : right(input)));
    for (const actor of [bits, plain]) await offers(boris, meeting, { ...YES, allow: { actor, called: 'f' } });
    await world.clock.run(1_000);
    const work = (actor: string, name: string, count: number) => inputs(name, count).map((input) => encodePiece({ actor, file: 'f', grants: [], input }));
    const asked = (actor: string, name: string) => world.wait(anna.api.compute!.act({ do: 'run', space, kind: 'actor', pieces: work(actor, name, 4), probes: work(actor, `${name} probe`, 24), ms: 5_000 }));
    const given = async (act: () => Promise<ComputeOutcome>): Promise<number> => {
      const before = his.others();
      await act();
      return his.others() - before;
    };
    expect(await given(() => asked(bits, 'first'))).toBeGreaterThan(0);
    const view = async () => world.wait(anna.api.compute!.act({ do: 'state' }));
    expect((await view()).proofs).toMatchObject([{ device: boris.api.identity.get()!.device, kind: 'actor', known: true }]);
    expect(await given(() => asked(bits, 'second'))).toBe(0);
    expect(await given(() => asked(plain, 'third'))).toBeGreaterThan(0);
    const plan = await world.wait(ask(anna, meeting, 12));
    expect([wrongIn(plan), plan.results.some(({ by }) => by.length > 0), (await view()).workers.map(({ state }) => state)]).toEqual([0, true, ['trusted']]);
    noFaults(meeting.tabs);
  });

  test('MUS4 ACTR5 what is taken back counts at once in every tab and stays taken back: two in a row, while the disk waits, and when it refuses; what is allowed counts when it is kept', async () => {
    const { world, devices, tabs } = await meet({ seed: 4112 }, ['boris']);
    const [boris, { disk }] = [tabs[0]!, devices[0]!];
    const second = await world.open(devices[0]!);
    const change = (by: ConsentChange): Promise<void> => boris.api.compute!.act({ do: 'consent', change: by });
    const now = async (tab: SimTab = boris) => (await world.wait(tab.api.compute!.act({ do: 'state' }))).consent;
    const [one, two, three, four] = ['one', 'two', 'three', 'four'].map((name) => actorName(utf8(name))) as [string, string, string, string];
    const allow = (actor: string): Promise<void> => change({ allow: { actor, called: 'f' } });
    await world.wait(change({ ...YES, share: 50 }));
    for (const actor of [one, two, three]) await world.wait(allow(actor));
    expect((await now(second)).actors).toEqual([one, two, three]);
    await world.wait(Promise.all([change({ forbid: one }), change({ forbid: two })]));
    expect((await now()).actors).toEqual([three]);
    disk.hold();
    const held = Promise.all([allow(four), change({ forbid: three, share: 100 }), change({ forbid: four })]);
    await world.clock.run(100);
    for (const tab of [boris, second]) expect([(await now(tab)).actors, (await now(tab)).share]).toEqual([[], 50]);
    disk.release();
    await world.wait(held);
    expect([(await now()).actors, (await now()).share]).toEqual([[], 100]);
    await world.wait(allow(three));
    for (const refused of [{ forbid: three, share: 10 }, { allow: { actor: four, called: 'f' }, kinds: { plan: false } }]) {
      disk.fail('quota', 1);
      await expect(world.wait(change(refused))).rejects.toThrow();
    }
    await world.clock.run(100);
    for (const tab of [boris, second]) expect(await now(tab)).toMatchObject({ on: true, share: 10, kinds: { plan: false, actor: true }, actors: [] });
    // What is kept next keeps it too.
    await world.wait(change({ share: 20 }));
    await world.clock.run(100);
    for (const tab of [boris, second, await world.open(devices[0]!)]) expect(await now(tab)).toMatchObject({ on: true, share: 20, kinds: { plan: false, actor: true }, actors: [] });
    noFaults([boris, second]);
  });

  test('MUS5 who has a part of the space neither works nor is worked for there, though its scope says invoke; with all of it both', async () => {
    const meeting = await meet({ seed: 4113 }, ['anna', 'boris']);
    const { world, space } = meeting;
    const [anna, boris] = meeting.tabs as [SimTab, SimTab];
    const pages = meeting.tabs.map((tab) => page(tab, meeting));
    for (const tab of meeting.tabs) await offers(tab, meeting);
    await world.clock.run(1_000);
    const given = async (name: string): Promise<boolean[]> => {
      const before = pages.map((one) => one.others());
      for (const tab of [anna, boris]) expect(wrongIn(await world.wait(ask(tab, meeting, 3, `${name} ${tab.name}`)), `${name} ${tab.name}`)).toBe(0);
      return pages.map((one, at) => one.others() > before[at]!);
    };
    expect(await given('whole')).toEqual([true, true]);
    const uid = toBase64url(boris.running.parts.kernel.profile!.uid);
    const scope = (tab: SimTab) => tab.running.parts.kernel.spaces.get(space)!.rights.memberOf(uid)?.scope;
    const channel = String((await anna.api.graph(space).query({ type: 'fragment@1' }))[0]!.props['fragment']);
    await world.wait(anna.api.access.setScope(space, uid, [channel]));
    await until(world, () => [anna, boris].every((tab) => scope(tab)?.get(channel) === 7), 10_000, 'boris has a part');
    expect(await given('part')).toEqual([false, false]);
    const all = grantOp({ to: fromBase64url(uid)!, role: ROLE.member, nbf: world.clock.now(), scope: wireScope(new Map([[channel, 31]])) });
    await world.wait(anna.running.parts.sealer.writeAcl(anna.running.parts.kernel.spaces.get(space)!, [all]));
    await until(world, () => [anna, boris].every((tab) => scope(tab)?.get(channel) === 31), 10_000, 'every bit of it');
    expect(await given('bits')).toEqual([false, false]);
    noFaults(meeting.tabs);
  });

  test('MUS5 a beacon, which may read nothing, is given nothing to work on', async () => {
    const meeting = await meet({ seed: 4105, mutate: (deps, tab) => (tab.startsWith('tower') ? { ...deps, beacon: beaconHost } : deps) }, ['anna', 'boris']);
    const { world, space } = meeting;
    const [anna, boris] = meeting.tabs as [SimTab, SimTab];
    const { tower, address } = await raised(meeting, 'tower', 4105);
    // One of a hostile hand may keep a consent, too.
    await tower.disk.open().commit({ origin: 'vault', records: [], values: [['id/vault', await createStubCrypto(createSeededRandom('vault')).generateAead()]] });
    const beacon = await world.open(tower);
    await world.wait(anna.api.access.beacons(space, { add: address }));
    await until(world, () => standing(beacon, space) === 'member', 30_000, 'the beacon is in');
    page(anna, meeting);
    const [his, its] = [page(boris, meeting), page(beacon, meeting)];
    for (const tab of [boris, beacon]) await offers(tab, meeting);
    await world.clock.run(2_000);
    expect(wrongIn(await world.wait(ask(anna, meeting, 5)))).toBe(0);
    // The control: the member is.
    expect([its.others(), his.others() > 0]).toEqual([0, true]);
    const view = await world.wait(anna.api.compute!.act({ do: 'state' }));
    expect(view.workers.map(({ device }) => device)).toEqual([boris.api.identity.get()!.device]);
  });
});
