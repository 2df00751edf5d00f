/** The desk for releases from linked devices: what it gives to whom and how much, what it takes of liars. */
import { describe, expect, test } from 'vitest';
import { toBase64url, utf8, type Bytes } from '#base/bytes';
import { err, ok, type Result } from '#base/result';
import { sha384 } from '#boot/release-manifest';
import { FILE, LIST } from '#os/kernel/build-call';
import { createBuildDesk } from '#os/kernel/build-desk';
import type { BuildShelf } from '#os/builds-api';
import type { Kernel } from '#os/kernel/state';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import type { CallOptions, Refusal, Rpc, RpcEnd, Serve, Served } from '#vm/rpc/calls';
import { serviceOf, type Subject } from '#vm/rpc/subject';
import { decodeWit, encodeWit } from '#vm/rpc/wit';

const random = createSeededRandom('builds');
const SPACE = random.bytes(32);
const end = (device = random.bytes(32)): RpcEnd => ({ id: toBase64url(device), link: { device, open: true } as never });
const WORDS = utf8('let app = 2;');
const DIGEST = await sha384(WORDS);
const LIST_TEXT = '{"release":2}\n';

/** What a device at the other end does with a call. */
type Far = (subject: Subject, options: CallOptions, end: RpcEnd) => Promise<Result<Bytes, Refusal>>;

interface Kit {
  readonly shelf?: Partial<BuildShelf> | undefined;
  readonly ends?: readonly RpcEnd[];
  readonly admits?: (end: RpcEnd) => boolean;
  readonly far?: Far;
}

function kit({ shelf = {}, ends = [], admits = () => true, far = async () => err({ code: 'no-function', words: '' }) }: Kit = {}) {
  const clock = createSimClock();
  const serves = new Map<string, Serve>();
  const counts = new Map<string, number>();
  const asked: { subject: Subject; options: CallOptions; end: RpcEnd }[] = [];
  const builds: BuildShelf = { list: async () => ({ sequence: 20, text: LIST_TEXT }), file: async (name) => (name === DIGEST ? WORDS : null), digest: sha384, ...shelf };
  const kernel = { deps: { clock, builds }, spaces: new Map([['one', { id: SPACE }]]), metric: (name: string, add: number) => void counts.set(name, (counts.get(name) ?? 0) + add) };
  const rpc = {
    serve: (name: string, fn: Serve) => (serves.set(name, fn), () => undefined),
    call: (to: RpcEnd, subject: Subject, _params: Uint8Array, options: CallOptions) => (asked.push({ subject, options, end: to }), far(subject, options, to)),
  };
  const links = [...ends];
  const desk = createBuildDesk({ kernel: kernel as unknown as Kernel, rpc: rpc as unknown as Rpc, ends: () => links, admits });
  const over = new AbortController();
  /** A device asks; what it got, or the code of the refusal. */
  const serve = (declared: typeof LIST | typeof FILE, params: Bytes, by: RpcEnd, write?: Served['write']): Promise<number | string> => {
    let size = 0;
    const call: Served = { from: by, lattice: SPACE, params, signal: over.signal, next: async () => null, write: write ?? (async (part) => void (size += part.length)) };
    return serves.get(serviceOf(declared))!(call).then((bytes) => (decodeWit<{ size: number }>(declared.result, bytes)!.size === size || write ? size : 'another size'), (error: { code?: string }) => error.code ?? String(error));
  };
  return {
    clock, desk, asked, counts, over, links,
    lists: (by: RpcEnd, above = 10) => serve(LIST, encodeWit(LIST.params, { above }), by),
    file: (by: RpcEnd, name = DIGEST, write?: Served['write']) => serve(FILE, encodeWit(FILE.params, { sha384: name }), by, write),
  };
}

const size = (n: number): Result<Bytes, Refusal> => ok(encodeWit(LIST.result, { size: n }));
/** A device that gives these parts, and says so much about their size. */
const gives = (parts: readonly Bytes[], said = parts.reduce((sum, part) => sum + part.length, 0)): Far => async (_subject, { onPart }) => {
  try {
    for (const part of parts) await onPart!(part);
  } catch {
    return err({ code: 'cancelled', words: '' });
  }
  return size(said);
};

