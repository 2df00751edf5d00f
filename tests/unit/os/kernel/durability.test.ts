/** What a target comes to, and what of policy values is one. */
import { describe, expect, test } from 'vitest';
import type { CborValue } from '#base/cbor';
import { targetOf, USUAL_TARGET } from '#os/kernel/copy-target';
import { shortOf } from '#os/kernel/durability';
import type { Space } from '#os/kernel/state';

const DAY = 86_400_000;
const spaceWith = (value?: CborValue): Space => ({ rights: { view: () => ({ policy: new Map(value === undefined ? [] : [['copies', { value, writer: '' }]]) }) } }) as unknown as Space;

describe('DUR3 the target of a space', () => {
  test('three numbers in their bounds, else what is usual', () => {
    expect(targetOf(spaceWith([3, 1, 30]))).toEqual({ copies: 3, beacons: 1, backupDays: 30 });
    expect(targetOf(spaceWith([0, 0, 0]))).toEqual({ copies: 0, beacons: 0, backupDays: 0 });
    for (const other of [undefined, null, 3, 'three', [3, 1], [3, 1, 30, 0], [-1, 0, 0], [10, 0, 0], [3, 5, 0], [3, 0, 366], [1.5, 0, 0], new Map([['copies', 3]])] as (CborValue | undefined)[]) expect(targetOf(spaceWith(other))).toEqual(USUAL_TARGET);
  });

  test('DUR4 each part of it is short by itself; a backup is by its age', () => {
    const found = (devices: number, beacons: number, at: number | null) => ({ devices: { n: devices, people: devices, lastConfirmed: null }, beacons: { n: beacons, names: [], lastConfirmed: null }, backups: { n: at === null ? (0 as const) : (1 as const), at, readAt: at } });
    const asks = { copies: 3, beacons: 1, backupDays: 7 };
    expect(shortOf(found(1, 0, null), asks, 10 * DAY)).toEqual(['copies', 'beacons', 'backup']);
    expect(shortOf(found(3, 0, 4 * DAY), asks, 10 * DAY)).toEqual(['beacons']);
    expect(shortOf(found(2, 1, 2 * DAY), asks, 10 * DAY)).toEqual(['backup']);
    expect(shortOf(found(2, 1, 3 * DAY), asks, 10 * DAY)).toEqual([]);
  });
});
