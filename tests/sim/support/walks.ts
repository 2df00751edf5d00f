/** Steps that several simulator tests share. */
import type { InviteOptions, JoinState } from '#os/api';
import { spaceDigest } from '#os/kernel/inspect';
import { expect } from 'vitest';
import { newModel } from './sim-acts.ts';
import { checkChains, differences } from './sim-check.ts';
import { createSimWorld, type SimDevice, type SimTab, type SimWorld, type WorldOptions } from './sim-world.ts';

export interface Meeting {
  readonly world: SimWorld;
  readonly devices: readonly SimDevice[];
  readonly tabs: readonly SimTab[];
  readonly space: string;
  readonly link: string;
}

/** Makes a person in a tab. */
export const born = (world: SimWorld, tab: SimTab): Promise<unknown> => world.wait(tab.api.identity.create({ name: tab.device.name }));

/** `names.length` people in one team space, joined by link and quiet. */
export async function meet(options: WorldOptions, names: readonly string[], role: InviteOptions['role'] = 'member', kind: 'team' | 'guild' = 'team'): Promise<Meeting> {
  const world = createSimWorld(options);
  const devices = names.map((name) => world.device(name));
  for (const device of devices) await born(world, await world.open(device));
  const tabs = devices.map((device) => device.tabs[0]!);
  const space = await world.wait(tabs[0]!.api.spaces.create({ name: 'River', kind }));
  // Everybody comes at once and does what they like: what a Guild begins with is shown elsewhere.
  if (kind === 'guild') await world.wait(tabs[0]!.api.access.setRules(space, { approve: false, ops: { 'fragment@1': null } }));
  const link = await world.wait(tabs[0]!.api.spaces.invite(space, { uses: names.length + 8, ...(role ? { role } : {}) }));
  for (const tab of tabs.slice(1)) await world.wait(tab.api.spaces.join(link));
  await until(world, () => tabs.slice(1).every((tab) => standing(tab, space) === 'member'), 20_000, 'everybody is inside');
  await world.clock.run(3_000);
  return { world, devices, tabs, space, link };
}

export const standing = (tab: SimTab, space: string): string | undefined => tab.running.parts.kernel.spaces.get(space)?.standing;

/** Runs until it holds, at most `ms` of virtual time; else fails with the words. */
export async function until(world: SimWorld, condition: () => boolean, ms: number, what: string): Promise<void> {
  expect(await world.clock.until(condition, ms), what).toBe(true);
}

export const say = (tab: SimTab, space: string, text: string) =>
  tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' }]);

/** Texts shown now, without waiting for anything. */
export function texts(tab: SimTab, space: string): string[] {
  const held = tab.running.parts.kernel.spaces.get(space);
  if (!held) return [];
  const out: string[] = [];
  for (const fragment of held.fragments.keys()) for (const id of held.source.ids(fragment, 'chat/message@1')) out.push(String(held.source.view(fragment, id)?.props.text));
  return out.sort();
}

/** Set and state digest as one text. */
export function digest(tab: SimTab, space: string): string {
  const { set, state } = spaceDigest(tab.running.parts.kernel.spaces.get(space)!);
  return `${set} ${state}`;
}

export async function equal(world: SimWorld, tabs: readonly SimTab[], space: string, ms = 30_000): Promise<void> {
  const from = world.clock.monotonic();
  while (new Set(tabs.map((tab) => digest(tab, space))).size > 1 && world.clock.monotonic() - from < ms) await world.clock.run(100);
  if (new Set(tabs.map((tab) => digest(tab, space))).size > 1) expect.fail(`not all hold and show the same:\n${differences(tabs, newModel(space)).join('\n')}`);
}

/** No log on the disks has two records at one place, and every chain is whole. */
export function noForks(devices: readonly SimDevice[]): void {
  for (const device of devices) expect(checkChains(device.disk.records(), { mayFork: () => false, mayGap: () => false }), device.name).toEqual([]);
}

export function noFaults(tabs: readonly SimTab[]): void {
  for (const tab of tabs) expect(tab.running.parts.faults, tab.name).toEqual([]);
}

/** Joins and gathers the steps shown. */
export async function joinStates(world: SimWorld, tab: SimTab, link: string): Promise<JoinState[]> {
  const { state } = await world.wait(tab.api.spaces.join(link));
  const out: JoinState[] = [];
  void (async () => {
    for await (const step of state) out.push(step);
  })();
  return out;
}
