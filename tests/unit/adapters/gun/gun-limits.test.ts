/** Limits of the GUN adapter, met by peers that are silent, fast, or speak too long. */
import { describe, expect, it } from 'vitest';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { openGun } from '#adapters/gun/gun-root';
import { serveGet } from '#adapters/gun/serve-get';
import { pageField } from '#adapters/gun/graph-entry';
import type { RangeRequest, RecordEntry } from '#ports/replica';
import { entryOf, rangeOf } from '#tests/contract/replica-contract';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { soon } from '#tests/support/soon';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function replica(options: { route?: readonly string[] } = {}) {
  const clock = createSimClock();
  const heard: RecordEntry[] = [];
  const it = createGunReplica({
    random: createSeededRandom('gun limits'), clock, hooks: { onHead: () => {}, onPut: (entries) => void heard.push(...entries), route: () => options.route ?? [], readRange: async () => [] },
  });
  return { it, clock, heard };
}

describe('GUN adapter: limits', () => {
  it('[limit GUN_GET_TIMEOUT_MS] a get that is never answered ends after 20 s and is not kept', async () => {
    const { it: gun, clock } = replica();
    gun.addPeer({ id: 'mute', sendPut: () => {}, sendGet: () => {}, sendReply: () => {} });
    let failed = '';
    void gun.get('mute', rangeOf(1, 0, 9)).catch((error: Error) => (failed = error.message));
    await clock.run(19_900);
    expect(failed).toBe('');
    await clock.run(200);
    expect(failed).toBe('gun get: timeout');
    expect(gun.counters()['gun.get.timeout']).toBe(1);
  });

  it('[limit GUN_HEARD_PENDING GUN_RECENT_FIELDS] five hundred puts and some of a peer at once: 512 are under way, texts of 256 are kept, and all that GUN settles are reported', async () => {
    const { it: gun, heard } = replica();
    gun.addPeer({ id: 'fast', sendPut: () => {}, sendGet: () => {}, sendReply: () => {} });
    let most = 0;
    // GUN takes so many keys of a soul at once and leaves the rest of the put for its next turn.
    for (let put = 0; put < 515; put++) {
      gun.hearPut('fast', Array.from({ length: 12 }, (_, i) => entryOf(1, 12 * put + i)));
      most = Math.max(most, gun.counters()['gun.passing']!);
    }
    expect(most).toBe(512);
    expect(gun.counters()['gun.recent']).toBe(256);
    await soon(() => expect(gun.counters()['gun.passing']).toBe(0));
    expect(heard.length).toBeGreaterThanOrEqual(12 * 512);
    gun.hearPut('fast', [entryOf(2, 0)]);
    await soon(() => expect(heard.at(-1)!.writer[0]).toBe(2));
  });

  it('[limit GUN_PACK] a burst to a slow reader goes in messages of 32 KiB of tokens, not as one and not one by one', async () => {
    const { it: gun } = replica({ route: ['p'] });
    const sizes: number[] = [];
    gun.addPeer({ id: 'p', sendPut: (entries) => void sizes.push(entries.length), sendGet: () => {}, sendReply: () => {} });
    for (let seq = 0; seq < 3_000; seq++) gun.put([entryOf(1, seq)], null);
    await soon(() => expect(sizes.reduce((sum, n) => sum + n, 0)).toBe(3_000));
    expect(Math.max(...sizes)).toBeGreaterThan(100);
    // A token takes 27 characters with its comma.
    expect(Math.max(...sizes)).toBeLessThan((32 * 1024) / 26);
  });

  it('[limit GUN_MAX_FRAME] a text of 256 KiB from a peer is not parsed, a shorter one is', async () => {
    const fields: string[] = [];
    const { mesh } = openGun({ onField: (field) => void fields.push(field.put['#']), onGet: () => {}, way: () => {} });
    const peer = { id: 'stock', wire: { send: () => {} } };
    mesh.hi(peer);
    const frame = (soul: string, length: number): string => {
      const of = (value: string): string => JSON.stringify({ '#': `${soul}12345678`, put: { [soul]: { _: { '#': soul, '>': { k: 1 } }, k: value } } });
      return of('x'.repeat(length - of('').length));
    };
    mesh.hear(frame('short', 262_143) as never, peer);
    mesh.hear(frame('longer', 262_144) as never, peer);
    await soon(() => expect(fields).toContain('short'));
    await turn();
    expect(fields).toEqual(['short']);
  });

  it('[limit GUN_RANGE_BYTES] a get by soul asks the store for at most 90,000 bytes, whatever it asks for', async () => {
    const asked: RangeRequest[] = [];
    const read = async (range: RangeRequest): Promise<RecordEntry[]> => (asked.push(range), []);
    const soul = pageField(entryOf(1, 0)).soul;
    for (const bytes of [undefined, 1_000, 1e9]) await serveGet({ '#': soul, ...(bytes !== undefined && { '%': bytes }) }, read);
    expect(asked.map((range) => range.maxBytes)).toEqual([90_000, 1_000, 90_000]);
  });
});
