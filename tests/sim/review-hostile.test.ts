/** What a hostile review of the kernel found in what others may send: values, names, acks, certificates, rights. Run on the production kernel. */
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { CborValue, Role } from '#vm/protocol/types';
import { encodeCbor } from '#base/cbor';
import { readMessage } from '#domain/chat';
import { peopleByUid } from '#domain/shared';
import { retireOps } from '#os/rights/builders';
import { stored } from '#os/kernel/ingest';
import { personNodeId } from '#os/kernel/spaces';
import { encodeHeader } from '#vm/protocol/header';
import { buildSlotAdd } from '#vm/protocol/identity';
import { sealEphemeral } from '#vm/protocol/messages';
import type { AclOp } from '#vm/protocol/acl-operation';
import { limitLinks, parseRecord } from '#vm/protocol/record';
import { sealRecord } from '#vm/protocol/seal';
import { takeStamp } from '#os/kernel/sealer';
import { FRAGMENT, PRIMITIVE, RECORD_CLASS } from '#vm/protocol/types';
import { sha256 } from '#base/hash';
import { give, resign } from './support/forge.ts';
import { hostileOf } from './support/hostile.ts';
import type { SimTab } from './support/sim-world.ts';
import { meet } from './support/walks.ts';
import { pair, say, texts } from './support/pair.ts';

const VALUES: CborValue[] = [null, true, 0, -1, 1.5, '', '__proto__', '\u202e\u0000', new Uint8Array(0), new Uint8Array(16), [], [[], [null]], new Map(), new Map<number | string, CborValue>([[1, 2], ['a', new Map()]]), 'x'.repeat(3_000)];

test('{V7} FORMATS §4: a clock.fix takes off at most what a stamp can hold, so every shown time is a date', async () => {
  const { world, a, b, space, fragment } = await pair(302);
  const home = fromBase64url(fragment)! as Bytes;
  const hostile = hostileOf(b, a, space);
  const seq = b.running.parts.kernel.spaces.get(space)!.fragments.get(fragment)?.log.contiguous(b.running.parts.kernel.slot!.writer) ?? -1;
  const id = new Uint8Array(16).fill(3);
  await world.wait(hostile.send(home, [
    { primitive: PRIMITIVE.nodeCreate, args: [id, 'chat/message@1', new Map([['text', 'hi']])] },
    { primitive: PRIMITIVE.clockFix, args: [seq + 1, seq + 1, Number.MAX_SAFE_INTEGER] },
  ]));
  await world.wait(hostile.send(home, [
    { primitive: PRIMITIVE.nodeCreate, args: [new Uint8Array(16).fill(4), 'chat/message@1', new Map([['text', 'ho']])] },
    { primitive: PRIMITIVE.clockFix, args: [seq + 2, seq + 2, 2 ** 48 - 1] },
  ]));
  const nodes = await a.api.graph(space).query({ type: 'chat/message@1' });
  expect(nodes.map((node) => node.createdAt < 0)).toEqual([true]);
  for (const node of nodes) expect(() => new Date(node.createdAt).toISOString()).not.toThrow();
  for (const info of await a.api.log.records(space)) expect(() => new Date(info.at).toISOString()).not.toThrow();
  await a.api.graph(space).digest();
});

