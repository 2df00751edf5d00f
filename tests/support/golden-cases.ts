/** What the repository's own golden files hold, made from fixed seeds with the real algorithms. */
import { createHmac } from 'node:crypto';
import { macMessage, packRecords, partsOf } from '#adapters/idb/segment-row';
import './text-engine.ts';
import { compareBytes, toBase64url, utf8, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { SigningKey } from '#ports/crypto';
import { createFragmentGraph } from '#vm/graph/fragment-graph';
import { stateRows, type CoveredLog } from '#vm/graph/state-rows';
import { encodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import { frameBody, paddedLength } from '#vm/protocol/body';
import { recordKey, recordSoul, recordValue } from '#vm/protocol/gun-names';
import { linkKey, spaceProof } from '#vm/protocol/handshake';
import { edgeId, yjsClientId } from '#vm/protocol/ids';
import { buildInception, buildSlotAdd } from '#vm/protocol/identity';
import { encodeInviteLink } from '#vm/protocol/invite-link';
import { bodyKey, discoveryKey, epochId, fragmentKey, presenceKey, sealPrevKey, wrapEpochKey } from '#vm/protocol/keys';
import { LinkRecordEncoder } from '#vm/protocol/link-record';
import { encodeAck, encodeJoin, sealEphemeral } from '#vm/protocol/messages';
import { encodePayload } from '#vm/protocol/operation';
import { sealTicket } from '#signaling/ticket';
import { inviteRoom, roomsAt } from '#vm/protocol/rooms';
import { sealRecord } from '#vm/protocol/seal';
import { piecesOf, RowsOut } from '#vm/protocol/snapshot';
import { FRAGMENT, RECORD_CLASS, type Operation, type ParsedRecord } from '#vm/protocol/types';
import { toJson } from '#tests/support/json-cbor';
import { session } from '#tests/support/text-kit';
import { realCrypto as crypto } from '#tests/support/web-crypto';

const b64 = toBase64url;
const seed = (name: string): Bytes => sha256('lgos-golden/', name);
const b16 = (name: string): Bytes => seed(name).slice(0, 16);
/** Bytes in the order asked for, from one name. */
function randomOf(name: string) {
  let count = 0;
  return { bytes: (length: number): Bytes => sha256('lgos-golden/', `${name}/${count++}`).slice(0, length) };
}

const MS = 1_767_225_600_000;
const stamp = (i: number) => ({ ms: MS + i * 40, ctr: i });

/** One operation of every primitive 0–14. */
function everyOperation(): Operation[] {
  const [node, other, edge] = [b16('node'), b16('other'), b16('edge')];
  const observed: CborValue = [[Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9)]];
  const args: CborValue[][] = [
    [node, 'task/task@1', new Map<string, CborValue>([['title', 'Grüße 🌱'], ['done', false], ['due', null], ['effort', 1.5]])],
    [node, 'title', 'Water'], [node], [node], [edge, 'ref@1', node, [b16('fragment'), other], new Map()], [edge, observed], [edge, 'w', -2],
    [node, [null, 'a0Vabcd']], [node, 'tags', 'red'], [node, 'tags', 'red', observed], [node, 'seen', 41], [node, 'votes', -1],
    [node, utf8('update'), b16('salt')], [b16('tx'), 0, 2], [3, null, 86_400_000],
  ];
  return args.map((list, primitive) => ({ primitive, verb: primitive === 0 ? 'task/task.create@1' : '', stamp: stamp(primitive), args: list }));
}

function everyAclOperation(key: SigningKey, statement: Bytes, stub: Bytes): AclOp[] {
  const sealed = { epoch: b16('epoch'), nonce: seed('nonce').slice(0, 12), ct: seed('ct') };
  const cuts = new Map([[b64(key.pub), { n: 41, id: seed('cut') }]]);
  const wraps = [{ device: seed('d2').slice(0, 8), wrap: new Uint8Array(48).fill(2) }, { device: seed('d1').slice(0, 8), wrap: new Uint8Array(48).fill(1) }];
  return [
    { t: 'ident.attach', statement }, { t: 'space.create', owner: seed('uid'), kind: 1, nonce: b16('nonce') },
    { t: 'grant', to: seed('uid'), role: 1, scope: [{ fragment: b16('f'), bits: 5 }], nbf: MS, exp: null, mayDelegate: false, maxRole: 1, plan: sealed },
    { t: 'revoke', to: seed('uid'), cuts, reason: null }, { t: 'invite', pub: key.pub, role: 2, exp: MS, uses: 1, room: sealed },
    { t: 'accept', invite: seed('invite'), uid: seed('uid') }, { t: 'key.rotate', epoch: b16('e'), eph: seed('eph'), wraps, prev: null, cause: 'removal' },
    { t: 'key.share', epoch: b16('e'), fragment: b16('f'), eph: seed('eph'), wraps }, { t: 'slot.retire', writer: key.pub, keep: [seed('b'), seed('a')] },
    { t: 'fork.resolve', writer: key.pub, keep: [] }, { t: 'fork.proof', a: stub, b: stub }, { t: 'cut.extend', revoke: seed('revoke'), cuts },
    { t: 'adopt', ids: [seed('x'), seed('y')] }, { t: 'policy.set', policy: new Map<string, CborValue>([['min_version', 1]]) },
  ];
}

async function records(slot: SigningKey, certificate: Bytes): Promise<{ acl: ParsedRecord; op: ParsedRecord; next: ParsedRecord }> {
  const base = { signer: slot, random: randomOf('records') };
  const [epochKey, fragment] = [seed('epoch'), b16('fragment')];
  const create = encodeAclOp({ t: 'space.create', owner: seed('uid'), kind: 1, nonce: b16('nonce') });
  const acl = await sealRecord(crypto, {
    ...base, space: new Uint8Array(32), fragment: FRAGMENT.acl, class: RECORD_CLASS.acl, seq: 0, prev: null, n: 0, sprev: null, deps: [], acl: [],
    ops: [{ ...create, verb: '', stamp: stamp(0) }], certificate, epoch: null, bodyKey: null,
  });
  const aead = await crypto.importAead(bodyKey(fragmentKey(epochKey, fragment), slot.pub));
  const sealed = { ...base, space: acl.id, fragment, class: RECORD_CLASS.op, epoch: epochId(epochKey), bodyKey: aead, acl: [acl.id] };
  const ops = everyOperation().slice(0, 2);
  const op = await sealRecord(crypto, { ...sealed, seq: 0, prev: null, n: 1, sprev: acl.id, deps: [], ops, certificate });
  const next = await sealRecord(crypto, {
    ...sealed, seq: 1, prev: op.id, n: 2, sprev: op.id, deps: [seed('z'), seed('a'), seed('z')],
    ops: [{ primitive: 1, verb: '', stamp: stamp(9), args: [b16('node'), 'text', 'raw'] }],
  });
  return { acl, op, next };
}

async function recordFile(): Promise<unknown> {
  const [rk, ds, slot] = [await crypto.importSigning(seed('rk')), await crypto.importSigning(seed('ds')), await crypto.importSigning(seed('slot'))];
  const dx = await crypto.importAgreement(seed('dx'));
  const inception = await buildInception(crypto, { rk, ds, dx: dx.pub, nonce: b16('person') });
  const certificate = await buildSlotAdd(crypto, { uid: inception.uid, writer: slot.pub, ds, no: 0, slot });
  const made = await records(slot, certificate);
  const link = new LinkRecordEncoder();
  const value = recordValue(made.op.bytes);
  return {
    inception: b64(inception.statement), uid: b64(inception.uid), certificate: b64(certificate),
    records: Object.entries(made).map(([name, r]) => ({ name, id: b64(r.id), header: b64(r.headerBytes), body: b64(r.body!), record: b64(r.bytes), link: b64(link.encode(r).bytes) })),
    gun: { soul: recordSoul(made.op.header.space, made.op.header.fragment, slot.pub, 0), key: recordKey(0, value) },
    acl: everyAclOperation(slot, certificate, recordStub(made.acl)).map((op) => {
      const { primitive, args } = encodeAclOp(op);
      return { t: op.t, payload: b64(encodePayload({ schema: 0, ops: [{ primitive, args, verb: '', stamp: stamp(1) }] })) };
    }),
  };
}

/** [header, null, sig] of a record. */
function recordStub(record: ParsedRecord): Bytes {
  return encodeCbor([record.headerBytes, null, record.sig]);
}

async function messageFile(): Promise<unknown> {
  const [ds, slot, invite] = [await crypto.importSigning(seed('ds')), await crypto.importSigning(seed('slot')), await crypto.importSigning(seed('invite'))];
  const [key, space, fragment] = [seed('epoch'), seed('space'), b16('fragment')];
  const [eph, dx] = [await crypto.importAgreement(seed('eph')), await crypto.importAgreement(seed('dx'))];
  const presence = await crypto.importAead(presenceKey(fragmentKey(key, fragment)));
  const fields = { fragment, boot: seed('boot').slice(0, 8), ctr: 7, ttl: 5000, nonce: seed('nonce').slice(0, 12), value: ['typing', b16('node')] };
  const hint = { name: 'Garden', by: 'Alice', role: 2 } as const;
  return {
    epoch: b64(epochId(key)), discovery: b64(discoveryKey(key)), rooms: roomsAt(discoveryKey(key), MS).map((r) => [r.day, b64(r.room)]), inviteRoom: b64(inviteRoom(seed('invite'))),
    wrap: b64((await wrapEpochKey(crypto, eph, dx.pub, { space, epoch: epochId(key), key }))!),
    share: b64((await wrapEpochKey(crypto, eph, dx.pub, { space, epoch: epochId(key), fragment, key: fragmentKey(key, fragment) }))!),
    prev: b64(await sealPrevKey(crypto, key, seed('old'), seed('nonce').slice(0, 12))),
    ephemeral: b64(await sealEphemeral(crypto, slot, presence, space, fields)),
    ack: b64(await encodeAck(crypto, ds, space, { fragment, writer: slot.pub, seq: 4, id: seed('id'), level: 1 })),
    join: b64(await encodeJoin(crypto, invite, ds, space, [seed('statement')])),
    ticket: b64(sealTicket(seed('server'), seed('room'), b16('session'), MS)),
    invite: encodeInviteLink({ space, seed: seed('invite'), signaling: ['wss://signal.example/ws'], hint }),
    edge: b64(edgeId('follow@1', b16('node'), [fragment, b16('other')], seed('uid'))), yjs: yjsClientId(slot.pub, b16('salt')),
    linkKey: b64(linkKey(seed('shared'), 'i', seed('transcript'))), spaceProof: b64(spaceProof(discoveryKey(key), 'r', seed('transcript'))),
  };
}

function codecFile(): unknown {
  const values: CborValue[] = [0, 23, 24, 65_536, 2 ** 53 - 1, -1, -(2 ** 53 - 1), 0.5, 1.1, 100_000.5, 'ü', '水', new Uint8Array(3), [1, [2]], new Map<number | string, CborValue>([['b', 1], [10, 2], [-1, 3], ['aa', null]])];
  const payload = encodePayload({ schema: 0, ops: everyOperation() });
  return {
    cbor: values.map((value) => ({ value: toJson(value), cbor: b64(encodeCbor(value)) })),
    operations: everyOperation().map((op) => ({ primitive: op.primitive, payload: b64(encodePayload({ schema: 0, ops: [op] })) })),
    payload: b64(payload), framedLength: frameBody(payload).length,
    padded: [1, 59, 60, 1000, 20_000, 60_000].map((n) => [n, paddedLength(n)]),
  };
}

/** A closed history (PROTOCOL, Snapshots in the log): the two acts, the stream of a small fragment with an edge and a text, and the payloads of its records. */
function baselineFile(): unknown {
  const graph = createFragmentGraph();
  const [writer, other] = [seed('writer'), seed('writer 2')];
  const typed = session(writer, 'golden');
  typed.doc.getText('text').insert(0, 'The lid.');
  typed.doc.getText('text').delete(4, 1);
  const ops = everyOperation().filter(({ primitive }) => primitive !== 5 && primitive !== 12 && primitive < 13);
  graph.apply({ key: null, writer, seq: 0, ops });
  graph.apply({ key: null, writer: other, seq: 0, ops: [{ primitive: 12, verb: '', stamp: stamp(20), args: [b16('node'), typed.take()! as Bytes, typed.salt] }, { primitive: 1, verb: '', stamp: stamp(21), args: [b16('node'), 'due', 7] }] });
  const covered: CoveredLog[] = [{ writer, seq: 0, id: seed('head'), clocks: new Map([[yjsClientId(writer, typed.salt), 9]]) }, { writer: other, seq: 0, id: seed('head 2'), clocks: new Map() }];
  const rows = [...stateRows({ graph, logs: covered, reducer: 0, set: seed('set'), emptied: new Set() })];
  const out = new RowsOut();
  for (const row of rows) out.put(row);
  const stream = out.take();
  const heads = covered.map((one) => ({ writer: one.writer, seq: one.seq, id: one.id, first: one.id })).sort((a, b) => compareBytes(a.writer, b.writer));
  const acts: AclOp[] = [{ t: 'baseline', fragment: b16('fragment'), heads, snapshot: { writer, from: 1, to: 1, id: seed('snapshot') } }, { t: 'baseline.say', baseline: seed('baseline'), right: true }];
  return {
    acl: acts.map((op) => ({ t: op.t, payload: b64(encodePayload({ schema: 0, ops: [{ ...encodeAclOp(op), verb: '', stamp: stamp(1) }] })) })),
    rows: rows.map((row) => toJson(decodeCbor(row))), stream: b64(stream), pieces: [...piecesOf(stream)].map(b64),
  };
}

/** A store of a profile as a build of that format leaves it: two rows, the second of two fragments, and a number that went; MAC key = seed "mac". */
function storeFile(format: 1 | 2): unknown {
  const record = (n: number, fragment: string) => ({ space: seed('space'), fragment: b16(fragment), writer: seed('writer'), seq: n, id: seed(`id ${n}`), bytes: seed(`record ${n}`) });
  const rows = ([[2, [record(0, 'f')]], [5, [record(1, 'f'), record(2, 'g')]]] as const).map(([arrival, list]) => {
    const { columns, bytes } = packRecords(list);
    const mac = new Uint8Array(createHmac('sha256', seed('mac')).update(macMessage('tab', columns, bytes)).digest());
    return { arrival, v: 0, origin: 'tab', columns: b64(columns), bytes: b64(bytes), mac: b64(mac), ...(format > 1 ? { parts: partsOf(columns) } : {}) };
  });
  return { format, next: 8, rows, values: { 'store/id': 'AAAAAAAAAAAAAAAAAAAAAA', 'id/profile': { name: 'Anna' }, ...(format > 1 ? { 'store/least': 2 } : {}) } };
}

/** File name → content. */
export async function goldenFiles(): Promise<Record<string, string>> {
  const text = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
  return { 'codec.json': text(codecFile()), 'records.json': text(await recordFile()), 'messages.json': text(await messageFile()), 'baseline.json': text(baselineFile()), 'store-1.json': text(storeFile(1)), 'store-2.json': text(storeFile(2)) };
}
