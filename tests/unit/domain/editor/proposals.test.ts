/** Proposals as nodes (issue 6): who made and decided what is told by who wrote it, and what a peer wrote by other rules counts for nothing. */
import { expect, test } from 'vitest';
import type { JsonValue, Op, SpaceView } from '#os/api';
import { ADMINS_WRITE, adminsWrite, approvers, DOCUMENT, mayPropose, mayReview, mayWriteDocument, PROPOSAL, PROPOSAL_DECISION, PROPOSAL_EDIT, textNodeOf } from '#domain/editor';
import { approvalsAsked, approveProposal, askApprovals, decideHunk, makeProposal, proposalsOf, proposalUpdates, readProposal, readReview, reopenHunk, setProposalState, takeHunks, writeInProposal, type Proposal } from '#domain/editor/proposals';
import { DocReplica, findHunks, forkAt, holdsCut, oneUpdate, takenOf, type Block, type Sides, type TextEdit } from '#domain/editor/model';
import { NO_RULES } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const DOC = 'AAAAAAAAAAAAAAAAAAAAAA';
const ID = 'AQEBAQEBAQEBAQEBAQEBAQ';
const PAGE = textNodeOf(DOC);
const WRITER = 'W'.repeat(43);
const cut = { [WRITER]: '0000000000000001' };
const space = (more: Partial<SpaceView>): SpaceView => ({ id: 's', name: '', kind: 'team', role: 'member', members: 2, scope: null, comments: [], lets: null, rules: NO_RULES, ...more });
const proposal = (more: Parameters<typeof nodeView>[0] = {}, props: Record<string, JsonValue> = {}): Proposal => readProposal(nodeView({ id: ID, fragment: DOC, type: PROPOSAL, createdBy: 'boris', props: { title: 'Two screws', cut, state: 'open', replyTo: PAGE, ...props }, ...more }))!;
const line = (id: string, words: string): Block => ({ id, type: 'paragraph', attrs: {}, text: [{ text: words, marks: {} }] });

/** Nodes as the operations leave them; `by` wrote them all. */
function nodesOf(ops: readonly Op[], by: string): ReturnType<typeof nodeView>[] {
  const out = new Map<string, ReturnType<typeof nodeView>>();
  for (const op of ops) {
    if (op.op === 'node.create') out.set(op.id ?? 'made', nodeView({ id: op.id ?? 'made', fragment: DOC, type: op.type, createdBy: by, props: { ...out.get(op.id ?? 'made')?.props, ...op.props } }));
    if (op.op === 'node.set') out.get(op.id)!.props = { ...out.get(op.id)!.props, ...op.props };
  }
  return [...out.values()];
}

test('a proposal answers the document, names where it began, and says who put it into its state', () => {
  expect(makeProposal(DOC, ' Two screws ', cut)).toMatchObject({ ok: true, value: [{ op: 'node.create', type: PROPOSAL, props: { title: 'Two screws', cut, state: 'draft', replyTo: PAGE } }] });
  const live = makeProposal(DOC, 'Suggestions', cut, true);
  expect(live).toMatchObject({ ok: true, value: [{ props: { state: 'open', live: true } }] });
  expect([proposal({}, { live: true }).live, proposal({}, { live: 1 }).live, proposal().live]).toEqual([true, false, false]);
  expect([makeProposal(DOC, ' ', cut), makeProposal(DOC, 'x'.repeat(81), cut)]).toMatchObject([{ ok: false }, { ok: false }]);
  expect(proposal()).toMatchObject({ title: 'Two screws', by: 'boris', state: 'open', stateBy: 'boris' });
  expect(proposal({ setBy: { state: 'anna' } }, { state: 'closed' })).toMatchObject({ state: 'closed', stateBy: 'anna' });
  expect(proposal({}, { state: 'wild' }).state).toBe('draft');
  const wrong: Record<string, JsonValue>[] = [{ title: ' ' }, { cut: { x: 'y' } }, { cut: 7 }, { replyTo: ID }];
  for (const props of wrong) expect(proposal({}, props)).toBeNull();
  expect(setProposalState(proposal(), 'closed')).toMatchObject({ ok: true, value: [{ op: 'node.set', id: ID, props: { state: 'closed' } }] });
  expect([setProposalState(proposal(), 'open'), setProposalState(proposal({ newer: true }), 'closed')]).toMatchObject([{ ok: false, error: { code: 'no-change' } }, { ok: false, error: { code: 'newer' } }]);
  expect(proposalsOf([nodeView({ fragment: DOC, type: PROPOSAL, props: { title: 'a', cut, replyTo: PAGE } }), nodeView({ fragment: DOC, type: PROPOSAL, props: { title: 'b', cut, replyTo: PAGE } }), nodeView({ type: DOCUMENT })]).map(({ title }) => title)).toEqual(['b', 'a']);
});

