/** What a beacon answers to who watches over it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Beacon } from '#signaling/beacon/beacon';
import { startStatus } from '#signaling/beacon/status';
import { metricsText } from '#signaling/metrics-text';
import { startServer } from '#signaling/server';
import { startBeaconProcess } from '#tests/support/beacon-process';
import { eventually, startNodePeer } from '#tests/support/node-peer';
import { parseMetrics } from '#tests/support/prometheus';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe('metrics', () => {
  test('are text that a strict reader takes; two names that become one are added up, and words stay on their line', () => {
    const text = metricsText([{ name: 'a.b', kind: 'counter', help: 'one\\two\nthree', value: 1.5 }, { name: 'a-b', kind: 'counter', help: 'again', value: 2 }, { name: 'c', kind: 'gauge', help: 'c', value: 1e21 }]);
    expect(text).toBe('# HELP a_b again\n# TYPE a_b counter\na_b 3.5\n# HELP c c\n# TYPE c gauge\nc 1e+21\n');
    expect(metricsText([{ name: 'a', kind: 'gauge', help: 'one\\two\nthree', value: 0 }])).toBe('# HELP a one\\\\two\\nthree\n# TYPE a gauge\na 0\n');
    expect([...parseMetrics(text)].map(([name, { kind, value }]) => [name, kind, value])).toEqual([['a_b', 'counter', 3.5], ['c', 'gauge', 1e21]]);
  });

  test.each(['a 1', '# TYPE a gauge\na 1\n', '# HELP a b\na 1\n', '# HELP a b\n# TYPE a gauge\na 1\na 1\n', '# HELP a b\n# TYPE b gauge\nb 1\n', '# HELP a b\n# TYPE a gauge\na one\n', '# HELP a b\n# TYPE a gauge\na.b 1\n', '\n'])('the reader of these tests refuses %j', (text) => {
    expect(() => parseMetrics(text)).toThrow();
  });
});

interface Fake {
  online: boolean;
  stuck: boolean;
  full: boolean;
}

/** Of a beacon only what is asked of it. */
const beaconOf = (fake: Fake): Beacon => ({
  kernel: { parts: { metrics: new Map([['records.refused.author-cap', 3]]), get kernel() {
    return { spaces: new Map([['s', { standing: 'member' }]]), network: { online: fake.online, peers: [{}, {}] }, index: { size: 5, bytes: 600 }, stuck: fake.stuck ? { code: 'store-quota' } : null };
  } } },
  backups: { counts: () => ({ running: false, done: 2, failed: 1, last: 1_764_000_000_000 }) },
  quotas: { counts: () => ({ refused: 7, fullSpaces: fake.full ? 1 : 0, fullAuthors: 0, fullStore: false }) },
}) as unknown as Beacon;

describe('health', () => {
  test('alive as long as it answers; ready only when it keeps what comes and is reached; 503 at /health for what somebody must look at', async () => {
    const fake: Fake = { online: false, stuck: false, full: false };
    let beacon: Beacon | null = null;
    const status = await startStatus(() => beacon, 0, '127.0.0.1');
    ends.push(() => status.stop());
    const now = async (): Promise<unknown[]> => {
      const [health, live, ready] = await Promise.all(['/health', '/health/live', '/health/ready'].map((path) => fetch(status.url + path)));
      const said = (await health!.json()) as { status: string };
      expect([await live!.json(), await ready!.json()]).toEqual([said, said]);
      return [said.status, health!.status, live!.status, ready!.status];
    };
    const up = async (): Promise<number> => parseMetrics(await (await fetch(`${status.url}/metrics`)).text()).get('lifegraph_beacon_up')!.value;
    expect([await now(), await up()]).toEqual([['starting', 503, 200, 503], 0]);
    beacon = beaconOf(fake);
    expect([await now(), await up()]).toEqual([['offline', 200, 200, 503], 0]);
    fake.online = true;
    expect([await now(), await up()]).toEqual([['ok', 200, 200, 200], 1]);
    fake.full = true;
    expect(await now()).toEqual(['ok', 200, 200, 200]);
    expect(await (await fetch(`${status.url}/health`)).json()).toEqual({ status: 'ok', spaces: 1, links: 2, full: true });
    fake.stuck = true;
    expect([await now(), await up()]).toEqual([['stuck', 503, 200, 503], 0]);
    status.ending();
    expect(await now()).toEqual(['stopping', 503, 200, 503]);
    const head = await fetch(`${status.url}/health`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([503, '']);
    expect([(await fetch(`${status.url}/health/else`)).status, (await fetch(`${status.url}/health`, { method: 'POST' })).status]).toEqual([404, 405]);
    const metrics = parseMetrics(await (await fetch(`${status.url}/metrics`)).text());
    const value = (name: string): number => metrics.get(`lifegraph_beacon_${name}`)!.value;
    expect(['spaces', 'links', 'records', 'bytes', 'full_spaces', 'quota_refused_total', 'backups_total', 'backups_failed_total', 'backup_last_seconds', 'records_refused_author_cap_total'].map(value)).toEqual([1, 2, 5, 600, 1, 7, 2, 1, 1_764_000_000, 3]);
    for (const [name, { kind, help }] of metrics) expect([kind === 'counter', help.length > 5], name).toEqual([name.endsWith('_total'), true]);
  });

  test('{V10} a beacon whose quota came by the environment says in log, metrics and health that it is full, and confirms nothing more', async () => {
    const server = await startServer({ port: 0, host: '127.0.0.1', staticDir: null });
    ends.push(() => server.stop());
    const folder = mkdtempSync(join(tmpdir(), 'lifegraph-status-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const beacon = await startBeaconProcess({ server: server.signalUrl, folder, args: ['--relay-only', '--port', '0'], env: { LIFEGRAPH_STORE_RECORDS: '25' } });
    ends.push(() => beacon.stop());
    const status = String((await beacon.heard('status.started')).url);
    const anna = await startNodePeer('Anna', server.signalUrl);
    ends.push(() => anna.stop());
    const space = await anna.api.spaces.create({ name: 'Harbour', kind: 'team' });
    await anna.api.access.beacons(space, { add: beacon.address });
    await eventually('it has everything', async () => (await anna.api.access.beacons(space))[0]!.behind === 0);
    await eventually('it is ready', async () => (await fetch(`${status}/health/ready`)).status === 200);
    let last = '';
    for (let n = 0; n < 30; n++) {
      last = (await anna.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: `message ${n}` }, verb: 'chat/message.send@1' }])).ids[0]!;
      await anna.api.saved();
    }
    expect(await beacon.heard('quota.reached')).toMatchObject({ level: 'warn', of: 'store', records: expect.any(Number) });
    await eventually('its health says so', async () => ((await (await fetch(`${status}/health`)).json()) as { full: boolean }).full);
    expect(await (await fetch(`${status}/health`)).json()).toMatchObject({ status: 'ok', spaces: 1, full: true });
    const value = async (name: string): Promise<number> => parseMetrics(await (await fetch(`${status}/metrics`)).text()).get(`lifegraph_beacon_${name}`)!.value;
    await eventually('it holds as much as it may', async () => (await value('records')) === 25);
    expect(await value('full_store')).toBe(1);
    expect([(await anna.api.copies(last)).beacons, (await anna.api.access.beacons(space)).map(({ state, behind }) => [state, behind > 0])]).toEqual([[], [['linked', true]]]);
  }, 120_000);
});