test('[row 31] operations of a member with any values neither throw in the kernel nor in what reads them', async () => {
  const { world, a, b, space, fragment } = await pair(301);
  const hostile = hostileOf(b, a, space);
  const ids = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
  const names = ['', '__proto__', 'constructor', 'prototype', 'toString', 'text', 'name', '\ud7ff\u{1f600}'];
  const seen: Promise<unknown>[] = [];
  const changes: unknown[] = [];
  a.api.graph(space).subscribe({}, (change) => void changes.push(change));
  let i = 0;
  const pick = <T>(list: readonly T[]): T => list[i++ % list.length]!;
  for (let round = 0; round < 60; round++) {
    const id = pick(ids);
    const name = names[(round * 7) % names.length]!;
    const value = VALUES[round % VALUES.length]!;
    const p = PRIMITIVE;
    const ops: { primitive: number; args: CborValue[] }[] = [
      { primitive: p.nodeCreate, args: [id, ['chat/message@1', '', '__proto__', 'fragment@1', 'person@1', 'chat/message@999'][round % 6]!, new Map(['text', 'name', 'uid', 'title', 'type', 'fragment'].map((k) => [k, value]))] },
      { primitive: p.nodeSet, args: [id, name, value] },
      { primitive: p.setAdd, args: [id, name, value] },
      { primitive: p.maxSet, args: [id, name, Number.MAX_SAFE_INTEGER] },
      { primitive: p.countAdd, args: [id, name, round % 2 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER] },
      { primitive: p.posSet, args: [id, [round % 2 ? id : pick(ids), name]] },
      { primitive: p.edgeAdd, args: [id, name, id, id, new Map([['k', value]])] },
      { primitive: p.edgeSet, args: [id, name, value] },
      { primitive: p.setRemove, args: [id, name, value, []] },
      { primitive: p.edgeRemove, args: [id, []] },
    ];
    for (const home of [fromBase64url(fragment)!, FRAGMENT.root, FRAGMENT.witness, FRAGMENT.acl, new Uint8Array(16).fill(round + 9)]) {
      seen.push(hostile.send(home as Bytes, ops));
      await world.wait(seen[seen.length - 1]!);
    }
  }
  for (const bytes of [new Uint8Array(0), new Uint8Array([1, 2, 3]), new Uint8Array(300).fill(255), new Uint8Array([0, 0])]) {
    await world.wait(hostile.send(fromBase64url(fragment)! as Bytes, [{ primitive: PRIMITIVE.textUpdate, args: [ids[0]!, bytes] }]));
  }
  await world.clock.run(1_000);
  const { kernel, faults } = a.running.parts;
  expect(faults).toEqual([]);
  const graph = a.api.graph(space);
  for (const query of [{}, { type: 'chat/message@1' }, { order: { prop: 'text' } }, { order: 'pos' as const }, { where: { text: 'x' } }, { edges: { type: '' } }]) await graph.query(query as never);
  for (const id of ids) {
    await graph.get(toBase64url(id));
    await graph.history(toBase64url(id));
    await graph.text(toBase64url(id)).catch((error) => expect(error.code).toBe('not-here'));
  }
  await graph.digest();
  await a.api.spaces.list();
  await a.api.spaces.members(space);
  await a.api.copiesOf(space);
  for (const info of await a.api.log.records(space, { limit: 500 })) await a.api.log.record(space, info.id);
  await a.api.diagnostics();
  await a.api.stuck.exportUnsaved();
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(12);
  expect(kernel.metric).toBeDefined();
  expect(a.running.parts.faults).toEqual([]);
}, 60_000);

test('FORMATS §8, Ack: only an ack of a record that is held counts; a made-up seq confirms nothing to come and grows nothing', async () => {
  const { world, a, b, space, fragment } = await pair(340);
  await say(a, space, 'one');
  await world.wait(a.api.saved());
  await world.clock.run(2_000);
  b.offline(true);
  for (const { pair: wire } of world.network.pairs) wire.cut();
  const { kernel, acks } = a.running.parts;
  const common = { space: kernel.spaces.get(space)!.id, fragment: fromBase64url(fragment)! as Bytes, level: 1 as const, ds: b.running.parts.kernel.profile!.ds.pub, id: new Uint8Array(32) as Bytes };
  acks.onAck({ ...common, writer: kernel.slot!.writer, seq: 2 ** 32 - 1 });
  for (let i = 0; i < 3_000; i++) acks.onAck({ ...common, writer: new Uint8Array(32).fill(i) as Bytes, seq: i });
  const { ids } = await say(a, space, 'two');
  await world.wait(a.api.saved());
  await world.clock.run(10_000);
  expect((await a.api.copies(ids[0]!)).devices).toHaveLength(1);
  expect(a.api.metrics()['acks.unknown']).toBe(3_001);
});

test('a record that fails its signature leaves no fragment behind', async () => {
  const { world, a, b, space } = await pair(341);
  const { kernel, ingest } = a.running.parts;
  const here = kernel.spaces.get(space)!;
  const size = here.fragments.size;
  const [row] = await kernel.index.read([(await a.api.log.records(space))[0]!.id]);
  for (let i = 0; i < 20; i++) {
    const record = parseRecord(row!.bytes);
    if (!record.ok) throw new Error('own record');
    const header = encodeHeader({ ...record.value.header, fragment: new Uint8Array(16).fill(100 + i) as Bytes });
    const forged = parseRecord(encodeCbor([header, record.value.body, record.value.sig]));
    if (!forged.ok) throw new Error('form');
    await world.wait(ingest.ingest([stored(forged.value, here)], 'live', b.name));
  }
  expect(a.api.metrics()['records.refused.signature']).toBe(20);
  expect(here.fragments.size).toBe(size);
});

