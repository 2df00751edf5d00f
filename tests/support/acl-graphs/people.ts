/** The persons, devices, slots and statements of all random acl graphs in bytes: real in form (signatures are not looked at by the rights), made once. */
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import { linkNonce, uidOf } from '#vm/protocol/identity';
import { FRAGMENT } from '#vm/protocol/types';
import { type Dev, FIRST_LINK, ROOT_FRAGMENT, type Signer, type SpecOp, type SpecStatement, type Writer } from './spec.ts';

function memo<K extends string | number, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = make(key);
    known.set(key, value);
    return value;
  };
}

const key = memo((name: string): Bytes => sha256(`graphs:${name}`));
const NO_SIGNATURE = new Uint8Array(64) as Bytes;
const signed = (body: Bytes, signers: readonly Bytes[]): Bytes => encodeCbor([body, signers.map((pub): CborValue => [pub, NO_SIGNATURE])]);

export const dsOf = (device: Dev): Bytes => key(`ds ${device}`);
export const dsText = memo((device: Dev) => toBase64url(dsOf(device)));
/** How wraps name the device: the first 8 bytes of its key. */
export const tagText = memo((device: Dev) => toBase64url(dsOf(device).subarray(0, 8)));
export const writerOf = (writer: Writer): Bytes => key(`slot ${writer}`);
export const writerText = memo((writer: Writer) => toBase64url(writerOf(writer)));
export const fragmentOf = memo((fragment: number) => (fragment === ROOT_FRAGMENT ? FRAGMENT.root : key(`fragment ${fragment}`).slice(0, 16)) as Bytes);
export const fragmentText = memo((fragment: number) => toBase64url(fragmentOf(fragment)));
export const issuerOf = (issuer: number): Bytes => key(`issuer ${issuer}`);
export const issuerText = memo((issuer: number) => toBase64url(issuerOf(issuer)));
export const epochOf = memo((epoch: number) => key(`epoch ${epoch}`).slice(0, 16) as Bytes);
export const epochText = memo((epoch: number) => toBase64url(epochOf(epoch)));

const inceptionBody = memo((p: number): Bytes => encodeCbor([0, key(`rk ${p} 0`), [dsOf(`${p}.0`), key(`dx ${p}.0`)], p >= FIRST_LINK ? linkNonce(dsOf(`${p}.0`)) : key(`nonce ${p}`).slice(0, 16)]));
export const uidBytes = memo((p: number) => uidOf(inceptionBody(p)));
export const uidText = memo((p: number) => toBase64url(uidBytes(p)));

const signerKey = (p: number, by: Signer): Bytes => (by < 0 ? key(`rk ${p} ${-1 - by}`) : dsOf(`${p}.${by}`));

function make(statement: SpecStatement): Bytes {
  const { p } = statement;
  switch (statement.t) {
    case 'inception':
      return signed(inceptionBody(p), [key(`rk ${p} 0`), dsOf(`${p}.0`)]);
    case 'add': {
      const ds = dsOf(`${p}.${statement.d}`);
      return signed(encodeCbor([1, uidBytes(p), [ds, key(`dx ${p}.${statement.d}`)], statement.nbf]), [signerKey(p, statement.by), ds]);
    }
    case 'drop':
      return signed(encodeCbor([2, uidBytes(p), dsOf(`${p}.${statement.d}`)]), [signerKey(p, statement.by)]);
    case 'recovery': {
      const rk = key(`rk ${p} ${statement.k}`);
      return signed(encodeCbor([3, uidBytes(p), rk]), [signerKey(p, statement.by), rk]);
    }
  }
}

/** A voucher of the space, or of another. */
export function voucherBytes({ p, plan, issuer, nbf, exp, foreign }: SpecOp & { t: 'voucher' }): Bytes {
  return signed(encodeCbor([5, foreign ? key('another space') : idBytes(0, 0), uidBytes(p), `p${plan}`, nbf, exp, NO_SIGNATURE.slice(0, 16)]), [issuerOf(issuer)]);
}

const made = memo((text: string): Bytes => make(JSON.parse(text) as SpecStatement));

/** The bytes of a statement. */
export function statementBytes(statement: SpecStatement): Bytes {
  return made(JSON.stringify(statement));
}

/** Header key 64 of the slot's first record. */
export const certificateOf = memo((writer: Writer): Bytes => {
  const ds = dsOf(writer.slice(0, 3));
  return signed(encodeCbor([4, uidBytes(Number(writer[0])), writerOf(writer), ds, Number(writer.slice(4))]), [ds, writerOf(writer)]);
});

/** Id of a record of a graph. The genesis, and so the space, is one for all graphs. */
export function idBytes(seed: number, name: number): Bytes {
  return name === 0 ? key('genesis') : sha256(`graph ${seed} record ${name}`);
}
