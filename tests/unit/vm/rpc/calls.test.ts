import { describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url, utf8, fromUtf8, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { createRpc, RpcRefusal, type Rpc, type RpcEnd, type Served } from '#vm/rpc/calls';
import { ANNOUNCE, CALL, DONE, FAILED, INPUT, INPUT_TAKEN, PART, TAKEN } from '#vm/rpc/frames';
import { createOffers } from '#vm/rpc/offers';
import { rendezvous } from '#vm/rpc/rendezvous';
import { callDeclared, serveDeclared } from '#vm/rpc/service';
import { formatSubject, parseSubject, serviceOf } from '#vm/rpc/subject';
import { bool, bytes, choice, decodeWit, encodeWit, f64, list, option, pair, record, result, s64, text, u32, u64, type Wit } from '#vm/rpc/wit';
import { RPC_LIMITS } from '#vm/rpc-limits';

const random = createSeededRandom('calls');
const LATTICE = random.bytes(32);
const [ANNA, BORIS] = [random.bytes(32), random.bytes(32)];
const SERVICE = { version: 1, interface: 'test:echo', function: 'say' };

interface Side {
  readonly rpc: Rpc;
  /** The link of this side. */
  readonly end: RpcEnd;
  /** Messages heard here. */
  readonly heard: string[];
}

/** Two ends of one link: what one sends the other hears after 10 ms, in order. */
function pairOf() {
  const clock = createSimClock();
  const state = { open: true, admits: true, closed: null as string | null, counts: new Map<string, number>() };
  const wired: ((event: string, payload: Bytes, id: string) => void)[] = [];
  const side = (own: Bytes, other: Bytes, to: number): Side => {
    const heard: string[] = [];
    const end: RpcEnd = {
      id: toBase64url(other),
      link: {
        device: other, lost: false, queued: () => 0,
        get open() { return state.open; },
        send: (_channel, event, payload, id = '') => void clock.setTimer(10, () => state.open && wired[to]!(event, payload as Bytes, id)),
        close: (code) => {
          state.closed = code;
          state.open = false;
        },
      },
    };
    const rpc = createRpc({ clock, actor: own, admits: () => state.admits, metric: (name, add = 1) => void state.counts.set(name, (state.counts.get(name) ?? 0) + add) });
    wired.push((event, payload, id) => {
      heard.push(event);
      rpc.onMessage(end, { event, payload, id, channel: 'live' });
    });
    return { rpc, end, heard };
  };
  const a = side(ANNA, BORIS, 1);
  const b = side(BORIS, ANNA, 0);
  const subject = { ...SERVICE, lattice: LATTICE, actor: BORIS };
  /** Something a peer of its own making says. */
  const forge = (event: string, payload: CborValue, id = 'x1'): void => wired[1]!(event, encodeCbor(payload), id);
  return { clock, state, a, b, subject, forge };
}

const echo = async ({ params }: Served): Promise<Bytes> => params;
const idle = ({ signal }: Served): Promise<Bytes> => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('over'))));

