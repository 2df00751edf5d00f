/**
 * The operations of acl acts, as one list per record. Keys and sealed fields come in ready: nothing here draws randomness or encrypts.
 * Operations that depend on each other stand in the order they take effect (revoke before grant before rotate).
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { AclOp, Cut, GrantOp, KeyRotateOp, KeyShareOp, ScopeEntry, Sealed } from '#vm/protocol/acl-operation';
import { ROLE, type CborValue, type Role } from '#vm/protocol/types';

/** Delegation by default of a role (FORMATS 6): Owner up to Owner, Admin up to Member, others not. */
export function defaultDelegation(role: Role): { readonly mayDelegate: boolean; readonly maxRole: Role } {
  if (role === ROLE.owner) return { mayDelegate: true, maxRole: ROLE.owner };
  if (role === ROLE.admin) return { mayDelegate: true, maxRole: ROLE.member };
  return { mayDelegate: false, maxRole: ROLE.guest };
}

export interface GrantInput {
  readonly to: Bytes;
  readonly role: Role;
  /** ms, mesh time. */
  readonly nbf: number;
  readonly exp?: number | null;
  readonly scope?: readonly ScopeEntry[] | null;
  readonly mayDelegate?: boolean;
  readonly maxRole?: Role;
  readonly plan?: Sealed | null;
}

/** A grant with the delegation of its role unless said otherwise. */
export function grantOp(input: GrantInput): GrantOp {
  const usual = defaultDelegation(input.role);
  return {
    t: 'grant', to: input.to, role: input.role, scope: input.scope ?? null, nbf: input.nbf, exp: input.exp ?? null,
    mayDelegate: input.mayDelegate ?? usual.mayDelegate, maxRole: input.maxRole ?? usual.maxRole, plan: input.plan ?? null,
  };
}

/** A person's writers and the last record of each that is trusted; writers not named are cut from their start. */
export type WriterCuts = readonly { readonly writer: Bytes; readonly n: number; readonly id: Bytes }[];

function cutsOf(cuts: WriterCuts): Map<string, Cut> {
  return new Map(cuts.map((cut) => [toBase64url(cut.writer), { n: cut.n, id: cut.id }]));
}

/** First record of a space (acl, seq 0): the owner's statements, then the space. The first key.rotate is seq 1, in the same transaction. */
export function genesisOps(input: { readonly statements: readonly Bytes[]; readonly owner: Bytes; readonly kind: 0 | 1 | 2; readonly nonce: Bytes }): AclOp[] {
  return [...attachOps(input.statements), { t: 'space.create', owner: input.owner, kind: input.kind, nonce: input.nonce }];
}

/** Own statements of a member, such as those of a new device. */
export function attachOps(statements: readonly Bytes[]): AclOp[] {
  return statements.map((statement) => ({ t: 'ident.attach', statement }));
}

/** Takes an own device away: the statement, the cuts of its writers, and the new key where the author may rotate; one record. */
export function dropDeviceOps(input: { readonly statement: Bytes; readonly ds: Bytes; readonly cuts: WriterCuts; readonly rotate: KeyRotateOp | null }): AclOp[] {
  const ops: AclOp[] = [{ t: 'ident.attach', statement: input.statement }, { t: 'revoke', to: input.ds, cuts: cutsOf(input.cuts), reason: null }];
  return input.rotate ? [...ops, input.rotate] : ops;
}

/** An invite; its id is the id of the record. exp in ms of mesh time. */
export function inviteOps(input: { readonly pub: Bytes; readonly role: Role; readonly exp: number; readonly uses: number; readonly room: Sealed }): AclOp[] {
  return [{ t: 'invite', ...input }];
}

/** Takes an invite back: a revoke that names the invite's record. */
export function revokeInviteOps(invite: Bytes): AclOp[] {
  return [{ t: 'revoke', to: invite, cuts: new Map(), reason: null }];
}

export interface AcceptInput {
  readonly invite: Bytes;
  readonly uid: Bytes;
  /** The joiner's statements as in the join message: inception, device.add. */
  readonly statements: readonly Bytes[];
  readonly grant: Omit<GrantInput, 'to'>;
  /** The current epoch's key wrapped to the joiner's devices, or the keys of the fragments they may read. */
  readonly shares: readonly KeyShareOp[];
}

/** Lets a joiner in: one record {ident.attach…, accept, grant, key.share…}. */
export function acceptOps(input: AcceptInput): AclOp[] {
  return [
    ...attachOps(input.statements),
    { t: 'accept', invite: input.invite, uid: input.uid },
    grantOp({ ...input.grant, to: input.uid }),
    ...input.shares,
  ];
}

/** Leaving: revoke of oneself, with cuts at the own heads so that nothing sealed before is lost. The others rotate. */
export function leaveOps(input: { readonly uid: Bytes; readonly cuts: WriterCuts; readonly reason?: Sealed | null }): AclOp[] {
  return [{ t: 'revoke', to: input.uid, cuts: cutsOf(input.cuts), reason: input.reason ?? null }];
}

/** Removal and new key are one record (FORMATS 6): nothing sealed after it is readable by the removed. */
export function removeOps(input: { readonly uid: Bytes; readonly cuts: WriterCuts; readonly reason?: Sealed | null; readonly rotate: KeyRotateOp }): AclOp[] {
  return [...leaveOps(input), input.rotate];
}

/** A new role for a member. Taking away the right to write needs the cuts: then a revoke comes first in the same record. */
export function roleOps(input: { readonly grant: GrantInput; readonly cuts: WriterCuts | null }): AclOp[] {
  const grant = grantOp(input.grant);
  return input.cuts === null ? [grant] : [{ t: 'revoke', to: input.grant.to, cuts: cutsOf(input.cuts), reason: null }, grant];
}

/** A new epoch key without a removal (monthly, lost accept, suspected leak). */
export function rotateOps(rotate: KeyRotateOp): AclOp[] {
  return [rotate];
}

/** The current key for devices of members that lack it. */
export function shareOps(share: KeyShareOp): AclOp[] {
  return [share];
}

/** Closes an own slot; keep = branch heads that apply. Signed from a slot of the same device. */
export function retireOps(writer: Bytes, keep: readonly Bytes[]): AclOp[] {
  return [{ t: 'slot.retire', writer, keep }];
}

/** An admin settles somebody's fork. */
export function resolveForkOps(writer: Bytes, keep: readonly Bytes[]): AclOp[] {
  return [{ t: 'fork.resolve', writer, keep }];
}

/** Two stubs of one writer that cannot both be honest. */
export function forkProofOps(a: Bytes, b: Bytes): AclOp[] {
  return [{ t: 'fork.proof', a, b }];
}

/** Raises the cuts of a revoke (named by its record id). */
export function extendCutOps(revoke: Bytes, cuts: WriterCuts): AclOp[] {
  return [{ t: 'cut.extend', revoke, cuts: cutsOf(cuts) }];
}

/** Takes in quarantined records by id. */
export function adoptOps(ids: readonly Bytes[]): AclOp[] {
  return [{ t: 'adopt', ids }];
}

/** Changes the named settings of the space (Owner); null takes one out, an empty map all. */
export function policyOps(policy: ReadonlyMap<string, CborValue>): AclOp[] {
  return [{ t: 'policy.set', policy }];
}
