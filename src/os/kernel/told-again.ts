/**
 * What everybody in a space has to know (its name, its directory, what a part is, who people are) written again where newcomers cannot read what was written before
 * they came (HIST2). Loaded when there is such a person.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { Op } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import { fromCborMap } from '#os/graph-manager/values';
import type { MemberDevice } from '#os/rights/epochs';
import { mayRead } from '#os/rights/permit';
import { stores } from '#os/rights/scope';
import type { NodeState } from '#vm/graph/node-state';
import type { At } from '#vm/graph/registers';
import { parseRecord } from '#vm/protocol/record';
import { ROLE } from '#vm/protocol/types';
import { mayWriteNow, standingRole } from './expiry.ts';
import { ABOUT, tellsItself } from './part-view.ts';
import { ROOT_KEY } from './spaces.ts';
import type { Fragment, Space } from './state.ts';
import { transact, type TransactDeps } from './transact.ts';

/** Types that Owners and Admins tell again; a name is told by whose word it is. */
const MANAGED = ['fragment@1', 'space@1', ABOUT];
const NAMED = 'person@1';
const VERB = 'subscription/told.again@1';

/** Records that were read and the epoch they are sealed under; a record never changes. */
const epochs = new WeakMap<Space, Map<string, string>>();

/** Newcomers who read in the fragment from their coming on. */
function newcomers(space: Space, fragment: string): MemberDevice[] {
  return space.rights.view().devices.filter((device) => device.since !== undefined && !stores(device.scope) && mayRead(device, fragment));
}

/** Ids of the records that set what the node shows. */
const recordsOf = (fragment: Fragment, node: NodeState): string[] => [...new Set([...(node.registers ?? [])].flatMap(([, { at }]) => idsAt(fragment, at)))];
const idsAt = (fragment: Fragment, at: At): readonly string[] => (at.seq < 0 ? [] : fragment.index.at(at.writer.key, at.seq));

async function readEpochs(deps: TransactDeps, space: Space, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  let known = epochs.get(space);
  if (!known) epochs.set(space, (known = new Map()));
  const missing = ids.filter((id) => !known.has(id));
  for (let at = 0; at < missing.length; at += KERNEL_LIMITS.unlockAtOnce) {
    for (const { bytes } of await deps.kernel.index.read(missing.slice(at, at + KERNEL_LIMITS.unlockAtOnce))) {
      const parsed = parseRecord(bytes as Bytes);
      if (parsed.ok) known.set(toBase64url(parsed.value.id), parsed.value.header.epoch ? toBase64url(parsed.value.header.epoch) : '');
    }
  }
  return known;
}

/** Nodes of the fragment that this person tells, where somebody cannot read what they show. */
async function hidden(deps: TransactDeps, space: Space, fragment: Fragment, manages: boolean): Promise<NodeState[]> {
  const coming = newcomers(space, fragment.key);
  const self = toBase64url(deps.kernel.profile!.uid);
  const { epochs: all, lost, sealing, withheld } = space.rights.view();
  // Under a key that they have not: it would be told again and again.
  if (coming.length === 0 || !sealing || coming.some((device) => withheld(device, sealing))) return [];
  const mine = (node: NodeState): boolean => space.rights.writer(node.registers?.get('name')?.at.writer.bytes ?? new Uint8Array())?.uid === self && node.prop('author') === self;
  const nodes = [...(manages ? MANAGED : []), NAMED].flatMap((type) => [...fragment.graph.byType(type)].map((id) => fragment.graph.node(id)!)).filter((node) => !node.deleted && (node.type !== NAMED || mine(node)));
  const known = await readEpochs(deps, space, nodes.flatMap((node) => recordsOf(fragment, node)));
  const closed = new Set([...all, ...lost].filter((info) => coming.some((device) => withheld(device, info))).map(({ epoch }) => epoch));
  return nodes.filter((node) => recordsOf(fragment, node).some((id) => closed.has(known.get(id) ?? '')));
}

/** In acts of bounded size; nothing when everybody can read all of it. */
export async function tellAgain(deps: TransactDeps, space: Space): Promise<void> {
  const { kernel } = deps;
  const { profile, slot } = kernel;
  const epoch = space.rights.sealingEpoch();
  if (!profile || !slot || !epoch || !space.keys.has(epoch) || space.rights.view().devices.every(({ since }) => since === undefined)) return;
  const manages = (standingRole(kernel, space, profile.uid) ?? 0) >= ROLE.admin;
  for (const fragment of [...space.fragments.values()]) {
    if ((fragment.key !== ROOT_KEY && !tellsItself(fragment)) || !mayWriteNow(kernel, space, fragment)) continue;
    const ops = (await hidden(deps, space, fragment, manages)).map((node): Op => ({ op: 'node.create', type: node.type!, id: node.id, props: fromCborMap(node.props()), verb: VERB }));
    for (let at = 0; at < ops.length; at += KERNEL_LIMITS.toldAgain) transact(deps, space, ops.slice(at, at + KERNEL_LIMITS.toldAgain), fragment.key);
  }
}
