/** As many as the limit says are read; one more is refused as a value. What the other side makes of it: tests/unit/vm/mesh, replication. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compareBytes, concat, u32be, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { decodeAclOp } from '#vm/protocol/acl-operation';
import '#tests/support/curve';
import { admitKey, judgedKeys } from '#vm/protocol/admission';
import { paddedLength, unframeBody } from '#vm/protocol/body';
import { FrameAssembler } from '#vm/protocol/frames';
import { parseHello } from '#vm/protocol/handshake';
import { parseStatement } from '#vm/protocol/identity';
import { decodeInviteLink, encodeInviteLink } from '#vm/protocol/invite-link';
import { LinkRecordDecoder, LinkRecordEncoder } from '#vm/protocol/link-record';
import { parseAck, parseEphemeral, parseJoin } from '#vm/protocol/messages';
import { encodeHeader, encodeRecord, parseRecord } from '#vm/protocol/record';
import type { Header, ParsedRecord } from '#vm/protocol/types';

const b = (length: number, fill = 1): Bytes => new Uint8Array(length).fill(fill) as Bytes;
const ids = (count: number): Bytes[] => Array.from({ length: count }, (_, i) => sha256('id', u32be(i))).sort(compareBytes);

function recordBytes(change: Partial<Header>, body: Bytes = b(3)): Bytes {
  const header: Header = {
    v: 0, alg: 1, space: b(32), fragment: b(16), writer: b(32), seq: 0, prev: null, n: 0, sprev: null, deps: [], acl: [], hlc: { ms: 1, ctr: 0 }, class: 0,
    epoch: null, nonce: null, bodyHash: sha256(body), bodyLen: body.length, flags: 0, ext: new Map(), ...change,
  };
  return encodeRecord(encodeHeader(header), body, b(64));
}

function recordOf(change: Partial<Header>): ParsedRecord {
  const parsed = parseRecord(recordBytes(change));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

/** Bytes that are longer by what `fill` adds, exactly `length` in all. */
function padded(length: number, of: (fill: number) => Bytes): Bytes {
  const at = (fill: number): Bytes => of(Math.max(0, fill));
  const near = at(length - at(0).length);
  return at(length - at(0).length - (near.length - length));
}

const wraps = (count: number): CborValue[] => Array.from({ length: count }, (_, i) => [concat(u32be(i), u32be(0)), b(48)]);
const ephemeral = (ttl: number, ct: number): Bytes => encodeCbor([b(16), b(32), b(8), 1, ttl, b(12), b(ct), b(64)]);
const join = (statements: readonly Bytes[]): Bytes => encodeCbor([b(32), b(32, 2), [...statements], b(32, 3), b(64), b(64)]);
const inviteLink = (name: string, servers: readonly string[]): string => encodeInviteLink({ space: b(32), seed: b(32), signaling: servers, hint: { name, by: '', role: 2 } });
/** A raw deflate body of a payload of `length` zeros. */
const deflated = (length: number): Bytes => {
  const stored = deflateRawSync(new Uint8Array(length));
  const out = new Uint8Array(paddedLength(stored.length));
  out.set(concat(Uint8Array.of(1), u32be(stored.length), stored));
  return out;
};

/** Name, the parser's answer for n, the greatest n that is taken. */
const CASES: readonly (readonly [string, (n: number) => boolean, number])[] = [
  ['[limit MAX_RECORD_BYTES] bytes of a record', (n) => parseRecord(padded(n, (fill) => recordBytes({}, b(fill)))).ok, 65_536],
  ['[limit MAX_PAYLOAD_BYTES] bytes of a payload after inflate', (n) => unframeBody(deflated(n)).ok, 262_144],
  ['[limit MAX_DEPS] deps of a header', (n) => parseRecord(recordBytes({ deps: ids(n) })).ok, 16],
  ['[limit MAX_ACL_HEADS] acl heads of a header', (n) => parseRecord(recordBytes({ acl: ids(n) })).ok, 8],
  ['[limit MAX_WRAPS] wraps of a key.rotate', (n) => decodeAclOp(38, [b(16), b(32), wraps(n), null, '']) !== null, 1_000],
  ['[limit MAX_FRAME_PAYLOAD FRAME_HEADER_BYTES] bytes in a frame', (n) => new FrameAssembler().push(concat(Uint8Array.of(1), u32be(0), b(n))).ok, 60_000],
  ['[limit MAX_EPHEMERAL_TTL_MS] life of an ephemeral', (n) => parseEphemeral(ephemeral(n, 9)).ok, 30_000],
  ['[limit MAX_EPHEMERAL_BYTES] bytes of an ephemeral', (n) => parseEphemeral(padded(n, (fill) => ephemeral(1, fill))).ok, 16_384],
  ['[limit MAX_JOIN_BYTES] bytes of a join', (n) => parseJoin(padded(n, (fill) => join([...Array.from({ length: 63 }, () => b(1_023)), b(fill)]))).ok, 65_536],
  ['[limit MAX_JOIN_STATEMENTS] statements in a join', (n) => parseJoin(join(Array.from({ length: n }, () => b(9)))).ok, 64],
  ['[limit MAX_STATEMENT_BYTES] bytes of a statement in a join', (n) => parseJoin(join([b(n)])).ok, 1_024],
  ['[limit MAX_INVITE_SERVERS] servers of an invite link', (n) => decodeInviteLink(inviteLink('x', Array.from({ length: n }, () => 'ws://a'))).ok, 8],
  ['[limit MAX_INVITE_TEXT] characters of a name in an invite link', (n) => decodeInviteLink(inviteLink('x'.repeat(n), [])).ok, 256],
];