test('only what its author wrote is the text of a proposal', () => {
  const update = new Uint8Array([1, 2]);
  const edit = (more: Parameters<typeof nodeView>[0]) => nodeView({ fragment: DOC, type: PROPOSAL_EDIT, createdBy: 'boris', props: { replyTo: ID, update }, ...more });
  expect(proposalUpdates([edit({})], proposal())).toEqual([update]);
  expect(proposalUpdates([edit({ createdBy: 'anna' }), edit({ setBy: { update: 'anna' } }), edit({ setBy: { update: null } }), edit({ deleted: true }), edit({ props: { replyTo: 'x', update } }), edit({ props: { replyTo: ID, update: 'text' } }), edit({ type: DOCUMENT })], proposal())).toEqual([]);
  expect(proposalUpdates([edit({ createdBy: null })], proposal({ createdBy: null }))).toEqual([]);
  expect([writeInProposal(ID, update, null), writeInProposal(ID, update, 'n')]).toMatchObject([{ op: 'node.create', type: PROPOSAL_EDIT, props: { replyTo: ID, update } }, { op: 'node.set', id: 'n', props: { update } }]);
});

test('a branch goes on where the document stood, whatever came later, and the document gets nothing of it', () => {
  const main = new DocReplica(1);
  const edits = [[line('a', 'The lid.')], [line('a', 'The lid.'), line('b', 'Later.')]].flatMap((blocks, at) => main.write(blocks).map((update): TextEdit => ({ who: 'anna', writer: WRITER, at, stamp: String(at + 1).padStart(16, '0'), sealed: true, update })));
  const fork = forkAt(edits, cut, 7, []);
  expect(fork.shown()).toEqual([line('a', 'The lid.')]);
  const updates = [...fork.write([line('a', 'The steel lid.')]), ...fork.write([line('a', 'The steel lid.'), line('c', 'New.')])];
  expect(forkAt(edits, cut, 8, [oneUpdate(updates)]).shown()).toEqual(fork.shown());
  expect(oneUpdate([updates[0]!])).toBe(updates[0]);
  expect(main.shown().map(({ id }) => id)).toEqual(['a', 'b']);
  expect([holdsCut(edits, cut), holdsCut(edits, { [WRITER]: '0000000000000009' }), holdsCut([], cut), holdsCut([], {})]).toEqual([true, false, false, true]);
});

const on = { fragment: DOC, proposal: ID };
const hunk = { id: 'a', hash: 'h1', lines: [{ id: 'a' }] };

test('decisions are read with who said them; what stands under another id, or names no page, counts for nothing', () => {
  const said = nodesOf(decideHunk(on, hunk, 'accepted'), 'anna');
  expect([...readReview(said, { id: ID, fragment: DOC }).decisions]).toEqual([['a', { is: 'accepted', hash: 'h1', by: 'anna' }]]);
  expect(readReview(nodesOf([...decideHunk(on, hunk, 'accepted'), ...decideHunk(on, hunk, null)], 'anna'), { id: ID, fragment: DOC }).decisions.size).toBe(0);
  const forged = [{ ...said[0]!, id: 'guest-made-id' }, { ...said[0]!, props: { ...said[0]!.props, said: { is: 'accepted', hash: 'h1' } } }, { ...said[0]!, props: { ...said[0]!.props, said: 'accepted' } }, { ...said[0]!, deleted: true }];
  for (const node of forged) expect(readReview([node], { id: ID, fragment: DOC }).decisions.size).toBe(0);
  expect(readReview(said, { id: 'BBBBBBBBBBBBBBBBBBBBBB', fragment: DOC }).decisions.size).toBe(0);
});

