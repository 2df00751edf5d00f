/** The desk for searching on other devices: whom it answers with what, whom it asks, what of an answer it takes. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { ok } from '#base/result';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { ELSEWHERE_KINDS, type ElsewhereAsk, type ElsewhereNews, type ElsewhereQuestion, type FoundThing } from '#os/search-api';
import { FIND } from '#os/kernel/search-call';
import { createSearchDesk } from '#os/kernel/search-desk';
import type { Kernel } from '#os/kernel/state';
import { SPACE_KIND } from '#vm/protocol/types';
import type { CallOptions, Rpc, RpcEnd, Serve } from '#vm/rpc/calls';
import { decodeWit, encodeWit } from '#vm/rpc/wit';

const random = createSeededRandom('search');
const id = (): string => toBase64url(random.bytes(16));
const [SPACE, OPEN, SHUT, GONE] = [random.bytes(32), id(), id(), id()];
const ASK: ElsewhereAsk = { text: 'gasket', kinds: ELSEWHERE_KINDS, by: [], before: null, after: null, now: 5, limit: 30 };
const thing = (rest: Partial<FoundThing> = {}): FoundThing => ({ kind: 'message', fragment: OPEN, node: id(), block: '', title: '', text: 'a gasket', by: '', at: 1, changed: 1, ...rest });
const end = (name = id()): RpcEnd => ({ id: name, link: { device: random.bytes(32), open: true } as never });

interface Kit {
  readonly kind?: number;
  readonly member?: { late: boolean; wider: object | null } | null;
  readonly admits?: () => boolean;
  readonly ends?: readonly RpcEnd[];
  /** What a device that is asked answers. */
  readonly says?: readonly FoundThing[];
}

function kit({ kind = SPACE_KIND.guild, member = { late: false, wider: null }, admits = () => true, ends = [], says = [] }: Kit = {}) {
  const clock = createSimClock();
  let serve: Serve | null = null;
  let woken = 0;
  const asked: CallOptions[] = [];
  const space = {
    id: SPACE, key: toBase64url(SPACE), rights: { personOf: () => 'uid', memberOf: () => member, view: () => ({ kind }) },
    fragments: new Map([[OPEN, {}], [SHUT, {}]]),
    source: { standing: (_fragment: string, node: string) => (node === GONE ? 'deleted' : 'shown') },
  };
  const kernel = { deps: { clock, random, wakeSearch: () => void woken++ }, leader: true, spaces: new Map([[space.key, space]]), metric: () => undefined };
  const rpc = {
    serve: (_name: string, fn: Serve) => ((serve = fn), () => undefined),
    call: async (_end: RpcEnd, _subject: object, _params: Uint8Array, options: CallOptions) => (asked.push(options), ok(encodeWit(FIND.result, { found: says }) as Bytes)),
  };
  const desk = createSearchDesk({ kernel: kernel as unknown as Kernel, rpc: rpc as unknown as Rpc, ends: () => ends, admits, sees: (_end, _space, fragment) => fragment !== SHUT });
  const over = new AbortController();
  const call = (ask: Partial<ElsewhereAsk> = {}, by = end('one')) =>
    serve!({ from: by, lattice: SPACE, params: encodeWit(FIND.params, { ...ASK, ...ask }), signal: over.signal, next: async () => null, write: async () => undefined })
      .then((bytes) => decodeWit(FIND.result, bytes)!.found, (error: { code?: string }) => error.code ?? String(error));
  const told: ElsewhereNews[] = [];
  const asks = async (ask: Partial<ElsewhereAsk> = {}, hidden: string[] = []): Promise<() => void> => {
    const stop = desk.ask([space.key], { ...ASK, ...ask }, hidden, (news) => told.push(news));
    await clock.settle();
    return stop;
  };
  return { clock, desk, call, asks, told, asked, over, woken: () => woken };
}

/** Answers every question with these. */
const answers = ({ desk }: ReturnType<typeof kit>, ...found: FoundThing[]) => {
  const heard: ElsewhereQuestion[] = [];
  desk.listen((question) => (heard.push(question), desk.answer(question.no, found)));
  return heard;
};