test('FORMATS §1, §8: a certificate that names another person makes nobody speak as that person', async () => {
  const { world, a, b, space, fragment } = await pair(360);
  const { kernel, ingest, presence } = a.running.parts;
  const attacker = b.running.parts.kernel;
  const [here, there] = [kernel.spaces.get(space)!, attacker.spaces.get(space)!];
  const slot = await attacker.deps.crypto.generateSigning();
  const uid = kernel.profile!.uid;
  const statement = await buildSlotAdd(attacker.deps.crypto, { uid, writer: slot.pub, ds: attacker.profile!.ds, no: 0, slot });
  const home = fromBase64url(fragment)! as Bytes;
  const epoch = there.rights.sealingEpoch()!;
  const record = await sealRecord(attacker.deps.crypto, {
    space: there.id, fragment: home, class: RECORD_CLASS.op, seq: 0, prev: null, n: 0, sprev: null, deps: [], acl: limitLinks(there.rights.headLinks(), 8),
    ops: [{ primitive: PRIMITIVE.nodeCreate, verb: '', stamp: takeStamp(attacker, there), args: [new Uint8Array(16).fill(5), 'chat/message@1', new Map([['text', 'I am Anna']])] }],
    certificate: statement, signer: slot, epoch, bodyKey: await there.keys.body(epoch, home, slot.pub), random: attacker.deps.random,
  });
  await world.wait(ingest.ingest([stored(record, here)], 'live', 'b'));
  expect(await texts(a, space)).toEqual([]);
  const bytes = await sealEphemeral(attacker.deps.crypto, slot, (await there.keys.presence(epoch, home))!, there.id, {
    fragment: home, boot: attacker.deps.random.bytes(8), ctr: 0, ttl: 5_000, nonce: attacker.deps.random.bytes(12), value: ['typing', home, 'Anna'],
  });
  await world.wait(presence.receive(here, bytes));
  expect((await a.api.presence.list(space)).filter((line) => line.uid === toBase64url(uid))).toEqual([]);
});

test('FORMATS §1: a second certificate of a slot that names another person hands its records to nobody', async () => {
  const { world, a, b, space, fragment } = await pair(361);
  const { kernel, ingest } = a.running.parts;
  const attacker = b.running.parts.kernel;
  const [here, there] = [kernel.spaces.get(space)!, attacker.spaces.get(space)!];
  const slot = await attacker.deps.crypto.generateSigning();
  const uid = kernel.profile!.uid;
  const send = async (no: number, as: Bytes, fragmentId: Bytes, text: string): Promise<void> => {
    const statement = await buildSlotAdd(attacker.deps.crypto, { uid: as, writer: slot.pub, ds: attacker.profile!.ds, no, slot });
    const epoch = there.rights.sealingEpoch()!;
    const record = await sealRecord(attacker.deps.crypto, {
      space: there.id, fragment: fragmentId, class: RECORD_CLASS.op, seq: 0, prev: null, n: no === 5 ? 0 : 1, sprev: null, deps: [], acl: limitLinks(there.rights.headLinks(), 8),
      ops: [{ primitive: PRIMITIVE.nodeCreate, verb: '', stamp: takeStamp(attacker, there), args: [new Uint8Array(16).fill(no + 1), 'chat/message@1', new Map([['text', text]])] }],
      certificate: statement, signer: slot, epoch, bodyKey: await there.keys.body(epoch, fragmentId, slot.pub), random: attacker.deps.random,
    });
    await world.wait(ingest.ingest([stored(record, here)], 'live', 'b'));
  };
  await send(5, attacker.profile!.uid, fromBase64url(fragment)! as Bytes, 'as Boris');
  expect(await texts(a, space)).toEqual(['as Boris']);
  await send(0, uid, new Uint8Array(16).fill(9) as Bytes, 'as Anna');
  const shown = await a.api.graph(space).query({ type: 'chat/message@1' });
  expect(shown.filter((node) => node.createdBy === toBase64url(uid))).toEqual([]);
});

test('nobody takes the creation of what another made by an earlier stamp: it is shown as by whose words it shows, on every peer', async () => {
  const { world, a, b, space, fragment } = await pair(371);
  const home = fromBase64url(fragment)! as Bytes;
  const { ids } = await say(a, space, 'words of Anna');
  await world.wait(a.api.saved());
  await world.clock.run(2_000);
  const hostile = hostileOf(b, a, space);
  const args = [fromBase64url(ids[0]!)!, 'chat/message@1', new Map([['text', 'words of Boris']])];
  const record = await world.wait(hostile.send(home, [{ primitive: PRIMITIVE.nodeCreate, args }], -3_600_000));
  await world.wait(b.running.parts.ingest.ingest([stored(record, b.running.parts.kernel.spaces.get(space)!)], 'live', 'x'));
  const uid = a.api.identity.get()!.uid;
  for (const tab of [a, b]) {
    const node = (await tab.api.graph(space).query({ type: 'chat/message@1' }))[0]!;
    expect(node.createdBy, 'not Boris').toBeNull();
    expect(node.setBy).toMatchObject({ text: uid });
    expect(readMessage(node)).toMatchObject({ text: 'words of Anna', by: uid, editedBy: null });
  }
  await world.clock.run(20_000);
  expect((await a.api.graph(space).digest()).words).toEqual((await b.api.graph(space).digest()).words);
});

