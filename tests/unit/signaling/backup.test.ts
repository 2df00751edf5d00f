/** Copies of a beacon's store while it is written to, by real LevelDB and real processes. */
import { spawn } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ClassicLevel } from 'classic-level';
import { afterEach, describe, expect, test } from 'vitest';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createBackups } from '#signaling/beacon/backup';
import { askBackup, startControl, type BackupSaid } from '#signaling/beacon/control';
import { beaconKeys } from '#signaling/beacon/keys';
import { openLevelStore, type LevelStore } from '#signaling/beacon/level-store';
import type { CopyState } from '#signaling/beacon/store-copy';
import { createLog, SILENT } from '#signaling/log';
import { startServer } from '#signaling/server';
import { startBeaconProcess } from '#tests/support/beacon-process';
import { endWithUs } from '#tests/support/child-processes';
import { eventually, startNodePeer } from '#tests/support/node-peer';
import { sample } from '#tests/contract/record-store-contract';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const macKey = new Uint8Array(32).fill(7);
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'lifegraph-backup-'));
  ends.push(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

async function opened(path: string, key = macKey): Promise<LevelStore> {
  const store = await openLevelStore({ path, macKey: key });
  ends.push(() => store.end().catch(() => undefined));
  return store;
}

/** Commits rows of 1 KiB and more; resolves with the arrival numbers that were answered. */
async function filled(store: LevelStore, rows: number, size = 1_024): Promise<number[]> {
  return Promise.all(Array.from({ length: rows }, (_, n) => store.commit({ origin: 'tab', records: [sample(n % 200, size)], values: [[`value/${n}`, n]] })));
}

const arrivalsOf = async (store: LevelStore): Promise<number[]> => {
  const all: number[] = [];
  for (let at = 0; ; ) {
    const rows = await store.scan(at, 1_000);
    if (rows.length === 0) return all;
    for (const row of rows) expect(row.trusted && row.records.length === 1).toBe(true);
    all.push(...rows.map(({ arrival }) => arrival));
    at = rows.at(-1)!.arrival;
  }
};

describe('a copy of the store', () => {
  test('made under writes it has all that was answered before it began, and nothing of which a part is missing', async () => {
    const at = folder();
    const store = await opened(join(at, 'store'));
    const before = await filled(store, 3_000);
    let over = false;
    const writing = (async () => {
      for (let n = 0; !over; n++) await filled(store, 1 + (n % 3));
    })();
    const seen: CopyState[] = [];
    const made = await store.copyTo(join(at, 'copy'), { onProgress: (state) => void seen.push(state) });
    over = true;
    await writing;
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.map(({ rows }) => rows)).toEqual(seen.map(({ rows }) => rows).sort((a, b) => a - b));
    expect(JSON.parse(readFileSync(join(at, 'copy', 'backup.json'), 'utf8'))).toMatchObject({ rows: made.rows, bytes: made.bytes });
    const copy = await opened(join(at, 'copy', 'store'));
    const held = await arrivalsOf(copy);
    expect(before.filter((arrival) => !held.includes(arrival))).toEqual([]);
    expect(held, 'one moment: no later row without the earlier ones').toEqual(Array.from({ length: held.length }, (_, n) => n + 1));
    expect((await copy.list('value/')).length).toBe(3_000);
    // Every row is found by what is inside.
    expect((await Promise.all(Array.from({ length: 200 }, (_, n) => copy.holding(sample(n).space, null)))).flat().sort((a, b) => a - b)).toEqual(held);
    expect(copy.id, 'numbers of its own').not.toBe(store.id);
    expect(await copy.commit({ origin: 'tab', records: [sample(1)] })).toBe(held.length + 1);
    expect((await arrivalsOf(store)).length).toBeGreaterThan(held.length);
  });

  test('is refused in words where it cannot come, and then nothing is there', async () => {
    const at = folder();
    const store = await opened(join(at, 'store'));
    await filled(store, 20);
    mkdirSync(join(at, 'there'));
    writeFileSync(join(at, 'there', 'mine'), 'kept');
    mkdirSync(join(at, 'broken.partial'));
    const names = readdirSync(at).sort();
    await expect(store.copyTo(join(at, 'there'))).rejects.toMatchObject({ reason: 'exists', message: expect.stringContaining('is there already') });
    await expect(store.copyTo(join(at, 'broken'))).rejects.toMatchObject({ reason: 'half-made', message: expect.stringContaining('broken.partial') });
    await expect(store.copyTo(join(at, 'copy'), { free: async () => 1_000 })).rejects.toMatchObject({ reason: 'disk-full', message: expect.stringContaining('1 MiB are free: nothing was written') });
    expect(readdirSync(at).sort()).toEqual(names);
    expect(readFileSync(join(at, 'there', 'mine'), 'utf8')).toBe('kept');
  });

  test('where the disk is full in the middle, or the beacon stops, what was written of it is deleted; the store goes on', async () => {
    const at = folder();
    const store = await opened(join(at, 'store'));
    await filled(store, 3_000);
    let batches = 0;
    const full = (path: string): ClassicLevel => {
      const db = new ClassicLevel(path, { keyEncoding: 'utf8', valueEncoding: 'view' });
      const write = db.batch.bind(db);
      // What LevelDB says of ENOSPC.
      db.batch = (...args) => (++batches < 3 ? write(...args) : Promise.reject(Object.assign(new Error('Database write failed'), { cause: new Error(`IO error: ${path}/000003.log: No space left on device`) })));
      return db;
    };
    await expect(store.copyTo(join(at, 'copy'), { open: full })).rejects.toMatchObject({ reason: 'disk-full', message: expect.stringContaining('is full: there is no copy') });
    expect(batches).toBe(3);
    const stop = new AbortController();
    await expect(store.copyTo(join(at, 'copy'), { signal: stop.signal, onProgress: () => stop.abort() })).rejects.toMatchObject({ reason: 'stopped' });
    expect(readdirSync(at)).toEqual(['store']);
    expect(await store.commit({ origin: 'tab', records: [sample(1)] })).toBe(3_001);
    await store.copyTo(join(at, 'copy'));
  });

  test('[limit BEACON.copyBatchBytes] it holds about 1 MiB in memory at a time', async () => {
    const at = folder();
    const store = await opened(join(at, 'store'));
    await filled(store, 100, 50_000);
    const seen: number[] = [0];
    await store.copyTo(join(at, 'copy'), { onProgress: ({ bytes }) => void seen.push(bytes) });
    const steps = seen.slice(1).map((bytes, n) => bytes - seen[n]!);
    expect(Math.max(...steps)).toBeLessThan(1_048_576 + 60_000);
    expect(steps.length).toBe(5);
  });
});

