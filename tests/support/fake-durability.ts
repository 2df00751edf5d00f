/** The meter in the fake kernel: what a copy state comes to, against two copies and a backup of a month. */
import type { Copies, Durability } from '#os/api';

/** One device and no backup where the state says so; else what is confirmed. */
export function fakeDurability({ devices, beacons, lastConfirmed }: Pick<Copies, 'devices' | 'beacons' | 'lastConfirmed'>): Durability {
  const copies = devices.length + beacons.length;
  return {
    devices: { n: devices.length, people: devices.length, lastConfirmed }, beacons: { n: beacons.length, names: [...beacons], lastConfirmed: beacons.length > 0 ? lastConfirmed : null }, backups: { n: 0, at: null, readAt: null },
    target: { copies: 2, beacons: 0, backupDays: 30 }, below: copies < 2 ? ['copies', 'backup'] : ['backup'],
  };
}
