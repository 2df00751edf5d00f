/**
 * The rights of one space: takes the verified records of its `acl` fragment, says who may do what at any head set, judges records.
 * Pure and synchronous. Give every acl record here after its log lets it apply (prev and all acl heads held) and it will never be refused:
 * a record without right is kept and has no effect.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { err, ok, type Result } from '#base/result';
import { MAX_SLOTS_PER_DEVICE } from '#os/limits';
import type { AclOp } from '#vm/protocol/acl-operation';
import { slotCertificate } from '#vm/protocol/record';
import { FRAGMENT, RECORD_CLASS, ROLE, type Header, type ParsedRecord, type Role, type Stamp } from '#vm/protocol/types';
import type { AclNode, AclState, Dead, Member, Rights as Given, Scope } from './acl-model.ts';
import { broughtBy, readCertificate, type SlotCertificate, toAclRecord } from './acl-record.ts';
import { asGivenSurely, deviceOf, type LackingPart, type MemberDevice, withoutKey, withoutParts } from './epochs.ts';
import type { JournalRecord } from './journal.ts';
import { judgeData, NOT_READ, type JudgedHeader, type Judgement, type OpCheck } from './judge.ts';
import { delegationLimit, mayGrant } from './permit.ts';
import { createResolver, type Resolver } from './resolve.ts';
import { scopeWithin } from './scope.ts';
import { textOf } from './text-of.ts';
import { dropsOf, type HeldRecord, inviteState, makeView, mayRemoveIn, type RightsView, type Settlement } from './view.ts';

export type AddResult =
  | { readonly state: 'added' | 'known' | 'bad' }
  /** Acl records (text ids) that must come first. */
  | { readonly state: 'waiting'; readonly missing: readonly string[] };

export type AcceptRefusal = 'unknown' | 'revoked' | 'expired' | 'used' | 'rights' | 'member';

