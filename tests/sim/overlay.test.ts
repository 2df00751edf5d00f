/** One space of many peers: the production overlay on simulated wires (TRUST 5.2). 1,000 peers with LGOS_FULL=1, reduced otherwise. */
import { describe, expect, it } from 'vitest';
import { fragmentNo } from '#tests/support/mesh-world';
import { SIGNAL_LIMITS } from '#ports/signaling-messages';
import { costsSection, keepSections, overlayRows, overlaySection, sectionOf, withSection, writeSection, type OverlayFigures } from './support/overlay-report.ts';
import { createOverlayWorld, type OverlayPeer, type OverlayWorld, type Spread } from './support/overlay-world.ts';
import { createChance } from './support/sim-wire.ts';

const full = process.env.LGOS_FULL === '1';
const PEERS = full ? 1_000 : 80;
const ARRIVE_MS = 60;

interface Wave {
  readonly spreads: readonly Spread[];
  readonly redundancy: number;
}

/** Records of different writers, one each half second, and 5 s for the last one. */
async function wave(world: OverlayWorld, chance: () => number, count: number): Promise<Wave> {
  world.copies.pushed = 0;
  world.copies.replied = 0;
  const spreads: Spread[] = [];
  for (let i = 0; i < count; i++) {
    spreads.push(await publish(world, chance, i));
    await world.clock.run(500);
  }
  await world.clock.run(5_000);
  const deliveries = spreads.reduce((sum, spread) => sum + spread.reached.size - 1, 0);
  return { spreads, redundancy: (world.copies.pushed + world.copies.replied) / deliveries - 1 };
}

function publish(world: OverlayWorld, chance: () => number, no: number): Promise<Spread> {
  const living = world.living();
  return world.publish(living[Math.floor(chance() * living.length)]!, fragmentNo(no % 4));
}

const lastOf = (spreads: readonly Spread[]): number => Math.max(...spreads.map((s) => Math.max(...[...s.reached.values()].map((r) => r.at)) - s.at));
const hopsOf = (spreads: readonly Spread[]): number => Math.max(...spreads.flatMap((s) => [...s.reached.values()].map((r) => r.hops)));

function coverageOf(spreads: readonly Spread[], living: readonly OverlayPeer[]): number {
  return Math.min(...spreads.map((s) => living.filter((p) => s.reached.has(p.name)).length / living.length));
}

async function degrees(world: OverlayWorld): Promise<{ least: number; most: number; mean: number }> {
  const list = await Promise.all(world.living().map(async (p) => (await p.replication.peers()).length));
  return { least: Math.min(...list), most: Math.max(...list), mean: list.reduce((a, b) => a + b, 0) / list.length };
}

/** Virtual ms until the condition holds, looked at every half second; Infinity when it does not within the limit. */
async function waitFor(world: OverlayWorld, holds: () => boolean | Promise<boolean>, maxMs: number): Promise<number> {
  const from = world.clock.monotonic();
  while (world.clock.monotonic() - from <= maxMs) {
    if (await holds()) return world.clock.monotonic() - from;
    await world.clock.run(500);
  }
  return Infinity;
}

async function measure(seed: string, peers: number): Promise<OverlayFigures> {
  const world = createOverlayWorld(seed);
  const chance = createChance(peers).next;
  for (let i = 0; i < peers; i++) {
    await world.add(`p${i}`);
    await world.clock.run(ARRIVE_MS);
  }
  const oneComponent = async (): Promise<boolean> => (await world.components()).length === 1;
  const joinedMs = await waitFor(world, oneComponent, 60_000);
  await world.clock.run(30_000);
  // The tree forms by use.
  await wave(world, chance, full ? 30 : 8);
  const before = await degrees(world);
  const steady = await wave(world, chance, full ? 12 : 8);
  const after = await degrees(world);
  const coverage = coverageOf(steady.spreads, world.living());

  const dead = world.living().filter(() => chance() < 0.3).map((p) => p.name);
  world.kill(dead);
  const diedAt = world.clock.monotonic();
  const spreads: Spread[] = [];
  for (let i = 0; i < 5; i++) spreads.push(await publish(world, chance, i));
  const oneComponentMs = await waitFor(world, oneComponent, 60_000);
  const covered = (): boolean => coverageOf(spreads, world.living()) === 1;
  await waitFor(world, covered, 60_000);
  const coveredAgainMs = covered() ? Math.max(...spreads.flatMap((s) => [...s.reached.values()].map((r) => r.at))) - diedAt : Infinity;
  await world.clock.run(60_000);
  const late = await wave(world, chance, full ? 4 : 3);
  const mended = await degrees(world);
  if (coverageOf(late.spreads, world.living()) < 1) throw new Error('a record written after the deaths is not everywhere');
  return {
    peers, joinedMs, records: steady.spreads.length, coverage, lastMs: lastOf(steady.spreads), hops: hopsOf(steady.spreads), redundancy: steady.redundancy,
    degree: { least: Math.min(before.least, after.least), most: Math.max(before.most, after.most, mended.most), mean: after.mean },
    dead: dead.length, oneComponentMs, coveredAgainMs,
    afterDeath: { lastMs: lastOf(late.spreads), hops: hopsOf(late.spreads), degreeLeast: mended.least },
  };
}