describe('{V13} calls between peers', () => {
  test('RPC1 [limit RPC.subjectChars] a subject is one text, and nothing else is one', () => {
    const said = formatSubject({ ...SERVICE, lattice: LATTICE, actor: BORIS });
    expect(said).toBe(`tlos.${toBase64url(LATTICE)}.${toBase64url(BORIS)}.wrpc.v1.test:echo.say`);
    expect(parseSubject(said)).toEqual({ ...SERVICE, lattice: LATTICE, actor: BORIS });
    for (const bad of ['', said.slice(1), `${said} `, said.replace('.v1.', '.v01.'), said.replace('.v1.', '.v0.'), said.replace('test:echo', 'test'), said.replace('say', 'Say'), said.replace('say', '>'), said.replace(toBase64url(BORIS), `${'_'.repeat(42)}9`), `${said}${'a'.repeat(300)}`]) expect(parseSubject(bad), bad).toBeNull();
    expect(said.length).toBeLessThan(RPC_LIMITS.subjectChars);
  });

  test('RPC2 a question is answered, refused by name, or not known; who may not call does not learn what is served', async () => {
    const { clock, state, a, b, subject } = pairOf();
    b.rpc.serve(serviceOf(SERVICE), echo);
    b.rpc.serve('v1.test:echo.no', () => Promise.reject(new RpcRefusal('busy', 'later')));
    b.rpc.serve('v1.test:echo.break', () => Promise.reject(new Error('secret of this device')));
    const ask = (fn: string, actor = BORIS) => a.rpc.call(a.end, { ...subject, function: fn, actor }, utf8('hi'), { ms: 1_000 });
    const asked = [ask('say'), ask('no'), ask('break'), ask('other'), ask('say', ANNA)];
    state.admits = true;
    await clock.run(100);
    const said = (await Promise.all(asked)).map((one) => (one.ok ? fromUtf8(one.value) : [one.error.code, one.error.words]));
    expect(said).toEqual(['hi', ['busy', 'later'], ['failed', ''], ['no-function', ''], ['rights', '']]);
    const late = a.rpc.call(a.end, subject, utf8('hi'), { ms: 1_000 });
    state.admits = false;
    await clock.run(100);
    expect(await late).toEqual({ ok: false, error: { code: 'rights', words: '' } });
  });

  test('RPC3 [limit RPC.deadlineMs] the time is kept at both ends: the caller hears it then, the worker is stopped then', async () => {
    const { clock, a, b, subject } = pairOf();
    const ends: number[] = [];
    b.rpc.serve(serviceOf(SERVICE), (call) => (call.signal.addEventListener('abort', () => ends.push(clock.monotonic())), idle(call)));
    let at = -1;
    const asked = a.rpc.call(a.end, subject, utf8(''), { ms: 500 }).then((one) => ((at = clock.monotonic()), one));
    await clock.run(499);
    expect([at, ends]).toEqual([-1, []]);
    await clock.run(20);
    expect([await asked, at, ends]).toEqual([{ ok: false, error: { code: 'deadline', words: '' } }, 500, [510]]);
    // Longer than is allowed is as long as is allowed.
    const long = a.rpc.call(a.end, subject, utf8(''), { ms: 10 ** 9 });
    await clock.run(RPC_LIMITS.deadlineMs + 1);
    expect(await long).toEqual({ ok: false, error: { code: 'deadline', words: '' } });
  });

  test('RPC4 cancelled, or the link gone: the worker is stopped, the caller is told', async () => {
    const { clock, state, a, b, subject } = pairOf();
    let stopped = 0;
    b.rpc.serve(serviceOf(SERVICE), (call) => (call.signal.addEventListener('abort', () => stopped++), idle(call)));
    const over = new AbortController();
    const [first, second] = [a.rpc.call(a.end, subject, utf8(''), { ms: 5_000, signal: over.signal }), a.rpc.call(a.end, subject, utf8(''), { ms: 5_000 })];
    await clock.run(50);
    over.abort();
    await clock.run(20);
    expect([await first, stopped]).toEqual([{ ok: false, error: { code: 'cancelled', words: '' } }, 1]);
    state.open = false;
    a.rpc.onClosed(a.end);
    b.rpc.onClosed(b.end);
    await clock.settle();
    expect([await second, stopped]).toEqual([{ ok: false, error: { code: 'closed', words: '' } }, 2]);
    expect(await a.rpc.call(a.end, subject, utf8(''), { ms: 5_000 })).toEqual({ ok: false, error: { code: 'closed', words: '' } });
  });

  test('RPC5 [limit RPC.windowBytes RPC.streamBytes] streams go both ways, and who reads slowly holds the writer at one window', async () => {
    const { clock, a, b, subject } = pairOf();
    const part = new Uint8Array(RPC_LIMITS.partBytes);
    const seen = { sent: 0, read: 0 };
    let read: () => void = () => undefined;
    b.rpc.serve(serviceOf(SERVICE), async (call) => {
      let sum = 0;
      for (let one = await call.next(); one !== null; one = await call.next()) {
        sum += one.length;
        await call.write(utf8(`${sum}`));
        await new Promise<void>((resolve) => (read = resolve));
        seen.read += one.length;
      }
      return utf8(`all ${sum}`);
    });
    const parts: string[] = [];
    const asked = a.rpc.call(a.end, subject, utf8(''), {
      ms: 60_000, onPart: (one) => void parts.push(fromUtf8(one)),
      input: async (write) => {
        for (let i = 0; i < 12; i++) {
          await write(part);
          seen.sent += part.length;
        }
      },
    });
    await clock.run(1_000);
    expect(seen).toEqual({ sent: RPC_LIMITS.windowBytes, read: 0 });
    for (let i = 0; i < 12; i++) {
      read();
      await clock.run(200);
      // One part is in the hands of the reader.
      expect(seen.sent - seen.read).toBeLessThanOrEqual(RPC_LIMITS.windowBytes + part.length);
    }
    const answer = await asked;
    expect([answer.ok && fromUtf8(answer.value), parts.length, seen.sent]).toEqual([`all ${12 * part.length}`, 12, 12 * part.length]);
    // A stream that has no end is ended.
    b.rpc.serve(serviceOf(SERVICE), async (call) => {
      for (;;) await call.write(part);
    });
    let came = 0;
    const endless = a.rpc.call(a.end, subject, utf8(''), { ms: 600_000, onPart: (one) => void (came += one.length) });
    await clock.run(60_000);
    expect([await endless, came]).toEqual([{ ok: false, error: { code: 'failed', words: '' } }, RPC_LIMITS.streamBytes]);
  });

  test('RPC6 [limit RPC.callsAtOnce RPC.callsPerSecond RPC.callsBurst RPC.asksAtOnce] too many calls are told so, and the others go on', async () => {
    const { clock, state, a, b, subject, forge } = pairOf();
    b.rpc.serve(serviceOf(SERVICE), idle);
    const codes = new Map<string, number>();
    const over = new AbortController();
    const count = async (asked: ReturnType<Rpc['call']>): Promise<void> => {
      const one = await asked;
      codes.set(one.ok ? 'ok' : one.error.code, (codes.get(one.ok ? 'ok' : one.error.code) ?? 0) + 1);
    };
    const all = Array.from({ length: RPC_LIMITS.asksAtOnce + 6 }, () => count(a.rpc.call(a.end, subject, utf8(''), { ms: 5_000, signal: over.signal })));
    await clock.run(100);
    // Six were never sent, half of the rest were over what one link may have running.
    expect(codes).toEqual(new Map([['busy', RPC_LIMITS.asksAtOnce + 6 - RPC_LIMITS.callsAtOnce]]));
    over.abort();
    await Promise.all(all);
    await clock.run(100);
    b.rpc.serve(serviceOf(SERVICE), echo);
    state.counts.clear();
    for (let i = 0; i < 1_000; i++) {
      forge(CALL, [formatSubject(subject), 1_000, utf8(''), 0], `f${i}`);
      await clock.settle();
    }
    expect(state.counts.get('rpc.served')).toBeLessThanOrEqual(RPC_LIMITS.callsBurst);
    state.counts.clear();
    await clock.run(2_000);
    for (let i = 0; i < 200; i++) forge(CALL, [formatSubject(subject), 1_000, utf8(''), 0], `g${i}`);
    await clock.settle();
    expect(state.counts.get('rpc.served')).toBeLessThanOrEqual(2 * RPC_LIMITS.callsPerSecond + 1);
    expect(state.closed).toBeNull();
  });

  const far: [string, (kit: ReturnType<typeof pairOf>) => void][] = [
    ['a call that is no list', ({ forge }) => forge(CALL, 7)],
    ['a call for too long', ({ forge, subject }) => forge(CALL, [formatSubject(subject), RPC_LIMITS.deadlineMs + 1, utf8(''), 0])],
    ['a call by no subject', ({ forge }) => forge(CALL, ['tlos.x', 1_000, utf8(''), 0])],
    ['parameters above the limit [limit RPC.partBytes]', ({ forge, subject }) => forge(CALL, [formatSubject(subject), 1_000, new Uint8Array(RPC_LIMITS.partBytes + 1), 0])],
    ['the same call twice', ({ forge, subject }) => (forge(CALL, [formatSubject(subject), 1_000, utf8(''), 0]), forge(CALL, [formatSubject(subject), 1_000, utf8(''), 0]))],
    ['parts where none were said to follow', ({ forge, subject }) => (forge(CALL, [formatSubject(subject), 1_000, utf8(''), 0]), forge(INPUT, [utf8('a')]))],
    ['more than the window of parts', ({ forge, subject }) => {
      forge(CALL, [formatSubject(subject), 1_000, utf8(''), 1]);
      for (let i = 0; i < 5; i++) forge(INPUT, [new Uint8Array(RPC_LIMITS.partBytes)]);
    }],
    ['ever so many empty parts [limit RPC.partCosts]', ({ forge, subject }) => {
      forge(CALL, [formatSubject(subject), 1_000, utf8(''), 1]);
      for (let i = 0; i <= RPC_LIMITS.windowBytes / RPC_LIMITS.partCosts; i++) forge(INPUT, [utf8('')]);
    }],
    ['a taking of more than was sent', ({ forge, subject }) => (forge(CALL, [formatSubject(subject), 1_000, utf8(''), 0]), forge(TAKEN, [1]))],
    ['a refusal with a book in it [limit RPC.wordChars]', ({ forge }) => forge(FAILED, ['busy', 'x'.repeat(RPC_LIMITS.wordChars + 1)])],
    ['a refusal with a code that is a book [limit RPC.codeChars]', ({ forge }) => forge(FAILED, ['x'.repeat(RPC_LIMITS.codeChars + 1), ''])],
    ['a result above the limit', ({ forge }) => forge(DONE, [new Uint8Array(RPC_LIMITS.partBytes + 1)])],
    ['a part that is a number', ({ forge }) => forge(PART, [1])],
    ['a negative taking', ({ forge }) => forge(INPUT_TAKEN, [-1])],
  ];
  test.each(far)('RPC7 %s ends the link', async (_name, does) => {
    const kit = pairOf();
    kit.b.rpc.serve(serviceOf(SERVICE), idle);
    does(kit);
    await kit.clock.settle();
    expect(kit.state.closed).toBe('breach');
  });

  test('RPC7 answers to nothing, and those of others, change nothing', async () => {
    const { clock, state, forge, b } = pairOf();
    for (const event of [DONE, PART]) forge(event, [utf8('a')], 'w0');
    forge(FAILED, ['busy', ''], 'w0');
    forge(TAKEN, [5], 'w0');
    await clock.settle();
    expect([state.closed, b.rpc.onMessage(b.end, { event: 'wrpc:other:v1:requested', id: '', payload: utf8(''), channel: 'live' })]).toEqual([null, false]);
  });

  test('RPC8 [limit RPC.listItems] values by their types: each has one form, what is not of the type does not come through', async () => {
    const type = record({ n: u32, big: u64, at: s64, x: f64, on: bool, name: text, raw: bytes, all: list(pair(text, u32)), may: option(text), kind: choice('cpu', 'gpu'), end: result(u32, text) });
    expect(type.text).toBe('record { n: u32, big: u64, at: s64, x: f64, on: bool, name: string, raw: list<u8>, all: list<tuple<string, u32>>, may: option<string>, kind: enum { cpu, gpu }, end: result<u32, string> }');
    const value = { n: 7, big: 2 ** 53 - 1, at: -3, x: 0.5, on: true, name: 'река', raw: Uint8Array.of(1, 2) as Bytes, all: [['a', 1], ['b', 2]] as [string, number][], may: null, kind: 'gpu' as const, end: { ok: false as const, error: 'no' } };
    const said = encodeWit(type, value);
    // The bytes of docs/PROTOCOL.md.
    expect(toBase64url(said)).toBe('iwcbAB________8i-TgA9WjRgNC10LrQsEIBAoKCYWEBgmFiAoABggFibm8');
    expect(decodeWit(type, said)).toEqual(value);
    const bad: [Wit<unknown>, CborValue][] = [[u32 as Wit<unknown>, -1], [u32, 2 ** 32], [u64, 0.5], [bool, 1], [text, utf8('a')], [bytes, 'a'], [list(u32), [1, 'a']], [option(u32), [1, 2]], [option(u32), null], [pair(u32, u32), [1]], [choice('a'), 1], [choice('a'), 'a'], [result(u32, u32), [2, 0]], [record({ a: u32 }), [1, 2]], [record({ a: u32 }), {} as CborValue], [list(u32), Array.from({ length: RPC_LIMITS.listItems + 1 }, () => 0)]];
    for (const [of, one] of bad) expect(of.from(one), `${of.text} ${JSON.stringify(one)?.slice(0, 40)}`).toBeUndefined();
    expect(list(u32).from(Array.from({ length: RPC_LIMITS.listItems }, () => 0))).toHaveLength(RPC_LIMITS.listItems);
    const { clock, a, b } = pairOf();
    const declared = { ...SERVICE, params: u32, result: text };
    serveDeclared(b.rpc, declared, async (n) => `${n}`);
    const [good, wrong, lied] = [callDeclared(a.rpc, a.end, LATTICE, declared, 7, { ms: 100 }), callDeclared(a.rpc, a.end, LATTICE, { ...declared, params: text }, 'seven', { ms: 100 }), callDeclared(a.rpc, a.end, LATTICE, { ...declared, result: u32 }, 7, { ms: 100 })];
    await clock.run(100);
    expect((await Promise.all([good, wrong, lied])).map((one) => (one.ok ? one.value : one.error.code))).toEqual(['7', 'bad-params', 'failed']);
  });
});

