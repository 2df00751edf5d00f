/** Acts on the people of a space, in the API of the kernel (./api.ts). Persons are named by uid, times are ms of mesh time. */
import type { RoleName } from './api.ts';
import type { JournalKind } from './rights/journal.ts';
import type { VoucherFault } from './rights/plans.ts';
import type { ValueKind } from './rights/shapes.ts';

import type { BaselineView, HistoryAct, HistoryView } from './baselines-api.ts';
import type { BeaconChange, BeaconView } from './beacon-api.ts';
import type { MovedView } from './moves-api.ts';
import type { CopyTarget } from './durability-api.ts';
import type { PublicLinkView } from './reading-api.ts';

export type { BaselineView, HistoryAct, HistoryView, JournalKind, PublicLinkView };

export interface InviteView {
  id: string;
  role: RoleName;
  expiresAt: number;
  uses: number;
  used: number;
  by: string;
  state: 'open' | 'used' | 'expired' | 'revoked';
  /** Fragments it opens; null: the whole space, or this device cannot read it. */
  scope: string[] | null;
  /** It is open, and this person may take it back (Owner, Admin, who made it). */
  mayRevoke: boolean;
}

export interface Member {
  uid: string;
  name: string;
  role: RoleName;
  /** ms; of the grant that holds. */
  since: number;
  until: number | null;
  /** Fragments this person may read; null: the whole space. */
  scope: string[] | null;
  /** Those of them in which a Member answers and reacts without writing. */
  comments: string[];
  /** The highest role in which they may let somebody in; null: nobody. */
  lets: RoleName | null;
  devices: { device: string; online: boolean; self: boolean }[];
  self: boolean;
  online: boolean;
}

/** What the person who asks may do with a member now. */
export interface PersonChoices {
  uid: string;
  remove: boolean;
  /** Roles that may be given, from most to least. */
  roles: RoleName[];
  /** May the end of the access be set or taken away? */
  until: boolean;
  /** Has a part of the space, and may be given all of it. */
  whole: boolean;
  /** Highest roles that they may be allowed to let in (setDelegate), from most to least. */
  delegate: RoleName[];
  /** Holds a plan: another role ends it, and it does not come back with the role. */
  plan: boolean;
}

/** Why this person is no longer in a space. */
export interface Ending {
  /** removed by somebody · ended: the time of the access was over · left: by oneself · device: this device was taken away by its person, everywhere. */
  kind: 'removed' | 'ended' | 'left' | 'device';
  /** uid and name of who removed; null for the others. */
  by: string | null;
  name: string;
  at: number;
}

/** What of a person is set aside: written without having seen a removal, or a role that may not write; or twice at one place, and not settled by the device. */
export interface SetAside {
  uid: string;
  records: number;
  /** Of these, in the branches of a fork. */
  forked: number;
  /** ms the first and the last say. */
  from: number;
  to: number;
}

/** One act on people or rights: who, what, with whom, when. */
export interface JournalLine {
  /** Id of the record. */
  id: string;
  at: number;
  by: string;
  kind: JournalKind;
  /** uid of the person it is about; null when about nobody. */
  who: string | null;
  role: RoleName | null;
  before: RoleName | null;
  /** Of an access or an invitation: until when, ms. */
  until: number | null;
  /** Of `scope`: the fragments that are open from then on; null: the whole space. */
  open: readonly string[] | null;
  /** Of `thing`: the fragment or node whose rules were set; of `past` and `past-shut`: the fragment. */
  thing: string | null;
  /** False: it lost against another act, or its author had not the right. */
  counts: boolean;
}

/** What an Owner has set; without it Members and above do everything, Guests read, Admins invite. */
export interface SpaceRules {
  /** Beginning of a type or verb → least role that may do it; the longest beginning counts. `guest` opens it to guests. */
  ops: Record<string, RoleName>;
  /** Id of a fragment or a thing → the same for it alone, with `change`: altering and deleting what is there. It only asks for more. */
  on: Record<string, Record<string, RoleName>>;
  /** Who may let people in. */
  invite: 'owner' | 'admin';
  /** Nobody is let in but by hand. */
  approve: boolean;
  /** What who comes in from now on reads: all from the beginning, or what is written from their coming on. */
  history: 'all' | 'joining';
  /** What it asks of who is no Owner or Admin: to keep what they have, or nothing of it on their devices. Nobody can check that. */
  keep: 'all' | 'nothing';
  /** Fragments of which who came later reads what was before, too. */
  pasts: string[];
  /** Type → property → kind of its values; a record that gives it another one has no effect. */
  shapes: Record<string, Record<string, ValueKind>>;
  /** There are rules that this version does not know: it writes nothing here. */
  newer: boolean;
  /** Is the person who asks an Owner? */
  mayChange: boolean;
}

/** Rules to change; in `ops` null takes one out. */
export interface RulesChange {
  ops?: Record<string, RoleName | null>;
  /** Of one fragment or thing; Admins too, where nobody asks for an Owner. */
  on?: { thing: string; ops: Record<string, RoleName | null> };
  invite?: 'owner' | 'admin';
  approve?: boolean;
  history?: 'all' | 'joining';
  keep?: 'all' | 'nothing';
  /** Opens what was written in a fragment before to who came later, or ends that for those who come from now on. */
  past?: { fragment: string; open: boolean };
  /** How many copies the space asks for; null: what is usual. */
  copies?: CopyTarget | null;
  /** Each type named gets this shape, whole; null: none. */
  shapes?: Record<string, Record<string, ValueKind> | null>;
}

/** What a plan opens, in words: an Owner sets it. */
export interface PlanChoice {
  /** Left out: a new one is made. */
  id?: string;
  title: string;
  about: string;
  role: 'member' | 'guest';
  /** Fragments it opens; null: the whole space. */
  scope: string[] | null;
  /** Longest time of one voucher. */
  days: number;
}

