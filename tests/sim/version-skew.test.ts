/** Two builds that have no version of the link protocol in common: both say so, nothing is lost, and after the update everything is there (FORMATS §8). */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { toBase64url } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { encodeHello, helloMisfit, parseHello, type Hello } from '#vm/protocol/handshake';
import { equal, meet, noFaults, say, texts, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

/** Devices that run a build of the next version, base64url. */
const later = vi.hoisted(() => new Set<string>());

vi.mock('#vm/protocol/handshake', async (original) => {
  const real = await original<{ encodeHello: typeof encodeHello; helloMisfit: typeof helloMisfit }>();
  const asBuilt = (hello: Hello): Hello => (later.has(toBase64url(hello.ds)) ? { ...hello, min: 1, max: 1 } : hello);
  return { ...real, encodeHello: (hello: Hello) => real.encodeHello(asBuilt(hello)), helloMisfit: (own: Hello, other: Hello) => real.helloMisfit(asBuilt(own), other) };
});

afterEach(() => later.clear());

describe('builds too far apart', () => {
  test('[row 35] {V3} FORMATS §8: the older one says that it needs an update, the newer one that the other does; what is written meanwhile waits and arrives after it', async () => {
    const { world, space, tabs } = await meet({ seed: 501 }, ['anna', 'boris']);
    let [a, b] = tabs as [SimTab, SimTab];
    expect(a.api.network.status().versions).toEqual({ newer: 0, older: 0 });
    later.add(b.api.identity.get()!.device);
    world.kill(b);
    b = await world.open(b.device);
    await until(world, () => a.api.network.status().versions.newer === 1 && b.api.network.status().versions.older === 1, 60_000, 'both know why they are not linked');
    expect(a.api.network.status().peers).toEqual([]);
    await say(a, space, 'written in the old build');
    await say(b, space, 'written in the new build');
    await world.wait(Promise.all([a.api.saved(), b.api.saved()]));
    await world.clock.run(120_000);
    expect(a.api.network.status()).toMatchObject({ versions: { newer: 1, older: 0 }, peers: [] });
    expect(a.api.network.status().pending).toBeGreaterThan(0);
    noFaults([a, b]);

    // Anna reloads into the new build.
    later.add(a.api.identity.get()!.device);
    world.kill(a);
    a = await world.open(a.device);
    await until(world, () => texts(a, space).includes('written in the new build') && texts(b, space).includes('written in the old build'), 60_000, 'everything is there');
    await equal(world, [a, b], space);
    await until(world, () => [a, b].every((tab) => tab.api.network.status().versions.newer + tab.api.network.status().versions.older === 0), 120_000, 'the word goes');
    noFaults([a, b]);
  });

  test('a hello of a later form is known by its label; anything else that is no hello is malformed', () => {
    const read = (label: string): unknown => parseHello(encodeCbor([label, 2, 3, 'more']));
    expect(read('lgos/link/2')).toEqual({ ok: false, error: 'newer' });
    expect(read('lgos/link/17')).toEqual({ ok: false, error: 'newer' });
    for (const label of ['lgos/link/1', 'lgos/link/0', 'lgos/link/', 'lgos/link/1e9', 'other/2']) expect(read(label)).toEqual({ ok: false, error: 'malformed' });
  });
});
