/** Two seats over signals that get lost: keys, words, connections, mending; and who stands between them. */
import { expect, test } from 'vitest';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { createHeardCalls, roomForPicture, SEAT_MS } from '#adapters/calls/heard-calls';
import { agreePair, hashOfKey } from '#adapters/calls/pair-keys';
import { Pair } from '#adapters/calls/pair';
import { CALL_LIMITS } from '#adapters/call-limits';
import type { ToMedia } from '#adapters/calls/frame-host';
import { toBase64url, type Bytes } from '#base/bytes';
import { wordsOf } from '#vm/log/seal-words';
import { encodeCallBody, readCallBody, type CallBody } from '#vm/protocol/call-signal';

const crypto_ = createWebCrypto(crypto.subtle);
const id = (n: number, length = 16): string => toBase64url(new Uint8Array(length).fill(n));
const CALL = id(9);
const side = (n: number) => ({ seat: id(n), uid: id(n + 10, 32), device: id(n + 20, 32) });
const until = async (look: () => boolean): Promise<void> => expect.poll(look, { timeout: 8_000, interval: 10 }).toBe(true);

/** A connection that is up when both ends have heard the other's two signals. */
function fakePeer(said: string[]) {
  return (options: { initiator: boolean; onSignal(item: string): void; onState(state: 'connected' | 'disconnected'): void; onClose(reason: string): void }) => {
    let heard = 0;
    const name = options.initiator ? 'offer' : 'answer';
    queueMicrotask(() => (options.onSignal(`${name}-1`), options.onSignal(`${name}-2`)));
    return {
      signal: (item: string) => (said.push(item), ++heard === 2 && options.onState('connected'), true),
      setTrack: () => undefined, restart: () => said.push('restart'), close: () => options.onClose('closed'), drop: () => options.onState('disconnected'), say: (item: string) => options.onSignal(item),
    };
  };
}

/** `lie`: what b says inside of what is sealed, as bytes; `fail`: does the engine of a make no connection? `speed`: of all clocks. */
function two(lose: (n: number) => boolean, change: (body: CallBody) => CallBody = (body) => body, { lie = (plain: Bytes) => plain, fail = (): boolean => false, speed = 1 } = {}) {
  const clock = createSystemClock();
  const made: Record<string, number> = { a: 0, b: 0 };
  const media: Record<string, ToMedia[]> = { a: [], b: [] };
  const said: Record<string, string[]> = { a: [], b: [] };
  const pairs: Record<string, Pair> = {};
  const peers: Record<string, ReturnType<ReturnType<typeof fakePeer>>> = {};
  let n = 0;
  const hashes: Record<string, Set<string>> = { a: new Set(), b: new Set() };
  const make = (name: 'a' | 'b'): void => {
    const [own, other] = name === 'a' ? [side(1), side(2)] : [side(2), side(1)];
    const send = (body: CallBody): void => {
      if (body.kind === 'hash') hashes[name]!.add(toBase64url(body.hash));
      if (!lose(n++)) queueMicrotask(() => pairs[name === 'a' ? 'b' : 'a']!.hear(change(readCallBody(encodeCallBody(body))!) as never));
    };
    pairs[name] = new Pair({
      clock: { ...clock, monotonic: () => clock.monotonic() * speed, setTimer: (ms, fn) => clock.setTimer(ms / speed, fn) }, random: createWebRandom(crypto), call: CALL, own, other,
      crypto: name === 'a' ? crypto_ : { ...crypto_, seal: (key, nonce, plain, ...rest) => crypto_.seal(key, nonce, lie(plain as Bytes), ...rest) },
      send,
      media: (message) => media[name]!.push(message), track: () => null, onTrack: () => undefined, onChange: () => undefined,
      connect(options) {
        made[name]!++;
        if (name === 'a' && fail()) throw new Error('no connection');
        return (peers[name] = fakePeer(said[name]!)(options));
      },
    });
  };
  make('a');
  make('b');
  /** This end took the other for gone, and heard of it again. */
  const again = (name: 'a' | 'b'): Pair => {
    pairs[name]!.close();
    make(name);
    return pairs[name]!;
  };
  return { pairs, hashes, again, a: pairs['a']!, b: pairs['b']!, media, said, peers, made, end: (): void => (pairs['a']!.close(), pairs['b']!.close()) };
}

