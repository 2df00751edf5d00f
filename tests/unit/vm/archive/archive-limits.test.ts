/** What an archive may cost and how often it asks: each limit with a test that fails without it. */
import { describe, expect, it } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import { createArchiveLogs } from '#vm/archive/archive-logs';
import { openArchiveKey } from '#vm/archive/archive-key';
import { valueHash } from '#vm/protocol/gun-names';
import { createWorld, equalStores, fragmentNo, type World, type WorldPeer } from '#tests/support/mesh-world';
import { createStockRelay, type StockRelay } from '#tests/support/stock-relay';

const KEY = new Uint8Array(32).fill(7) as Bytes;

interface Bed {
  readonly world: World;
  readonly relay: StockRelay;
  peer(name: string, urls?: readonly string[]): Promise<WorldPeer>;
}

function bed(seed: string): Bed {
  const world = createWorld(seed);
  const relay = createStockRelay(world.clock);
  return { world, relay, peer: (name, urls = ['ws://relay/gun']) => world.peer(name, { alone: true, archive: { sockets: relay.port, key: KEY, urls } }) };
}

const even = (peer: WorldPeer): boolean => peer.replication.archiveStates().some((one) => one.even !== null);

/** A device that put so many records and went. */
async function filled(all: Bed, records: number, fragments = 1): Promise<WorldPeer> {
  const a = await all.peer('a');
  for (let i = 0; i < records; i++) await a.write(fragmentNo(1 + (i % fragments)), { quiet: true });
  expect(await all.world.clock.until(() => even(a), 60_000)).toBe(true);
  await all.world.clock.run(3_000);
  await a.replication.stop();
  return a;
}