describe('{K9} giving a release', () => {
  test('REL1 a list goes out where its number is above that of the asker, a file by its digest; what is not there, and what is no digest, does not', async () => {
    const { lists, file } = kit();
    const by = end();
    expect([await lists(by, 19), await lists(by, 20), await file(by), await file(by, 'A'.repeat(64)), await file(by, '../index.html')]).toEqual([LIST_TEXT.length, 0, WORDS.length, 'bad-params', 'bad-params']);
    const none = kit({ shelf: { list: async () => null, file: async () => null } });
    expect([await none.lists(by), await none.file(by)], 'unsigned, not whole, or to save the network').toEqual([0, 'bad-params']);
  });

  test('[limit BUILD.listBytes] a list that nobody takes is not given', async () => {
    const { lists } = kit({ shelf: { list: async () => ({ sequence: 20, text: 'x'.repeat(262_145) }) } });
    expect(await lists(end())).toBe(0);
    expect(await kit({ shelf: { list: async () => ({ sequence: 20, text: 'x'.repeat(262_144) }) } }).lists(end())).toBe(262_144);
  });

  test('[limit BUILD.listsPerSecond BUILD.listsBurst BUILD.remembered] ten lists to one device, then one in ten seconds; a new link is no new budget, and a thousand devices are remembered', async () => {
    const { lists, clock } = kit();
    const device = random.bytes(32);
    for (let i = 0; i < 10; i++) expect(await lists(end(device))).toBe(LIST_TEXT.length);
    expect(await lists(end(device))).toBe('busy');
    await clock.run(9_000);
    expect([await lists(end(device)), await lists(end())]).toEqual(['busy', LIST_TEXT.length]);
    await clock.run(1_100);
    expect([await lists(end(device)), await lists(end(device))]).toEqual([LIST_TEXT.length, 'busy']);
    for (let i = 0; i < 1_023; i++) await lists(end());
    expect(await lists(end(device)), 'the one that asked first is forgotten first').toBe(LIST_TEXT.length);
  });

  test('[limit BUILD.asksPerSecond BUILD.asksBurst] a device asks for 600 files, there or not, and then for one a second', async () => {
    const { file, clock } = kit();
    const by = end();
    const codes = new Set<unknown>();
    for (let i = 0; i < 600; i++) codes.add(await file(by, 'A'.repeat(64)));
    expect([[...codes], await file(by), await file(end())]).toEqual([['bad-params'], 'busy', WORDS.length]);
    await clock.run(900);
    expect(await file(by)).toBe('busy');
    await clock.run(200);
    expect([await file(by), await file(by)]).toEqual([WORDS.length, 'busy']);
  });

  test('[limit BUILD.givenPerSecond BUILD.givenBurst] one device gets 64 MiB at once and 16 KiB a second after that, whatever it asks for; another one gets its own', async () => {
    const large = new Uint8Array(16_000_000);
    const { file, clock, counts } = kit({ shelf: { file: async () => large } });
    const by = end();
    for (let i = 0; i < 4; i++) expect(await file(by)).toBe(16_000_000);
    expect(await file(by)).toBe('busy');
    await clock.run(780_000);
    expect([await file(by), await file(end())]).toEqual(['busy', 16_000_000]);
    await clock.run(10_000);
    expect([await file(by), counts.get('builds.given_bytes')]).toEqual([16_000_000, 96_000_000]);
  });

  test('[limit BUILD.givenAtOnce BUILD.silentMs BUILD.fileMs] one file at a time to a device and three to all; who takes nothing for 20 s, or takes for longer than four minutes, loses the place', async () => {
    const { file, clock } = kit();
    const never = (): Promise<void> => new Promise(() => undefined);
    const [one, two, three] = [end(), end(), end()];
    const waits = [file(one, DIGEST, never), file(two, DIGEST, never), file(three, DIGEST, never)];
    await clock.settle();
    expect([await file(one), await file(end())]).toEqual(['busy', 'busy']);
    await clock.run(19_000);
    expect(await file(end())).toBe('busy');
    await clock.run(1_100);
    expect([await Promise.all(waits), await file(end())]).toEqual([['busy', 'busy', 'busy'], WORDS.length]);
    // Each part is taken after 17 s: there would be 31 of them, and the 15th is on its way when four minutes are over.
    const large = kit({ shelf: { file: async () => new Uint8Array(31 * 65_536) } });
    let parts = 0;
    const slow = large.file(one, DIGEST, () => new Promise((resolve) => void large.clock.setTimer(17_000, () => resolve(void (parts += 1)))));
    await large.clock.run(600_000);
    expect([await slow, parts]).toEqual(['busy', 15]);
  });

  test('[limit BUILD.fileBytes] a file above 16 MB is not given; who goes away while it is looked for holds nothing', async () => {
    expect(await kit({ shelf: { file: async () => new Uint8Array(16_000_001) } }).file(end())).toBe('bad-params');
    const lost = kit({ shelf: { file: () => new Promise(() => undefined) } });
    const waits = lost.file(end());
    lost.over.abort();
    expect(await waits).toBe('busy');
  });
});