export interface SpaceRights {
  /** `ops` null: the payload or an operation is malformed, or an attached statement does not verify (verifyAttached): kept without effect. */
  add(record: ParsedRecord, ops: readonly AclOp[] | null): AddResult;
  /** Header key 64 of a seq-0 record of any log of the space; its signatures were verified. False: not a certificate of that writer. */
  addCertificate(writer: Uint8Array, certificate: Uint8Array): boolean;
  /** Rises with every change: judge again what waited or was judged before. */
  readonly version: number;
  has(id: Uint8Array): boolean;
  /** Current heads, sorted bytewise. */
  heads(): readonly Bytes[];
  /** Current heads with their hlc, for #vm/protocol/record limitLinks. */
  headLinks(): readonly { readonly id: Bytes; readonly hlc: Stamp }[];
  /** At the given heads (text ids), else at the current ones; null when one is not held. */
  view(): RightsView;
  view(heads: readonly string[]): RightsView | null;
  /** Effect of a held acl record at the current heads; null = not held. */
  aclStatus(id: Uint8Array): { readonly effect: boolean; readonly dead: Dead | null; readonly why: string } | null;
  /** Any record. `opCheck` asks its operations, when the rules of the space say something about such. `firstAclHeads` of its log's first record (its own for seq 0), `prevAclHeads` of its prev record or null. */
  judgeRecord(header: JudgedHeader, id: Uint8Array, firstAclHeads: readonly Uint8Array[], prevAclHeads?: readonly Uint8Array[] | null, opCheck?: OpCheck): Judgement;
  /** Slot closed by slot.retire or fork.resolve, with the branch heads that are kept. */
  settlement(writer: Uint8Array): Settlement | null;
  writer(writer: Uint8Array): SlotCertificate | null;
  /** Did an acl record that had the right to in its own past bring this device of this person? Never turns back to false. */
  knowsDevice(uid: string, ds: string): boolean;
  /** How many such devices there are. */
  readonly devicesKnown: number;
  /** Writers of a person that are known in the space, retired ones too. */
  writersOf(uid: string): ReadonlySet<string>;
  /** Not retired slots of a device that are known in the space. */
  openSlots(ds: Uint8Array): readonly string[];
  /** All slots of a device that are known in the space, retired ones too. */
  slotsOf(ds: Uint8Array): readonly string[];
  maySlot(ds: Uint8Array): boolean;
  /** Device of a current member (text or bytes of DS). */
  mayServe(ds: Uint8Array): boolean;
  roleOf(uid: Uint8Array | string): Role | null;
  memberOf(uid: Uint8Array | string): Member | null;
  devicesOf(uid: Uint8Array | string): readonly MemberDevice[];
  /** Person of a live device of a current member. */
  personOf(ds: Uint8Array): string | null;
  mayInvite(uid: Uint8Array | string, role: Role): boolean;
  mayRemove(uid: Uint8Array | string, target: Uint8Array | string): boolean;
  /** May the person let the target in with these rights, or give a member other ones? */
  mayGrant(uid: Uint8Array | string, target: Uint8Array | string, rights: Pick<Given, 'role' | 'exp' | 'scope'>): boolean;
  /** Of a held revoke: its author, and the end, the scope and the role that the access it takes away had where it was written. */
  removal(id: string): { readonly by: string; readonly ended: number | null; readonly scope: Scope; readonly role: Role | null };
  /** Held acl records as the journal reads them, in an order in which each follows its past. */
  acts(): readonly (JournalRecord & { readonly id: string })[];
  /** Held acl records in the past of this one and itself, in an order in which each follows its past; ids in base64url. */
  upTo(id: string): readonly string[];
  /** The record that let in the person of this device, who is no member: it lost its effect to others. Null: there is none. */
  lostComing(ds: string): string | null;
  /** Held acl records that were written without knowing of this one, and itself: they decide what it counts. */
  besides(id: string): readonly string[];
  /** Owner, Admin and its author take an invite back. */
  mayRevokeInvite(uid: Uint8Array | string, invite: Uint8Array | string): boolean;
  /** Could `accepter` let `joiner` in by this invite at that mesh time (ms)? Ok: the role to grant. */
  canAccept(invite: Uint8Array | string, joiner: Uint8Array | string, accepter: Uint8Array | string, meshNow: number): Result<Role, AcceptRefusal>;
  /** Epoch to seal under now (16 B); null: wait, or rotate if an admin. */
  sealingEpoch(): Bytes | null;
  /** True when no epoch may be used although there are members: somebody of Owner and Admin has to rotate. */
  rotationDue(): boolean;
  /** Devices of current members with the whole space that lack the key of the sealing epoch, where it is not withheld: key.share towards them. `surely`: as asGivenSurely says. */
  lackingKey(surely?: boolean): readonly MemberDevice[];
  /** Fragment keys that devices with a scope lack, newest epoch first. */
  lackingParts(surely?: boolean): readonly LackingPart[];
  /** key.rotate and key.share operations not taken before, of all held acl records (dead ones too: a key is a key). */
  takeKeyOps(): readonly AclOp[];
  /** Of a key operation of who was Owner or Admin in the past of its record: that person. */
  readonly managed: Pick<WeakMap<AclOp, string>, 'get'>;
}

const text = (id: Uint8Array | string): string => (typeof id === 'string' ? id : toBase64url(id));

/** The rights of a space, empty until its genesis record is added. */
export function createSpaceRights(space: Uint8Array): SpaceRights {
  return new Rights(space);
}

interface Entry extends HeldRecord {
  readonly slot: SlotCertificate;
  readonly idBytes: Bytes;
  readonly hlc: Stamp;
}

class Rights implements SpaceRights {
  private readonly resolver: Resolver = createResolver();
  private readonly records = new Map<string, Entry>();
  private readonly slots = new Map<string, SlotCertificate>();
  /** `uid device` of statements in records that passed step 1. */
  private readonly attached = new Set<string>();
  private readonly writers = new Map<string, Set<string>>();
  private current: RightsView | null = null;
  private readonly keyOps: AclOp[] = [];
  readonly managed = new WeakMap<AclOp, string>();
  version = 0;

  constructor(private readonly space: Uint8Array) {}

