import { describe, expect, test } from 'vitest';
import { KERNEL_LIMITS } from '#os/limits';
import { createEarlyRoom, type EarlyRecord } from '#os/kernel/early-room';
import type { Space } from '#os/kernel/state';
import type { ParsedRecord } from '#vm/protocol/types';

/** As much of a record and a space as the room looks at. */
function early(no: number, from: string, at = 0, bytes = 100): EarlyRecord {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(0, no);
  const record = { id, bytes: { length: bytes }, header: { fragment: new Uint8Array(16), writer: id } } as unknown as ParsedRecord;
  return { record, space: SPACE, from, at };
}

const rights = { devicesKnown: 1 };
const SPACE = { key: 'space', rights } as unknown as Space;
const LIMITS = { records: KERNEL_LIMITS.earlyRecords as number, bytes: KERNEL_LIMITS.earlyBytes as number, all: KERNEL_LIMITS.earlyBytesAll as number };

function room() {
  const lost: string[] = [];
  return { lost, room: createEarlyRoom((from) => void lost.push(from)) };
}

const MANY = process.env.LGOS_FULL === '1' ? 100_000 : 20_000;

describe('the room for records that come before the acl record of their author', () => {
  test('[IDN7] [limit KERNEL.earlyRecords] [row 33] TRUST §3: orphans of one link (100,000 in full): the oldest go, each at a cost; those of others stay', () => {
    const { room: r, lost } = room();
    r.add(early(1_000_000, 'honest'));
    for (let i = 0; i < MANY; i++) r.add(early(i, 'evil'));
    expect(r.size).toBe(LIMITS.records + 1);
    expect(lost.length).toBe(MANY - LIMITS.records);
    expect(new Set(lost)).toEqual(new Set(['evil']));
    expect(r.takeExplained((one) => one.from === 'honest').length).toBe(1);
  });

  test('[limit KERNEL.earlyBytes] [limit KERNEL.earlyBytesAll] bytes are counted per link and over all', () => {
    const { room: r, lost } = room();
    const each = 65_536;
    for (let i = 0; i <= LIMITS.bytes / each; i++) r.add(early(i, 'evil', 0, each));
    expect([r.size, lost.length]).toEqual([LIMITS.bytes / each, 1]);
    for (let link = 0; link < 8; link++) for (let i = 0; i < 100; i++) r.add(early(10_000 + link * 100 + i, `l${link}`, 0, each));
    expect(r.size).toBeLessThanOrEqual(LIMITS.all / each);
  });

  test('what nobody explains in time goes, one charge for a log; there is news when the acl knows another device', () => {
    const { room: r, lost } = room();
    for (const [no, at] of [[1, 0], [2, 50]] as const) r.add(early(no, 'a', at));
    expect(r.news()).toBe(false);
    rights.devicesKnown = 2;
    expect([r.news(), r.news()]).toEqual([true, false]);
    r.expire(10);
    expect([r.size, lost]).toEqual([1, ['a']]);
    expect(r.takeExplained(() => true).length).toBe(1);
    expect([r.size, r.news()]).toEqual([0, false]);
  });
});
