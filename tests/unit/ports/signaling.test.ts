import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCbor, type CborValue } from '#base/cbor';
import { encodeEnvelope } from '#base/envelope';
import { decodeSignal, encodeSignal, SIGNAL_LIMITS, type SignalMessage } from '#ports/signaling';

const b = (n: number, fill = 7): Uint8Array => new Uint8Array(n).fill(fill);
const room = b(32);
const session = b(16, 1);
const route = b(8, 2);
const limits = { rooms: 16, sessions: 64, rate: 20, relay_bytes: 1000, idle_ms: 60_000 };

const EVERY: readonly SignalMessage[] = [
  { type: 'signal:hello:v1:requested', session },
  { type: 'signal:hello:v2:requested', secret: b(32, 3) },
  { type: 'signal:join:v1:requested', room },
  { type: 'signal:leave:v1:requested', room },
  { type: 'signal:forward:v1:requested', room, to: session, data: b(20) },
  { type: 'signal:ping:v1:requested' },
  { type: 'relay:open:v1:requested', room, to: session, ticket: b(120) },
  { type: 'relay:frame:v1:requested', route, channel: 0, frame: b(300) },
  { type: 'relay:close:v1:requested', route },
  { type: 'signal:hello:v1:completed', session, time: 1_763_658_000_000, relay: b(32, 9), limits, ice: [] },
  {
    type: 'signal:hello:v1:completed', session, time: 5, relay: b(32, 9), limits,
    ice: [{ urls: ['stun:stun.example:3478'] }, { urls: ['turn:turn.example:3478'], username: 'u', credential: 'p' }],
  },
  { type: 'signal:join:v1:completed', room, sessions: [session, b(16, 3)], ticket: b(120) },
  { type: 'signal:peer:v1:completed', room, session, present: false },
  { type: 'signal:forward:v1:completed', room, from: session, data: b(20) },
  { type: 'signal:ping:v1:completed', time: 5 },
  { type: 'signal:close:v1:completed', reason: 'stopping' },
  { type: 'relay:open:v1:completed', room, peer: session, route, initiator: true },
  { type: 'relay:frame:v1:completed', route, channel: 1, frame: b(0) },
  { type: 'relay:close:v1:completed', route, reason: 'closed' },
  { type: 'relay:flow:v1:completed', route, open: false },
  { type: 'failed', service: 'relay', action: 'open', code: 'no_peer', message: 'x', room },
  { type: 'failed', service: 'signal', action: 'message', code: 'bad_message', message: 'x' },
];

const code = (bytes: Uint8Array): string => {
  const read = decodeSignal(bytes);
  return read.ok ? 'ok' : read.error.code;
};
const event = (eventType: string, payload: Uint8Array, id?: string): Uint8Array => encodeEnvelope({ eventType, payload, ...(id !== undefined && { id }) });

