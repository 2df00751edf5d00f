/** May a data record have effect? Writer → device → person → role at the acl heads it names, then cuts (FORMATS 5, 6; TRUST 2.4 data operations). */
import { must } from '#base/assert';
import { fromBase64url } from '#base/bytes';
import { FRAGMENT, RECORD_CLASS, ROLE, type Header } from '#vm/protocol/types';
import type { AclState, Member } from './acl-model.ts';
import type { SlotCertificate } from './acl-record.ts';
import { cutBy, type LiveRevoke } from './cuts.ts';
import { isLive } from './identity-state.ts';
import { mayComment, mayWrite, onlyComments } from './permit.ts';
import { bindsOps, opensToGuests, type Doer, type Policy } from './policy.ts';
import { textOf } from './text-of.ts';

/** Why a record has effect or not; the words are for the log inspector. */
export type JudgeReason =
  | 'right' | 'acl-head-missing' | 'certificate-missing' | 'class' | 'no-acl-heads' | 'heads-behind-prev' | 'slot-device' | 'not-a-member' | 'device'
  | 'role' | 'scope' | 'rules' | 'cut' | 'adopted' | 'dead';

export interface Judgement {
  /** 'no-acl': it waits for acl records or the certificate. 'void': never any effect. 'quarantined': beyond a cut, an admin may adopt it. */
  readonly verdict: 'ok' | 'no-acl' | 'void' | 'quarantined';
  readonly reason: JudgeReason;
  /** Rule and facts in words. */
  readonly why: string;
  readonly uid: string | null;
  /** Grant records that give the right, from the founder to the author. */
  readonly grantPath: readonly string[];
  /** Text ids of acl heads not held ('acl-head-missing'). */
  readonly missing: readonly string[];
}

/** What judging needs of a header. */
export type JudgedHeader = Pick<Header, 'class' | 'fragment' | 'writer' | 'n' | 'acl'>;

export interface JudgeInput {
  readonly header: JudgedHeader;
  readonly id: string;
  /** acl heads of the first record of this log. */
  readonly first: readonly string[];
  /** acl heads of its prev record; null when it has none or they are not known (a stub keeps its header, so they are). */
  readonly prev: readonly string[] | null;
  readonly opCheck: OpCheck;
}

/** The first operation of the record that the rules forbid (see forbiddenOp), null when there is none, undefined while its operations cannot be read. */
export type OpCheck = (policy: Policy, doer: Doer) => string | null | undefined;

/** Of a record that nobody has opened. */
export const NOT_READ: OpCheck = () => undefined;

export interface JudgeContext {
  readonly slot: SlotCertificate | undefined;
  has(id: string): boolean;
  /** True when `a` is `b` or in its past. */
  covers(b: string, a: string): boolean;
  resolve(heads: readonly string[]): AclState | null;
  readonly revokes: readonly LiveRevoke[];
  readonly adopted: ReadonlySet<string>;
}

/** Judges a record of a fragment other than `acl`. Deterministic: a function of the record, its log's first record and the acl set. */
export function judgeData(input: JudgeInput, context: JudgeContext): Judgement {
  const { header } = input;
  const { slot } = context;
  const heads = header.acl.map(textOf);
  const say = (verdict: Judgement['verdict'], reason: JudgeReason, why: string, member?: Member, missing: readonly string[] = []): Judgement =>
    ({ verdict, reason, why, uid: slot?.uid ?? null, grantPath: member?.path ?? [], missing });
  if (header.class === RECORD_CLASS.acl || sameBytes(header.fragment, FRAGMENT.acl)) return say('void', 'class', 'RIGHT14: class and fragment do not fit.');
  if (!slot) return say('no-acl', 'certificate-missing', 'IDN5: the slot certificate of this log is not held.');
  if (heads.length === 0) return say('void', 'no-acl-heads', 'RIGHT14: it names no acl head.');
  const missing = [...new Set([...heads, ...input.first])].filter((id) => !context.has(id));
  if (missing.length > 0) return say('no-acl', 'acl-head-missing', `RIGHT14: ${missing.length} acl head(s) it names are not held.`, undefined, missing);
  if (input.prev && !input.prev.every((id) => heads.some((head) => context.covers(head, id)))) {
    return say('void', 'heads-behind-prev', 'RIGHT15: its acl heads do not dominate those of the record before it.');
  }
  const begin = context.resolve(input.first);
  const state = context.resolve(heads);
  if (!begin || !state) return say('no-acl', 'acl-head-missing', 'RIGHT14: an acl head is not held.');
  if (!isLive(begin.persons.get(slot.uid), slot.ds)) return say('void', 'slot-device', 'IDN5: the device was not live where the log begins.');
  if (state.links.has(slot.uid)) return say('void', 'role', 'RIGHT26: a public link writes nothing.');
  const member = state.members.get(slot.uid);
  if (!member) return say('void', 'not-a-member', 'RIGHT13: the author is no member at the acl heads of the record.');
  if (!isLive(state.persons.get(slot.uid), slot.ds)) return say('void', 'device', 'IDN4: the device is not live at the acl heads of the record.', member);
  const { policy } = state;
  const fragment = textOf(header.fragment);
  const comments = onlyComments(member, fragment);
  const opened = comments || (member.role === ROLE.guest && opensToGuests(policy) && mayComment(member, fragment));
  if (!opened && !mayWrite(member, fragment)) {
    return member.role < ROLE.member
      ? say('void', 'role', 'RIGHT13: a Guest does not write.', member)
      : say('void', 'scope', 'RIGHT13: the fragment is not in the scope of the grant.', member);
  }
  const doer = { role: member.role, uid: must(fromBase64url(member.uid), 'uid'), writer: header.writer, comments };
  const forbidden = opened || bindsOps(policy) ? input.opCheck(policy, doer) : null;
  if (opened && forbidden === undefined) return comments ? say('void', 'scope', 'RIGHT28: who comments does not write.', member) : say('void', 'role', 'RIGHT13: a Guest does not write.', member);
  if (comments && typeof forbidden === 'string') return say('void', 'scope', `RIGHT28: who comments does not do ${forbidden}.`, member);
  if (typeof forbidden === 'string') return say('void', 'rules', `RIGHT23, RIGHT27: the rules of the space at its acl heads do not let role ${member.role} do ${forbidden}.`, member);
  return cutVerdict(input, context, heads, member, say);
}

type Say = (verdict: Judgement['verdict'], reason: JudgeReason, why: string, member?: Member) => Judgement;

function cutVerdict(input: JudgeInput, context: JudgeContext, heads: readonly string[], member: Member, say: Say): Judgement {
  const cut = context.revokes.length === 0 ? null : cutBy(context.revokes, {
    author: member.uid, device: context.slot!.ds, writer: textOf(input.header.writer), n: input.header.n, id: input.id,
    seen: (revoke) => heads.some((head) => context.covers(head, revoke)),
    ordered: (a, b) => context.covers(a, b) || context.covers(b, a),
  });
  if (cut === null) return say('ok', 'right', `RIGHT13: signed by a device of a member with role ${member.role} at its acl heads.`, member);
  if (context.adopted.has(input.id)) return say('ok', 'adopted', 'RIGHT16: beyond a cut, adopted by an admin.', member);
  return say('quarantined', 'cut', `RIGHT16: beyond the cut of revoke ${cut}.`, member);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