describe('asking for one', () => {
  test('one at a time; the log has its start, each tenth, its end or why there is none; numbers for the metrics', async () => {
    const at = folder();
    const store = await opened(join(at, 'store'));
    await filled(store, 4_000);
    const lines: Record<string, unknown>[] = [];
    const backups = createBackups(store, createLog({ level: 'info', human: false, now: Date.now, write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }));
    const first = backups.make(join(at, 'one'));
    await expect(backups.make(join(at, 'two'))).rejects.toThrow('A backup is being made');
    expect(backups.counts()).toEqual({ running: true, done: 0, failed: 0, last: null });
    await first;
    await expect(backups.make(join(at, 'one'))).rejects.toThrow('is there already');
    expect(backups.counts()).toMatchObject({ running: false, done: 1, failed: 1, last: expect.any(Number) });
    const events = lines.map(({ event }) => event);
    expect([events[0], events.filter((event) => event !== 'backup.progress')]).toEqual(['backup.started', ['backup.started', 'backup.done', 'backup.started', 'backup.failed']]);
    expect(lines.find(({ event }) => event === 'backup.progress')).toMatchObject({ percent: expect.any(Number), rows: expect.any(Number), bytes: expect.any(Number) });
    expect(lines.at(-1)).toMatchObject({ level: 'error', to: join(at, 'one'), reason: 'exists' });
    const last = backups.make(join(at, 'three'));
    await backups.stop();
    await expect(last).rejects.toMatchObject({ reason: 'stopped' });
    await expect(backups.make(join(at, 'four'))).rejects.toThrow('is stopping');
    expect(readdirSync(at).sort()).toEqual(['one', 'store']);
  });

  test('[limit BEACON.controlBytes BEACON.controlAtOnce] the socket is its owner\'s; what is no question is not answered, a line without end and a fifth asker are cut', async () => {
    const data = folder();
    const asked: string[] = [];
    const state = { rows: 1, bytes: 2, part: 1 };
    const control = await startControl(data, { backup: async (to, onProgress) => (asked.push(to), onProgress(state), state), digest: () => [] });
    ends.push(() => control.stop());
    const path = join(data, 'control.sock');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const say = (line: string): Promise<string> => {
      const socket = connect(path, () => socket.write(line));
      socket.once('error', () => undefined);
      return text(socket).catch(() => '');
    };
    expect(await Promise.all(['hello\n', '{"act":"backup","to":"relative"}\n', '{"act":"wipe","to":"/x"}\n'].map(say))).toEqual(['', '', '']);
    const long = `{"act":"backup","to":"/${'x'.repeat(8_192)}"}`;
    expect(await say(long)).toBe('');
    expect(asked).toEqual([]);
    const said: BackupSaid[] = [];
    await askBackup(data, '/somewhere/else', (one) => void said.push(one));
    expect([asked, said]).toEqual([['/somewhere/else'], [{ said: 'progress', state }, { said: 'done', state }]]);
    const open = (): Promise<Socket> => new Promise((resolve) => {
      const socket = connect(path, () => resolve(socket));
      socket.on('error', () => undefined);
    });
    const held = await Promise.all(Array.from({ length: 4 }, open));
    const fifth = await open();
    await new Promise((resolve) => fifth.once('close', resolve));
    expect(held.some((socket) => socket.destroyed)).toBe(false);
    for (const socket of held) socket.destroy();
    await expect(askBackup(folder(), '/x', () => undefined)).rejects.toThrow('No beacon runs on');
  });
});

