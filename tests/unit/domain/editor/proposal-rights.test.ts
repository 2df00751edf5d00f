/** What every peer judges of proposals (issue 6): the operations of proposals against the rules of the kernel, as they are sealed. */
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import type { Op } from '#os/api';
import { ADMINS_WRITE, PROPOSAL, sendComment, textNodeOf } from '#domain/editor';
import { approveProposal, askApprovals, decideHunk, makeProposal, reopenHunk, setProposalState, takeHunks, writeInProposal, type Proposal } from '#domain/editor/proposals';
import { toOperations, type OperationContext } from '#os/graph-manager/operations';
import { forbiddenOp, NO_POLICY, ownIdHead, withPolicy, type Doer } from '#os/rights/policy';
import { PRIMITIVE, ROLE, type Operation } from '#vm/protocol/types';

const id = (n: number): Bytes => new Uint8Array(16).fill(n) as Bytes;
const DOC = toBase64url(id(9));
const PAGE = textNodeOf(DOC);
const doer = (n: number, role: Doer['role'], more: Partial<Doer> = {}): Doer => ({ role, uid: new Uint8Array(32).fill(n), writer: new Uint8Array(32).fill(n + 100), ...more });
/** What an own thing is called. */
const own = ({ uid }: Doer): Bytes => new Uint8Array([...ownIdHead(uid as Bytes), ...new Uint8Array(8).fill(1)]) as Bytes;
const context = (who: Doer): OperationContext => ({
  uid: who.uid as Bytes, writer: toBase64url(who.writer), nextStamp: () => ({ ms: 1, ctr: 0 }), randomId: () => own(who), observedEdge: () => null, observedValue: () => [], siblings: () => [],
  splice: () => ({ update: id(0), salt: null }), update: (_, update) => ({ update: update as Bytes, salt: null }),
});
const sealedAs = (who: Doer, ops: readonly Op[]): Operation[] => ops.flatMap((op) => toOperations(op, context(who)).operations);
const value = (made: { ok: boolean; value?: Op[] }): Op[] => made.value!;

/** Everything that is done with proposals. */
function acts(who: Doer): Record<string, readonly Op[]> {
  const proposal = { id: toBase64url(own(who)), state: 'draft', newer: false } as Proposal;
  const on = { fragment: DOC, proposal: proposal.id };
  const hunk = { id: 'a', hash: 'h', lines: [{ id: 'a' }] };
  return {
    propose: value(makeProposal(DOC, 'Two screws', { ['W'.repeat(43)]: '0000000000000001' })),
    write: [writeInProposal(proposal.id, new Uint8Array([1]), null)],
    writeOn: [writeInProposal(proposal.id, new Uint8Array([1, 2]), proposal.id)],
    ask: value(setProposalState(proposal, 'open')),
    comment: value(sendComment(DOC, { text: 'Why?', mentions: [], on: [] })),
    decide: decideHunk(on, hunk, 'accepted'),
    reopen: reopenHunk(on, 'a'),
    take: takeHunks(on, [hunk], new Map([['a', { block: null, after: '', mark: null }]]), 1),
    approve: approveProposal(on, toBase64url(who.uid), 'h'),
    approvals: askApprovals(DOC, 0),
    edit: [{ op: 'text.update', id: PAGE, update: new Uint8Array([0, 0]), salt: id(3) }],
  };
}

const POLICY = { guests: withPolicy(NO_POLICY, new Map([['ops', new Map<string, CborValue>([['editor/proposal', ROLE.guest]])]])), bound: withPolicy(NO_POLICY, new Map([[`on:${PAGE}`, new Map<string, CborValue>(Object.entries(ADMINS_WRITE).map(([pattern]) => [pattern, ROLE.admin]))]])) };
const done = (policy: typeof NO_POLICY, who: Doer): string[] => Object.entries(acts(who)).flatMap(([name, ops]) => (forbiddenOp(policy, who, sealedAs(who, ops), DOC) === null ? [name] : []));
const ALL = Object.keys(acts(doer(1, ROLE.member)));
const PROPOSES = ['propose', 'write', 'writeOn', 'ask'];

test('{K7} [RIGHT28] who comments proposes and writes in the own proposal; decisions, approvals and the text are for who writes', () => {
  expect(done(NO_POLICY, doer(1, ROLE.member))).toEqual(ALL);
  expect(done(NO_POLICY, doer(1, ROLE.member, { comments: true }))).toEqual([...PROPOSES, 'comment']);
  // Of somebody else's proposal who comments changes nothing.
  const other = doer(2, ROLE.member, { comments: true });
  const theirs = acts(doer(1, ROLE.member))['writeOn']!;
  expect(forbiddenOp(NO_POLICY, other, sealedAs(other, theirs), DOC)).not.toBeNull();
});

test('{K7} [RIGHT23] a guest proposes where the space opens that, and decides nothing', () => {
  expect(done(NO_POLICY, doer(1, ROLE.guest))).toEqual([]);
  expect(done(POLICY.guests, doer(1, ROLE.guest))).toEqual(PROPOSES);
});

test('{K7} [RIGHT27] on a page that only admins write, members propose and comment: each decision names the page, so that the rule binds it', () => {
  expect(done(POLICY.bound, doer(1, ROLE.member))).toEqual([...PROPOSES, 'comment']);
  expect(done(POLICY.bound, doer(1, ROLE.admin))).toEqual(ALL);
  // Control: the same decision that names no page would pass, and no reader counts it (proposals.test.ts).
  const member = doer(1, ROLE.member);
  const [node, said] = sealedAs(member, acts(member)['decide']!);
  expect(said!.primitive).toBe(PRIMITIVE.nodeSet);
  const silent: Operation = { ...said!, args: [said!.args[0]!, said!.args[1]!, new Map<string, CborValue>([['is', 'accepted']])] };
  expect([forbiddenOp(POLICY.bound, member, [node!], DOC), forbiddenOp(POLICY.bound, member, [said!], DOC), forbiddenOp(POLICY.bound, member, [silent], DOC)]).toEqual(['editor/decision@1', 'editor/decision.set@1', null]);
  expect(fromBase64url(PAGE)!.length).toBe(16);
  expect(PROPOSAL).toBe('editor/proposal@1');
});
