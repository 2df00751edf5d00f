/** Public links of a space (RIGHT26): made as a person without a recovery key whose keys follow from the link, let in with one fragment to read; revoked as a removal. */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { PublicLinkView } from '#os/reading-api';
import { KERNEL_LIMITS } from '#os/limits';
import type { Scope } from '#os/rights/acl-model';
import { acceptOps, inviteOps } from '#os/rights/builders';
import { withoutParts } from '#os/rights/epochs';
import { linkInvites } from '#os/rights/public-links';
import { stores } from '#os/rights/scope';
import { buildInception, linkNonce } from '#vm/protocol/identity';
import { sealField } from '#vm/protocol/keys';
import { encodeReadLink, readKeys } from '#vm/protocol/read-link';
import { FRAGMENT, ROLE, SCOPE, SPACE_KIND, type CborValue } from '#vm/protocol/types';
import type { AclOp, KeyShareOp } from '#vm/protocol/acl-operation';
import { writeComing } from './accept.ts';
import { standingRole, hasEnded } from './expiry.ts';
import { roomField } from './membership-acts.ts';
import { removePerson } from './people-acts.ts';
import { partOps } from './part-keys.ts';
import { tellAbout } from './part-tell.ts';
import type { Sealer } from './sealer.ts';
import { ACL_KEY, fragmentTitle, spaceName } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import type { TransactDeps } from './transact.ts';
import { wireScope } from './wraps.ts';

const NOTHING = 'Nothing was changed.';
/** Until when the invite of a link can be accepted: its own kernel does at once. */
const ACCEPT_MS = 60_000;

/** Makes a link that opens one fragment to whoever has it, all of it, from its beginning; returns the part of the address behind the app's own. */
export async function makePublicLink(deps: TransactDeps, space: Space, fragment: string, expiresInMs: number | null): Promise<string> {
  const { kernel, sealer } = deps;
  const exp = checkAsked(kernel, space, fragment, expiresInMs);
  const { crypto, random } = kernel.deps;
  const seed = random.bytes(32);
  const { ds, dx, room } = await readKeys(crypto, seed);
  // Its recovery key is forgotten here: nobody can ever add a device to the link.
  const rk = await crypto.importSigning(random.bytes(32));
  const { statement, uid } = await buildInception(crypto, { rk, ds, dx: dx.pub, nonce: linkNonce(ds.pub) });
  const scope: Scope = new Map([[fragment, SCOPE.read]]);
  await letInByKey(kernel, sealer, space, { uid, ds: ds.pub, dx: dx.pub, statement }, scope, exp, roomField(room, true, scope));
  tellAbout(deps, space, [fragment]);
  kernel.replication?.refresh();
  return encodeReadLink({ space: space.id, uid, seed, signaling: kernel.servers(), hint: { title: fragmentTitle(space, fragment).slice(0, 80), space: spaceName(space).slice(0, 80), until: exp } });
}

/** May this person make one, and until when is it good? */
function checkAsked(kernel: Kernel, space: Space, fragment: string, expiresInMs: number | null): number | null {
  const self = must(kernel.profile, 'profile').uid;
  if (expiresInMs !== null && (!Number.isSafeInteger(expiresInMs) || expiresInMs < 1_000 || expiresInMs > KERNEL_LIMITS.inviteMaxMs)) throw new AppError('bad-value', 'A link lives between a second and a year, or without end.', NOTHING, 'Choose another time.');
  if (space.rights.view().kind === SPACE_KIND.personal) throw new AppError('personal', 'The personal space has one person.', NOTHING, 'Make a team space.');
  if (space.standing !== 'member' || (standingRole(kernel, space, self) ?? 0) < ROLE.admin || !space.rights.mayInvite(self, ROLE.guest)) throw new AppError('no-right', 'You cannot make public links here.', NOTHING, 'Ask an admin.');
  const titled = typeof fragment === 'string' && fromBase64url(fragment)?.length === 16 && fragmentTitle(space, fragment) !== '';
  if (!titled) throw new AppError('bad-id', 'A public link opens one channel or document.', NOTHING, 'Choose one.');
  if (publicLinks(kernel, space).filter(({ state }) => state === 'open').length >= KERNEL_LIMITS.publicLinks) throw new AppError('too-many', 'This space has too many public links.', NOTHING, 'Revoke one first.');
  const own = must(space.rights.memberOf(self), 'member').exp;
  const exp = expiresInMs === null ? null : kernel.time.now() + expiresInMs;
  // Nobody gives more time than they have (RIGHT8).
  return own === null ? exp : Math.min(own, exp ?? own);
}