test('{C4} [CALL3] keys, equal words and a connection come to be though every third signal is lost; the chains of both ends fit', async () => {
  const { a, b, media, said, end } = two((n) => n % 3 === 2);
  await until(() => a.link === 'live' && b.link === 'live');
  expect(wordsOf(a.words!)).toEqual(wordsOf(b.words!));
  const chainOf = (name: string, way: string): Uint8Array => media[name]!.flatMap((one) => (one.t === 'chain' && one.way === way ? [one.chain] : []))[0]!;
  expect(chainOf('a', 'out')).toEqual(chainOf('b', 'in'));
  expect(chainOf('b', 'out')).toEqual(chainOf('a', 'in'));
  expect(chainOf('a', 'out')).not.toEqual(chainOf('b', 'out'));
  // In order, and each once, however often they were told.
  expect(said['a']).toEqual(['offer-1', 'offer-2']);
  expect(said['b']).toEqual(['answer-1', 'answer-2']);
  end();
  expect(media['a']!.at(-1)).toEqual({ t: 'drop', peer: side(2).seat });
});

test('[CALL5] a way that breaks is mended by who began it, at the word of either; an ended connection is followed by another', async () => {
  const { a, b, said, peers, end } = two(() => false);
  await until(() => a.link === 'live' && b.link === 'live');
  // The one with the lesser seat did not begin, and notices first.
  peers['a']!.drop();
  expect(a.link).toBe('broken');
  await until(() => said['b']!.includes('restart'));
  const before = [said['a']!.length, said['b']!.length];
  peers['b']!.close();
  await until(() => a.link === 'live' && b.link === 'live' && said['a']!.length >= before[0]! + 2 && said['b']!.length >= before[1]! + 2);
  end();
});

test('[CALL5] [limit CALL.attempts] a seat that says ever higher numbers makes this page begin a connection at most every 700 ms, and none of a number far ahead', async () => {
  let [number, lies] = [0, 0];
  const { a, b, peers, made, end } = two(() => false, undefined, {
    lie(plain) {
      const out = plain.slice() as Bytes;
      if (number === 0) return out;
      new DataView(out.buffer).setUint32(0, number);
      lies++;
      return out;
    },
  });
  await until(() => a.link === 'live' && b.link === 'live');
  const say = async (): Promise<void> => {
    const before = lies;
    peers['b']!.say('x');
    await until(() => lies > before);
  };
  number = 2 + CALL_LIMITS.attempts;
  for (let i = 0; i < 2; i++) await say();
  expect(made['a']).toBe(1);
  const from = performance.now();
  for (number = 2; number < 14; number++) await say();
  expect(made['a']).toBeLessThanOrEqual(2 + Math.ceil((performance.now() - from) / 700));
  // The control: it does follow.
  await until(() => made['a']! > 1);
  end();
});

test.each(['a', 'b'] as const)('[CALL3] [CALL5] an end that took the other for gone and hears it again agrees with it anew: %s', async (name) => {
  const { pairs, again, media, end } = two((n) => n % 4 === 3, undefined, { speed: 10 });
  await until(() => pairs['a']!.link === 'live' && pairs['b']!.link === 'live');
  const before = pairs['a']!.words!;
  again(name);
  await until(() => pairs[name]!.link === 'live' && pairs['a']!.link === 'live' && pairs['b']!.link === 'live');
  expect(wordsOf(pairs['a']!.words!)).toEqual(wordsOf(pairs['b']!.words!));
  expect(pairs['a']!.words).not.toEqual(before);
  // What was sealed by the keys before opens nothing now: both have the chains of the new ones.
  const lastOf = (who: string, way: string): string => toBase64url(media[who]!.flatMap((one) => (one.t === 'chain' && one.way === way ? [one.chain] : [])).at(-1)! as Bytes);
  expect([lastOf('a', 'out'), lastOf('b', 'out')]).toEqual([lastOf('b', 'in'), lastOf('a', 'in')]);
  again('a');
  again('b');
  await until(() => pairs['a']!.link === 'live' && pairs['b']!.link === 'live');
  expect(wordsOf(pairs['a']!.words!)).toEqual(wordsOf(pairs['b']!.words!));
  end();
});