  add(record: ParsedRecord, ops: readonly AclOp[] | null): AddResult {
    const { header } = record;
    const id = toBase64url(record.id);
    if (this.records.has(id)) return { state: 'known' };
    const genesis = equalBytes(record.id, this.space);
    if (header.class !== RECORD_CLASS.acl || !equalBytes(header.fragment, FRAGMENT.acl)) return { state: 'bad' };
    if (!genesis && !equalBytes(header.space, this.space)) return { state: 'bad' };
    const prev = header.prev ? toBase64url(header.prev) : null;
    if (prev !== null && !this.records.has(prev)) return { state: 'waiting', missing: [prev] };
    const slot = prev === null ? this.ownCertificate(header) : this.records.get(prev)!.slot;
    if (!slot || slot.writer !== toBase64url(header.writer)) return { state: 'bad' };
    const node = toAclRecord(record, ops, slot, this.fault(header, genesis));
    const missing = node.deps.filter((dep) => !this.resolver.has(dep));
    if (missing.length > 0 || (!genesis && this.resolver.size === 0)) return { state: 'waiting', missing: missing.length > 0 ? missing : [toBase64url(this.space)] };
    if (node.deps.length === 0 && !genesis) return { state: 'bad' };
    if (this.resolver.add(node) !== 'added') return { state: 'bad' };
    this.records.set(id, { id, author: node.author, device: node.device, writer: slot.writer, slot, ops: ops ?? [], manages: this.resolver.node(id)!.strength.role >= ROLE.admin, drops: dropsOf(node), narrows: narrowedBy(this.resolver.node(id)!), idBytes: record.id, hlc: header.hlc });
    const keyOps = (ops ?? []).filter((op) => op.t === 'key.rotate' || op.t === 'key.share');
    this.keyOps.push(...keyOps);
    if (this.records.get(id)!.manages) for (const op of keyOps) this.managed.set(op, node.author);
    if (!this.resolver.node(id)!.refused) this.noteDevices(ops ?? [], this.resolver.node(id)!);
    this.changed();
    return { state: 'added' };
  }

  /** A public link has no writers (RIGHT26): nothing explains one, so that no record of it is taken in. */
  private noteDevices(ops: readonly AclOp[], { before }: AclNode): void {
    const [key] = ops.flatMap((op) => (op.t === 'accept' ? [before.invites.get(toBase64url(op.invite))?.key] : []));
    for (const { uid, device, link } of broughtBy(ops)) if (!link || device !== key) this.attached.add(`${uid} ${device}`);
  }

  knowsDevice(uid: string, ds: string): boolean {
    return this.attached.has(`${uid} ${ds}`);
  }

  get devicesKnown(): number {
    return this.attached.size;
  }

  writersOf(uid: string): ReadonlySet<string> {
    return this.writers.get(uid) ?? new Set();
  }

  /** Of the acl log itself: who signed must not depend on which other log of the writer came first. */
  private ownCertificate(header: Header): SlotCertificate | null {
    const certificate = slotCertificate(header);
    if (!certificate || !this.addCertificate(header.writer, certificate)) return null;
    return readCertificate(certificate);
  }

  /** "A record's acl heads dominate those of its prev": here they must have prev itself in their past. */
  private fault(header: Header, genesis: boolean): string | null {
    if (genesis) return header.seq === 0 && header.acl.length === 0 ? null : 'genesis is not the first record';
    if (header.acl.length === 0) return 'no acl heads';
    const prev = header.prev ? toBase64url(header.prev) : null;
    if (prev !== null && !header.acl.some((head) => this.resolver.covers(toBase64url(head), prev))) return 'acl heads do not dominate prev';
    return null;
  }

  addCertificate(writer: Uint8Array, certificate: Uint8Array): boolean {
    const slot = readCertificate(certificate);
    if (!slot || slot.writer !== toBase64url(writer)) return false;
    const known = this.slots.get(slot.writer);
    if (known && (known.no < slot.no || (known.no === slot.no && known.ds <= slot.ds))) return true;
    this.slots.set(slot.writer, slot);
    if (known) this.writers.get(known.uid)!.delete(slot.writer);
    this.writers.set(slot.uid, (this.writers.get(slot.uid) ?? new Set<string>()).add(slot.writer));
    this.changed();
    return true;
  }

  private changed(): void {
    this.version++;
    this.current = null;
  }

  has(id: Uint8Array): boolean {
    return this.records.has(toBase64url(id));
  }

  heads(): readonly Bytes[] {
    return this.resolver.heads().map((id) => this.records.get(id)!.idBytes);
  }

  headLinks(): readonly { readonly id: Bytes; readonly hlc: Stamp }[] {
    return this.resolver.heads().map((id) => ({ id: this.records.get(id)!.idBytes, hlc: this.records.get(id)!.hlc }));
  }

  view(): RightsView;
  view(heads: readonly string[]): RightsView | null;
  view(heads?: readonly string[]): RightsView | null {
    if (heads) return this.viewAt(heads);
    this.current ??= this.viewAt(this.resolver.heads())!;
    return this.current;
  }