test('no member renames another or puts words under another name without it being told', async () => {
  const { world, a, b, space } = await pair(370);
  await say(a, space, 'my words');
  await world.wait(a.api.saved());
  await world.clock.run(3_000);
  const uid = a.api.identity.get()!.uid;
  const bytes = fromBase64url(uid)!;
  const [message] = await b.api.graph(space).query({ type: 'chat/message@1' });
  await b.api.graph(space).transact([{ op: 'node.set', id: message!.id, props: { text: 'other words' } }]);
  await b.api.graph(space).transact([{ op: 'node.set', id: toBase64url(personNodeId(bytes, bytes)), props: { name: 'Mallory' } }]);
  await b.api.graph(space).transact([{ op: 'node.create', type: 'person@1', props: { uid, author: b.api.identity.get()!.uid, name: 'Mallory' } }], { fragment: toBase64url(FRAGMENT.root) });
  await world.wait(b.api.saved());
  await world.clock.run(3_000);
  for (const tab of [a, b]) {
    expect((await tab.api.spaces.members(space)).map((member) => member.name)).not.toContain('Mallory');
    const people = peopleByUid(await tab.api.graph(space).query({ type: 'person@1' }));
    expect(people.get(uid)?.selfChosen).toBe(false);
    const [node] = await tab.api.graph(space).query({ type: 'chat/message@1' });
    expect(readMessage(node!)).toMatchObject({ by: uid, text: 'other words', editedBy: b.api.identity.get()!.uid });
    expect(node!.createdBy).toBe(uid);
  }
});

test('FORMATS §5: of two first records of one log the kept one decides what its log may, whichever came first', async () => {
  const { world, a, b, space, fragment } = await pair(410);
  const attacker = b.running.parts.kernel;
  const there = attacker.spaces.get(space)!;
  const slot = await attacker.deps.crypto.generateSigning();
  const home = fromBase64url(fragment)! as Bytes;
  const certificate = await buildSlotAdd(attacker.deps.crypto, { uid: attacker.profile!.uid, writer: slot.pub, ds: attacker.profile!.ds, no: 7, slot });
  const seal = async (acl: Bytes[], text: string) => {
    const epoch = there.rights.sealingEpoch()!;
    return sealRecord(attacker.deps.crypto, {
      space: there.id, fragment: home, class: RECORD_CLASS.op, seq: 0, prev: null, n: 0, sprev: null, deps: [], acl,
      ops: [{ primitive: PRIMITIVE.nodeCreate, verb: '', stamp: takeStamp(attacker, there), args: [attacker.deps.random.bytes(16), 'chat/message@1', new Map([['text', text]])] }],
      certificate, signer: slot, epoch, bodyKey: await there.keys.body(epoch, home, slot.pub), random: attacker.deps.random,
    });
  };
  const early = await seal([there.id], 'before the device was here');
  const good = await seal(limitLinks(there.rights.headLinks(), 8), 'kept');
  for (const [tab, order] of [[a, [early, good]], [b, [good, early]]] as const) {
    for (const record of order) await world.wait(tab.running.parts.ingest.ingest([stored(record, tab.running.parts.kernel.spaces.get(space)!)], 'live', 'x'));
  }
  await world.wait(b.running.parts.sealer.writeAcl(there, retireOps(slot.pub, [good.id])));
  await world.clock.run(5_000);
  for (const tab of [a, b]) expect(await texts(tab, space), tab.name).toEqual(['kept']);
  expect((await a.api.graph(space).digest()).words).toEqual((await b.api.graph(space).digest()).words);
});

