/**
 * Acts on the devices of this person (FORMATS 1, 6): the list, names, and taking one away. The statement is kept first (own-devices.ts), then written into
 * every space with the cuts of the device's writers and, where this person may, a new key: one record each. What the disk refused, and spaces that come
 * later, are seen to by the repair. Loaded when asked for.
 */
import { AppError } from '#base/app-error';
import { compareBytes, equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { DeviceView } from '#os/devices-api';
import { toIdStatement } from '#os/rights/acl-record';
import { dropDeviceOps } from '#os/rights/builders';
import { compareAge, isLive, mayRevokeDevice, type Device, type Person } from '#os/rights/identity-state';
import type { SigningKey } from '#ports/crypto';
import { buildDeviceRevoke, parseStatement, recoverySeed } from '#vm/protocol/identity';
import { FRAGMENT, ROLE } from '#vm/protocol/types';
import { makeRotation } from './accept.ts';
import { isFleetingDevice } from './fleeting.ts';
import { cutsOfDevice } from './cut-points.ts';
import { standingRole } from './expiry.ts';
import { deviceNodeId, personalOf, REVOKE_ROWS } from './own-devices.ts';
import { checkName, type RecoveryRow } from './profile.ts';
import { keepsEntropy, withEntropy } from './recovery-key.ts';
import { entropyOfWords } from './phrase-entropy.ts';
import type { Sealer } from './sealer.ts';
import { ROOT_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { transact, type TransactDeps } from './transact.ts';

const NOTHING = 'Nothing was changed.';
const noDevice = (): AppError => new AppError('no-device', 'This is no device of yours.', NOTHING, 'Look at the list again.');

/** Own devices as the spaces know them; the Personal space, in which all of them are, comes first. */
function ownDevices(kernel: Kernel): Map<string, { device: Device; person: Person }> {
  const uid = toBase64url(must(kernel.profile, 'profile').uid);
  const out = new Map<string, { device: Device; person: Person }>();
  const personal = personalOf(kernel);
  for (const space of [...(personal ? [personal] : []), ...kernel.spaces.values()]) {
    const person = space.rights.view().state.persons.get(uid);
    for (const device of person?.devices.values() ?? []) {
      const known = out.get(device.ds);
      if (!known) out.set(device.ds, { device, person: person! });
      else if (device.revoked) out.set(device.ds, { ...known, device: { ...known.device, revoked: true } });
    }
  }
  return out;
}

/** Spaces where this person is a member and the device still counts, though it was taken away. */
function stillIn(kernel: Kernel, ds: string): Space[] {
  const uid = toBase64url(must(kernel.profile, 'profile').uid);
  return [...kernel.spaces.values()].filter((space) => space.standing === 'member' && space.rights.memberOf(uid) !== null && isLive(space.rights.view().state.persons.get(uid), ds));
}

/** What the newest record says that a device signed and that is held here. */
function lastSeen(kernel: Kernel, ds: string): number | null {
  let newest: number | null = null;
  const key = must(fromBase64url(ds), 'device');
  for (const space of kernel.spaces.values()) {
    for (const writer of space.rights.slotsOf(key)) {
      for (const fragment of space.fragments.values()) {
        const tip = fragment.log.ownTip(must(fromBase64url(writer), 'writer'));
        if (tip) newest = Math.max(newest ?? 0, tip.hlc.ms - tip.delta);
      }
    }
  }
  return newest;
}

/** What the person calls the device, or what it guessed of itself. */
function nameOf(kernel: Kernel, ds: string): string {
  const name = personalOf(kernel)?.source.view(ROOT_KEY, toBase64url(deviceNodeId(must(fromBase64url(ds), 'device'))))?.props.name;
  return typeof name === 'string' ? name : '';
}

/** The list of the API. */
export async function listDevices(kernel: Kernel): Promise<DeviceView[]> {
  if (kernel.loading) await kernel.loading;
  if (!kernel.profile) return [];
  const self = toBase64url(kernel.profile.ds.pub);
  const phrase = await keepsEntropy(kernel);
  const devices = [...ownDevices(kernel).values()].map(({ device }) => device).sort(compareAge);
  const me = devices.find((device) => device.ds === self);
  const personal = personalOf(kernel);
  const views = devices.map((device) => viewOf(kernel, device, { self: device.ds === self, fleeting: personal !== null && isFleetingDevice(personal, device.ds), older: me !== undefined && compareAge(me, device) > 0 && !phrase }));
  const place = (view: DeviceView): number => (view.self ? 0 : view.state === 'in-use' ? 1 : 2);
  return views.sort((a, b) => place(a) - place(b));
}

/** `older`: this device alone may not take it away. */
function viewOf(kernel: Kernel, device: Device, { self, fleeting, older }: { self: boolean; fleeting: boolean; older: boolean }): DeviceView {
  const dropped = device.revoked || kernel.dropped.has(device.ds);
  const left = dropped ? stillIn(kernel, device.ds).length : 0;
  return {
    device: device.ds, name: nameOf(kernel, device.ds), addedAt: device.age >= 1 ? device.age : firstDay(kernel), self, fleeting, online: self || kernel.network.peers.some((peer) => peer.device === device.ds),
    seenAt: self ? kernel.deps.clock.now() : lastSeen(kernel, device.ds),
    state: !dropped ? 'in-use' : left > 0 ? 'going' : 'gone', left, revoke: self || dropped ? 'no' : older ? 'phrase' : 'now',
  };
}

/** The first device has no statement with a time: the Personal space was made with it. */
function firstDay(kernel: Kernel): number | null {
  const personal = personalOf(kernel);
  return personal?.rights.acts()[0]?.at ?? null;
}

/** Another name for a device, in the Personal space: every device of this person sees it. */
export async function renameDevice(deps: TransactDeps, device: string, name: string): Promise<void> {
  const { kernel } = deps;
  const clean = checkName(name);
  if (kernel.loading) await kernel.loading;
  const personal = personalOf(kernel);
  if (!personal || !kernel.profile || !ownDevices(kernel).has(device)) throw noDevice();
  const id = toBase64url(deviceNodeId(must(fromBase64url(device), 'device')));
  const verb = 'identity/device.name@1';
  transact(deps, personal, personal.source.view(ROOT_KEY, id)
    ? [{ op: 'node.set', id, props: { name: clean }, verb }]
    : [{ op: 'node.create', type: 'device@1', id, props: { device, name: clean }, verb }], toBase64url(FRAGMENT.root));
}

/** Takes a device away everywhere; the spaces in which that could not be written yet. */
export async function revokeDevice(deps: TransactDeps, ds: string, phrase: string | undefined): Promise<{ left: string[] }> {
  const { kernel, sealer } = deps;
  if (kernel.loading) await kernel.loading;
  const profile = kernel.profile;
  const known = profile && ownDevices(kernel).get(ds);
  if (!profile || !known || kernel.revoked !== null) throw noDevice();
  if (ds === toBase64url(profile.ds.pub)) throw new AppError('this-device', 'A device does not take itself away.', NOTHING, 'Do it on another device of yours.');
  if (!kernel.dropped.has(ds)) {
    const statement = await withSigner(kernel, known, phrase, (by) => buildDeviceRevoke(kernel.deps.crypto, { uid: profile.uid, by, ds: must(fromBase64url(ds), 'device') }));
    // First of all: what comes after may be cut short.
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [[`${REVOKE_ROWS}${ds}`, statement]] });
    kernel.dropped.set(ds, statement);
  }
  for (const space of stillIn(kernel, ds)) await dropDevices(kernel, sealer, space).catch((error: unknown) => kernel.fault('revoke', error));
  kernel.emit({ type: 'members' });
  return { left: stillIn(kernel, ds).map(({ key }) => key) };
}

