/** A new space: its genesis and first key, and what it begins with (FORMATS 2 Genesis, 6). Made seldom, so loaded when one is made. */
import { AppError } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { Op, SpaceKindName } from '#os/api';
import { epochId, wrapEpochKey } from '#vm/protocol/keys';
import { sealRecord } from '#vm/protocol/seal';
import { encodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import type { CborValue } from '#base/cbor';
import { policyOps } from '#os/rights/builders';
import { POLICY_KEY } from '#os/rights/policy';
import { FRAGMENT, RECORD_CLASS, ROLE, SPACE_KIND, type Operation } from '#vm/protocol/types';
import { checkName } from './profile.ts';
import { commitOwn, settleUnsure } from './commit.ts';
import { spaceRow } from './membership.ts';
import { addSpace, spaceNodeId } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { transact, type TransactDeps } from './transact.ts';

/** The rules a Guild begins with (RIGHT25): whoever comes waits for a hand, and channels are made by admins. An owner may change them like any other. */
const GUILD_RULES: ReadonlyMap<string, CborValue> = new Map<string, CborValue>([[POLICY_KEY.approve, true], [POLICY_KEY.ops, new Map<string, CborValue>([['fragment@1', ROLE.admin]])]]);

/** Genesis and first key in one transaction, then the names and the general fragment. Returns the space. */
export async function createSpace(deps: TransactDeps, options: { name: string; kind: SpaceKindName; channel: string }): Promise<Space> {
  const { kernel } = deps;
  const name = checkName(options.name);
  const profile = kernel.profile;
  if (!profile || !kernel.slot) throw new AppError('no-identity', 'There is no identity in this browser yet.', 'Nothing was changed.', 'Choose a name first.');
  const kind = options.kind === 'personal' ? SPACE_KIND.personal : options.kind === 'guild' ? SPACE_KIND.guild : SPACE_KIND.team;
  const space = await deps.sealer.exclusive(() => genesis(kernel, kind));
  await furnishSpace(deps, space, name, options.channel);
  return space;
}

/** The name and the general fragment of a new space, committed. */
export async function furnishSpace(deps: TransactDeps, space: Space, name: string, channel: string): Promise<void> {
  const { kernel } = deps;
  const fragment = kernel.deps.random.bytes(16);
  transact(deps, space, [
    { op: 'node.create', type: 'space@1', id: toBase64url(spaceNodeId(space.id)), props: { name }, verb: 'subscription/space.name@1' },
    directoryOp(kernel, fragment, 'chat/channel@1', channel),
  ], toBase64url(FRAGMENT.root));
  await deps.sealer.flush(space);
}

/** The directory node of a fragment, in `root`: its id is the fragment's. */
export function directoryOp(kernel: Kernel, fragment: Bytes, type: string, title: string): Extract<Op, { op: 'node.create' }> {
  const id = toBase64url(fragment);
  return { op: 'node.create', type: 'fragment@1', id, props: { fragment: id, type, title: checkName(title), created: kernel.time.now() }, verb: 'subscription/fragment.create@1' };
}

async function genesis(kernel: Kernel, kind: 0 | 1 | 2): Promise<Space> {
  const profile = must(kernel.profile, 'profile');
  const slot = must(kernel.slot, 'slot');
  const { crypto, random } = kernel.deps;
  // A commit of which it is not known whether it landed is forgotten for the next one that fails.
  await settleUnsure(kernel);
  const ms = kernel.time.now();
  const first: AclOp[] = [
    ...profile.statements.map((statement): AclOp => ({ t: 'ident.attach', statement })),
    { t: 'space.create', owner: profile.uid, kind, nonce: random.bytes(16) },
  ];
  const ops = (list: readonly AclOp[], from: number): Operation[] => list.map((op, i) => ({ ...encodeAclOp(op), verb: '', stamp: { ms, ctr: from + i } }));
  const none = new Uint8Array(32);
  const common = { fragment: FRAGMENT.acl, class: RECORD_CLASS.acl, deps: [], signer: slot.key, epoch: null, bodyKey: null, random };
  const zero = await sealRecord(crypto, { ...common, space: none, seq: 0, prev: null, n: 0, sprev: null, acl: [], ops: ops(first, 0), certificate: slot.statement });
  const id = zero.id;
  const key = random.bytes(32);
  const eph = await crypto.generateAgreement();
  const epoch = epochId(key);
  const wrap = must(await wrapEpochKey(crypto, eph, profile.dx.pub, { space: id, epoch, key }), 'own device key');
  const rotate: AclOp = { t: 'key.rotate', epoch, eph: eph.pub, wraps: [{ device: profile.ds.pub.slice(0, 8), wrap }], prev: null, cause: 'create' };
  // In the record of the first key: there is no moment in which a Guild has no rules.
  const second = kind === SPACE_KIND.guild ? [rotate, ...policyOps(GUILD_RULES)] : [rotate];
  const one = await sealRecord(crypto, { ...common, space: id, seq: 1, prev: id, n: 1, sprev: id, acl: [id], ops: ops(second, first.length) });
  const space = addSpace(kernel, id, 'member');
  space.lastOwn = one.header.hlc;
  space.keys.add(key);
  kernel.sealedOps.set(zero, { kind: 'ops', ops: ops(first, 0) });
  kernel.sealedOps.set(one, { kind: 'ops', ops: ops(second, first.length) });
  try {
    await commitOwn(kernel, space, [zero, one], [spaceRow(id, 'member')]);
  } catch (error) {
    kernel.spaces.delete(space.key);
    throw error;
  }
  kernel.emit({ type: 'spaces', space: space.key });
  kernel.replication?.refresh();
  return space;
}
