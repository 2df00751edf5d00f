/** An archive on a stock GUN relay that cuts its store into files, is slow, or answers late: what was put there is found all the same (FORMATS §7). */
import { describe, expect, it } from 'vitest';
import { valueHash } from '#vm/protocol/gun-names';
import { bed, even, souls, visit } from '#tests/support/archive-bed';
import { equalStores, fragmentNo } from '#tests/support/mesh-world';

/** Between soul and key in the names of the relay. */
const ESC = '\u001b';

describe('files of the relay', () => {
  it('[ARC1] [ARC7] what a stock relay cut into several files, as it does with each megabyte, comes whole: pages, the list, the heads', async () => {
    const all = bed('files');
    const a = await all.peer('a');
    for (let i = 0; i < 300; i++) await a.write(fragmentNo(1), { quiet: true });
    for (let i = 0; i < 20; i++) await a.write(fragmentNo(2 + i), { quiet: true });
    await visit(all, a);
    const names = souls(all.relay).flatMap((soul) => [...all.relay.graph.get(soul)!.keys()].map((key) => `${soul}${ESC}${key}`)).sort();
    for (let i = 17; i < names.length; i += 37) all.relay.files.push(names[i]!);
    expect(all.relay.files.filter((name) => /#\u001b00000/.test(name)).length, 'a page goes over several files').toBeGreaterThan(5);
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]) && even(b), 60_000)).toBe(true);
    expect(all.relay.seen.whole, 'and none was asked for whole').toBe(0);
  });

  it('[ARC5] a relay that needs 3 s for every answer serves all the same', async () => {
    const all = bed('slow');
    const a = await all.peer('a');
    for (let i = 0; i < 300; i++) await a.write(fragmentNo(1 + (i % 3)), { quiet: true });
    await visit(all, a);
    all.relay.answerMs = 3_000;
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]) && even(b), 120_000)).toBe(true);
  });

  it('[ARC5] an answer that comes after it was given up counts', async () => {
    const all = bed('late');
    const a = await all.peer('a');
    for (let i = 0; i < 20; i++) await a.write(fragmentNo(1), { quiet: true });
    await visit(all, a);
    const b = await all.peer('b');
    // The page is asked for after the heads and the list, and then nothing comes for longer than anyone waits.
    const first = all.relay.seen.get;
    expect(await all.world.clock.until(() => all.relay.seen.get >= first + 4, 5_000)).toBe(true);
    expect(b.host.size()).toBe(0);
    all.relay.answerMs = 11_000;
    expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
  });

  it('[ARC4] [ARC7] junk in thousands around the end of a file, strays of the next file among it: everything is found', async () => {
    const all = bed('junk around a file');
    const a = await all.peer('a');
    for (let i = 0; i < 30; i++) await a.write(fragmentNo(1), { quiet: true });
    await visit(all, a);
    const [heads] = souls(all.relay).filter((soul) => !soul.endsWith('#'));
    for (const key of all.relay.graph.get(heads!)!.keys()) all.relay.graph.get(heads!)!.set(key, { value: 'poison', state: 999_999 });
    const page = souls(all.relay).find((soul) => [...all.relay.graph.get(soul)!.keys()].some((key) => key.startsWith('0000000029#')))!;
    const keys = [...all.relay.graph.get(page)!.keys()].sort();
    for (let i = 0; i < 6_000; i++) {
      const value = `junk ${i} ${'x'.repeat(i % 60)}`;
      all.relay.graph.get(page)!.set(`${keys[i % 2 === 0 ? 10 : i % 30]!.slice(0, 10)}#${valueHash(value)}`, { value, state: 1 });
    }
    all.relay.files.push(`${page}${ESC}${keys[10]}`);
    // Far behind the end of their file: on from the last of them, all records of the next file would be passed over.
    [...all.relay.graph.get(page)!].filter(([key, { value }], i) => i % 40 === 0 && key > keys[10]! && key < '0000000025' && String(value).startsWith('junk')).forEach(([key]) => all.relay.stray.add(`${page}${ESC}${key}`));
    expect(all.relay.stray.size).toBeGreaterThan(10);
    const b = await all.peer('b');
    expect(await all.world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
    expect(all.relay.seen.whole).toBe(0);
  });
});
