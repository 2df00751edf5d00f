/** The archive of a space on a stock GUN relay (FORMATS §7): two devices whose lives do not overlap, and what strangers can do to them. */
import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';
import { headField } from '#vm/archive/archive-fields';
import { openArchiveKey } from '#vm/archive/archive-key';
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import { valueHash } from '#vm/protocol/gun-names';
import { bed, even, KEY, souls, URL, visit } from '#tests/support/archive-bed';
import { equalStores, fragmentNo } from '#tests/support/mesh-world';
import { createStockRelay, type StockRelay } from '#tests/support/stock-relay';

describe('archive on a stock relay', () => {
  it('[ARC1] serves two devices whose lives do not overlap, both ways', async () => {
    const all = bed('two lives');
    const a = await all.peer('a');
    for (let i = 0; i < 300; i++) await a.write(fragmentNo(1 + (i % 3)), { quiet: true });
    await visit(all, a);
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 30_000)).toBe(true);
    for (let i = 0; i < 5; i++) await b.write(fragmentNo(9));
    await all.world.clock.run(3_000);
    await b.replication.stop();
    expect(equalStores([a, b])).toBe(false);
    a.replication.start();
    expect(await all.world.clock.until(() => equalStores([a, b]), 30_000)).toBe(true);
    await a.replication.stop();
  });

  it('a live head brings the records of another who is connected, without waiting for a round', async () => {
    const all = bed('live head');
    const [a, b] = [await all.peer('a'), await all.peer('b')];
    await a.write(fragmentNo(1));
    await all.world.clock.run(5_000);
    expect(equalStores([a, b]), 'it was read by a round or by its head').toBe(true);
    const entry = await a.write(fragmentNo(1));
    expect(await all.world.clock.until(() => b.host.has(entry.id), 4_000)).toBe(true);
  });

  it('[ARC2] names nothing and shows nothing: no id, no record, no writer stands there in clear', async () => {
    const all = bed('secrecy');
    const a = await all.peer('a');
    const entry = await a.write(fragmentNo(1), { quiet: true });
    await visit(all, a);
    const stored = JSON.stringify([...all.relay.graph].map(([soul, node]) => [soul, [...node]]));
    for (const secret of [all.world.space, fragmentNo(1), entry.writer, entry.id]) expect(stored).not.toContain(toBase64url(secret));
    const bytes = [...all.relay.graph.values()].flatMap((node) => [...node.values()].map(({ value }) => Buffer.from(fromBase64url(String(value)) ?? [])));
    const inside = (needle: Uint8Array): boolean => bytes.some((one) => one.includes(Buffer.from(needle)));
    expect(inside(entry.bytes.slice(20, 60)) || inside(entry.writer) || inside(all.world.space)).toBe(false);
    // The control: the same look finds a record that lies there unsealed.
    all.relay.graph.set('x#', new Map([['k', { value: toBase64url(entry.bytes), state: 1 }]]));
    bytes.push(Buffer.from(entry.bytes));
    expect(inside(entry.writer)).toBe(true);
  });

  it('[ARC2] the same record put by two members is one entry', async () => {
    const all = bed('one entry');
    const a = await all.peer('a');
    await a.write(fragmentNo(1), { quiet: true });
    await visit(all, a);
    const before = JSON.stringify([...all.relay.graph].map(([soul, node]) => [soul, [...node.keys()]]));
    all.relay.graph.get(souls(all.relay).find((soul) => !soul.endsWith('#'))!)!.clear();
    const b = await all.peer('b');
    await visit(all, b);
    all.relay.graph.forEach((node) => node.forEach((_, key) => expect(before).toContain(JSON.stringify(key))));
    expect(a.replication.counters()['archive.put']).toBe(1);
  });

  it('two relays, one dead: what one has comes to the other, and the dead one is shown as dead', async () => {
    const all = bed('two relays');
    const second = createStockRelay(all.world.clock);
    const both = { open: (url: string, handlers: Parameters<typeof second.port.open>[1]) => (url === URL ? all.relay : second).port.open(url, handlers) };
    const a = await all.peer('a');
    await a.write(fragmentNo(1), { quiet: true });
    await visit(all, a);
    const b = await all.world.peer('b', { alone: true, archive: { sockets: both, key: KEY, urls: [URL, 'ws://second/gun'] } });
    await b.write(fragmentNo(2));
    expect(await all.world.clock.until(() => b.replication.archiveStates().every((one) => one.even !== null), 30_000)).toBe(true);
    await all.world.clock.run(70_000);
    await b.replication.stop();
    all.relay.up(false);
    const c = await all.world.peer('c', { alone: true, archive: { sockets: both, key: KEY, urls: [URL, 'ws://second/gun'] } });
    expect(await all.world.clock.until(() => equalStores([b, c]), 30_000)).toBe(true);
    expect(c.host.size()).toBe(2);
    expect(c.replication.archiveStates().map((one) => one.state)).toEqual(['closed', 'open']);
  });

  it('[ARC6] an upload that was cut short leaves holes: the next connection fills them, with heads and without', async () => {
    for (const spoiled of [false, true]) {
      const all = bed(`cut short ${spoiled}`);
      const a = await all.peer('a');
      for (let i = 0; i < 10; i++) await a.write(fragmentNo(1), { quiet: true });
      await visit(all, a);
      const page = souls(all.relay).find((soul) => soul.endsWith('#') && [...all.relay.graph.get(soul)!.keys()].some((key) => key.startsWith('0000000000#')))!;
      const heads = all.relay.graph.get(souls(all.relay).find((soul) => !soul.endsWith('#'))!)!;
      const [name, head] = [...heads][0]!;
      for (let i = 0; i < 10; i++) await a.write(fragmentNo(1), { quiet: true });
      a.replication.start();
      expect(await all.world.clock.until(() => all.relay.graph.get(page)!.size === 20, 30_000)).toBe(true);
      await a.replication.stop();
      // The relay died on the way: of the last ten some are not on its disk, and their head never came.
      for (const key of all.relay.graph.get(page)!.keys()) if (/^00000000(12|13|15)#/.test(key)) all.relay.graph.get(page)!.delete(key);
      heads.set(name, spoiled ? { value: 'poison', state: 999_999 } : head);
      a.replication.start();
      expect(await all.world.clock.until(() => all.relay.graph.get(page)!.size === 20, 60_000), `heads spoiled: ${spoiled}`).toBe(true);
      await a.replication.stop();
    }
  });

  it('[ARC1] a record whose connection was lost between its put and its head has its head told by the next one', async () => {
    const all = bed('head told again');
    const a = await all.peer('a');
    await a.write(fragmentNo(1), { quiet: true });
    await visit(all, a);
    a.replication.start();
    expect(await all.world.clock.until(() => a.replication.archiveStates()[0]!.even !== null, 30_000)).toBe(true);
    await all.world.clock.run(5_000);
    const heads = all.relay.graph.get(souls(all.relay).find((soul) => !soul.endsWith('#'))!)!;
    // A record of another fragment lies there, and the relay goes before it says so.
    all.relay.ackAfterMs = 10_000;
    const size = (): number => [...all.relay.graph.values()].reduce((sum, node) => sum + node.size, 0);
    const entry = await a.write(fragmentNo(2));
    const page = (): boolean => [...all.relay.graph].some(([soul, node]) => soul.endsWith('#') && node.size === 1 && [...node.keys()][0]!.startsWith('0000000000#'));
    const before = size();
    expect(await all.world.clock.until(() => size() >= before + 2, 30_000)).toBe(true);
    all.relay.up(false);
    await all.world.clock.run(200);
    all.relay.ackAfterMs = 0;
    expect([page(), heads.size], 'the record is there, its head is not').toEqual([true, 1]);
    all.relay.up(true);
    expect(await all.world.clock.until(() => heads.size === 2, 59_000), 'no round later').toBe(true);
    const b = await all.peer('b');
    await visit(all, b);
    expect(b.host.has(entry.id)).toBe(true);
  });

  it('a fork is put and read with both branches', async () => {
    const all = bed('fork');
    const a = await all.peer('a');
    for (let i = 0; i < 4; i++) await a.write(fragmentNo(1), { quiet: true });
    await a.write(fragmentNo(1), { quiet: true, fork: true });
    await visit(all, a);
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => b.host.size() === 5, 30_000)).toBe(true);
    // A branch that shows up later, below what lies there already.
    await a.write(fragmentNo(1), { quiet: true, fork: true });
    a.replication.start();
    expect(await all.world.clock.until(() => equalStores([a, b]), 150_000)).toBe(true);
  });

  it('goes on after the relay was gone, and says so meanwhile', async () => {
    const all = bed('gone');
    all.relay.up(false);
    const a = await all.peer('a');
    await a.write(fragmentNo(1), { quiet: true });
    await all.world.clock.run(2_000);
    const down = a.replication.archiveStates()[0]!;
    expect(down).toMatchObject({ state: 'closed', reason: 'unreachable', even: null });
    expect(down.retryInMs).not.toBeNull();
    all.relay.up(true);
    expect(await all.world.clock.until(() => even(a), 130_000)).toBe(true);
    expect(a.replication.archiveStates()[0]).toMatchObject({ state: 'open', reason: null, put: 1 });
    all.relay.up(false);
    await all.world.clock.run(100);
    expect(a.replication.archiveStates()[0]!.state).toBe('closed');
    a.replication.pause();
    expect(a.replication.archiveStates()).toEqual([]);
  });
});