test('{K7} acl acts of a member beyond their rights change nothing, throw nowhere and let nobody in', async () => {
  const { world, a, b, space } = await pair(420);
  await world.wait(a.api.spaces.invite(space, { role: 'member' }));
  await say(a, space, 'before');
  await world.clock.run(3_000);
  const { kernel } = a.running.parts;
  const here = kernel.spaces.get(space)!;
  const there = b.running.parts.kernel.spaces.get(space)!;
  const [auid, buid] = [kernel.profile!.uid, b.running.parts.kernel.profile!.uid];
  const writer = kernel.slot!.writer;
  const random = (n: number): Bytes => b.running.parts.kernel.deps.random.bytes(n);
  const invite = fromBase64url([...here.rights.view().invites.keys()][0]!)! as Bytes;
  const sealed = { epoch: random(16), nonce: random(12), ct: random(40) };
  const grant = (to: Bytes, role: Role): AclOp => ({ t: 'grant', to, role, scope: null, nbf: 0, exp: null, mayDelegate: true, maxRole: 4, plan: null });
  const rotate: AclOp = { t: 'key.rotate', epoch: random(16), eph: random(32), wraps: [{ device: kernel.profile!.ds.pub.slice(0, 8), wrap: random(48) }], prev: random(60), cause: 'x' };
  const tip = here.chain.tip(writer)!;
  const acts: AclOp[][] = [
    [grant(buid, 4)], [grant(random(32), 2)], [grant(auid, 1)],
    [{ t: 'revoke', to: auid, cuts: new Map(), reason: null }], [{ t: 'revoke', to: auid, cuts: new Map([[toBase64url(writer), { n: 0, id: random(32) }]]), reason: sealed }, rotate],
    [{ t: 'invite', pub: random(32), role: 4, exp: 2 ** 47, uses: 1_000, room: sealed }],
    [{ t: 'accept', invite, uid: random(32) }, grant(random(32), 2)], [{ t: 'accept', invite, uid: buid }],
    [rotate], [{ t: 'key.share', epoch: random(16), fragment: null, eph: random(32), wraps: [] }],
    [{ t: 'slot.retire', writer, keep: [] }], [{ t: 'slot.retire', writer, keep: [tip.id] }], [{ t: 'fork.resolve', writer, keep: [random(32)] }],
    [{ t: 'fork.proof', a: random(40), b: random(40) }], [{ t: 'cut.extend', revoke: random(32), cuts: new Map() }], [{ t: 'adopt', ids: [random(32)] }],
    [{ t: 'policy.set', policy: new Map<number | string, CborValue>([['x', new Map()], [1, null]]) }],
    [{ t: 'space.create', owner: buid, kind: 0, nonce: random(16) }], [{ t: 'ident.attach', statement: random(80) }],
  ];
  for (const ops of acts) await world.wait(b.running.parts.sealer.writeAcl(there, ops).catch(() => undefined));
  await world.clock.run(8_000);
  expect([...here.rights.view().members.values()].map((member) => [member.uid, member.role]).sort()).toEqual([[toBase64url(auid), 4], [toBase64url(buid), 2]].sort());
  expect(here.rights.view().kind).toBe(1);
  await say(a, space, 'after');
  await say(b, space, 'after too');
  await world.clock.run(5_000);
  for (const tab of [a, b]) {
    expect((await texts(tab, space)).sort(), tab.name).toEqual(['after', 'after too', 'before']);
    expect(tab.running.parts.faults).toEqual([]);
  }
  expect((await a.api.graph(space).digest()).words).toEqual((await b.api.graph(space).digest()).words);
});

test('an acl record that waits for what does not exist hides no removal: who is removed hears that, not that the rights are gone', async () => {
  const { world, tabs, space } = await meet({ seed: 330 }, ['anna', 'boris', 'clara']);
  const [a, b, c] = tabs as [SimTab, SimTab, SimTab];
  const acl = b.running.parts.kernel.spaces.get(space)!.fragments.get(toBase64url(FRAGMENT.acl))!;
  const [row] = await b.running.parts.kernel.index.read([[...acl.log.records()].at(-1)!.key]);
  const lost = sha256('nowhere');
  const waits = await resign(b, row!.bytes, (header) => header.set(4, b.running.parts.kernel.slot!.writer).set(5, 1).set(6, lost).set(7, 900).set(8, null).set(10, [lost]));
  await give(c, waits);
  expect(c.running.parts.kernel.spaces.get(space)!.aclWaiting.size, 'control: it waits').toBe(1);
  const role = async (): Promise<string | undefined> => (await c.api.spaces.list()).find((one) => one.id === space)?.role;
  expect(await role()).toBe('member');
  const to = c.running.parts.kernel.profile!.uid;
  await world.wait(a.running.parts.sealer.writeAcl(a.running.parts.kernel.spaces.get(space)!, [{ t: 'revoke', to, cuts: new Map(), reason: null }]));
  await give(c, a.device.disk.records().at(-1)!.bytes);
  expect(await role()).toBe('removed');
});