describe('{V13} who offers what', () => {
  const offers = () => {
    const kit = pairOf();
    const { clock, state } = kit;
    const known = createOffers({ clock, admits: () => state.admits, metric: (name) => void state.counts.set(name, (state.counts.get(name) ?? 0) + 1) });
    const say = (lattice: Bytes, services: string[], capabilities: [string, number][] = []): boolean => known.onMessage(kit.b.end, { event: ANNOUNCE, id: '', channel: 'live', payload: encodeCbor([lattice, services, capabilities]) });
    return { ...kit, known, say };
  };

  test('RPC9 [limit RPC.announceMs RPC.aliveMs] an offer holds for three heartbeats, and in its lattice only', async () => {
    const { clock, state, known, say, b } = offers();
    const sent: string[] = [];
    known.tell([{ ...b.end, link: { ...b.end.link, open: true, send: (_c, event) => void sent.push(event) } }], LATTICE, ['v1.a:b.c'], new Map([['cpu', 2]]));
    expect(sent).toEqual([ANNOUNCE]);
    say(LATTICE, ['v1.a:b.c'], [['cpu', 2]]);
    const find = (need?: [string, number][], lattice = LATTICE): number => known.find(lattice, 'v1.a:b.c', need && new Map(need)).length;
    expect([find(), find([['cpu', 2]]), find([['cpu', 3]]), find([['gpu', 1]]), find([], random.bytes(32))]).toEqual([1, 1, 0, 0, 0]);
    state.admits = false;
    expect(find()).toBe(0);
    state.admits = true;
    await clock.run(3 * RPC_LIMITS.announceMs);
    expect(find()).toBe(1);
    await clock.run(RPC_LIMITS.aliveMs - 3 * RPC_LIMITS.announceMs + 1);
    expect(find()).toBe(0);
    say(LATTICE, ['v1.a:b.c']);
    say(LATTICE, []);
    expect(find()).toBe(0);
    say(LATTICE, ['v1.a:b.c']);
    known.onClosed(b.end);
    expect(find()).toBe(0);
  });

  test('RPC9 [limit RPC.lattices RPC.announcesPerSecond RPC.announcesBurst] ever more of them cost nobody anything', async () => {
    const { clock, state, known, say } = offers();
    const many = Array.from({ length: RPC_LIMITS.lattices + 1 }, () => random.bytes(32));
    for (const one of many) say(one, ['v1.a:b.c']);
    expect(many.filter((one) => known.find(one, 'v1.a:b.c').length === 1)).toHaveLength(RPC_LIMITS.lattices);
    await clock.run(1_000 * RPC_LIMITS.announcesBurst);
    state.counts.clear();
    for (let i = 0; i < 200; i++) say(LATTICE, ['v1.a:b.c']);
    expect(state.counts.get('rpc.announces_dropped')).toBe(200 - RPC_LIMITS.announcesBurst);
    await clock.run(10_000);
    state.counts.clear();
    for (let i = 0; i < 50; i++) say(LATTICE, ['v1.a:b.c']);
    expect(state.counts.get('rpc.announces_dropped')).toBe(50 - 10 * RPC_LIMITS.announcesPerSecond);
    expect(state.closed).toBeNull();
  });

  const crowded: [string, string[], [string, number][]][] = [
    ['functions [limit RPC.offers]', Array.from({ length: RPC_LIMITS.offers + 1 }, (_, i) => `v1.a:b.c${i}`), []],
    ['capabilities [limit RPC.capabilities]', [], Array.from({ length: RPC_LIMITS.capabilities + 1 }, (_, i) => [`c${i}`, 1] as [string, number])],
    ['names that are none', ['../x'], []],
    ['amounts that are none', [], [['cpu', -1]]],
  ];
  test.each(crowded)('RPC9 an announcement of %s above the limit ends the link', (_name, services, capabilities) => {
    const { state, say } = offers();
    expect(say(LATTICE, services, capabilities)).toBe(true);
    expect(state.closed).toBe('breach');
  });

  test('RPC10 a group shares what comes by rendezvous: as the weights say, and who leaves moves only what was theirs', () => {
    const group = ['a', 'b', 'c', 'd'].map((name, i) => ({ id: utf8(name), weight: i === 3 ? 3 : 1 }));
    const keys = Array.from({ length: 3_000 }, (_, i) => utf8(`task ${i}`));
    const first = keys.map((key) => rendezvous(key, group, (one) => one)[0]!);
    const share = (weight: number, name: string): number => first.filter(({ id }) => fromUtf8(id) === name).length / keys.length / (weight / 6);
    for (const [name, weight] of [['a', 1], ['b', 1], ['c', 1], ['d', 3]] as const) expect(share(weight, name)).toBeGreaterThan(0.9);
    const rest = group.slice(1);
    expect(keys.every((key, i) => first[i] === group[0] || rendezvous(key, rest, (one) => one)[0] === first[i])).toBe(true);
    expect(fromBase64url(toBase64url(rendezvous(keys[0]!, [...group].reverse(), (one) => one)[0]!.id))).toEqual(first[0]!.id);
  });
});