describe('signaling messages', () => {
  test.each(EVERY.map((message) => [message.type, message] as const))('FORMATS §8: %s reads back equal', (_, message) => {
    expect(decodeSignal(encodeSignal(message))).toEqual({ ok: true, value: message });
  });

  test('the largest frame and the largest forward fit into one message', () => {
    expect(encodeSignal({ type: 'relay:frame:v1:requested', route, channel: 1, frame: b(SIGNAL_LIMITS.frame) }).length).toBeLessThanOrEqual(SIGNAL_LIMITS.message);
    expect(code(encodeSignal({ type: 'signal:forward:v1:requested', room, to: session, data: b(SIGNAL_LIMITS.data) }))).toBe('ok');
  });

  test('a field of another size is refused on both sides', () => {
    expect(() => encodeSignal({ type: 'signal:join:v1:requested', room: b(31) })).toThrow();
    expect(code(event('signal:join:v1:requested', encodeCbor(new Map([['room', b(31)]]))))).toBe('malformed');
    expect(code(event('signal:forward:v1:requested', encodeCbor(new Map([['room', room], ['to', session], ['data', b(SIGNAL_LIMITS.data + 1)]]))))).toBe('malformed');
  });

  test('{V12} missing and surplus keys, integer keys and other payloads are refused', () => {
    expect(code(event('signal:join:v1:requested', encodeCbor(new Map())))).toBe('malformed');
    expect(code(event('signal:join:v1:requested', encodeCbor(new Map([['room', room], ['x', room]]))))).toBe('malformed');
    expect(code(event('signal:join:v1:requested', encodeCbor(new Map([[1, room]]))))).toBe('malformed');
    expect(code(event('signal:join:v1:requested', encodeCbor([room])))).toBe('malformed');
    expect(code(event('signal:join:v1:requested', Uint8Array.of(0xff)))).toBe('malformed');
  });

  test('an unknown event is told apart from a malformed one', () => {
    expect(code(event('signal:dance:v2:requested', b(4)))).toBe('unknown');
    expect(code(new Uint8Array(0))).toBe('malformed');
    expect(code(b(SIGNAL_LIMITS.message + 1))).toBe('too_large');
  });

  test('a relay frame needs a route of 8 bytes and a channel 0 or 1', () => {
    expect(code(event('relay:frame:v1:requested', Uint8Array.of(2, 1), 'AgICAgICAgI'))).toBe('malformed');
    expect(code(event('relay:frame:v1:requested', Uint8Array.of(0, 1), 'AgI'))).toBe('malformed');
    expect(code(event('relay:frame:v1:requested', new Uint8Array(0), 'AgICAgICAgI'))).toBe('malformed');
  });

  const hello = (ice: unknown): Uint8Array => event('signal:hello:v1:completed', encodeCbor(new Map<string, CborValue>([
    ['session', session], ['time', 5], ['relay', b(32)], ['limits', new Map(Object.entries(limits))], ['ice', ice as CborValue],
  ])));
  const iceServer = (urls: readonly string[], username?: string): CborValue => new Map<string, CborValue>([['urls', [...urls]], ...(username === undefined ? [] : [['username', username] as const])]);
  const stun = (length: number): string => 'stun:'.padEnd(length, 'x');
  const map = (entries: Record<string, CborValue>): Uint8Array => encodeCbor(new Map(Object.entries(entries)));

  test.each([
    ['[limit SIGNAL.ice] ICE servers', (n: number) => hello(Array.from({ length: n }, () => iceServer(['stun:a']))), 8],
    ['[limit SIGNAL.iceUrls] addresses of an ICE server', (n: number) => hello([iceServer(Array.from({ length: n }, () => 'stun:a'))]), 4],
    ['[limit SIGNAL.iceText] characters of an ICE address', (n: number) => hello([iceServer([stun(n)])]), 256],
    ['[limit SIGNAL.iceText] characters of an ICE name', (n: number) => hello([iceServer(['stun:a'], 'u'.repeat(n))]), 256],
    ['[limit SIGNAL.data] bytes of a forward', (n: number) => event('signal:forward:v1:requested', map({ room, to: session, data: b(n) })), 16_384],
    ['[limit SIGNAL.ticket] bytes of a ticket', (n: number) => event('relay:open:v1:requested', map({ room, to: session, ticket: b(n) })), 256],
    ['[limit SIGNAL.sessions] sessions of a room', (n: number) => event('signal:join:v1:completed', map({ room, sessions: Array.from({ length: n }, () => session), ticket: b(9) })), 64],
    ['[limit SIGNAL.text] characters of a reason', (n: number) => event('signal:close:v1:completed', map({ reason: 'x'.repeat(n) })), 256],
    ['[limit SIGNAL.text] characters of an error', (n: number) => event('signal:join:v1:failed', map({ code: 'x', message: 'x'.repeat(n) })), 256],
    ['[limit SIGNAL.frame] bytes of a relayed frame', (n: number) => event('relay:frame:v1:requested', b(n + 1, 0), 'AgICAgICAgI'), 65_536],
    ['[limit SIGNAL.message] bytes of a message', (n: number) => n === 66_560 ? encodeSignal(EVERY[0]!) : b(n), 66_560],
  ] as const)('%s: as many as the limit says are read, one more is refused', (_, of, most) => {
    expect(code(of(most))).toBe('ok');
    expect(code(of(most + 1))).toMatch(/malformed|too_large/);
  });

  test('no bytes throw, and a mutated message never reads as another size', () => {
    fc.assert(
      fc.property(fc.nat(EVERY.length - 1), fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }), (which, changes) => {
        const bytes = encodeSignal(EVERY[which]!);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const read = decodeSignal(bytes);
        if (read.ok && 'room' in read.value && read.value.room !== undefined) expect(read.value.room.length).toBe(32);
      }),
      { numRuns: 2000 },
    );
  });
});
