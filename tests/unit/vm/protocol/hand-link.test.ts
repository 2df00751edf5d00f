/** Offers and answers that are carried by hand (docs/PROTOCOL.md §15): bytes, what is read of an engine's SDP, and what of a stranger's text reaches it. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { toBase64url } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { candidateLine, decodeHand, encodeHand, readDescription, writeDescription, type HandWord } from '#vm/protocol/hand-link';

const PRINT = Uint8Array.from({ length: 32 }, (_, at) => at * 7);
const WORD: HandWord = {
  kind: 'offer', session: new Uint8Array(16).fill(1), attempt: new Uint8Array(8).fill(2), made: 1_790_000_000, ufrag: 'tCjV', pwd: 'dOU77RWjJ8qQNb5OTz6D+U7h', fingerprint: PRINT,
  candidates: [{ type: 'host', address: '192.168.1.20', port: 50_123 }, { type: 'host', address: '8f2c1a00-1234-4abc-9def-0123456789ab.local', port: 50_124 }, { type: 'srflx', address: '203.0.113.9', port: 61_000 }, { type: 'relay', address: '2001:db8:0:0:0:0:0:1', port: 3_478 }],
};
/** What Chromium 130 says of a data connection; the names of the machine are changed. */
const CHROMIUM = [
  'v=0', 'o=- 4611731400430051336 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0', 'a=extmap-allow-mixed', 'a=msid-semantic: WMS', 'm=application 50123 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 192.168.1.20',
  'a=candidate:2254048910 1 udp 2122262783 192.168.1.20 50123 typ host generation 0 network-id 1', 'a=candidate:1 1 udp 2122197247 fe80::1 50124 typ host generation 0', 'a=candidate:3293969885 1 tcp 1518283007 192.168.1.20 9 typ host tcptype active generation 0 network-id 1',
  'a=candidate:3423470964 1 udp 1685921535 203.0.113.9 61000 typ srflx raddr 192.168.1.20 rport 50123 generation 0', 'a=ice-ufrag:tCjV', 'a=ice-pwd:dOU77RWjJ8qQNb5OTz6D+U7h', 'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${Array.from(PRINT, (byte) => byte.toString(16).padStart(2, '0')).join(':').toUpperCase()}`, 'a=setup:actpass', 'a=mid:0', 'a=sctp-port:5000', 'a=max-message-size:262144', '',
].join('\r\n');
const packed = (value: unknown): string => `#/meet/${toBase64url(encodeCbor(value as never))}`;
const TUPLE: unknown[] = [0, 0, WORD.session, WORD.attempt, WORD.made, WORD.ufrag, WORD.pwd, PRINT, []];