export interface PlanView extends PlanChoice {
  id: string;
  /** What an issuer needs to make a voucher of it for the person who asks. */
  code: string;
}

/** The plan the person who asks has or had last. */
export interface MyPlan {
  id: string;
  /** Empty when the plan is not offered any more. */
  title: string;
  /** ending: within a week · grace: what was paid for is over, they still read · ended: they are out. */
  state: 'active' | 'ending' | 'grace' | 'ended';
  /** ms of mesh time: what was paid for; until when they read. */
  until: number;
  reads: number;
}

export interface PlansView {
  /** Public keys whose vouchers count. */
  issuers: string[];
  plans: PlanView[];
  mine: MyPlan | null;
  /** Is the person who asks an Owner? */
  mayChange: boolean;
}

/** Each replaces what was there; what is not named stays. */
export interface PlansChange {
  issuers?: string[];
  plans?: PlanChoice[];
}

/** Why a voucher does not count: no voucher or not signed so; of another space; past; or what the rules of the space say. */
export type VoucherRefusal = 'form' | 'space' | 'over' | VoucherFault;

/** Rejects with `no-right`, `not-here`, `personal`, `bad-id`, `no-key`; then nothing was changed. */
export interface AccessApi {
  /** Of all people, or of these. */
  choices(space: string, uids?: string[]): Promise<PersonChoices[]>;
  /** Removes a person and makes the key new in one record. What they have read they keep; what is sealed from then on they cannot read. */
  remove(space: string, uid: string): Promise<void>;
  /** `owner` hands over: an owner may do everything. */
  setRole(space: string, uid: string, role: RoleName): Promise<void>;
  /** Opens these fragments only, or (null) the whole space; the role stays. In `comments` a Member answers and reacts without writing. What a part's loss costs is as with a removal: a new key. Not for Owner and Admin. */
  setScope(space: string, uid: string, fragments: string[] | null, options?: { comments?: string[] }): Promise<void>;
  /** Until when the access lasts; null: without end. Rejects with `bad-value`; an owner's has none. While a plan holds, this, setScope and setDelegate reject with `plan-holds`. */
  setUntil(space: string, uid: string, until: number | null): Promise<void>;
  /** Lets a Member (of the whole space) let in guests, an Admin guests or also members; null: nobody. Another role takes it back to what is usual for that. */
  setDelegate(space: string, uid: string, most: RoleName | null): Promise<void>;
  /** Lets a person in again who was here before, without an invitation; whom an Admin removed, only an Admin lets in again. */
  letBackIn(space: string, uid: string, role: RoleName): Promise<void>;
  /** Changes rules of the space (Owner; those on one thing: Admin too). They hold for what is written by whoever has them; what was written before stays. Rejects with `owner-only`, `old-rules`. */
  setRules(space: string, change: RulesChange): Promise<void>;
  plans(space: string): Promise<PlansView>;
  /** Which issuers' vouchers count and what of (Owner). What was taken in before stays to its end. Rejects with `owner-only`, `old-rules`, `bad-value`, `too-much`. */
  setPlans(space: string, change: PlansChange): Promise<void>;
  /** Puts a voucher in: one's own, or the renewal of another's. Null: it counts from now on; else why not. */
  redeem(space: string, voucher: string): Promise<VoucherRefusal | null>;
  /** Why this person is out; null while they are in. */
  ending(space: string): Promise<Ending | null>;
  /** Acts on people and rights, the newest of the acl's order first. */
  journal(space: string, options?: { limit?: number; offset?: number }): Promise<JournalLine[]>;
  setAside(space: string): Promise<SetAside[]>;
  /** Owner and Admin: takes in what of the person is set aside here; how many records. It cannot be put aside again. */
  adopt(space: string, uid: string): Promise<number>;
  /** Public links, the newest first; their addresses are told only when they are made. */
  publicLinks(space: string): Promise<PublicLinkView[]>;
  /** Owner and Admin: an address that opens one fragment, from its beginning, to whoever has it, to read. Rejects with `too-many`, `bad-value` too. */
  makePublicLink(space: string, fragment: string, options?: { expiresInMs?: number | null }): Promise<string>;
  /** Closes it and makes the key new: what is sealed from then on it does not open; what was read stays read. */
  revokePublicLink(space: string, id: string): Promise<void>;
  /** Beacons of the space, after a change if one is named (Owner and Admin). Rejects with `bad-link`, `newer-link`, `already`, `too-many` too. */
  beacons(space: string, change?: BeaconChange): Promise<BeaconView[]>;
  /** Moves a thing and what lies below it (by place, or by what it answers) to a new fragment of the same kind, which can be opened alone (Owner and Admin). Rejects with `own-part`, `too-much`, `owner-only` too. */
  moveOut(space: string, thing: string, options: { title: string }): Promise<MovedView>;
  /** Takes that back, with what was written meanwhile. Rejects with `not-moved` too. */
  moveBack(space: string, thing: string): Promise<MovedView>;
  /** A file about a beacon: its own signed words that prove a lie, or what this device keeps of them and saw. Rejects with `not-here`. Anybody checks it: `npm run beacon -- proof FILE`. */
  beaconReport(space: string, id: string): Promise<Blob>;
  /** How much history a channel or document has and how its baselines stand, after an act if one is named. Rejects with `not-here`, `no-right`, `owner-only`, `not-ready`, `too-large`, `no-key` too. */
  history(space: string, fragment: string, act?: HistoryAct): Promise<HistoryView>;
  /** Everything of the space that this device shows, as JSON; also for who is out. */
  copy(space: string): Promise<Blob>;
}