describe('{K9} taking a release', () => {
  test('[limit BUILD.devices BUILD.listMs] of those who may be asked eight are, each for 20 s; the same device by another link is one', async () => {
    const device = random.bytes(32);
    const ends = [end(), end(device), end(device), ...Array.from({ length: 9 }, () => end())];
    const refused = ends[0];
    const { desk, asked } = kit({ ends, admits: (one) => one !== refused, far: gives([utf8(LIST_TEXT)]) });
    expect(await desk.lists(10)).toEqual(Array.from({ length: 8 }, () => LIST_TEXT));
    expect(new Set(asked.map(({ end: { id } }) => id)).size).toBe(8);
    expect([asked.map(({ options }) => options.ms), asked.some((one) => one.end === refused)]).toEqual([Array.from({ length: 8 }, () => 20_000), false]);
  });

  test.each<[string, Far, number]>([
    ['[limit BUILD.listBytes] longer than a list may be', gives([...Array.from({ length: 4 }, () => new Uint8Array(65_536) as Bytes), utf8('x')]), 1],
    ['of another size than was said', gives([utf8(LIST_TEXT)], 3), 1],
    ['not even a text', gives([new Uint8Array([0xff, 0xfe]) as Bytes]), 0],
    ['none: control', gives([]), 0],
  ])('a list that is %s is none, and a liar is asked for nothing more', async (_name, far, refused) => {
    const { desk, counts, asked } = kit({ ends: [end()], far });
    expect(await desk.lists(10)).toEqual([]);
    expect(counts.get('builds.refused') ?? 0).toBe(refused);
    await desk.lists(10);
    expect(asked).toHaveLength(refused === 1 ? 1 : 2);
  });

  const wanted = { sha384: DIGEST, size: WORDS.length };

  test('REL2 a file comes from the first who gives the right bytes: other bytes, more, fewer and none are passed over, and who gave them is asked for nothing more', async () => {
    const ends = Array.from({ length: 5 }, () => end());
    const wrong = WORDS.map((byte) => byte ^ 1) as Bytes;
    const far: Far[] = [gives([wrong]), gives([WORDS, utf8(' ')]), gives([WORDS.slice(1)]), async () => err({ code: 'no-function', words: '' }), gives([WORDS.slice(0, 5), WORDS.slice(5)])];
    const { desk, counts, asked } = kit({ ends, far: (subject, options, to) => far[ends.indexOf(to)]!(subject, options, to) });
    expect(await desk.file(wanted)).toEqual(WORDS);
    expect([counts.get('builds.refused'), asked.length]).toEqual([3, 5]);
    expect(await desk.file(wanted)).toEqual(WORDS);
    expect(asked.length, 'the honest one, and the one that has none').toBe(7);
  });

  test('who gave a list is asked for the files first', async () => {
    const ends = [end(), end()];
    const far: Far = (subject, options, to) => (subject.function === 'list' && to === ends[0] ? Promise.resolve(size(0)) : gives([subject.function === 'list' ? utf8(LIST_TEXT) : WORDS])(subject, options, to));
    const { desk, asked } = kit({ ends, far });
    await desk.lists(10);
    await desk.file(wanted);
    expect(asked.at(-1)!.end).toBe(ends[1]);
  });

  test('who lets a file take too long is asked after the others from then on', async () => {
    const ends = [end(), end()];
    const far: Far = (subject, options, to) => (subject.function === 'file' && to === ends[0] ? Promise.resolve(err({ code: 'deadline', words: '' })) : gives([subject.function === 'list' ? utf8(LIST_TEXT) : WORDS])(subject, options, to));
    const { desk, asked } = kit({ ends, far });
    await desk.lists(10);
    for (let i = 0; i < 2; i++) expect(await desk.file(wanted)).toEqual(WORDS);
    expect(asked.slice(2).map(({ end: to }) => ends.indexOf(to))).toEqual([0, 1, 1]);
  });

  test('[limit BUILD.busyTries BUILD.busyMs] one that is busy is asked ten times, two seconds apart', async () => {
    const { desk, asked, clock } = kit({ ends: [end()], far: async () => err({ code: 'busy', words: '' }) });
    const coming = desk.file(wanted);
    await clock.run(1_900);
    expect(asked).toHaveLength(1);
    await clock.run(200);
    expect(asked).toHaveLength(2);
    await clock.run(60_000);
    expect([await coming, asked.length]).toEqual([null, 10]);
  });

  test('[limit BUILD.silentMs BUILD.fileMs] one that says nothing for 20 s is left, empty parts are nothing; the whole may take four minutes', async () => {
    const silent: Far = (_subject, { signal, onPart }) => new Promise((resolve) => {
      void onPart!(new Uint8Array(0) as Bytes);
      signal!.addEventListener('abort', () => resolve(err({ code: 'cancelled', words: '' })));
    });
    const { desk, asked, clock } = kit({ ends: [end()], far: silent });
    let over = false;
    const coming = desk.file(wanted).finally(() => (over = true));
    await clock.run(19_000);
    expect([over, asked[0]!.options.ms]).toEqual([false, 240_000]);
    await clock.run(1_100);
    expect([over, await coming]).toEqual([true, null]);
  });

  test('[limit BUILD.fileBytes] what is too large, or has no digest, is asked of nobody', async () => {
    const { desk, asked } = kit({ ends: [end()] });
    expect([await desk.file({ sha384: DIGEST, size: 16_000_001 }), await desk.file({ sha384: 'index.html', size: 5 })]).toEqual([null, null]);
    expect(asked).toHaveLength(0);
    await desk.file({ sha384: DIGEST, size: 16_000_000 });
    expect(asked).toHaveLength(1);
  });

  test('who could be asked is told when it changes', () => {
    const { desk, links } = kit();
    const told: (readonly string[])[] = [];
    const stop = desk.watch((devices) => void told.push(devices));
    const one = end();
    links.push(one);
    desk.look();
    desk.look();
    links.pop();
    stop();
    desk.look();
    expect(told).toEqual([[], [toBase64url(one.link.device)]]);
  });
});
