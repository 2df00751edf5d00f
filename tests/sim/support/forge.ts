/** Records that a broken or hostile peer would make: sealed by a tab's own slot, then changed and signed again. */
import { fromBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import { must } from '#base/assert';
import { takeStamp } from '#os/kernel/sealer';
import { fragmentOf, generalFragment } from '#os/kernel/spaces';
import type { RecordEntry } from '#ports/replica';
import { bodyAad, encodeRecord, limitLinks, parseRecord, recordId, signatureMessage } from '#vm/protocol/record';
import { frameBody } from '#vm/protocol/body';
import { buildSlotAdd } from '#vm/protocol/identity';
import { sealRecord } from '#vm/protocol/seal';
import { FRAGMENT, PRIMITIVE, RECORD_CLASS, type Header, type Operation } from '#vm/protocol/types';
import type { SimTab } from './sim-world.ts';

/** The entry of record bytes, as the replica gives it. */
export function entryOf(bytes: Uint8Array): RecordEntry {
  const parsed = parseRecord(bytes);
  const { header, id } = must(parsed.ok ? parsed.value : null, 'a record');
  return { space: header.space, fragment: header.fragment, writer: header.writer, seq: header.seq, id, bytes };
}

/** node.create of a message, ready to be sealed by the tab. */
export function message(tab: SimTab, space: string, text: string): Operation {
  const { kernel } = tab.running.parts;
  return { primitive: 0, verb: 'chat/message.send@1', stamp: takeStamp(kernel, kernel.spaces.get(space)!), args: [kernel.deps.random.bytes(16), 'chat/message@1', new Map([['text', text]])] };
}

/** The next record of the tab's own log in the general fragment, or in another, not committed and not sent. */
export async function nextRecord(tab: SimTab, space: string, ops: readonly Operation[], payload: (() => Bytes) | null = null, into: string | null = null): Promise<Bytes> {
  const { kernel } = tab.running.parts;
  const held = kernel.spaces.get(space)!;
  const fragment = fragmentOf(kernel, held, must(into === null ? generalFragment(held) : fromBase64url(into), 'fragment'));
  const slot = must(kernel.slot, 'slot');
  const epoch = must(held.rights.sealingEpoch(), 'epoch');
  const own = fragment.log.ownTip(slot.writer);
  const tip = held.chain.tip(slot.writer);
  const bodyKey = must(await held.keys.body(epoch, fragment.id, slot.writer), 'body key');
  const record = await sealRecord(kernel.deps.crypto, {
    space: held.id, fragment: fragment.id, class: RECORD_CLASS.op, seq: own ? own.seq + 1 : 0, prev: own ? own.id : null,
    n: tip ? tip.n + 1 : 0, sprev: tip ? tip.id : null, deps: fragment.log.depsCandidates(slot.writer), acl: limitLinks(held.rights.headLinks(), 8),
    ops, certificate: own ? null : slot.statement, signer: slot.key, epoch, bodyKey, random: kernel.deps.random,
  });
  if (!payload) return record.bytes;
  // Another payload under the same header: sealed again with the key of the log.
  const body = await kernel.deps.crypto.seal(bodyKey, record.header.nonce!, frameBody(payload()), bodyAad(record.header));
  return resign(tab, record.bytes, (header) => header.set(15, sha256(body)).set(16, body.length), body);
}

/** The next record of the tab's own acl log, not committed and not sent. */
export async function aclRecord(tab: SimTab, space: string, ops: readonly Operation[]): Promise<Bytes> {
  const { kernel } = tab.running.parts;
  const held = kernel.spaces.get(space)!;
  const slot = must(kernel.slot, 'slot');
  const own = fragmentOf(kernel, held, FRAGMENT.acl).log.ownTip(slot.writer);
  const tip = held.chain.tip(slot.writer);
  const record = await sealRecord(kernel.deps.crypto, {
    space: held.id, fragment: FRAGMENT.acl, class: RECORD_CLASS.acl, seq: own ? own.seq + 1 : 0, prev: own ? own.id : null,
    n: tip ? tip.n + 1 : 0, sprev: tip ? tip.id : null, deps: [], acl: limitLinks(held.rights.headLinks(), 8),
    ops, certificate: own ? null : slot.statement, signer: slot.key, epoch: null, bodyKey: null, random: kernel.deps.random,
  });
  return record.bytes;
}

/** Changes header fields (by number) and signs with the tab's slot. */
export async function resign(tab: SimTab, bytes: Uint8Array, change: (header: Map<string | number, CborValue>) => void, body?: Bytes): Promise<Bytes> {
  const { kernel } = tab.running.parts;
  const [headerBytes, oldBody] = decodeCbor(bytes) as [Uint8Array, Uint8Array | null, Uint8Array];
  const header = decodeCbor(headerBytes) as Map<string | number, CborValue>;
  change(header);
  const fresh = encodeCbor(header);
  const sig = await kernel.deps.crypto.sign(must(kernel.slot, 'slot').key, signatureMessage(recordId(fresh)));
  return encodeRecord(fresh, body ?? oldBody, sig);
}

/** The same for a change that the seal of the body covers: the body is opened and sealed again under the new header. */
export async function rewrite(tab: SimTab, space: string, bytes: Uint8Array, change: (header: Map<string | number, CborValue>) => void): Promise<Bytes> {
  const { kernel } = tab.running.parts;
  const held = kernel.spaces.get(space)!;
  const [headerBytes, body] = decodeCbor(bytes) as [Uint8Array, Uint8Array, Uint8Array];
  const before = headerOf(bytes);
  const key = must(await held.keys.body(must(before.epoch, 'epoch'), before.fragment, before.writer), 'body key');
  const plain = must(await kernel.deps.crypto.open(key, must(before.nonce, 'nonce'), body, bodyAad(before)), 'body');
  const fields = decodeCbor(headerBytes) as Map<string | number, CborValue>;
  change(fields);
  const after = headerOf(encodeRecord(encodeCbor(fields), body, new Uint8Array(64)));
  const own = after.epoch === null ? null : await held.keys.body(after.epoch, after.fragment, after.writer);
  const sealed = await kernel.deps.crypto.seal(own ?? key, must(after.nonce, 'nonce'), plain, bodyAad(after));
  return resign(tab, bytes, (header) => {
    change(header);
    header.set(15, sha256(sealed)).set(16, sealed.length);
  }, sealed);
}

function headerOf(bytes: Uint8Array): Header {
  const parsed = parseRecord(bytes);
  return must(parsed.ok ? parsed.value : null, 'a record').header;
}

/** Gives bytes to a kernel as if the guard had let them in from a link. */
export async function give(tab: SimTab, ...records: Uint8Array[]): Promise<{ added: number; refused: number }> {
  return tab.running.parts.ingest.ingest(records.map(entryOf), 'live', 'a link');
}

/** First records of logs whose writers nobody knows: each with a certificate that holds, signed by a device made up for it, for a person made up too. */
export async function madeUp(tab: SimTab, spaceId: string, many: number, as?: { uid: Bytes }): Promise<RecordEntry[]> {
  const { kernel } = tab.running.parts;
  const { crypto, random } = kernel.deps;
  const space = must(kernel.spaces.get(spaceId), 'space');
  const fragment = must(generalFragment(space), 'general fragment');
  const out: RecordEntry[] = [];
  for (let i = 0; i < many; i++) {
    const slot = await crypto.generateSigning();
    const ds = as ? must(kernel.profile, 'profile').ds : await crypto.generateSigning();
    const statement = await buildSlotAdd(crypto, { uid: as?.uid ?? sha256('nobody', slot.pub), writer: slot.pub, ds, no: i, slot });
    const epoch = must(space.rights.sealingEpoch(), 'epoch');
    const record = await sealRecord(crypto, {
      space: space.id, fragment, class: RECORD_CLASS.op, seq: 0, prev: null, n: 0, sprev: null, deps: [], acl: limitLinks(space.rights.headLinks(), 8),
      ops: [{ primitive: PRIMITIVE.nodeCreate, verb: '', stamp: { ms: kernel.time.now(), ctr: i }, args: [random.bytes(16), 'chat/message@1', new Map([['text', 'made up']])] }],
      certificate: statement, signer: slot, epoch, bodyKey: await space.keys.body(epoch, fragment, slot.pub), random,
    });
    out.push(entryOf(record.bytes));
  }
  return out;
}
