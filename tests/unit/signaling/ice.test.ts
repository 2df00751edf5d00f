/** STUN and TURN servers of the command line: what no hello could name ends the start, with words. */
import { parseArgs } from 'node:util';
import { describe, expect, test } from 'vitest';
import { decodeSignal, encodeSignal, fitsIce, SIGNAL_LIMITS } from '#ports/signaling';
import { withEnv } from '#signaling/flags';
import { iceServers } from '#signaling/ice';
import { bytes } from './fake-server.ts';

const hosts = (count: number): string[] => Array.from({ length: count }, (_, n) => `h${n}.example:3478`);
const account = { 'turn-user': 'u', 'turn-password': 'p' };

describe('STUN and TURN servers', () => {
  test('[limit SIGNAL.ice SIGNAL.iceUrls] more than four addresses are parted among servers, and a hello names all of them; one more than it can name is refused', () => {
    const ice = iceServers({ stun: hosts(5), turn: [...hosts(23), 'turns:t.example:5349'], ...account });
    expect(ice.map(({ urls, username }) => `${urls.length}${username ?? ''}`)).toEqual(['4', '1', '4u', '4u', '4u', '4u', '4u', '4u']);
    expect([ice[0]!.urls[0], ice[2]!.urls[0], ice.at(-1)!.urls.at(-1)]).toEqual(['stun:h0.example:3478', 'turn:h0.example:3478', 'turns:t.example:5349']);
    const limits = { rooms: 1, sessions: 1, rate: 1, relay_bytes: 1, idle_ms: 1 };
    const hello = decodeSignal(encodeSignal({ type: 'signal:hello:v1:completed', session: bytes(16, 1), time: 1, relay: bytes(32, 1), limits, ice }));
    expect(hello).toMatchObject({ ok: true, value: { ice } });
    expect(() => iceServers({ stun: hosts(5), turn: hosts(25), ...account })).toThrow('--stun and --turn name too many addresses');
    expect(fitsIce([...ice, ice[0]!])).toBe(false);
    expect(iceServers({})).toEqual([]);
  });

  test.each([
    [{ turn: ['t'], ...account, 'turn-password': 'p'.repeat(SIGNAL_LIMITS.iceText + 1) }, '--turn-password has more than 256 characters'],
    [{ turn: ['t'], ...account, 'turn-user': 'u'.repeat(SIGNAL_LIMITS.iceText + 1) }, '--turn-user has more than 256 characters'],
    [{ turn: ['t'] }, '--turn needs --turn-user and --turn-password'],
    [{ stun: ['two words'] }, '--stun two words is not an address'],
    [{ stun: [''] }, '--stun  is not an address'],
    [{ turn: ['t'.repeat(252)], ...account }, 'is not an address of at most 256 characters'],
  ])('[limit SIGNAL.iceText] %j is refused in words', (flags, words) => {
    expect(() => iceServers(flags)).toThrow(words);
  });

  test('from the environment they are parted by commas, with blanks or without; of a password nothing is taken away', () => {
    const { values } = parseArgs({ args: [], options: withEnv({ stun: { type: 'string', multiple: true }, 'turn-password': { type: 'string' } } as const, { LIFEGRAPH_STUN: 'a:1, b:2 ,c:3,', LIFEGRAPH_TURN_PASSWORD: ' p, q ' }) });
    expect(iceServers(values)).toEqual([{ urls: ['stun:a:1', 'stun:b:2', 'stun:c:3'] }]);
    expect(values['turn-password']).toBe(' p, q ');
  });
});
