/**
 * The acl graph as the rules of TRUST 2.4 see it: abstract records with acts, and the state they lead to.
 * Ids, persons, devices and fragments are texts (base64url in a real space). Nothing here decodes bytes.
 */
import type { CborValue, Role } from '#vm/protocol/types';
import type { Layered } from './layered.ts';
import type { IdStatement, Person } from './identity-state.ts';
import type { Policy } from './policy.ts';

/** Fragment → bits (1 read, 2 write, 4 comment, 8 invoke, 16 store); null = the whole space. */
export type Scope = ReadonlyMap<string, number> | null;

/** What a grant gives. `mayDelegate` null = by default of the role (Owner up to Owner, Admin up to Member, others not). */
export interface Rights {
  readonly role: Role;
  readonly scope: Scope;
  /** ms; null = no end. Enforced by cuts, never by a claimed time. */
  readonly exp: number | null;
  readonly mayDelegate: boolean | null;
  readonly maxRole: Role | null;
}

/** What a voucher of an issuer says (PROTOCOL 5). */
export interface VoucherSays {
  readonly uid: string;
  readonly plan: string;
  readonly issuer: string;
  readonly nbf: number;
  readonly exp: number;
}

/** The plan that a grant stands on, and the end that was paid for: reading lasts PLAN_GRACE_MS longer. */
export interface PlanHeld {
  readonly id: string;
  readonly exp: number;
}

/** One permission-relevant operation. `other` stands for all that only needs a least role. */
export type Act =
  | { readonly t: 'create'; readonly owner: string }
  | { readonly t: 'grant'; readonly to: string; readonly rights: Rights; readonly nbf: number }
  | { readonly t: 'revoke'; readonly to: string }
  /** `key`: the invite's public key; left out in abstract cases. */
  | { readonly t: 'invite'; readonly role: Role; readonly uses: number; readonly key?: string }
  | { readonly t: 'accept'; readonly invite: string; readonly uid: string }
  | { readonly t: 'attach'; readonly statement: IdStatement }
  /** Goes with the one grant of its record. */
  | { readonly t: 'voucher'; readonly says: VoucherSays }
  /** policy.set: Owner. */
  | { readonly t: 'policy'; readonly set: ReadonlyMap<number | string, CborValue> }
  | { readonly t: 'other'; readonly need: Role }
  /** baseline: Owner and Admin with the whole space, where the rules keep out who would look for what is gone; of no reserved fragment. */
  | { readonly t: 'baseline'; readonly fragment: string }
  /** baseline.say: Member and above with the whole space. */
  | { readonly t: 'say' }
  /** fork.resolve: Owner and Admin. */
  | { readonly t: 'settle'; readonly writer: string; readonly keep: readonly string[] }
  /** A fault: nobody may, so the record is dead by step 1. */
  | { readonly t: 'never'; readonly why: string };

/** A record as given to the resolver. */
export interface AclRecord {
  readonly id: string;
  /** Person who signed, as the slot certificate says. */
  readonly author: string;
  /** Device that signed; null when devices are not judged (abstract cases). */
  readonly device: string | null;
  /** All acl heads known at sealing (own prev included). Only the genesis has none. */
  readonly deps: readonly string[];
  readonly acts: readonly Act[];
  /** ms the record says; left out in abstract cases. */
  readonly at?: number;
  /** Log of the record, to see forks; left out in abstract cases. */
  readonly writer?: string;
  readonly seq?: number;
}

/** A present member. */
export interface Member extends Rights {
  readonly uid: string;
  /** Seniority: grant ids from the founder; fresh after a removal. */
  readonly path: readonly string[];
  /** Record of the grant that holds; the genesis for the founder. */
  readonly grant: string;
  /** Live grants since the last removal that no other such grant follows. */
  readonly standing: readonly string[];
  /** Grant ids of those since the last removal, in the order of the replay. */
  readonly grants: readonly string[];
  /** nbf of the grant that holds, ms. */
  readonly since: number;
  /** They came in under the rule that newcomers read from their coming on: with the grant that ends their path (KEY9). */
  readonly late: boolean;
  /** The same by the rule as it was written (see Policy): what closed histories ask (RIGHT40, RIGHT41). */
  readonly lateWritten: boolean;
  /** They had a part of the space (`had`), and somebody who came later gave them more of it by the grant `since`: they read the rest from then on (KEY9). */
  readonly wider: { readonly since: string; readonly had: Scope } | null;
  /** Not null: the grant that holds is that of a voucher. */
  readonly plan: PlanHeld | null;
}

export interface Strength {
  readonly role: number;
  readonly path: readonly string[];
}

export interface InviteState {
  readonly author: string;
  readonly role: Role;
  readonly uses: number;
  /** Distinct persons in acl order. */
  readonly usedBy: readonly string[];
  readonly revoked: boolean;
  readonly key?: string | undefined;
}

/** Why a record has no effect: the step of TRUST 2.4 (6 = held back by a fork), and the record that killed it (steps 3 and 4). */
export interface Dead {
  readonly rule: 1 | 3 | 4 | 5 | 6;
  readonly why: string;
  readonly by: string | null;
}

/** Records in the order of the replay, newest first. */
export interface Applied {
  readonly id: string;
  readonly before: Applied | null;
}

/** A state of the space at a head set. Forked, never changed after it was handed out. */
export interface AclState {
  founder: string;
  owners: number;
  readonly members: Layered<Member>;
  /** Persons who were members and are not now. */
  readonly former: Layered<true>;
  readonly invites: Layered<InviteState>;
  readonly persons: Layered<Person>;
  /** The last voucher of each person that counted; it stays when they are gone. */
  readonly plans: Layered<PlanHeld>;
  /** Public links: persons whose device is the key of the invite that let them in, with the record of that invite (RIGHT26). They stay when they are members no more. */
  readonly links: Layered<string>;
  readonly dead: Layered<Dead>;
  policy: Policy;
  applied: Applied | null;
}

/** A device that a record revokes by a statement, and how strong that is against another of its kind (RIGHT3). */
export interface DeviceKill {
  /** `uid device`. */
  readonly key: string;
  /** Age of the device that signed the statement; that of a recovery key is less than any. */
  readonly signerAge: number;
  /** Age of the device that attached it. */
  readonly authorAge: number;
}

/** A record inside the resolver, with what is fixed for good by its own past. */
export interface AclNode extends AclRecord {
  readonly index: number;
  /** Bit i set: the record with index i is in the past. */
  readonly past: Uint32Array;
  readonly pastCount: number;
  /** State of its own past. */
  readonly before: AclState;
  readonly strength: Strength;
  /** Failed step 1: dead for good. */
  readonly refused: boolean;
  readonly revokes: string | null;
  readonly grants: { readonly to: string; readonly rights: Rights; readonly nbf: number; readonly plan: PlanHeld | null } | null;
  /** The grant takes from the target's role or scope in its own past, or comes with a revoke of the same person. */
  readonly lowers: boolean;
  /** Devices that statements of this record revoke, judged in its own past. */
  readonly killsDevices: readonly DeviceKill[];
  /** Memo of the state just after this record (its past and itself). */
  after: AclState | null;
}