  private viewAt(heads: readonly string[]): RightsView | null {
    const state: AclState | null = this.resolver.resolve(heads);
    if (!state) return null;
    return makeView({ space: this.space, heads, state, record: (id) => this.records.get(id)!, deviceOf: (writer) => this.slots.get(writer)?.ds ?? null, covers: (b, a) => this.resolver.covers(b, a) });
  }

  aclStatus(id: Uint8Array): { readonly effect: boolean; readonly dead: Dead | null; readonly why: string } | null {
    const key = toBase64url(id);
    if (!this.records.has(key)) return null;
    const dead = this.view().dead.get(key) ?? null;
    if (!dead) return { effect: true, dead: null, why: 'The author had the right in the past of the record and has kept it since.' };
    const node = this.resolver.node(key);
    const fault = node?.acts.find((act) => act.t === 'never');
    return { effect: false, dead, why: `RIGHT${dead.rule}: ${fault ? fault.why : dead.why}${dead.by === null ? '' : ` ${dead.by}`}.` };
  }

  judgeRecord(header: JudgedHeader, id: Uint8Array, firstAclHeads: readonly Uint8Array[], prevAclHeads: readonly Uint8Array[] | null = null, opCheck: OpCheck = NOT_READ): Judgement {
    if (header.class === RECORD_CLASS.acl && equalBytes(header.fragment, FRAGMENT.acl)) return this.judgeAcl(header, id);
    const view = this.view();
    return judgeData(
      { header, get id() { return toBase64url(id); }, first: firstAclHeads.map(textOf), prev: prevAclHeads?.map(textOf) ?? null, opCheck },
      {
        slot: this.slots.get(textOf(header.writer)), revokes: view.revokes, adopted: view.adopted,
        has: (one) => this.resolver.has(one), covers: (b, a) => this.resolver.covers(b, a), resolve: (heads) => this.resolver.resolve(heads),
      },
    );
  }

  private judgeAcl(header: JudgedHeader, id: Uint8Array): Judgement {
    const status = this.aclStatus(id);
    const uid = this.records.get(toBase64url(id))?.author ?? this.slots.get(toBase64url(header.writer))?.uid ?? null;
    const missing = header.acl.map(text).filter((head) => !this.resolver.has(head));
    if (!status) return { verdict: 'no-acl', reason: 'acl-head-missing', why: 'It waits for the acl records before it.', uid, grantPath: [], missing };
    const path = this.resolver.node(toBase64url(id))?.strength.path ?? [];
    return { verdict: status.effect ? 'ok' : 'void', reason: status.effect ? 'right' : 'dead', why: status.why, uid, grantPath: path, missing: [] };
  }

  settlement(writer: Uint8Array): Settlement | null {
    return this.view().settlements.get(toBase64url(writer)) ?? null;
  }

  writer(writer: Uint8Array): SlotCertificate | null {
    return this.slots.get(toBase64url(writer)) ?? null;
  }

  openSlots(ds: Uint8Array): readonly string[] {
    return this.slotsOf(ds).filter((writer) => !this.view().settlements.has(writer));
  }

  slotsOf(ds: Uint8Array): readonly string[] {
    const key = toBase64url(ds);
    return [...this.slots.values()].filter((slot) => slot.ds === key).map((slot) => slot.writer);
  }

  maySlot(ds: Uint8Array): boolean {
    return this.openSlots(ds).length < MAX_SLOTS_PER_DEVICE;
  }

  mayServe = (ds: Uint8Array): boolean => this.personOf(ds) !== null;

  roleOf(uid: Uint8Array | string): Role | null {
    return this.memberOf(uid)?.role ?? null;
  }

  memberOf(uid: Uint8Array | string): Member | null {
    return this.view().members.get(text(uid)) ?? null;
  }

  devicesOf(uid: Uint8Array | string): readonly MemberDevice[] {
    const key = text(uid);
    return this.view().devices.filter((device) => device.uid === key);
  }

  personOf(ds: Uint8Array): string | null {
    return deviceOf(this.view().devices, ds)?.uid ?? null;
  }

  mayInvite(uid: Uint8Array | string, role: Role): boolean {
    const member = this.memberOf(uid);
    return member !== null && member.role >= this.view().state.policy.invite && member.scope === null && role <= delegationLimit(member);
  }