test.each(['a', 'b'] as const)('[CALL3] a hash of before that comes late makes both agree anew, once: %s', async (name) => {
  const late: CallBody[] = [];
  const { pairs, hashes, again, end } = two(() => false, (body) => (body.kind === 'hash' && late.push(body), body), { speed: 10 });
  await until(() => pairs['a']!.link === 'live' && pairs['b']!.link === 'live');
  const old = late.find((body) => 'to' in body && body.to === side(name === 'a' ? 1 : 2).seat)!;
  again(name === 'a' ? 'b' : 'a');
  await until(() => pairs['a']!.link === 'live' && pairs['b']!.link === 'live');
  const words = pairs[name]!.words!;
  // Not sooner than keys are made anew again.
  await until(() => (pairs[name]!.hear(old as never), pairs[name]!.words !== words));
  await until(() => pairs['a']!.link === 'live' && pairs['b']!.link === 'live' && pairs[name]!.words !== null && pairs[name]!.words !== words);
  expect(wordsOf(pairs['a']!.words!)).toEqual(wordsOf(pairs['b']!.words!));
  expect(hashes['a']!.size + hashes['b']!.size).toBeLessThanOrEqual(8);
  end();
});

test('[CALL3] a seat that says another hash without end makes keys anew every 3 s at most', async () => {
  const { a, b, hashes, made, end } = two(() => false);
  await until(() => a.link === 'live' && b.link === 'live');
  const from = performance.now();
  for (let i = 0; i < 200; i++) {
    a.hear({ kind: 'hash', call: CALL, seat: side(2).seat, to: side(1).seat, hash: new Uint8Array(32).fill(i) as Bytes });
    await new Promise((next) => setImmediate(next));
  }
  await until(() => hashes['a']!.size > 1);
  const most = 2 + Math.floor((performance.now() - from) / 3_000);
  expect(hashes['a']!.size).toBeLessThanOrEqual(most);
  expect(made['a']).toBeLessThanOrEqual(most);
  end();
});

test('[CALL5] a connection that the engine does not make is a state, and tried again later', async () => {
  let fails = 0;
  const { a, b, end } = two(() => false, undefined, { fail: () => fails++ < 1, speed: 10 });
  await until(() => a.link === 'unreachable');
  await until(() => a.link === 'live' && b.link === 'live');
  expect(fails).toBe(2);
  end();
});

test('[CALL3] [limit CALL.signals] a changed signal opens nowhere; a number far ahead is not taken', async () => {
  const { a, b, end } = two(() => false, (body) => (body.kind === 'sealed' ? { ...body, ct: body.ct.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) as Bytes } : body));
  await until(() => a.words !== null && b.words !== null);
  expect([a.link, b.link]).toEqual(['linking', 'linking']);
  expect(CALL_LIMITS.signals).toBeGreaterThan(100);
  end();
});

test('[CALL3] who stands between two with keys of their own: the words differ; a key other than the one whose hash was shown is refused, and so are seats of other people', async () => {
  const [ka, kb, km] = [await crypto_.generateAgreement(), await crypto_.generateAgreement(), await crypto_.generateAgreement()];
  const mine = (n: number, key: typeof ka) => ({ ...side(n), key });
  const shown = (n: number, key: typeof ka) => ({ ...side(n), key: key.pub, hash: hashOfKey(key.pub) });
  const [a, b] = [(await agreePair(crypto_, CALL, mine(1, ka), shown(2, km)))!, (await agreePair(crypto_, CALL, mine(2, kb), shown(1, km)))!];
  expect(wordsOf(a.words)).not.toEqual(wordsOf(b.words));
  const [same, other] = [(await agreePair(crypto_, CALL, mine(1, ka), shown(2, kb)))!, (await agreePair(crypto_, CALL, mine(2, kb), shown(1, ka)))!];
  expect(wordsOf(same.words)).toEqual(wordsOf(other.words));
  expect(await agreePair(crypto_, CALL, mine(1, ka), { ...shown(2, kb), hash: hashOfKey(km.pub) })).toBeNull();
  const renamed = (await agreePair(crypto_, CALL, mine(1, ka), { ...shown(2, kb), uid: id(77, 32) }))!;
  expect(renamed.words).not.toEqual(same.words);
  expect((await agreePair(crypto_, id(8), mine(1, ka), shown(2, kb)))!.words).not.toEqual(same.words);
});

