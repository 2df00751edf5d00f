/** Where what the Hub shows is held: it stands in all spaces, so a word is true only of what all of them have. */
import { useMemo } from 'react';
import type { Copies, CopyState, SpaceView } from '#os/api';
import { useAsked, useKernel, useStopped } from '#view/kit/kernel.tsx';

/** What is to be said though it is so in one space only, the gravest first. */
const TELLING: readonly CopyState[] = ['stuck', 'waiting', 'newer', 'catching-up', 'looking', 'absent', 'writing', 'local'];
/** How often all of them are asked at most, ms. */
const ASK_MS = 500;

const inAll = (all: readonly Copies[], what: 'devices' | 'beacons'): string[] => all[0]![what].filter((one) => all.every((copies) => copies[what].includes(one)));
const oldest = (times: readonly (number | null)[]): number | null => times.reduce((least, at) => (at !== null && (least === null || at < least) ? at : least), null);

/** One word for several spaces; null where none is true of all of them. Devices and beacons are those that hold everything. */
export function mergeCopies(all: readonly Copies[]): Copies | null {
  if (all.length === 0) return null;
  const state = TELLING.find((one) => all.some((copies) => copies.state === one));
  const told = state === undefined ? all : all.filter((copies) => copies.state === state);
  const devices = inAll(all, 'devices');
  const merged: Copies = {
    devices, beacons: inAll(all, 'beacons'), wrote: devices.filter((device) => all.some(({ wrote }) => wrote.includes(device))),
    lastConfirmed: all.some(({ lastConfirmed }) => lastConfirmed === null) ? null : oldest(all.map(({ lastConfirmed }) => lastConfirmed)),
    state: state ?? told[0]!.state, count: told.reduce((sum, { count }) => sum + count, 0), since: oldest(told.map(({ since }) => since)), reason: told[0]!.reason,
  };
  if (state !== undefined || all.every((copies) => copies.state === 'one-copy')) return merged;
  return devices.length + merged.beacons.length > 1 ? { ...merged, state: 'shared' } : null;
}

/** The word of the Hub; null while unknown, and where none is true of all spaces. */
export function useHubCopies(spaces: readonly SpaceView[] | null): Copies | null {
  const api = useKernel();
  const key = (spaces ?? []).map(({ id }) => id).join(' ');
  const all = useAsked(() => Promise.all(key === '' ? [] : key.split(' ').map((id) => api.copiesOf(id))), ['copies', 'network', 'stuck', 'record', 'spaces'], [api, key], ASK_MS);
  return useStopped(useMemo(() => all && mergeCopies(all), [all]));
}