describe('what a stranger sends is read up to its limit', () => {
  test.each(CASES)('%s', (_, taken, most) => {
    expect(taken(most)).toBe(true);
    expect(taken(most + 1)).toBe(false);
  });

  test('[limit MAX_INVITE_CHARS] an invite link of any length is refused before it is decoded', () => {
    const long = inviteLink('€'.repeat(256), Array.from({ length: 8 }, () => `ws://${'a'.repeat(240)}`));
    expect(long.length).toBeLessThan(4_096);
    expect(decodeInviteLink(long).ok).toBe(true);
    const longer = inviteLink('€'.repeat(256), Array.from({ length: 8 }, () => `ws://${'€'.repeat(240)}`));
    expect(longer.length).toBeGreaterThan(4_200);
    expect(decodeInviteLink(longer)).toEqual({ ok: false, error: 'malformed' });
  });

  test('[limit MAX_HELLO_BYTES] a hello: an honest one is far below, one with a long binding is refused unread', () => {
    const hello = (binding: number): Bytes => encodeCbor(['lgos/link/1', 0, 0, 'rtc', b(32), b(32), b(32), 5, b(binding)]);
    expect(parseHello(hello(64)).ok).toBe(true);
    expect(parseHello(padded(512, hello)).ok).toBe(true);
    expect(parseHello(padded(513, hello)).ok).toBe(false);
  });

  test.each([
    ['[limit MAX_STATEMENT_BYTES] a statement', parseStatement, encodeCbor([encodeCbor([2, b(32), b(32)]), [[b(32), b(64)]]]), 1_024],
    ['[limit MAX_ACK_BYTES] an ack', parseAck, encodeCbor([b(16), b(32), 1, b(32), 0, b(32), b(64)]), 512],
  ] as const)('%s above its size is refused without a look at its bytes', (_, parse, good, most) => {
    const looks = (length: number): number => {
      let count = 0;
      const bytes = encodeCbor([b(length - 10), []]);
      parse(new Proxy(bytes, { get: (target, name) => (name === 'length' ? length : ((count += 1), Reflect.get(target, name))) }));
      return count;
    };
    expect(parse(good).ok).toBe(true);
    expect(looks(most)).toBeGreaterThan(0);
    expect(looks(most + 1)).toBe(0);
  });
});

describe('memories of a link and of keys', () => {
  test('[limit MAX_LINK_LOGS] a sender of more logs than are remembered must name the last record of the oldest again', () => {
    const fed = (logs: number): boolean => {
      const decoder = new LinkRecordDecoder();
      const encoder = new LinkRecordEncoder();
      const feed = (record: ParsedRecord): boolean => {
        const sent = encoder.encode(record);
        for (const { no, bytes } of sent.dict) decoder.addDict(no, bytes);
        return decoder.decode(sent.bytes).ok;
      };
      const first = recordOf({ writer: sha256('first') });
      feed(first);
      const second = encoder.encode(recordOf({ writer: sha256('first'), seq: 1, n: 1, prev: first.id, sprev: first.id }));
      // Others write beside it, through another encoder: this one would send the fields again by itself.
      const other = new LinkRecordEncoder();
      for (let i = 0; i < logs; i++) {
        const sent = other.encode(recordOf({ writer: sha256('w', u32be(i)) }));
        for (const { no, bytes } of sent.dict) decoder.addDict(no, bytes);
        if (!decoder.decode(sent.bytes).ok) return false;
      }
      for (const [no, name] of [b(32), b(16), sha256('first')].entries()) decoder.addDict(no, name);
      return decoder.decode(second.bytes).ok;
    };
    expect(fed(4_095)).toBe(true);
    expect(fed(4_096)).toBe(false);
  });

  test('[limit MAX_JUDGED_KEYS] judged keys are remembered up to a number, whatever keys a stranger invents; a forgotten one is judged alike', () => {
    const random = createSeededRandom('judged');
    const first = random.bytes(32);
    const outcome = admitKey(first);
    // p − y and the sign bit make three more keys off the curve out of one, so most are judged without the long multiplications.
    const mirrored = (key: Bytes): Bytes => {
      let y = 0n;
      for (let i = 31; i >= 0; i--) y = (y << 8n) | BigInt(i === 31 ? key[i]! & 127 : key[i]!);
      let rest = 2n ** 255n - 19n - y;
      const out = new Uint8Array(32);
      for (let i = 0; i < 32; i++, rest >>= 8n) out[i] = Number(rest & 255n);
      return out;
    };
    const signed = (key: Bytes): Bytes => Uint8Array.from(key, (byte, i) => (i === 31 ? byte ^ 128 : byte));
    for (let judged = 0; judged < 8_300; judged++) {
      const key = random.bytes(32);
      if (admitKey(key) !== 'not on the curve') continue;
      for (const other of [signed(key), mirrored(key), signed(mirrored(key))]) {
        expect(admitKey(other)).toBe('not on the curve');
        judged += 1;
      }
    }
    expect(judgedKeys()).toBe(8_192);
    expect(admitKey(first)).toBe(outcome);
  });
});