/** Lets in a person whose device is the key of the invite itself (RIGHT26): a public link, or a beacon. `field` is sealed with the invite. */
export async function letInByKey(
  kernel: Kernel, sealer: Sealer, space: Space, who: { readonly uid: Bytes; readonly ds: Bytes; readonly dx: Bytes; readonly statement: Bytes }, scope: NonNullable<Scope>, exp: number | null, field: CborValue,
): Promise<void> {
  const invite = await writeInvite(kernel, sealer, space, who.ds, field);
  const uid = toBase64url(who.uid);
  const device = { uid, ds: toBase64url(who.ds), dx: toBase64url(who.dx), scope, link: true as const };
  const ops = (shares: readonly KeyShareOp[]): AclOp[] => acceptOps({ invite, uid: who.uid, statements: [who.statement], grant: { role: ROLE.guest, nbf: kernel.time.now(), exp, scope: wireScope(scope) }, shares });
  const { state, epochs, withheld } = space.rights.view();
  // A beacon reads nothing of what it keeps.
  if (state.policy.late && !stores(scope)) return writeComing(kernel, sealer, space, { uid, devices: [device], scope, link: true }, ops([]));
  const [shares = []] = await partOps(kernel, space, withoutParts(epochs, [device], withheld, state.policy.pasts), 1);
  await sealer.writeAcl(space, ops(shares));
}

async function writeInvite(kernel: Kernel, sealer: Sealer, space: Space, pub: Uint8Array, field: CborValue) {
  const epoch = space.rights.sealingEpoch();
  const aead = epoch && (await space.keys.body(epoch, FRAGMENT.acl, must(kernel.slot, 'slot').writer));
  if (!epoch || !aead) throw new AppError('no-key', 'This device has no valid key of the space yet.', NOTHING, 'Wait until another member is online.');
  const room = await sealField(kernel.deps.crypto, aead, epoch, kernel.deps.random.bytes(12), field);
  return sealer.writeAcl(space, inviteOps({ pub: pub.slice(), role: ROLE.guest, exp: kernel.time.now() + ACCEPT_MS, uses: 1, room }));
}

/** All links of the space that this device knows, the newest first. */
export function publicLinks(kernel: Kernel, space: Space): PublicLinkView[] {
  const view = space.rights.view();
  const self = kernel.profile ? toBase64url(kernel.profile.uid) : '';
  const log = space.fragments.get(ACL_KEY)?.log;
  return linkInvites(view).filter(({ invite }) => !stores(space.inviteRooms.get(invite.id)?.scope ?? null)).map(({ uid, invite }): PublicLinkView => {
    const member = view.members.get(uid);
    const record = log?.get(invite.id);
    const removal = member ? undefined : view.revokes.findLast(({ to }) => to === uid);
    const was = removal ? space.rights.removal(removal.id) : null;
    const scope = member?.scope ?? was?.scope ?? null;
    const until = member ? member.exp : (was?.ended ?? null);
    const over = until !== null && until <= kernel.time.now();
    return {
      id: uid, fragment: [...(scope?.keys() ?? [])][0] ?? '', by: invite.by, madeAt: record ? record.hlc.ms - record.delta : 0, until,
      state: member && !hasEnded(member, kernel.time.now()) ? 'open' : over ? 'ended' : 'revoked', mayRevoke: member !== undefined && space.rights.mayRemove(self, uid),
    };
  }).reverse();
}

/** Closes a link: the devices that hear of it serve it no more, and what is sealed from then on it does not open. What was read stays read. */
export async function revokePublicLink(kernel: Kernel, sealer: Sealer, space: Space, id: string): Promise<void> {
  const link = publicLinks(kernel, space).find((one) => one.id === id);
  if (!link) throw new AppError('not-here', 'This link is not held on this device.', NOTHING, 'Look at the list again.');
  if (link.state === 'revoked') return;
  await removePerson(kernel, sealer, space, id);
}