/** Who signs: this device when it is not younger, else the recovery key, which is here or is typed in. */
async function withSigner(kernel: Kernel, { device, person }: { device: Device; person: Person }, phrase: string | undefined, use: (by: SigningKey) => Promise<Bytes>): Promise<Bytes> {
  const profile = must(kernel.profile, 'profile');
  const me = person.devices.get(toBase64url(profile.ds.pub));
  if (me && compareAge(me, device) <= 0) return use(profile.ds);
  const row = (await kernel.store.get('id/rk')) as RecoveryRow | undefined;
  const entropy = phrase === undefined ? null : entropyOfWords(phrase);
  if (entropy === null && !row?.wrapped) throw new AppError('older-device', 'That device is older than this one.', NOTHING, 'Type the recovery phrase, or do it on an older device.');
  const seed = entropy ? recoverySeed(entropy) : await withEntropy(kernel, must(row, 'recovery key'), recoverySeed);
  entropy?.fill(0);
  const rk = await kernel.deps.crypto.importSigning(seed);
  seed.fill(0);
  if (!person.recoveryKeys.has(toBase64url(rk.pub))) throw new AppError('other-key', 'This is the recovery phrase of somebody else.', NOTHING, 'Compare it with what you wrote down.');
  return use(rk);
}

const working = new WeakMap<Kernel, Promise<unknown>>();

