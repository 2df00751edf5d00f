/** A new key for 1,000 devices; verifying and opening records beside the same calls of WebCrypto alone. */
import { webcrypto } from 'node:crypto';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import type { Bytes } from '#base/bytes';
import { result, rounds } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { chance, line } from '#bench/support/words';
import { wrapsFor } from '#os/kernel/wraps';
import { encodeAclOp, type KeyRotateOp } from '#vm/protocol/acl-operation';
import { bodyKey, epochId, fragmentKey, sealPrevKey } from '#vm/protocol/keys';
import { bodyAad, parseRecord, signatureMessage, verifyRecord } from '#vm/protocol/record';
import { openBody, sealRecord } from '#vm/protocol/seal';
import { FRAGMENT, RECORD_CLASS, type Operation } from '#vm/protocol/types';

const DEVICES = 1_000;
const RECORDS = 2_000;
const EACH = 10;
/** Records worked on together, as the kernel does. */
const BURST = 64;

const { subtle } = webcrypto as unknown as Crypto;
const crypto = createWebCrypto(subtle);
const random = createWebRandom(webcrypto as unknown as Crypto);
const bytes = (length: number): Bytes => random.bytes(length);
const common = { space: bytes(32), seq: 1, prev: bytes(32), n: 1, sprev: null, deps: [], acl: [bytes(32)], random } as const;

/** From the draw of the key to the sealed record of the rotation. */
async function rekey(devices: readonly { ds: Bytes; dx: Bytes }[]): Promise<number> {
  const signer = await crypto.generateSigning();
  const from = performance.now();
  const key = bytes(32);
  const epoch = epochId(key);
  const { eph, wraps } = await wrapsFor(crypto, { space: common.space, epoch, key, devices });
  const prev = await sealPrevKey(crypto, key, bytes(32), bytes(12));
  const op: KeyRotateOp = { t: 'key.rotate', epoch, eph, wraps, prev, cause: 'bench' };
  const ops: Operation[] = [{ ...encodeAclOp(op), verb: '', stamp: { ms: 1, ctr: 0 } }];
  await sealRecord(crypto, { ...common, fragment: FRAGMENT.acl, class: RECORD_CLASS.acl, ops, signer, epoch: null, bodyKey: null });
  const ms = performance.now() - from;
  if (wraps.length !== DEVICES) throw new Error(`${wraps.length} devices were given the key`);
  return ms;
}

interface Sealed {
  readonly records: readonly Bytes[];
  readonly aead: Awaited<ReturnType<typeof crypto.importAead>>;
  /** The same as WebCrypto takes it. */
  readonly raw: readonly { readonly sig: Bytes; readonly message: Bytes; readonly nonce: Bytes; readonly aad: Bytes; readonly body: Bytes }[];
  readonly verifyKey: CryptoKey;
}

async function sealAll(): Promise<Sealed> {
  const signer = await crypto.generateSigning();
  const next = chance(7);
  const fragment = bytes(16);
  const aead = await crypto.importAead(bodyKey(fragmentKey(bytes(32), fragment), signer.pub));
  const records: Bytes[] = [];
  for (let i = 0; i < RECORDS; i++) {
    const ops = Array.from({ length: EACH }, (_, no): Operation => ({ primitive: 0, verb: 'chat/message.send@1', stamp: { ms: i + 1, ctr: no }, args: [bytes(16), 'chat/message@1', new Map([['text', line(next, i % 2 === 0 ? 'en' : 'ru')]])] }));
    records.push((await sealRecord(crypto, { ...common, fragment, class: RECORD_CLASS.op, ops, signer, epoch: bytes(16), bodyKey: aead })).bytes);
  }
  const raw = records.map((record) => {
    const parsed = parseRecord(record);
    if (!parsed.ok) throw new Error('a record is malformed');
    return { sig: parsed.value.sig, message: signatureMessage(parsed.value.id), nonce: parsed.value.header.nonce!, aad: bodyAad(parsed.value.header), body: parsed.value.body! };
  });
  return { records, aead, raw, verifyKey: await subtle.importKey('raw', signer.pub, 'Ed25519', false, ['verify']) };
}

/** Records a second. */
async function rate(work: (at: number) => Promise<boolean>): Promise<number> {
  const from = performance.now();
  for (let at = 0; at < RECORDS; at += BURST) {
    const done = await Promise.all(Array.from({ length: Math.min(BURST, RECORDS - at) }, (_, i) => work(at + i)));
    if (done.includes(false)) throw new Error('a record does not open');
  }
  return RECORDS / ((performance.now() - from) / 1_000);
}

/** Bytes as they come from a link to the plain body. */
async function checked({ records, aead }: Sealed, at: number): Promise<boolean> {
  const parsed = parseRecord(records[at]!);
  if (!parsed.ok || !(await verifyRecord(crypto, parsed.value))) return false;
  const { header, body } = parsed.value;
  return (await crypto.open(aead, header.nonce!, body!, bodyAad(header))) !== null;
}

/** The same, and on to the operations. */
async function opened({ records, aead }: Sealed, at: number): Promise<boolean> {
  const parsed = parseRecord(records[at]!);
  if (!parsed.ok || !(await verifyRecord(crypto, parsed.value))) return false;
  const payload = await openBody(crypto, parsed.value, aead);
  return payload.ok && payload.value.ops.length === EACH;
}

async function webCrypto({ raw, verifyKey, aead }: Sealed, at: number): Promise<boolean> {
  const { sig, message, nonce, aad, body } = raw[at]!;
  if (!(await subtle.verify('Ed25519', verifyKey, sig, message))) return false;
  return (await subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData: aad }, aead.key as CryptoKey, body)).byteLength > 0;
}

export const suite: Suite = {
  name: 'keys',
  async run(count): Promise<BenchResult[]> {
    const devices = await Promise.all(Array.from({ length: DEVICES }, async () => ({ ds: bytes(32), dx: (await crypto.generateAgreement()).pub })));
    const sealed = await sealAll();
    await rekey(devices);
    const rekeyed = await rounds(count, () => rekey(devices));
    const measure = async (): Promise<{ own: number; whole: number; raw: number }> =>
      ({ own: await rate((at) => checked(sealed, at)), raw: await rate((at) => webCrypto(sealed, at)), whole: await rate((at) => opened(sealed, at)) });
    await measure();
    const list = await rounds(count, measure);
    const raw = list.map((one) => one.raw);
    return [
      result({ group: 'trust', name: 'rekey-1000-devices-ms', unit: 'ms', target: 400, direction: 'lower', values: rekeyed, how: 'a new epoch key wrapped to 1,000 devices (X25519, HKDF, AES-GCM each), the former key sealed under it, the record of the rotation sealed and signed' }),
      result({
        group: 'trust', name: 'verify-decrypt-vs-webcrypto', unit: 'ratio', target: 0.6, direction: 'higher', values: list.map((one) => one.own / one.raw),
        peer: { 'records-per-s': list.map((one) => one.own), 'webcrypto-per-s': raw },
        how: '2,000 records of ten messages, 64 at a time, from the bytes of a link to the plain body: parsed, id and body hash made, signature verified, decrypted; over verify and decrypt of WebCrypto alone with the same bytes and keys in the same run',
      }),
      result({
        group: 'trust', name: 'open-vs-webcrypto', unit: 'ratio', target: null, direction: 'higher', values: list.map((one) => one.whole / one.raw),
        peer: { 'records-per-s': list.map((one) => one.whole), 'webcrypto-per-s': raw },
        how: 'the same, and on to the operations: inflated and decoded too',
      }),
    ];
  },
};