describe('{K5} a device that is asked what it holds', () => {
  test('FIND2 tells a member what both may read and what stands there; of a place the asker may not read, of what is deleted, and of what is no thing, nothing', async () => {
    const one = kit();
    const [open, shut, gone, odd] = [thing(), thing({ fragment: SHUT }), thing({ node: GONE }), thing({ block: 'of a message' })];
    const heard = answers(one, open, shut, gone, odd);
    expect(await one.call()).toEqual([open]);
    expect(heard[0]!.fragments).toEqual([OPEN]);
  });

  test('FIND2 nobody is told anything whom a rule keeps from what was before their coming, whom the space knows no more, or who loses it while it is looked for', async () => {
    for (const member of [{ late: true, wider: null }, { late: false, wider: {} }, null]) {
      const one = kit({ member });
      const heard = answers(one, thing());
      expect(await one.call()).toBe('rights');
      expect(heard).toEqual([]);
    }
    let may = true;
    const one = kit({ admits: () => may });
    one.desk.listen(({ no }) => ((may = false), one.desk.answer(no, [thing()])));
    expect(await one.call()).toBe('rights');
  });

  test('[limit SEARCH.askChars SEARCH.found] FIND5 a question that is none, or too long, is not looked for; an answer has 30 things at most', async () => {
    const one = kit();
    const heard = answers(one, ...Array.from({ length: 40 }, () => thing()));
    expect(await one.call({ text: 'x'.repeat(201) })).toBe('bad-params');
    expect(await one.call({ text: ' ' })).toBe('bad-params');
    expect(await one.call({ kinds: [] })).toBe('bad-params');
    expect(await one.call({ by: ['somebody'] })).toBe('bad-params');
    expect(heard).toEqual([]);
    expect(await one.call({ text: 'x'.repeat(200), limit: 99 })).toHaveLength(30);
    expect(await one.call({ limit: 2 })).toHaveLength(2);
  });

  test('[limit SEARCH.asksPerSecond SEARCH.asksBurst SEARCH.asksAtOnce] FIND5 two questions of a link at once, one a second in the long run; who cancels is worked for no more', async () => {
    const one = kit();
    const waits = [one.call(), one.call()];
    expect(await one.call()).toBe('busy');
    expect(one.woken()).toBe(2);
    // The search that was started takes what waits.
    answers(one, thing());
    expect((await Promise.all(waits)).map((found) => found.length)).toEqual([1, 1]);
    const more: unknown[] = [];
    for (let i = 0; i < 9; i++) more.push(typeof (await one.call()) === 'string' ? 'busy' : 'told');
    expect(more).toEqual([...Array.from({ length: 8 }, () => 'told'), 'busy']);
    await one.clock.run(1_000);
    expect(await one.call()).toHaveLength(1);
    expect(await one.call()).toBe('busy');
    const silent = kit();
    const asked = silent.call();
    await silent.clock.settle();
    silent.over.abort();
    expect(await asked).toBe('cancelled');
    let late = 0;
    silent.desk.listen(() => void late++);
    expect(late).toBe(0);
  });
});

describe('{K5} a device that asks others', () => {
  test('[limit SEARCH.devices SEARCH.ms] FIND1 FIND5 asks 8 devices of a Guild for 8 s each, in no other space, and nobody who is blocked', async () => {
    const ends = Array.from({ length: 11 }, () => end());
    const one = kit({ ends });
    await one.asks();
    expect([one.told[0], one.asked.length, one.asked[0]!.ms, one.told.at(-1)]).toEqual([{ t: 'asked', devices: 8, links: true }, 8, 8_000, { t: 'end' }]);
    const team = kit({ ends, kind: SPACE_KIND.team });
    await team.asks();
    const blocked = kit({ ends });
    await blocked.asks({}, ['uid']);
    const shut = kit({ ends, admits: () => false });
    await shut.asks();
    expect([team, blocked, shut].map(({ told, asked }) => [told[0], asked.length])).toEqual(Array.from({ length: 3 }, () => [{ t: 'asked', devices: 0, links: true }, 0]));
  });

  test('FIND5 another question ends the one before: the far end is told, and nothing more comes of it', async () => {
    const one = kit({ ends: [end()], says: [thing()] });
    const stop = one.desk.ask([toBase64url(SPACE)], ASK, [], (news) => one.told.push(news));
    stop();
    await one.clock.settle();
    expect([one.asked[0]!.signal!.aborted, one.told.map(({ t }) => t)]).toEqual([true, ['asked']]);
  });

  test('FIND3 an answer with more than was asked for, with what was not, one thing twice, too long a piece or a name that is none is refused whole; what is known to be deleted is left out', async () => {
    const good = thing();
    const answer = async (says: readonly FoundThing[], ask: Partial<ElsewhereAsk> = {}) => {
      const one = kit({ ends: [end()], says });
      await one.asks(ask);
      return one.told[1];
    };
    expect(await answer([good])).toMatchObject({ t: 'answer', found: [good] });
    const hostile: [readonly FoundThing[], Partial<ElsewhereAsk>?][] = [
      [[good, thing()], { limit: 1 }], [[good], { kinds: ['task'] }], [[good], { by: [toBase64url(random.bytes(32))] }], [[good, { ...good, text: 'gasket, otherwise' }]],
      [[thing({ text: 'x'.repeat(481) })]], [[thing({ node: '../../secret' })]], [[thing({ fragment: 'x' })]], [[thing({ by: 'Anna' })]], [[thing({ block: 'b' })]], [[thing({ kind: 'block' })]],
      [Array.from({ length: 31 }, () => thing()), { limit: 99 }],
    ];
    for (const [says, ask] of hostile) expect(await answer(says, ask)).toEqual({ t: 'silent', late: false });
    expect(await answer([good, thing({ node: GONE }), thing({ fragment: SHUT })])).toMatchObject({ t: 'answer', found: [good] });
  });
});