/** Writes into a space what takes own devices away and is not there yet: statements made here, and those that other spaces, or acts that lost their effect, brought. */
export function dropDevices(kernel: Kernel, sealer: Sealer, space: Space): Promise<void> {
  const next = (working.get(kernel) ?? Promise.resolve()).then(() => dropIn(kernel, sealer, space));
  working.set(kernel, next.catch(() => undefined));
  return next;
}

async function dropIn(kernel: Kernel, sealer: Sealer, space: Space): Promise<void> {
  const profile = must(kernel.profile, 'profile');
  const uid = toBase64url(profile.uid);
  gather(kernel, space, profile.uid);
  for (const [ds, statement] of [...kernel.dropped].sort(([a], [b]) => compareBytes(must(fromBase64url(a), 'device'), must(fromBase64url(b), 'device')))) {
    const person = space.rights.view().state.persons.get(uid);
    const role = standingRole(kernel, space, uid);
    const parsed = parseStatement(statement);
    const said = parsed.ok ? toIdStatement(parsed.value) : null;
    if (role === null || space.standing !== 'member' || !person || !isLive(person, ds) || said?.kind !== 'revoke' || !mayRevokeDevice(person, said)) continue;
    const rotation = role >= ROLE.admin ? await makeRotation(kernel, space, 'device', { of: ds }) : null;
    const ops = dropDeviceOps({ statement, ds: must(fromBase64url(ds), 'device'), cuts: cutsOfDevice(space, ds), rotate: rotation?.rotate ?? null });
    await sealer.writeAclAll(space, [ops, ...(rotation?.shares ?? [])]);
    if (rotation) space.keys.add(rotation.key);
    kernel.replication?.refresh();
  }
}

/** Statements about own devices in the acl of a space. Their signatures were verified; whether they may is asked in each space. */
function gather(kernel: Kernel, space: Space, uid: Bytes): void {
  const self = toBase64url(must(kernel.profile, 'profile').ds.pub);
  for (const { ops } of space.rights.acts()) {
    for (const op of ops) {
      const statement = op.t === 'ident.attach' ? parseStatement(op.statement) : null;
      if (!statement?.ok || statement.value.body.kind !== 2 || !equalBytes(statement.value.uid, uid)) continue;
      const ds = toBase64url(statement.value.body.ds);
      if (ds !== self && !kernel.dropped.has(ds)) kernel.dropped.set(ds, statement.value.bytes);
    }
  }
}
