/** The archive against the gun package's own server, unpatched, with strangers on it (FORMATS §7, SPIKE 5). */
import { ArchiveSession } from '#vm/archive/archive-session';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createTextSocketPort, type WebSocketConstructor } from '#adapters/web-socket/web-socket';
import type { Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';
import { createFakeWriter, FakeHost, type FakeWriter } from '#tests/support/fake-host';
import { startGunServer, type GunServer } from '#tests/support/gun-server';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { fragmentNo } from '#tests/support/mesh-world';
import { sealedField } from '#vm/archive/archive-fields';
import { openArchiveKey, recordName } from '#vm/archive/archive-key';
import { createArchives, type Archives } from '#vm/archive/archives';
import { valueHash } from '#vm/protocol/gun-names';

/** gun 0.2020.1241 as published: names and bytes of every file that its server loads. */
const PINNED = '4bec1125db0a8029d41857767a2094ff383899d510b39898a3740d7ce17ee1f8';
const SPACE = new Uint8Array(32).fill(3) as Bytes;
const clock = createSystemClock();
const crypto = createStubCrypto(createSeededRandom('stock/crypto'));
const sockets = createTextSocketPort(WebSocket as unknown as WebSocketConstructor);

interface Device {
  readonly host: FakeHost;
  readonly writer: FakeWriter;
  readonly archives: Archives;
  readonly counts: Map<string, number>;
  write(fragment: Bytes, bytes?: number): Promise<RecordEntry>;
}

async function device(name: string, key: Bytes, urls: readonly string[]): Promise<Device> {
  const deps = { clock, random: createSeededRandom(`stock/${name}`), crypto };
  const host = new FakeHost(await crypto.generateSigning(), deps);
  host.archiveList.push({ space: SPACE, key, urls });
  const counts = new Map<string, number>();
  const archives = createArchives({ ...deps, sockets, host, load: () => Promise.resolve({ ArchiveSession }), onIngested: () => undefined, metric: (what, add = 1) => void counts.set(what, (counts.get(what) ?? 0) + add) });
  const writer = await createFakeWriter(deps);
  archives.start();
  return {
    host, writer, archives, counts,
    async write(fragment, bytes = 400) {
      const entry = await writer.write(SPACE, fragment, { bytes });
      host.store([entry]);
      archives.offer([entry]);
      return entry;
    },
  };
}

/** What a device has, what it counted and what it says of its archive: for the message of a test that waited in vain. */
const stateOf = (all: Readonly<Record<string, Device>>): string => Object.entries(all).map(([name, { host, counts, archives }]) => `\n${name}: ${host.size()} records, ${JSON.stringify(Object.fromEntries(counts))}, ${JSON.stringify(archives.status())}`).join('');

async function until(what: string, condition: () => boolean, devices: Readonly<Record<string, Device>> = {}, ms = 200_000): Promise<void> {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`never: ${what}${stateOf(devices)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A client of the relay that keeps to nothing. */
async function stranger(url: string): Promise<{ send(message: unknown): void; heard: string[]; close(): void }> {
  const socket = new WebSocket(url);
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { heard, send: (message) => socket.send(JSON.stringify(message)), close: () => socket.close() };
}

/** Asks for a value until the relay gives it. */
async function given({ send, heard }: Awaited<ReturnType<typeof stranger>>, soul: string, key: string): Promise<void> {
  await expect.poll(async () => {
    const question = id();
    const from = heard.length;
    const answer = (): string | undefined => heard.slice(from).find((text) => text.includes(`"@":"${question}"`));
    send({ '#': question, get: { '#': soul, '.': key } });
    await until(`an answer about ${key}`, () => answer() !== undefined);
    return answer();
  }, { timeout: 200_000, message: `the relay took ${key}` }).toContain('junk ');
}

let no = 0;
const id = (): string => `hostile${String(++no).padStart(17, '0')}`;
const put = (soul: string, fields: readonly (readonly [key: string, value: string, state: number])[]): unknown => ({
  '#': id(), put: { [soul]: { _: { '#': soul, '>': Object.fromEntries(fields.map(([key, , state]) => [key, state])) }, ...Object.fromEntries(fields.map(([key, value]) => [key, value])) } },
});

describe('the gun package’s own server as an archive', () => {
  let relay: GunServer;
  beforeAll(async () => {
    relay = await startGunServer();
  });
  afterAll(() => relay.stop());

  it('is the package as published: every file it loads has the pinned bytes', () => {
    expect(relay.files).toContain('lib/server.js');
    expect(relay.files).toContain('sea.js');
    expect(relay.digest).toBe(PINNED);
  });

  it('[ARC1] [ARC4] serves two devices whose lives do not overlap, with a stranger who poisons every head and puts 10,000 entries of junk', async () => {
    const key = new Uint8Array(32).fill(11) as Bytes;
    const a = await device('a', key, [relay.url]);
    for (let i = 0; i < 60; i++) await a.write(fragmentNo(1 + (i % 3)));
    await until('a is even', () => a.archives.status()[0]!.even !== null && a.counts.get('archive.put')! >= 60, { a });
    // It listens while a still writes: what is passed on to it names the souls.
    const enemy = await stranger(relay.url);
    for (let i = 0; i < 6; i++) await a.write(fragmentNo(1 + (i % 3)));
    await until('a put the last ones, and the heads that name them', () => a.counts.get('archive.put')! >= 66 && a.counts.get('archive.told')! >= 66, { a });
    a.archives.stop();
    enemy.send({ '#': id(), get: { '#': { '*': 'lg/' }, '%': 90_000 } });
    await until('the stranger lists the souls', () => enemy.heard.some((text) => text.includes('"put"') && text.includes('lg/')));
    const souls = [...new Set(enemy.heard.join('').match(/lg\/[A-Za-z0-9_-]{24}#?/g))];
    expect(souls.length).toBeGreaterThanOrEqual(2);
    const heads = souls.filter((soul) => !soul.endsWith('#'));
    const hashed = souls.filter((soul) => soul.endsWith('#'));
    const names = new Set(enemy.heard.join('').match(/"[A-Za-z0-9_-]{24}":/g)?.map((name) => name.slice(1, -2)));
    for (const soul of heads) enemy.send(put(soul, [...names].map((name) => [name, 'poison', 999_999])));
    // The last of each hundred, by soul: what the relay gives of them again it has taken. It does not acknowledge every put.
    const last: (readonly [soul: string, key: string])[] = [];
    for (let i = 0; i < 10_000; i += 100) {
      const soul = hashed[(i / 100) % hashed.length]!;
      const fields = Array.from({ length: 100 }, (_, j) => {
        const value = `junk ${i + j} ${'x'.repeat(j)}`;
        return [`${String(j).padStart(10, '0')}#${valueHash(value)}`, value, 1] as const;
      });
      enemy.send(put(soul, fields));
      last.push([soul, fields.at(-1)![0]]);
    }
    for (const [soul, key] of last) await given(enemy, soul, key);
    const b = await device('b', key, [relay.url]);
    await until('b has everything', () => b.host.digest() === a.host.digest(), { a, b });
    expect(b.counts.get('archive.junk')).toBeGreaterThan(1_000);
    // It tells the spoiled heads anew.
    await until('b is even', () => b.archives.status()[0]!.even !== null, { b });
    const told = b.counts.get('archive.told') ?? 0;
    await b.write(fragmentNo(1));
    await b.write(fragmentNo(7));
    await until('b put its answer, and the heads that name it', () => b.counts.get('archive.put')! >= 2 && b.counts.get('archive.told')! >= told + 2, { b });
    b.archives.stop();
    a.archives.start();
    await until('a has the answer', () => b.host.digest() === a.host.digest(), { a, b });
    a.archives.stop();
    enemy.close();
  }, 600_000);

  it('[ARC5] a stranger who reads every soul whole makes the relay silent to ranges; a late device gets everything all the same', async () => {
    const key = new Uint8Array(32).fill(12) as Bytes;
    const a = await device('c', key, [relay.url]);
    for (let i = 0; i < 20; i++) await a.write(fragmentNo(1));
    await until('a is even', () => a.archives.status()[0]!.even !== null && a.counts.get('archive.put')! >= 20, { a });
    const enemy = await stranger(relay.url);
    // Gets are passed on: what a probes names its souls.
    a.archives.stop();
    a.archives.start();
    await until('a looks again', () => a.archives.status()[0]!.even !== null, { a });
    a.archives.stop();
    const souls = new Set(enemy.heard.join('').match(/lg\/[A-Za-z0-9_-]{24}#?/g));
    expect(souls.size).toBeGreaterThanOrEqual(3);
    const asked = [...souls].map((soul) => {
      const question = id();
      enemy.send({ '#': question, get: { '#': soul } });
      return question;
    });
    await until('every soul was read', () => asked.every((question) => enemy.heard.some((text) => text.includes(`"@":"${question}"`))));
    const b = await device('d', key, [relay.url]);
    await until('b has everything', () => b.host.digest() === a.host.digest(), { a, b });
    b.archives.stop();
    enemy.close();
  }, 600_000);

  it('[ARC7] gives what it cut into several files: a page of more than a megabyte that nobody spoiled comes whole to a late device', async () => {
    const key = new Uint8Array(32).fill(14) as Bytes;
    const a = await device('g', key, [relay.url]);
    for (let i = 0; i < 60; i++) await a.write(fragmentNo(1), 16_000);
    await until('a is even', () => a.archives.status()[0]!.even !== null && a.counts.get('archive.put')! >= 60, { a });
    a.archives.stop();
    // The control: without files whose names are those of our keys this test would show nothing.
    await until('the relay made files', () => relay.stores().filter((name) => name.startsWith('lg%2F')).length >= 1);
    const b = await device('h', key, [relay.url]);
    await until('b has everything', () => b.host.digest() === a.host.digest(), { a, b });
    b.archives.stop();
  }, 600_000);

  it('has it after kill -9 and a new start', async () => {
    const key = new Uint8Array(32).fill(13) as Bytes;
    const a = await device('e', key, [relay.url]);
    const written: RecordEntry[] = [];
    for (let i = 0; i < 20; i++) written.push(await a.write(fragmentNo(1)));
    // It writes to its disk a little after it has acknowledged.
    const archive = await openArchiveKey(crypto, key);
    const values = await Promise.all(written.map(async ({ fragment, writer, seq, bytes }) => (await sealedField(archive, archive.page(fragment as Bytes, writer as Bytes, seq), recordName(seq), bytes)).value));
    await until('all of it is on the disk of the relay', () => {
      const stored = relay.stored();
      return values.every((value) => stored.includes(value));
    });
    a.archives.stop();
    await relay.kill();
    relay = await startGunServer({ folder: relay.folder, port: relay.port });
    const b = await device('f', key, [relay.url]);
    await until('b has everything', () => b.host.digest() === a.host.digest(), { a, b });
    b.archives.stop();
  }, 60_000);
});