  mayRemove(uid: Uint8Array | string, target: Uint8Array | string): boolean {
    return mayRemoveIn(this.view(), text(uid), text(target));
  }

  mayGrant(uid: Uint8Array | string, target: Uint8Array | string, { role, exp, scope }: Pick<Given, 'role' | 'exp' | 'scope'>): boolean {
    const author = this.memberOf(uid);
    return author !== null && mayGrant(this.view().state, author, text(target), { role, exp, scope, mayDelegate: null, maxRole: null });
  }

  removal(id: string): { readonly by: string; readonly ended: number | null; readonly scope: Scope; readonly role: Role | null } {
    const { author, revokes, before } = this.resolver.node(id)!;
    const held = before.members.get(revokes ?? '');
    return { by: author, ended: held?.exp ?? null, scope: held?.scope ?? null, role: held?.role ?? null };
  }

  acts(): readonly (JournalRecord & { readonly id: string })[] {
    return [...this.records.values()].map(({ id, author, hlc, ops }) => {
      const { before } = this.resolver.node(id)!;
      return { id, author, at: hlc.ms, ops, member: (uid) => before.members.get(uid), invite: (invite) => before.invites.get(invite)?.role };
    });
  }

  upTo(id: string): readonly string[] {
    return [...this.records.keys()].filter((other) => this.resolver.covers(id, other));
  }

  lostComing(ds: string): string | null {
    const { dead, members } = this.view();
    for (const [id, { rule }] of dead) {
      const { ops } = this.records.get(id)!;
      const accept = rule === 1 ? undefined : ops.find((op) => op.t === 'accept');
      if (accept && !members.has(toBase64url(accept.uid)) && broughtBy(ops).some(({ device }) => device === ds)) return id;
    }
    return null;
  }

  besides(id: string): readonly string[] {
    return [...this.records.keys()].filter((other) => other === id || !this.resolver.covers(other, id));
  }

  mayRevokeInvite(uid: Uint8Array | string, invite: Uint8Array | string): boolean {
    const member = this.memberOf(uid);
    const known = this.view().invites.get(text(invite));
    return member !== null && known !== undefined && (member.role >= ROLE.admin || known.by === member.uid);
  }

  canAccept(invite: Uint8Array | string, joiner: Uint8Array | string, accepter: Uint8Array | string, meshNow: number): Result<Role, AcceptRefusal> {
    const view = this.view();
    const known = view.invites.get(text(invite));
    if (!known) return err('unknown');
    const uid = text(joiner);
    const by = view.members.get(text(accepter));
    if (known.revoked) return err('revoked');
    if (view.members.has(uid)) return err('member');
    // Every link the removed one knows was made before; an invite by somebody who had seen the removal is meant.
    if (view.revokes.some((revoke) => revoke.to === uid && this.records.get(revoke.id)!.author !== uid && !this.resolver.covers(known.id, revoke.id))) return err('revoked');
    const state = inviteState(known, meshNow);
    if (state === 'expired') return err('expired');
    if (state === 'used' && !known.usedBy.includes(uid)) return err('used');
    if (!by || uid === by.uid || delegationLimit(by) < known.role) return err('rights');
    return ok(known.role);
  }

  sealingEpoch(): Bytes | null {
    const epoch = this.view().sealing;
    if (!epoch) return null;
    return this.records.get(epoch.record)!.ops.find((op) => op.t === 'key.rotate')!.epoch;
  }

  rotationDue(): boolean {
    const { members, sealing } = this.view();
    return members.size > 0 && sealing === null;
  }

  lackingKey(surely = false): readonly MemberDevice[] {
    const { sealing, devices, withheld } = this.view();
    return sealing ? withoutKey(surely ? asGivenSurely(sealing) : sealing, devices, withheld) : [];
  }

  lackingParts(surely = false): readonly LackingPart[] {
    const { lost, epochs, devices, withheld, state } = this.view();
    return withoutParts([...lost, ...epochs].map((epoch) => (surely ? asGivenSurely(epoch) : epoch)), devices, withheld, state.policy.pasts);
  }

  takeKeyOps(): readonly AclOp[] {
    return this.keyOps.splice(0);
  }
}

function narrowedBy({ grants, before }: AclNode): string | null {
  const held = grants && before.members.get(grants.to);
  return held && !scopeWithin(held.scope, grants.rights.scope) ? grants.to : null;
}