test('[CALL6] [limit CALL.seats] [limit CALL.seatsOfOne] [limit CALL.calls] [limit CALL.pictures] calls that are heard of: seats end by themselves and are of who took them; what there is too much of is not seen', () => {
  let now = 0;
  const book = createHeardCalls(() => now);
  const from = (n: number, fragment = 'f') => ({ space: 's', fragment, uid: `u${n}`, device: `d${n}` });
  const here = (seat: number, call = CALL): CallBody => ({ kind: 'here', call, seat: id(seat), since: 0, ring: true, muted: false, camera: false, screen: false });
  expect(book.hear(from(1), here(1))).toBe(true);
  expect(book.hear(from(1), here(1))).toBe(false);
  // The seat of somebody else; the same id in another place is another call.
  expect(book.hear(from(2), here(1))).toBe(false);
  expect(book.hear(from(2, 'g'), here(2))).toBe(true);
  expect(book.hear(from(2, 'g'), { kind: 'gone', call: CALL, seat: id(2) })).toBe(true);
  expect(book.hear(from(2), { kind: 'gone', call: CALL, seat: id(1) })).toBe(false);
  for (let i = 0; i < 5; i++) book.hear(from(3), here(100 + i));
  const there = { space: 's', fragment: 'f', call: CALL };
  expect([...book.get(there)!.seats.values()].filter(({ uid }) => uid === 'u3').length).toBe(CALL_LIMITS.seatsOfOne);
  for (let i = 0; i < 2 * CALL_LIMITS.seats; i++) book.hear(from(10 + i), here(10 + i));
  expect(book.get(there)!.seats.size).toBe(CALL_LIMITS.seats);
  for (let i = 0; i < 2 * CALL_LIMITS.calls; i++) book.hear(from(100 + i, `f${i}`), here(1, id(150 + i)));
  expect(book.all().length).toBe(CALL_LIMITS.calls);
  now += SEAT_MS - 1;
  book.hear(from(1), here(1));
  now += 1;
  // Somebody whose sound still comes stays though nothing is said.
  expect(book.expire(({ call }, seat) => call === CALL && seat === id(12))).toBe(true);
  expect([...book.get(there)!.seats.keys()]).toEqual([id(1), id(12)]);
  expect(book.hear(from(1), { kind: 'gone', call: CALL, seat: id(1) })).toBe(true);
  expect(readCallBody(new Uint8Array([1, 2, 3]))).toBeNull();
  const shows = (camera: boolean, screen: boolean) => ({ camera, screen });
  expect(roomForPicture([shows(true, true), shows(false, false)], 1)).toBe(true);
  expect(roomForPicture([shows(true, true), shows(true, false)], CALL_LIMITS.pictures - 3)).toBe(false);
});

test('[CALL6] [limit CALL.callsOfOne] [limit CALL.newSeats] what one person makes up ends no calls of others and not the own one; who comes and goes takes few places', () => {
  let now = 0;
  const own = { space: 's', fragment: 'own', call: id(1) };
  const book = createHeardCalls(() => now, () => own);
  const from = (who: string, fragment: string) => ({ space: 's', fragment, uid: who, device: who });
  const here = (call: string, seat: number): CallBody => ({ kind: 'here', call, seat: id(seat), since: 0, ring: true, muted: false, camera: false, screen: false });
  for (let i = 0; i < 2 * CALL_LIMITS.calls; i++) book.hear(from('mallory', `f${i}`), here(id(50 + i), 50 + i));
  expect(book.all().length).toBe(CALL_LIMITS.callsOfOne);
  expect(book.hear(from('anna', 'f'), here(id(2), 2))).toBe(true);
  // Of others as many as are known of; the own one is heard all the same, also of who is in three others.
  for (let i = 0; i < 2 * CALL_LIMITS.calls; i++) book.hear(from(`u${i}`, `g${i}`), here(id(120 + i), 3));
  expect(book.all().length).toBe(CALL_LIMITS.calls);
  expect([book.hear(from('boris', 'own'), here(own.call, 4)), book.hear(from('mallory', 'own'), here(own.call, 5))]).toEqual([true, true]);
  expect(book.get(own)!.seats.size).toBe(2);
  let taken = 0;
  for (let i = 0; i < 40; i++) {
    now += 10;
    if (book.hear(from('carl', 'own'), here(own.call, 100 + i))) taken++;
    book.hear(from('carl', 'own'), { kind: 'gone', call: own.call, seat: id(100 + i) });
  }
  expect(taken).toBe(CALL_LIMITS.newSeats);
  now += SEAT_MS;
  book.expire(() => true);
  expect(book.hear(from('carl', 'own'), here(own.call, 200))).toBe(true);
});