describe('overlay (TRUST §5.2)', () => {
  it(`{V8} ${PEERS} peers in one space: everybody gets in, everything arrives, little twice; a third dies at once`, async () => {
    expect(PEERS).toBeGreaterThan(SIGNAL_LIMITS.sessions);
    const figures = await measure('overlay', PEERS);
    console.log(overlayRows(figures).map(([what, demanded, measured]) => `${what}: ${measured} (${demanded})`).join('\n'));
    expect(figures.joinedMs).toBeLessThanOrEqual(10_000);
    expect(figures.coverage).toBe(1);
    expect(figures.lastMs).toBeLessThanOrEqual(5_000);
    expect(figures.redundancy).toBeLessThanOrEqual(1);
    expect(figures.hops).toBeLessThanOrEqual(20);
    expect(figures.degree.most).toBeLessThanOrEqual(8);
    expect(figures.degree.least).toBeGreaterThanOrEqual(4);
    expect(figures.oneComponentMs).toBeLessThanOrEqual(10_000);
    expect(figures.coveredAgainMs).toBeLessThanOrEqual(30_000);
    expect(figures.afterDeath.lastMs).toBeLessThanOrEqual(5_000);
    expect(figures.afterDeath.hops).toBeLessThanOrEqual(20);
    if (full) writeSection('overlay', overlaySection(figures));
  }, 3_600_000);

  it('{V8} all whom a peer is linked to die at once, and others with them, in a space whose room holds few: it does not wait until the wires are given up', async () => {
    const world = createOverlayWorld('island');
    const chance = createChance(7).next;
    for (let i = 0; i < 300; i++) {
      await world.add(`p${i}`);
      await world.clock.run(ARRIVE_MS);
    }
    await world.clock.run(90_000);
    const near = new Set(await world.links(world.peers.get('p139')!));
    expect(near.size).toBeGreaterThanOrEqual(4);
    world.kill(world.living().filter((p) => near.has(p.name) || (p.name !== 'p139' && chance() < 0.15)).map((p) => p.name));
    expect((await world.components()).length).toBeGreaterThan(1);
    // The wires say after 5 s that nothing comes, and are given up after 20.
    expect(await waitFor(world, async () => (await world.components()).length === 1, 30_000)).toBeLessThanOrEqual(10_000);
  }, 300_000);

  it('{V8} several servers at once, one of them dead: who knows different ones is one space; one more dies, links live on and a newcomer enters by the other', async () => {
    const world = createOverlayWorld('servers');
    const [a, b, dead] = ['ws://a/signal', 'ws://b/signal', 'ws://dead/signal'];
    const serverA = world.addServer(a);
    world.addServer(b);
    const knows = [[a, dead], [b, dead], [a, b, dead]];
    for (let i = 0; i < 12; i++) await world.add(`p${i}`, { servers: knows[i % 3]! });
    expect(await waitFor(world, async () => (await world.components()).length === 1, 10_000)).toBeLessThan(10_000);
    const both = world.peers.get('p2')!.replication;
    expect(both.servers().map(({ url, state }) => [url, state])).toEqual([[a, 'open'], [b, 'open'], [dead, 'closed']]);
    const first = await world.publish(world.peers.get('p0')!, fragmentNo(1));
    await world.clock.run(3_000);
    expect(first.reached.size).toBe(12);
    serverA.down();
    await world.clock.run(2_000);
    expect((await world.components()).length).toBe(1);
    const at = world.clock.monotonic();
    await world.add('late', { servers: [a, b] });
    // Of those who know only the server that died it gets what they write, too.
    const second = await world.publish(world.peers.get('p3')!, fragmentNo(1));
    await waitFor(world, () => second.reached.has('late'), 10_000);
    expect(second.reached.get('late')!.at - at).toBeLessThan(10_000);
    expect(second.reached.size).toBe(13);
    // Control: who knows dead servers only stays outside.
    await world.add('outside', { servers: [a, dead] });
    await world.clock.run(10_000);
    expect(await world.links(world.peers.get('outside')!)).toEqual([]);
  });

  it('the section of the page is put in place of the one before it, and the rest stays', () => {
    const figures: OverlayFigures = {
      peers: 1, joinedMs: 1, records: 1, coverage: 1, lastMs: 1, hops: 1, redundancy: 0, degree: { least: 1, most: 1, mean: 1 }, dead: 0, oneComponentMs: 0,
      coveredAgainMs: 0, afterDeath: { lastMs: 0, hops: 0, degreeLeast: 1 },
    };
    const first = withSection('# Page\n\ntext\n', 'overlay', overlaySection(figures));
    const second = withSection(`${first}\n## After\n`, 'overlay', overlaySection({ ...figures, peers: 2 }));
    expect(second).toContain('# Page\n\ntext\n');
    expect(second).toContain('## After');
    expect(second.match(/## Overlay/g)).toHaveLength(1);
    expect(sectionOf(second, 'overlay')).toBe(overlaySection({ ...figures, peers: 2 }));
    const both = withSection(second, 'costs', costsSection([['a', 'b', 'c']]));
    const kept = keepSections('# New\n', both);
    expect([sectionOf(kept, 'overlay'), sectionOf(kept, 'costs'), kept.startsWith('# New')]).toEqual([sectionOf(both, 'overlay'), sectionOf(both, 'costs'), true]);
    expect(sectionOf('# Page\n', 'overlay')).toBe('');
  });
});