test('what went in is kept with its blocks, so that the rest goes on from there; it can be asked about again', () => {
  const sides: Sides = { base: [line('a', 'one'), line('b', 'two')], branch: [line('a', 'one more'), line('b', 'two')], now: [line('a', 'one'), line('b', 'two')], taken: new Map() };
  const [found] = findHunks(sides);
  const ops = takeHunks(on, [found!], takenOf(sides, [found!]), 5);
  const review = readReview(nodesOf(ops, 'anna'), { id: ID, fragment: DOC });
  expect(review.taken).toEqual([{ hunk: 'a', hash: found!.hash, by: 'anna', at: 5, blocks: [['a', { block: line('a', 'one more'), after: '', mark: expect.any(String) }]] }]);
  expect(findHunks({ ...sides, taken: new Map(review.taken[0]!.blocks) })).toEqual([]);
  expect(readReview(nodesOf([...ops, ...reopenHunk(on, 'a')], 'anna'), { id: ID, fragment: DOC }).taken).toEqual([]);
  // Of what a peer wrote by other rules something harmless is left, or nothing.
  const [node] = nodesOf(ops, 'anna');
  const wild = readReview([{ ...node!, props: { ...node!.props, 't:a': { page: PAGE, after: 7, block: { type: 'script', attrs: 'x', text: [['ok', { link: 'javascript:x', bold: true }], 7, ['x']] } } } }], { id: ID, fragment: DOC });
  expect(wild.taken[0]!.blocks).toEqual([['a', { after: '', mark: null, block: { id: 'a', type: 'newer', attrs: {}, text: [{ text: 'ok', marks: { bold: true } }, { text: 'x', marks: {} }] } }]]);
});

test('an approval counts for whoever wrote it and for the text it names; the page says how many it asks for', () => {
  const anna = nodesOf(approveProposal(on, 'anna', 'h1'), 'anna');
  expect([...readReview(anna, { id: ID, fragment: DOC }).approvals]).toEqual([['anna', 'h1']]);
  expect(readReview(nodesOf(approveProposal(on, 'anna', 'h1'), 'boris'), { id: ID, fragment: DOC }).approvals.size).toBe(0);
  expect(readReview(nodesOf([...approveProposal(on, 'anna', 'h1'), ...approveProposal(on, 'anna', null)], 'anna'), { id: ID, fragment: DOC }).approvals.size).toBe(0);
  expect([undefined, 2, 0, -1, 1.5, 99, 'two'].map((approvals) => approvalsAsked(nodeView({ props: approvals === undefined ? {} : { approvals } })))).toEqual([0, 2, 0, 0, 0, 0, 0]);
  expect(askApprovals(DOC, 2)).toMatchObject([{ op: 'node.set', id: PAGE, props: { approvals: 2 } }]);
});

test('{K7} who may: a guest where the space opens it, who comments without writing, and a page that only admins write', () => {
  const may = (of: SpaceView): boolean[] => [mayPropose(of, DOC), mayReview(of, DOC), mayWriteDocument(of, DOC)];
  expect(may(space({}))).toEqual([true, true, true]);
  expect(may(space({ role: 'guest' }))).toEqual([false, false, false]);
  expect(may(space({ role: 'guest', rules: { ...NO_RULES, ops: { 'editor/proposal': 'guest' } } }))).toEqual([true, false, false]);
  expect(may(space({ scope: [DOC], comments: [DOC] }))).toEqual([true, false, false]);
  const bound = { ...NO_RULES, on: { [PAGE]: ADMINS_WRITE } };
  expect([may(space({ rules: bound })), may(space({ rules: bound, role: 'admin' })), adminsWrite(space({ rules: bound }), DOC), adminsWrite(space({}), DOC)]).toEqual([[true, false, false], [true, true, true], true, false]);
  const people = [{ uid: 'anna', role: 'owner' as const }, { uid: 'boris', role: 'member' as const }, { uid: 'guest', role: 'guest' as const }, { uid: 'part', role: 'member' as const, scope: ['x'] }, { uid: 'says', role: 'member' as const, scope: [DOC], comments: [DOC] }].map((one) => ({ scope: null, comments: [], ...one }));
  expect([...approvers(space({}), DOC, people, 'anna')]).toEqual(['boris']);
  expect([...approvers(space({ rules: bound }), DOC, people, 'boris')]).toEqual(['anna']);
  expect(PROPOSAL_DECISION.startsWith('editor/proposal')).toBe(false);
});