const soulsOf = (relay: StockRelay, end: '#' | ''): string[] => [...relay.graph.keys()].filter((soul) => soul.endsWith('#') === (end === '#'));
/** The soul with the most entries that begin with a seq: the page of the log. */
const pageOf = (relay: StockRelay): string => soulsOf(relay, '#').find((soul) => [...relay.graph.get(soul)!.keys()].some((key) => /^[0-9]{10}#/.test(key)))!;

describe('archive limits', () => {
  it('[limit ARCHIVE.relays] a space has four relays at most', async () => {
    const all = bed('relays');
    const a = await all.peer('a', [1, 2, 3, 4, 5, 6].map((n) => `ws://relay${n}/gun`));
    await all.world.clock.settle();
    expect(a.replication.archiveStates()).toHaveLength(ARCHIVE_LIMITS.relays);
  });

  it('[limit ARCHIVE.sessions] no more than 64 relays are connected at once', async () => {
    const all = bed('sessions');
    const a = await all.peer('a');
    for (let i = 0; i < 70; i++) a.host.archiveList.push({ space: new Uint8Array(32).fill(i) as Bytes, key: KEY, urls: ['ws://relay/gun'] });
    a.replication.refresh();
    await all.world.clock.settle();
    expect(a.replication.archiveStates()).toHaveLength(ARCHIVE_LIMITS.sessions);
  });

  it('[limit ARCHIVE.openMs] a socket that shows no GUN peer is closed, and says that it is silent', async () => {
    const all = bed('open');
    const world = all.world;
    const a = await world.peer('a', { alone: true, archive: { key: KEY, urls: ['ws://nowhere'], sockets: { open: () => ({ send: () => undefined, buffered: () => 0, close: () => undefined }) } } });
    await world.clock.run(ARCHIVE_LIMITS.openMs - 100);
    expect(a.replication.archiveStates()[0]!.state).toBe('connecting');
    await world.clock.run(200);
    expect(a.replication.archiveStates()[0]).toMatchObject({ state: 'closed', reason: 'silent' });
  });

  it('[limit ARCHIVE.silenceMs ARCHIVE.partMs ARCHIVE.wholeQuietMs] silence to a piece is waited for 2 s, to all of the next keys 8 s, then the whole soul is asked for, which ends when nothing more comes', async () => {
    const all = bed('silence');
    const a = await filled(all, 5);
    const socket = all.relay.port.open('', { onOpen: () => undefined, onMessage: () => undefined, onClose: () => undefined });
    await all.world.clock.run(50);
    const read = [pageOf(all.relay), '[object Object]'];
    for (const soul of read) socket.send(JSON.stringify({ '#': 'hostile00', get: { '#': soul } }));
    await all.world.clock.run(50);
    const b = await all.peer('b');
    // What follows the heads, the list and the page are asked for in three ways.
    const each = ARCHIVE_LIMITS.silenceMs + ARCHIVE_LIMITS.partMs + ARCHIVE_LIMITS.wholeQuietMs;
    await all.world.clock.run(3 * each - 1_000);
    expect(equalStores([a, b])).toBe(false);
    expect(await all.world.clock.until(() => equalStores([a, b]), each)).toBe(true);
  });

  it('[limit ARCHIVE.partMs] the parts of an answer out of several files are waited for, 8 s each; one that breaks off is not taken for the end', async () => {
    for (const [partMs, whole] of [[ARCHIVE_LIMITS.partMs - 1_000, false], [ARCHIVE_LIMITS.partMs + 1_000, true]] as const) {
      const all = bed(`parts ${partMs}`);
      const a = await filled(all, 30);
      const page = pageOf(all.relay);
      const keys = [...all.relay.graph.get(page)!.keys()].sort();
      // A stray of the second file: without a bound the range comes in two parts.
      all.relay.files.push(`${page}\u001b${keys[10]}`);
      all.relay.stray.add(`${page}\u001b${keys[20]}`);
      all.relay.partMs = partMs;
      const b = await all.peer('b');
      expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
      expect(all.relay.seen.whole > 0).toBe(whole);
    }
  });

  it('[limit ARCHIVE.acrossParts] past the end of a file a small part of what is left is asked for without a bound, not all of it', async () => {
    const all = bed('across');
    const a = await filled(all, 250);
    const page = pageOf(all.relay);
    all.relay.files.push(`${page}\u001b${[...all.relay.graph.get(page)!.keys()].sort()[100]}`);
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
    expect(all.relay.seen.fields).toBeGreaterThan(0);
    expect(all.relay.seen.fields).toBeLessThan(40);
  });

  it('[limit ARCHIVE.ackMs] a put of what the relay has already is never acknowledged: after 3 s the device looks whether it lies there', async () => {
    const all = bed('ack');
    all.relay.mute = true;
    const a = await all.peer('a');
    await a.write(fragmentNo(1));
    expect(await all.world.clock.until(() => even(a), 4 * ARCHIVE_LIMITS.ackMs)).toBe(true);
    await all.world.clock.run(500);
    expect(all.relay.seen.heads).toBe(1);
  });

  it('[ARC6] a relay that neither acknowledges nor keeps is refused, in words', async () => {
    const all = bed('not taken');
    all.relay.mute = true;
    const a = await all.peer('a');
    const { graph } = all.relay;
    graph.set = function (soul) {
      return Map.prototype.set.call(graph, soul, new (class extends Map<string, { value: unknown; state: number }> {
        override set(): this {
          return this;
        }
      })()) as typeof graph;
    };
    await a.write(fragmentNo(1));
    await all.world.clock.run(15_000);
    expect(a.replication.archiveStates()[0]).toMatchObject({ state: 'refused', reason: 'not-taken' });
  });

  it('[limit ARCHIVE.noneMs ARCHIVE.putAfterMs] an empty archive is known as empty at once, and an own record lies there soon after', async () => {
    const all = bed('none');
    const a = await all.peer('a');
    expect(await all.world.clock.until(() => even(a), 1_000)).toBe(true);
    await a.write(fragmentNo(1));
    expect(await all.world.clock.until(() => soulsOf(all.relay, '#').length === 2, 1_000)).toBe(true);
  });

  it('[limit ARCHIVE.rangeChars] a get asks for no more than a stock relay gives in one answer', async () => {
    const all = bed('range');
    const a = await filled(all, 200);
    const before = all.relay.seen.get;
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
    expect(all.relay.seen.get - before).toBeLessThan(12);
  });

  it('[limit ARCHIVE.rangeCharsMin] what is too large for one frame is asked for in pieces', async () => {
    const all = bed('pieces');
    const a = await filled(all, 2);
    const page = pageOf(all.relay);
    for (let i = 0; i < 4_000; i++) all.relay.graph.get(page)!.set(`0000000000${i}#${valueHash('x')}`, { value: 'x', state: 1 });
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
  });

  it('[limit ARCHIVE.entries] a frame with more than 4,096 fields is refused before they are looked at', async () => {
    const all = bed('entries');
    const a = await filled(all, 1);
    a.replication.start();
    await all.world.clock.until(() => even(a), 10_000);
    const [heads] = soulsOf(all.relay, '');
    const keys = Array.from({ length: ARCHIVE_LIMITS.entries + 1 }, (_, i) => i.toString(36));
    all.relay.shout(JSON.stringify({ '#': 'hostile01', put: { [heads!]: { _: { '#': heads, '>': Object.fromEntries(keys.map((key) => [key, 1])) }, ...Object.fromEntries(keys.map((key) => [key, 'x'])) } } }));
    await all.world.clock.run(100);
    expect(a.replication.counters()['archive.frames_refused']).toBe(1);
  });

  it('[limit ARCHIVE.soulFields] a soul full of junk is read over several rounds, not in one', async () => {
    const all = bed('full');
    const a = await filled(all, 2);
    const page = all.relay.graph.get(pageOf(all.relay))!;
    for (let i = 0; i < ARCHIVE_LIMITS.soulFields + 1_000; i++) page.set(`0000000000#!${i.toString(36).padStart(4, '0')}`, { value: '', state: 1 });
    const b = await all.peer('b');
    await all.world.clock.run(ARCHIVE_LIMITS.roundMs - 5_000);
    expect(equalStores([a, b])).toBe(false);
    expect(await all.world.clock.until(() => equalStores([a, b]), 2 * ARCHIVE_LIMITS.roundMs)).toBe(true);
  }, 30_000);

  it('[limit ARCHIVE.wholeFields] a whole soul is read up to its cap, and the state says that junk stands in the way', async () => {
    const all = bed('whole');
    await filled(all, 1);
    const name = pageOf(all.relay);
    const page = all.relay.graph.get(name)!;
    for (let i = 0; i < ARCHIVE_LIMITS.wholeFields; i++) page.set(`z${i}`, { value: '', state: 1 });
    const socket = all.relay.port.open('', { onOpen: () => undefined, onMessage: () => undefined, onClose: () => undefined });
    await all.world.clock.run(50);
    for (const soul of [name, '[object Object]']) socket.send(JSON.stringify({ '#': 'hostile00', get: { '#': soul } }));
    await all.world.clock.run(50);
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => b.replication.archiveStates()[0]!.state === 'refused', 60_000)).toBe(true);
    expect(b.replication.archiveStates()[0]!.reason).toBe('junk');
  }, 30_000);

  it('[limit ARCHIVE.probes ARCHIVE.roundMs] with every head spoiled a later round looks for 64 logs, and the next one for others', async () => {
    const all = bed('probes');
    const a = await filled(all, 100, 100);
    const [heads] = soulsOf(all.relay, '');
    for (const key of all.relay.graph.get(heads!)!.keys()) all.relay.graph.get(heads!)!.set(key, { value: 'poison', state: 999_999 });
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 30_000)).toBe(true);
    expect(await all.world.clock.until(() => even(b), 120_000)).toBe(true);
    const before = all.relay.seen.get;
    await all.world.clock.run(ARCHIVE_LIMITS.roundMs + 15_000);
    expect(all.relay.seen.get - before).toBeGreaterThanOrEqual(ARCHIVE_LIMITS.probes);
    expect(all.relay.seen.get - before).toBeLessThanOrEqual(ARCHIVE_LIMITS.probes + 8);
  });

  it('[limit ARCHIVE.pulls] four logs are asked for at a time', async () => {
    const all = bed('pulls');
    const a = await filled(all, 60, 60);
    let flying = 0;
    let most = 0;
    const { port } = all.relay;
    const watched = { open: (url: string, handlers: Parameters<typeof port.open>[1]) => {
      const socket = port.open(url, { ...handlers, onMessage: (text) => {
        if (text.includes('"@"')) flying -= 1;
        handlers.onMessage(text);
      } });
      return { ...socket, send: (text: string) => {
        most = Math.max(most, ++flying);
        socket.send(text);
      } };
    } };
    const b = await all.world.peer('b', { alone: true, archive: { sockets: watched, key: KEY, urls: ['ws://relay/gun'] } });
    expect(await all.world.clock.until(() => equalStores([a, b]), 30_000)).toBe(true);
    expect(most).toBeLessThanOrEqual(ARCHIVE_LIMITS.pulls);
    expect(most).toBeGreaterThan(1);
  });

  it('[limit ARCHIVE.logs] no more than 65,536 logs of one archive are kept in mind', async () => {
    const logs = createArchiveLogs({ ...(await openArchiveKey(createWorld('logs').crypto, KEY)), log: (fragment) => toBase64url(fragment) });
    const writer = new Uint8Array(32) as Bytes;
    const fragment = (n: number): Bytes => new Uint8Array([n & 255, (n >> 8) & 255, n >> 16]) as Bytes;
    for (let i = 0; i < ARCHIVE_LIMITS.logs; i++) expect(logs.log(fragment(i), writer) !== null).toBe(true);
    expect(logs.log(fragment(70_000), writer)).toBeNull();
    expect(logs.log(fragment(1), writer)).not.toBeNull();
  });

  it('[limit ARCHIVE.putBytes ARCHIVE.puts] records go in puts of 48 KiB, four under way', async () => {
    const all = bed('puts');
    all.relay.ackAfterMs = 50;
    const a = await all.peer('a');
    for (let i = 0; i < 400; i++) await a.write(fragmentNo(1), { quiet: true, bytes: 2_000 });
    expect(await all.world.clock.until(() => even(a), 60_000)).toBe(true);
    expect(all.relay.seen.longest).toBeLessThan(2 * ARCHIVE_LIMITS.putBytes);
    expect(all.relay.most).toBe(ARCHIVE_LIMITS.puts);
  });

  it('[limit ARCHIVE.headMs] the head of a log is told at most every 2 s', async () => {
    const all = bed('heads');
    const a = await all.peer('a');
    await all.world.clock.until(() => even(a), 5_000);
    for (let i = 0; i < 50; i++) {
      await a.write(fragmentNo(1));
      await all.world.clock.run(200);
    }
    expect(all.relay.seen.heads).toBeGreaterThanOrEqual(4);
    expect(all.relay.seen.heads).toBeLessThanOrEqual(6);
  });

  it('[limit ARCHIVE.retryMs ARCHIVE.retryMaxMs] a relay that is away is tried soon, then ever more seldom, but at least each minute', async () => {
    const all = bed('retry');
    all.relay.up(false);
    await all.peer('a');
    await all.world.clock.run(2_000);
    expect(all.relay.tried).toBeGreaterThanOrEqual(2);
    await all.world.clock.run(3_600_000);
    expect(all.relay.tried).toBeGreaterThan(45);
    expect(all.relay.tried).toBeLessThan(90);
  });
});
