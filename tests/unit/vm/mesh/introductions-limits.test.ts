/** Limits of introductions: what a linked peer may name, have passed on, and how often it is told. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor } from '#base/cbor';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { sessionNo } from '#tests/support/scripted-server';
import { createIntroductions } from '#vm/mesh/introductions';
import type { Link, LinkMessage } from '#vm/mesh/link-types';
import { bySpace } from '#vm/mesh/mesh';

interface FakeLink extends Pick<Link, 'id'> {
  readonly session: Bytes;
  readonly sent: { event: string; payload: Uint8Array }[];
}

function world(count: number, spaceOf: ((no: number) => number) | null = null) {
  const clock = createSimClock();
  const links: FakeLink[] = Array.from({ length: count }, (_, no) => ({ id: `l${no}`, session: sessionNo(no), sent: [], send: (_c: unknown, event: string, payload: Uint8Array) => void links[no]!.sent.push({ event, payload }) }));
  const [introduced, signals, metrics] = [new Set<string>(), [] as string[], new Map<string, number>()];
  const of = (link: FakeLink): Link => link as unknown as Link;
  const looks = { count: 0 };
  const spaces = (link: Link): Bytes[] => [new Uint8Array(32).fill(spaceOf!(Number(link.id.slice(1)))) as Bytes];
  const introductions = createIntroductions({
    clock, links: () => links.map(of), mayIntroduce: () => ((looks.count += 1), true), ...(spaceOf && { companions: (all) => bySpace(all, { spacesOf: spaces }) }),
    sessionOf: (link) => (link as unknown as FakeLink).session,
    linkOf: (session) => of(links.find((link) => toBase64url(link.session) === toBase64url(session))!) ?? null,
    onIntroduced: (_link, session, present) => void (present ? introduced.add(toBase64url(session)) : introduced.delete(toBase64url(session))),
    onSignal: (from) => void signals.push(toBase64url(from)),
    metric: (name, add) => void metrics.set(name, (metrics.get(name) ?? 0) + add),
  });
  const hear = (no: number, event: string, value: Parameters<typeof encodeCbor>[0]): void => {
    introductions.onMessage(of(links[no]!), { event, payload: encodeCbor(value), id: '', channel: 'live' } as LinkMessage);
  };
  return { clock, links, looks, introductions, introduced, signals, metrics, hear };
}

describe('introductions', () => {
  test('[limit MESH.introduced] a peer that names 31 sessions is not heard, one that names 30 is, and strangers that signal through it fill no more places', () => {
    const { introduced, signals, metrics, hear } = world(2);
    const named = (count: number): Bytes[] => Array.from({ length: count }, (_, no) => sessionNo(100 + no));
    hear(0, 'mesh:peers:v1:completed', named(31));
    expect([introduced.size, metrics.get('mesh.bad_peers')]).toEqual([0, 1]);
    hear(0, 'mesh:peers:v1:completed', named(30));
    expect(introduced.size).toBe(30);
    for (let no = 0; no < 50; no++) hear(0, 'mesh:signal:v1:completed', [sessionNo(500 + no), new Uint8Array(5)]);
    expect([introduced.size, signals.length]).toEqual([30, 0]);
    hear(0, 'mesh:signal:v1:completed', [sessionNo(100), new Uint8Array(5)]);
    expect(signals).toHaveLength(1);
  });

  test('[limit MESH.introduced MESH.introduceMs] a peer with 40 links names 30 of them, and tells many changes at once after 200 ms', async () => {
    const { clock, links, introductions } = world(40);
    for (let i = 0; i < 50; i++) {
      introductions.changed();
      await clock.run(3);
    }
    expect(links[0]!.sent).toHaveLength(0);
    await clock.run(60);
    expect(links.map((link) => link.sent.length)).toEqual(Array.from({ length: 40 }, () => 1));
    expect(decodeCbor(links[0]!.sent[0]!.payload)).toHaveLength(30);
  });

  test('200 links in spaces of their own cost no look at each other; three in one space are told of each other, and no one else', async () => {
    const { clock, links, looks, introductions } = world(200, (no) => (no < 3 ? 255 : no));
    introductions.changed();
    await clock.run(300);
    expect(looks.count).toBe(6);
    expect(links.map(({ sent }) => sent.length)).toEqual(links.map((_, no) => (no < 3 ? 1 : 0)));
    expect((decodeCbor(links[0]!.sent[0]!.payload) as Bytes[]).map(toBase64url)).toEqual([1, 2].map((no) => toBase64url(sessionNo(no))));
    const all = world(200);
    all.introductions.changed();
    await all.clock.run(300);
    expect(all.looks.count, 'control: without that each is looked at').toBeGreaterThan(5_000);
  });

  test('[limit MESH.toldBurst MESH.toldPerSecond] a peer that names other sessions all the time is heard 30 times and five times a second: names cost dials', async () => {
    const { clock, introduced, metrics, hear } = world(2);
    let no = 0;
    const flood = (count: number): number => {
      const heard = new Set<string>();
      for (let i = 0; i < count; i++) {
        hear(0, 'mesh:peers:v1:completed', [sessionNo(1_000 + ++no)]);
        for (const one of introduced) heard.add(one);
      }
      return heard.size;
    };
    expect([flood(1_000), metrics.get('mesh.peers_refused')]).toEqual([30, 970]);
    await clock.run(1_000);
    expect(flood(1_000)).toBe(5);
    hear(1, 'mesh:peers:v1:completed', [sessionNo(5)]);
    expect(introduced).toContain(toBase64url(sessionNo(5)));
  });

  test.each([
    ['[limit MESH.forwardBurst MESH.forwardPerSecond] signals to pass on', 'mesh:signal:v1:requested'],
    ['[limit MESH.forwardBurst MESH.forwardPerSecond] signals passed to us', 'mesh:signal:v1:completed'],
  ])('%s: 100 at once and 20 a second of one peer, another one has its own', async (_, event) => {
    const { clock, links, signals, hear } = world(3);
    const passed = (): number => (event.endsWith('requested') ? links[2]!.sent.length : signals.length);
    const flood = (no: number, count: number): number => {
      const before = passed();
      for (let i = 0; i < count; i++) hear(no, event, [sessionNo(2), new Uint8Array(9)]);
      return passed() - before;
    };
    expect([flood(0, 500), flood(1, 5)]).toEqual([100, 5]);
    await clock.run(1_000);
    expect(flood(0, 500)).toBe(20);
  });
});
