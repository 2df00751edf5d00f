/** Records and GUN frames for the guard's tests: form is right, signatures are not looked at there. */
import { toBase64url, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { headsSoul, headValue, recordKey, recordSoul, recordValue, writerKey, writersSoul } from '#vm/protocol/gun-names';
import { encodeHeader, encodeRecord } from '#vm/protocol/record';

export const SPACE = new Uint8Array(32).fill(11) as Bytes;
export const FRAGMENT = new Uint8Array(16).fill(12) as Bytes;

/** A record of form class op; `v` other than 0 makes an unknown version. */
export function recordOf(writer: number, seq: number, options: { space?: Bytes; size?: number; v?: number } = {}): Bytes {
  const body = new Uint8Array(options.size ?? 80).fill(seq);
  const header = encodeHeader({
    v: options.v ?? 0, alg: 1, space: options.space ?? SPACE, fragment: FRAGMENT, writer: writerOf(writer), seq,
    prev: seq === 0 ? null : sha256('prev'), n: seq, sprev: null, deps: [], acl: [], hlc: { ms: 1_700_000_000_000 + seq, ctr: 0 }, class: 1,
    epoch: new Uint8Array(16), nonce: new Uint8Array(12), bodyHash: sha256(body), bodyLen: body.length, flags: 0, ext: new Map(),
  });
  return encodeRecord(header, body, new Uint8Array(64).fill(writer));
}

export function writerOf(n: number): Bytes {
  return new Uint8Array(32).fill(n) as Bytes;
}

export interface Field {
  soul: string;
  key: string;
  value: unknown;
  state: unknown;
}

export function pageFieldOf(writer: number, seq: number, record = recordOf(writer, seq)): Field {
  const value = recordValue(record);
  return { soul: recordSoul(SPACE, FRAGMENT, writerOf(writer), seq), key: recordKey(seq, value), value, state: 1 };
}

export function writerFieldOf(writer: number): Field {
  const value = recordValue(recordOf(writer, 0));
  return { soul: writersSoul(SPACE, FRAGMENT), key: writerKey(writerOf(writer), value), value, state: 1 };
}

export function headFieldOf(writer: number, seq: number): Field {
  const value = headValue({ seq, id: sha256('id'), sig: new Uint8Array(64) as Bytes });
  return { soul: headsSoul(SPACE, FRAGMENT, writerOf(writer)), key: toBase64url(writerOf(writer)), value, state: seq };
}

/** A put frame as a stock peer sends it; fields may be anything, `__proto__` included. */
export function putFrame(fields: readonly Field[], id = 'abcdefghijkl'): string {
  const nodes = new Map<string, Field[]>();
  for (const field of fields) nodes.set(field.soul, [...(nodes.get(field.soul) ?? []), field]);
  const text = (value: unknown): string => JSON.stringify(value) ?? 'null';
  const parts = [...nodes].map(([soul, list]) => {
    const states = list.map((f) => `${text(f.key)}:${text(f.state)}`).join();
    const values = list.map((f) => `${text(f.key)}:${text(f.value)}`).join();
    return `${text(soul)}:{"_":{"#":${text(soul)},">":{${states}}},${values}}`;
  });
  return `{"#":${text(id)},"put":{${parts.join()}}}`;
}