describe('{V8} hand link', () => {
  test('[HAND1] what is said comes back, wrapped into lines or inside an address, and fits one QR code', () => {
    const link = encodeHand(WORD);
    expect(decodeHand(link)).toEqual({ ok: true, value: WORD });
    expect(decodeHand(`https://somewhere.example/app/${link.replace(/(.{40})/g, '$1\n')}`)).toEqual({ ok: true, value: WORD });
    expect(decodeHand(link.slice('#/meet/'.length))).toEqual({ ok: true, value: WORD });
    // The bytes of docs/PROTOCOL.md §15.
    expect(link).toMatchInlineSnapshot(`"#/meet/iQAAUAEBAQEBAQEBAQEBAQEBAQFIAgICAgICAgIaarE7gGR0Q2pWeBhkT1U3N1JXako4cVFOYjVPVHo2RCtVN2hYIAAHDhUcIyoxOD9GTVRbYmlwd36FjJOaoaivtr3Ey9LZhIMARMCoARQZw8uDCFCPLBoAEjRKvJ3vASNFZ4mrGcPMgwFEywBxCRnuSIMCUCABDbgAAAAAAAAAAAAAAAEZDZY"`);
  });

  test('[HAND1] of an SDP of the engine: credentials, fingerprint and the ways another network can use', () => {
    const way = readDescription('offer', CHROMIUM)!;
    expect(way).toEqual({ ufrag: 'tCjV', pwd: WORD.pwd, fingerprint: PRINT, candidates: [WORD.candidates[0], WORD.candidates[2]] });
    expect(readDescription('offer', writeDescription('offer', WORD, true))).toEqual({ ufrag: WORD.ufrag, pwd: WORD.pwd, fingerprint: PRINT, candidates: WORD.candidates });
    expect(readDescription('answer', writeDescription('answer', WORD, true))!.candidates).toEqual(WORD.candidates);
    expect(readDescription('offer', writeDescription('offer', WORD, false))!.candidates).toEqual([]);
    expect(readDescription('answer', CHROMIUM)).toBeNull();
    expect(readDescription('offer', CHROMIUM.replace('sha-256', 'sha-1'))).toBeNull();
    expect(candidateLine(WORD.candidates[2]!, 2)).toBe('candidate:3 1 udp 1694498303 203.0.113.9 61000 typ srflx raddr 0.0.0.0 rport 0');
  });

  test.each<[string, unknown]>([
    ['a text', 'hello'], ['a field too many', [...TUPLE, 1]], ['a kind that is none', TUPLE.with(1, 2)], ['a short session', TUPLE.with(2, new Uint8Array(15))], ['a line in the credentials', TUPLE.with(5, 'ab\r\na=x')],
    ['a short password', TUPLE.with(6, 'short')], ['another hash', TUPLE.with(7, new Uint8Array(20))], ['a candidate of no type', TUPLE.with(8, [[5, new Uint8Array(4), 1]])], ['an address of 5 bytes', TUPLE.with(8, [[0, new Uint8Array(5), 1]])],
    ['a name of 4 bytes', TUPLE.with(8, [[8, new Uint8Array(4), 1]])], ['port 0', TUPLE.with(8, [[0, new Uint8Array(4), 0]])], ['a time before all time', TUPLE.with(4, -1)],
  ])('[HAND4] refused, not thrown: %s', (_what, value) => {
    expect(decodeHand(packed(value))).toEqual({ ok: false, error: 'malformed' });
    expect(decodeHand(packed(TUPLE)).ok, 'control').toBe(true);
  });

  test('[HAND4] a newer version says so; random text is never more than malformed', () => {
    expect(decodeHand(packed([1, 'anything']))).toEqual({ ok: false, error: 'version' });
    fc.assert(fc.property(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 200 }).map((bytes) => `#/meet/${toBase64url(bytes)}`)), (text) => {
      const read = decodeHand(text);
      if (!read.ok) expect(read.error).toMatch(/^(malformed|version)$/);
    }), { numRuns: 300 });
  });

  test('[limit HAND.candidates] nine candidates are refused, eight are not', () => {
    const list = (n: number): unknown => TUPLE.with(8, Array.from({ length: n }, () => [0, new Uint8Array(4).fill(9), 5]));
    expect([decodeHand(packed(list(8))).ok, decodeHand(packed(list(9))).ok]).toEqual([true, false]);
  });

  test('[limit HAND.chars] a longer payload is not even decoded', () => {
    const long = encodeHand({ ...WORD, pwd: 'p'.repeat(64) });
    expect(decodeHand(long).ok).toBe(true);
    const text = packed(TUPLE).slice('#/meet/'.length);
    // The same bytes behind a long run of what is skipped are still these bytes; longer bytes are not.
    expect(decodeHand(`${' '.repeat(2_000)}${text}`).ok).toBe(true);
    expect(decodeHand(`#/meet/${toBase64url(new Uint8Array(800).fill(0x01))}`)).toEqual({ ok: false, error: 'malformed' });
    const deep = toBase64url(encodeCbor([1, 'x'.repeat(1_000)]));
    expect(decodeHand(`#/meet/${deep}`), 'over the limit nothing of it is read, not even its version').toEqual({ ok: false, error: 'malformed' });
  });
});