describe('strangers on the relay', () => {
  /** What a hostile client can write: anything under any name it lists. */
  const write = (relay: StockRelay, soul: string, key: string, value: unknown, state: number): void => {
    let node = relay.graph.get(soul);
    if (node === undefined) relay.graph.set(soul, (node = new Map()));
    node.set(key, { value, state });
  };
  const hashed = (relay: StockRelay, soul: string, name: string, value: string): void => write(relay, soul, `${name}#${valueHash(value)}`, value, 1);

  it('[ARC3] [ARC4] 10,000 junk entries and every head poisoned: the stores of honest devices are equal', async () => {
    const all = bed('junk');
    const a = await all.peer('a');
    for (let i = 0; i < 40; i++) await a.write(fragmentNo(1 + (i % 2)), { quiet: true });
    await visit(all, a);
    const found = souls(all.relay);
    const heads = found.find((soul) => !soul.endsWith('#'))!;
    for (const key of all.relay.graph.get(heads)!.keys()) write(all.relay, heads, key, 'poison', 999_999);
    for (let i = 0; i < 10_000; i++) {
      const soul = found[i % found.length]!;
      const value = `junk ${i} ${'x'.repeat(i % 200)}`;
      if (soul === heads) write(all.relay, heads, `j${String(i).padStart(23, '0')}`, value, i);
      else hashed(all.relay, soul, String(i % 40).padStart(10, '0'), value);
    }
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
    expect(await all.world.clock.until(() => even(b), 60_000)).toBe(true);
    expect(b.replication.counters()['archive.junk']).toBeGreaterThan(9_000);
    // What b writes reaches a, who comes back later, through the same junk; no head can tell of it.
    await b.write(fragmentNo(1));
    await b.write(fragmentNo(5));
    await all.world.clock.run(10_000);
    await b.replication.stop();
    a.replication.start();
    expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
    expect(a.replication.archiveStates()[0]!.state).toBe('open');
  });

  it('[ARC3] an older head put back on top is no hint', async () => {
    const all = bed('replayed head');
    const a = await all.peer('a');
    await a.write(fragmentNo(1));
    await all.world.clock.run(5_000);
    const heads = souls(all.relay).find((soul) => !soul.endsWith('#'))!;
    const [key, old] = [...all.relay.graph.get(heads)!][0]!;
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => even(b), 30_000)).toBe(true);
    // b is connected and even; from now on no honest head of the log can stand there any more.
    write(all.relay, heads, key, old.value, 999_999);
    const next = await a.write(fragmentNo(1));
    await all.world.clock.run(5_000);
    expect(b.host.has(next.id), 'no head tells of it').toBe(false);
    expect(await all.world.clock.until(() => b.host.has(next.id), 2 * ARCHIVE_LIMITS.roundMs)).toBe(true);
  });

  it('[ARC3] a member who hints what is not there, near or far ahead, keeps nobody from what is there', async () => {
    const all = bed('lying member');
    const [a, b] = [await all.peer('a'), await all.peer('b')];
    const first = await a.write(fragmentNo(1));
    const other = await a.write(fragmentNo(2));
    expect(await all.world.clock.until(() => equalStores([a, b]) && even(b), 90_000)).toBe(true);
    const heads = souls(all.relay).find((soul) => !soul.endsWith('#'))!;
    const archive = await openArchiveKey(all.world.crypto, KEY);
    for (const [entry, seq] of [[first, 1_000], [other, 2 ** 31]] as const) {
      const lie = await headField(archive, { fragment: entry.fragment as Bytes, writer: entry.writer as Bytes, seq, id: new Uint8Array(32).fill(1) as Bytes, sig: new Uint8Array(64) as Bytes });
      write(all.relay, heads, lie.key, lie.value, lie.state);
    }
    // A round in which both are believed, as far as they can be.
    await all.world.clock.run(ARCHIVE_LIMITS.roundMs);
    const next = [await a.write(fragmentNo(1)), await a.write(fragmentNo(2))];
    expect(await all.world.clock.until(() => next.every(({ id }) => b.host.has(id)), 2 * ARCHIVE_LIMITS.roundMs)).toBe(true);
  });

  it('[ARC3] a member who hints a record before its author has put it does not keep it from the archive', async () => {
    const all = bed('hint before the put');
    const a = await all.peer('a');
    await a.write(fragmentNo(1));
    expect(await all.world.clock.until(() => even(a), 30_000)).toBe(true);
    await all.world.clock.run(ARCHIVE_LIMITS.roundMs + 5_000);
    const heads = souls(all.relay).find((soul) => !soul.endsWith('#'))!;
    const archive = await openArchiveKey(all.world.crypto, KEY);
    const lie = async (entry: RecordEntry): Promise<void> => {
      const { key, value, state } = await headField(archive, { fragment: entry.fragment as Bytes, writer: entry.writer as Bytes, seq: entry.seq, id: entry.id as Bytes, sig: entry.bytes.slice(-64) as Bytes });
      write(all.relay, heads, key, value, state);
    };
    const isThere = (entry: RecordEntry): boolean => [...all.relay.graph].some(([soul, fields]) => soul.endsWith('#') && [...fields.keys()].some((key) => key.startsWith(`${String(entry.seq).padStart(10, '0')}#`)));
    // The liar heard of it over a link: hinted at once, put by its author a little later.
    const next = await a.write(fragmentNo(1), { quiet: true });
    await lie(next);
    await all.world.clock.run(500);
    expect(isThere(next)).toBe(false);
    a.replication.publish([next]);
    await all.world.clock.run(5_000);
    expect(isThere(next), 'put at once').toBe(true);
    // And one that a round finds.
    const last = await a.write(fragmentNo(1), { quiet: true });
    await lie(last);
    await all.world.clock.run(2 * ARCHIVE_LIMITS.roundMs);
    expect(isThere(last), 'put by a round').toBe(true);
  });

  it('[ARC5] a soul that somebody read whole, so that the relay is silent to ranges of it, is read all the same; where it is silent to those over all names, whole', async () => {
    for (const worst of [false, true]) {
      const all = bed(`silent ${worst}`);
      const a = await all.peer('a');
      for (let i = 0; i < 30; i++) await a.write(fragmentNo(1), { quiet: true });
      await visit(all, a);
      const socket = all.relay.port.open(URL, { onOpen: () => undefined, onMessage: () => undefined, onClose: () => undefined });
      await all.world.clock.run(50);
      const read = worst ? [...souls(all.relay), '[object Object]'] : souls(all.relay);
      for (const soul of read) socket.send(JSON.stringify({ '#': 'hostile00', get: { '#': soul } }));
      await all.world.clock.run(100);
      const b = await all.peer('b');
      expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
      if (worst) expect(all.relay.seen.whole).toBeGreaterThan(read.length);
      else expect(all.relay.seen.whole, 'and nobody else is made to').toBe(read.length);
    }
  });

  it('[ARC5] a stranger who answers first, with a soul that nobody asked for, says nothing about the one that was asked for', async () => {
    const all = bed('other soul');
    const a = await all.peer('a');
    for (let i = 0; i < 20; i++) await a.write(fragmentNo(1), { quiet: true });
    await visit(all, a);
    all.relay.answerMs = 500;
    const liar = all.relay.port.open(URL, {
      onOpen: () => undefined, onClose: () => undefined,
      onMessage(text) {
        const { '#': id, get } = JSON.parse(text) as { '#': string; get?: unknown };
        if (get !== undefined) liar.send(JSON.stringify({ '#': 'liar00001', '@': id, put: { '[object Object]': { _: { '#': '[object Object]', '>': { a: 1 } }, a: 'x' } } }));
      },
    });
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
  });

  it('thousands of keys with values of one letter, more than a frame may have, are read in smaller pieces', async () => {
    const all = bed('tiny');
    const a = await all.peer('a');
    await a.write(fragmentNo(1), { quiet: true });
    await a.write(fragmentNo(1), { quiet: true });
    await visit(all, a);
    for (const soul of souls(all.relay).filter((one) => one.endsWith('#'))) for (let i = 0; i < 6_000; i++) hashed(all.relay, soul, `0000000000${i}`, 'x');
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
    expect(b.replication.counters()['archive.frames_refused']).toBeGreaterThan(0);
  });

  it('[ARC5] answers of others to our gets are junk like any other; the own answer of the relay counts', async () => {
    const all = bed('liars');
    const a = await all.peer('a');
    for (let i = 0; i < 20; i++) await a.write(fragmentNo(1), { quiet: true });
    await visit(all, a);
    let lies = 0;
    const liar = all.relay.port.open(URL, {
      onOpen: () => undefined, onClose: () => undefined,
      onMessage(text) {
        const { '#': id, get } = JSON.parse(text) as { '#': string; get?: { '#': string | { '>': string } } };
        if (get === undefined) return;
        lies += 1;
        const soul = typeof get['#'] === 'string' ? get['#'] : get['#']['>'].split('\u001b')[0]!;
        liar.send(JSON.stringify({ '#': 'liar00001', '@': id, put: { [soul]: { _: { '#': soul, '>': { zz: 1 } }, zz: 'nothing here' } } }));
        liar.send(JSON.stringify({ '#': 'liar00002', '@': id, put: { __proto__: { _: { '#': '__proto__', '>': { polluted: 1 } }, polluted: 'x' } } }));
      },
    });
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
    expect(lies).toBeGreaterThan(0);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('[ARC4] what was sealed under another key, or for another place, is junk', async () => {
    const all = bed('moved');
    const a = await all.peer('a');
    await a.write(fragmentNo(1), { quiet: true });
    await visit(all, a);
    const c = await all.peer('c', { key: new Uint8Array(32).fill(9) as Bytes });
    await c.write(fragmentNo(2), { quiet: true });
    await visit(all, c);
    expect(c.host.size()).toBe(1);
    // Every value of c under the names of a, and of a's page under the list.
    const records = souls(all.relay).filter((soul) => soul.endsWith('#'));
    const values = records.flatMap((soul) => [...all.relay.graph.get(soul)!].map(([key, { value }]) => [key, String(value)] as const));
    for (const soul of records) for (const [key, value] of values) hashed(all.relay, soul, key.slice(0, key.indexOf('#')), value);
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 30_000)).toBe(true);
    expect(b.replication.counters()['archive.junk']).toBeGreaterThan(0);
  });
});
