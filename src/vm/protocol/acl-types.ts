/** The acl operations 32–47 of FORMATS 2 with named fields; `t` is the name used there. */
import type { Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import type { Role } from './types.ts';

/** A value only members can read: ct = AES-GCM(body key of the `acl` fragment and the writer, nonce, CBOR of the value), no AAD. */
export interface Sealed {
  readonly epoch: Bytes;
  readonly nonce: Bytes;
  readonly ct: Bytes;
}

/** The last record of a writer that a revoke still trusts: its n over all fragments, and its id. */
export interface Cut {
  readonly n: number;
  readonly id: Bytes;
}

/** Cuts keyed by base64url of the writer. */
export type Cuts = ReadonlyMap<string, Cut>;

export const SCOPE_BIT = { read: 1, write: 2, comment: 4, invoke: 8, store: 16 } as const;

/** Rights on one fragment: a sum of SCOPE_BIT. Sorted by fragment, each fragment once. */
export interface ScopeEntry {
  readonly fragment: Bytes;
  readonly bits: number;
}

/** `device` = first 8 bytes of DS; `wrap` = 48 bytes. Sorted by device. */
export interface Wrap {
  readonly device: Bytes;
  readonly wrap: Bytes;
}

export interface GrantOp {
  readonly t: 'grant';
  /** uid (32 B). */
  readonly to: Bytes;
  readonly role: Role;
  readonly scope: readonly ScopeEntry[] | null;
  /** Claimed times, ms; expiry is enforced by cuts, never by them. */
  readonly nbf: number;
  readonly exp: number | null;
  readonly mayDelegate: boolean;
  readonly maxRole: Role;
  readonly plan: Sealed | null;
}

export interface KeyRotateOp {
  readonly t: 'key.rotate';
  readonly epoch: Bytes;
  readonly eph: Bytes;
  readonly wraps: readonly Wrap[];
  /** nonce ‖ sealed former epoch key (60 B), or null for the first epoch. */
  readonly prev: Bytes | null;
  readonly cause: string;
}

export interface KeyShareOp {
  readonly t: 'key.share';
  readonly epoch: Bytes;
  /** Not null: the wrapped key is that epoch's key of this fragment only. */
  readonly fragment: Bytes | null;
  readonly eph: Bytes;
  readonly wraps: readonly Wrap[];
}

/** A head that a baseline covers: everything of its log up to it. */
export interface CoveredHead {
  readonly writer: Bytes;
  readonly seq: number;
  readonly id: Bytes;
  /** Id of the first record of the log, which says whose it is: who lacks it asks for it by this. */
  readonly first: Bytes;
}

/** Closes the history of a fragment at these heads; a run of records of class 2 in one log of the fragment holds what they come to. */
export interface BaselineOp {
  readonly t: 'baseline';
  readonly fragment: Bytes;
  /** Sorted by writer, each once. */
  readonly heads: readonly CoveredHead[];
  /** Records `from`…`to` of the writer's log; `id` is that of the last. */
  readonly snapshot: { readonly writer: Bytes; readonly from: number; readonly to: number; readonly id: Bytes };
}

export type AclOp =
  | { readonly t: 'ident.attach'; readonly statement: Bytes }
  | { readonly t: 'space.create'; readonly owner: Bytes; readonly kind: 0 | 1 | 2; readonly nonce: Bytes }
  | GrantOp
  | { readonly t: 'revoke'; readonly to: Bytes; readonly cuts: Cuts; readonly reason: Sealed | null }
  | { readonly t: 'invite'; readonly pub: Bytes; readonly role: Role; readonly exp: number; readonly uses: number; readonly room: Sealed }
  | { readonly t: 'accept'; readonly invite: Bytes; readonly uid: Bytes }
  | KeyRotateOp
  | KeyShareOp
  | { readonly t: 'slot.retire'; readonly writer: Bytes; readonly keep: readonly Bytes[] }
  | { readonly t: 'fork.resolve'; readonly writer: Bytes; readonly keep: readonly Bytes[] }
  /** Two stubs (record bytes with a null body). */
  | { readonly t: 'fork.proof'; readonly a: Bytes; readonly b: Bytes }
  | { readonly t: 'cut.extend'; readonly revoke: Bytes; readonly cuts: Cuts }
  | { readonly t: 'adopt'; readonly ids: readonly Bytes[] }
  | { readonly t: 'policy.set'; readonly policy: ReadonlyMap<number | string, CborValue> }
  | BaselineOp
  /** Who holds everything it covers says whether the snapshot is what it comes to; it is named by the id of its record. */
  | { readonly t: 'baseline.say'; readonly baseline: Bytes; readonly right: boolean };

/** The name of FORMATS 2 → number. */
export const ACL_NUMBER = {
  'ident.attach': 32, 'space.create': 33, grant: 34, revoke: 35, invite: 36, accept: 37, 'key.rotate': 38, 'key.share': 39,
  'slot.retire': 40, 'fork.resolve': 41, 'fork.proof': 42, 'cut.extend': 43, adopt: 44, 'policy.set': 45, baseline: 46, 'baseline.say': 47,
} as const satisfies Record<AclOp['t'], number>;
