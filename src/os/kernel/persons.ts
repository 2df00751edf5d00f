/** Names of persons in a space: everybody writes their own node; for a Guest, who cannot write, a member that knows the name does (docs/PROTOCOL.md, Persons). */
import { fromBase64url, toBase64url } from '#base/bytes';
import { cutText, plainLine } from '#base/plain-text';
import { KERNEL_LIMITS } from '#os/limits';
import { FRAGMENT, ROLE, SPACE_KIND } from '#vm/protocol/types';
import { standingRole } from './expiry.ts';
import { fleetingOp, isFleetingDevice } from './fleeting.ts';
import { deviceNodeId } from './own-devices.ts';
import { hasTellers, ownScope } from './part-view.ts';
import { isNamedByOthers, ROOT_KEY, personName, personNodeId } from './spaces.ts';
import type { Space } from './state.ts';
import { transact, type TransactDeps } from './transact.ts';

/** Writes the own person node when this person may write and it is missing or says another name. */
export async function introduceSelf(deps: TransactDeps, space: Space): Promise<void> {
  const { profile, slot } = deps.kernel;
  const role = profile ? standingRole(deps.kernel, space, profile.uid) : null;
  const epoch = space.rights.sealingEpoch();
  if (!profile || profile.name === '' || !slot || space.standing !== 'member' || role === null) return;
  if (role < ROLE.member) return showSlot(deps, space);
  if (!epoch) return;
  if (hasTellers(space)) (await import('./part-tell.ts')).introduceInParts(deps, space);
  if (!space.keys.has(epoch) || ownScope(deps.kernel, space) !== null) return;
  const id = toBase64url(personNodeId(profile.uid, profile.uid));
  const known = space.source.view(ROOT_KEY, id);
  if (known?.props.name === profile.name) return;
  const uid = toBase64url(profile.uid);
  const verb = 'subscription/person.name@1';
  transact(deps, space, known
    ? [{ op: 'node.set', id, props: { name: profile.name }, verb }]
    : [{ op: 'node.create', type: 'person@1', id, props: { uid, author: uid, name: profile.name }, verb }], toBase64url(FRAGMENT.root));
}

/** Spaces in which a Guest's slot is being shown. */
const showing = new WeakSet<Space>();

/** A Guest writes nothing, so nobody would know whose slot it is that says "here" and its name: an own statement, which every role may attach, brings the certificate. */
async function showSlot({ kernel, sealer }: TransactDeps, space: Space): Promise<void> {
  const [statement] = kernel.profile!.statements;
  if (!statement || showing.has(space) || space.rights.writer(kernel.slot!.writer) !== null) return;
  showing.add(space);
  await sealer.writeAcl(space, [{ t: 'ident.attach', statement }]).finally(() => showing.delete(space));
}

/** The guessed name of this device, in the Personal space, so that the devices of a person can be told apart; and one that keeps nothing says so in every space. */
export function introduceDevice(deps: TransactDeps, space: Space): void {
  const { profile, slot, deps: { deviceName, fleeting } } = deps.kernel;
  const epoch = space.rights.sealingEpoch();
  const personal = space.rights.view().kind === SPACE_KIND.personal;
  if (!profile || !slot || space.standing !== 'member' || !epoch || !space.keys.has(epoch) || (personal ? !deviceName && !fleeting : !fleeting)) return;
  const id = toBase64url(deviceNodeId(profile.ds.pub));
  const device = toBase64url(profile.ds.pub);
  const role = standingRole(deps.kernel, space, profile.uid);
  if (role === null || (!personal && (role < ROLE.member || ownScope(deps.kernel, space) !== null))) return;
  const known = space.source.view(ROOT_KEY, id) !== null;
  if (fleeting ? known && isFleetingDevice(space, device) : known) return;
  // To others its key says enough.
  const props = { device, ...(personal && deviceName ? { name: deviceName } : {}) };
  transact(deps, space, [{ op: 'node.create', type: 'device@1', id, props, verb: 'identity/device.name@1' }, ...(fleeting ? [fleetingOp(id)] : [])], toBase64url(FRAGMENT.root));
}

/** Who cannot write their own name in `root` (a Guest, or somebody with a part of the space): the first member that hears it writes it, as a name given by that member. */
export function introduceGuest(deps: TransactDeps, space: Space, uid: string, name: string): void {
  const { profile, slot } = deps.kernel;
  const guest = fromBase64url(uid);
  const clean = cutText(plainLine(cutText(name, KERNEL_LIMITS.nameChars * 4).normalize('NFC')), KERNEL_LIMITS.nameChars);
  if (!profile || !slot || !guest || clean === '' || !isNamedByOthers(space, uid) || personName(space, uid) !== '') return;
  const role = standingRole(deps.kernel, space, profile.uid);
  if (space.standing !== 'member' || role === null || role < ROLE.member || ownScope(deps.kernel, space) !== null) return;
  const props = { uid, author: toBase64url(profile.uid), name: clean };
  transact(deps, space, [{ op: 'node.create', type: 'person@1', id: toBase64url(personNodeId(guest, profile.uid)), props, verb: 'subscription/person.name@1' }], toBase64url(FRAGMENT.root));
}