/** The command as somebody types it. */
async function command(data: string, to: string): Promise<{ code: number; out: string; errors: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'signaling/beacon/main.ts', 'backup', to, '--data', data], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), endWithUs(child)]);
  return { out, errors, code };
}

const keysOf = async (data: string): Promise<Uint8Array> => (await beaconKeys(createWebCrypto(webcrypto.subtle as SubtleCrypto), join(data, 'beacon.key'), 'tower')).macKey as Uint8Array;

describe('{K16} a beacon that runs', () => {
  test('is copied while a member writes; started from the copy it is the same beacon with all that it had confirmed before', async () => {
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null, log: SILENT });
    ends.push(() => server.stop());
    const at = folder();
    const beacon = await startBeaconProcess({ server: server.signalUrl, folder: join(at, 'data'), args: ['--relay-only'] });
    ends.push(() => beacon.stop());
    const anna = await startNodePeer('Anna', server.signalUrl);
    ends.push(() => anna.stop());
    const space = await anna.api.spaces.create({ name: 'Harbour', kind: 'team' });
    await anna.api.access.beacons(space, { add: beacon.address });
    const write = async (n: number): Promise<void> => {
      await anna.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: `message ${n}` }, verb: 'chat/message.send@1' }]);
      await anna.api.saved();
    };
    for (let n = 0; n < 20; n++) await write(n);
    await eventually('it has everything', async () => (await anna.api.access.beacons(space))[0]!.behind === 0);
    const confirmed = anna.disk.records().filter((row) => Buffer.from(row.space).toString('base64url') === space).map((row) => Buffer.from(row.id).toString('hex'));
    let over = false;
    const writing = (async () => {
      for (let n = 20; !over; n++) await write(n);
    })();
    const copy = join(at, 'copy');
    const done = await command(beacon.folder, copy);
    over = true;
    await writing;
    expect(done).toMatchObject({ code: 0, errors: '', out: expect.stringMatching(/^\d+ % \(.*\n(?:.*\n)*The copy is whole: [\d,]+ rows/) });
    expect(await beacon.heard('backup.done')).toMatchObject({ to: copy });
    expect(await command(beacon.folder, copy)).toMatchObject({ code: 1, out: '', errors: `${copy} is there already: name a folder that is not.\n` });
    expect(await beacon.end()).toBe(0);
    expect(await command(beacon.folder, join(at, 'other'))).toMatchObject({ code: 1, errors: expect.stringContaining('No beacon runs on') });

    expect(readdirSync(copy).sort(), 'no key').toEqual(['backup.json', 'store']);
    copyFileSync(join(beacon.folder, 'beacon.key'), join(copy, 'beacon.key'));
    const store = await openLevelStore({ path: join(copy, 'store'), macKey: await keysOf(copy) });
    const rows = (await store.scan(0, 10_000)).flatMap(({ trusted, records }) => (trusted ? records : []));
    await store.end();
    const held = new Set(rows.map((row) => Buffer.from(row.id).toString('hex')));
    expect(confirmed.length).toBeGreaterThan(20);
    expect(confirmed.filter((id) => !held.has(id))).toEqual([]);
    const again = await startBeaconProcess({ server: server.signalUrl, folder: copy, args: ['--relay-only', '--port', '0'] });
    ends.push(() => again.stop());
    expect(again.address).toBe(beacon.address);
    expect(Number((await again.heard('beacon.started')).records)).toBeGreaterThanOrEqual(confirmed.length);
    await eventually('it catches up', async () => (await anna.api.access.beacons(space)).every(({ state, behind }) => state === 'linked' && behind === 0));
  }, 180_000);

  test('killed -9 in the middle of a backup it has its store; the half copy says what it is and opens nowhere, and the key that is missing is asked for', async () => {
    const at = folder();
    const data = join(at, 'data');
    mkdirSync(data);
    const key = await keysOf(data);
    const store = await openLevelStore({ path: join(data, 'store'), macKey: key });
    for (let n = 0; n < 16; n++) await filled(store, 100, 40_000);
    await store.end();
    // No server: nobody has to be reached for this.
    const beacon = await startBeaconProcess({ server: 'ws://127.0.0.1:9/signal', folder: data, args: ['--relay-only'] });
    ends.push(() => beacon.stop());
    const copy = join(at, 'copy');
    const broken = askBackup(data, copy, ({ said }) => said === 'progress' && void beacon.kill());
    await expect(broken).rejects.toThrow('ended before the backup did');
    expect([existsSync(copy), existsSync(`${copy}.partial`)]).toEqual([false, true]);
    await expect(openLevelStore({ path: join(`${copy}.partial`, 'store'), macKey: key })).rejects.toMatchObject({ name: 'StoreError', message: expect.stringContaining('is a half-made copy') });
    copyFileSync(join(data, 'beacon.key'), join(`${copy}.partial`, 'beacon.key'));
    await expect(startBeaconProcess({ server: 'ws://127.0.0.1:9/signal', folder: `${copy}.partial`, args: ['--relay-only'] })).rejects.toThrow('is a half-made copy');

    const again = await startBeaconProcess({ server: 'ws://127.0.0.1:9/signal', folder: data, args: ['--relay-only'] });
    expect(await command(data, copy)).toMatchObject({ code: 1, errors: expect.stringContaining('copy.partial is what a backup left that was broken off') });
    rmSync(`${copy}.partial`, { recursive: true });
    expect((await command(data, copy)).code).toBe(0);
    expect(await again.end()).toBe(0);
    expect(again.address).toBe(beacon.address);
    for (const path of [data, copy]) {
      const whole = await openLevelStore({ path: join(path, 'store'), macKey: key });
      expect((await arrivalsOf(whole)).length, path).toBe(1_600);
      await whole.end();
    }
    await expect(startBeaconProcess({ server: 'ws://127.0.0.1:9/signal', folder: copy, args: ['--relay-only'] })).rejects.toThrow('beacon.key is missing beside the store');
    expect(existsSync(join(copy, 'beacon.key'))).toBe(false);
  }, 180_000);
});
