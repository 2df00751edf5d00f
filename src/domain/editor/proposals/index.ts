/**
 * Proposals: somebody's branch of a document, and what others decide about it (docs/decisions/0058-proposals.md). A door of its own, so that who only lists documents does not load it. All of it are nodes in the document's fragment.
 * The proposal answers the document (`replyTo`, as a comment does) and names the cut it began at; what its author wrote since are Yjs updates in nodes that answer
 * the proposal. Decisions and approvals stand under derived ids, which who only comments cannot write (RIGHT28), and name the document in each value: a
 * rule on the document (RIGHT27) binds them too.
 */
import { err, ok, type Result } from '#base/result';
import type { JsonValue, NodeView, Op } from '#os/api';
import { CHANNEL_TITLE_MAX, CUT_WRITERS_MAX, derivedId, numberOf, oneLine, refuse, textOf, type Refusal } from '#domain/shared';
import { PROPOSAL, PROPOSAL_APPROVAL, PROPOSAL_DECISION, PROPOSAL_EDIT, PROPOSAL_VERB, readCut, textNodeOf } from '#domain/editor';
import { BLOCK_TYPES, moreOf, readAttrs, readMarks, tableFrom, withTable, type Block, type Cut, type Run, type Taken } from '#domain/editor/model';

/** `draft`: nobody is asked yet. `merged`: nothing of it is open any more. */
export type ProposalState = 'draft' | 'open' | 'merged' | 'closed';
const STATES: readonly ProposalState[] = ['draft', 'open', 'merged', 'closed'];

export interface Proposal {
  readonly id: string;
  readonly title: string;
  /** The state of the document it began with. */
  readonly cut: Cut;
  readonly by: string | null;
  readonly at: number;
  readonly stamp: string;
  readonly state: ProposalState;
  /** uid of who put it into this state; null when it is not known. */
  readonly stateBy: string | null;
  readonly newer: boolean;
  /** Suggestions: asked about from the first letter, and drawn in the page. */
  readonly live: boolean;
}

/** What a hunk was found to be. */
export interface Decision {
  readonly is: 'accepted' | 'rejected';
  readonly hash: string;
  readonly by: string | null;
}

/** A hunk that went into the document. */
export interface TakenHunk {
  readonly hunk: string;
  readonly hash: string;
  readonly by: string | null;
  readonly at: number;
  readonly blocks: readonly (readonly [string, Taken])[];
}

/** Everything that was decided about one proposal. */
export interface Review {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly taken: readonly TakenHunk[];
  /** uid → what was approved. */
  readonly approvals: ReadonlyMap<string, string>;
}

/** uid of who set the value that a property shows. */
function setter(node: NodeView, prop: string): string | null {
  const said = node.setBy?.[prop];
  return said === undefined ? node.createdBy : said;
}

type Fields = { readonly [name: string]: JsonValue };
const fieldsOf = (value: JsonValue | undefined): Fields | null => (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array) ? value : null);

/** A proposal of a node of this document, or null when it is none. */
export function readProposal(node: NodeView): Proposal | null {
  if (node.type !== PROPOSAL || node.deleted || node.props['replyTo'] !== textNodeOf(node.fragment)) return null;
  const cut = readCut(node.props['cut']);
  const title = oneLine(textOf(node.props['title'], CHANNEL_TITLE_MAX) ?? '');
  if (!cut || title === '') return null;
  const state = STATES.find((one) => one === node.props['state']) ?? 'draft';
  return { id: node.id, title, cut, by: node.createdBy, at: node.createdAt, stamp: node.stamp, state, stateBy: setter(node, 'state'), newer: node.newer, live: node.props['live'] === true };
}

/** The proposals among nodes, the newest first. */
export const proposalsOf = (nodes: Iterable<NodeView>): Proposal[] => [...nodes].flatMap((node) => readProposal(node) ?? []).sort((a, b) => (a.stamp > b.stamp ? -1 : 1));

/** A new proposal that begins at a state of the document; `live`: suggestions. */
export function makeProposal(fragment: string, title: string, cut: Cut, live = false): Result<Op[], Refusal> {
  const line = oneLine(title);
  if (line === '') return err(refuse('empty'));
  if (line.length > CHANNEL_TITLE_MAX || Object.keys(cut).length > CUT_WRITERS_MAX) return err(refuse('too-long'));
  return ok([{ op: 'node.create', type: PROPOSAL, props: { title: line, cut: { ...cut }, state: live ? 'open' : 'draft', replyTo: textNodeOf(fragment), ...(live ? { live } : {}) }, verb: PROPOSAL_VERB.create }]);
}

/** Puts a proposal into another state. */
export function setProposalState(proposal: Proposal, state: ProposalState): Result<Op[], Refusal> {
  if (proposal.newer) return err(refuse('newer'));
  return proposal.state === state ? err(refuse('no-change')) : ok([{ op: 'node.set', id: proposal.id, props: { state }, verb: PROPOSAL_VERB.state }]);
}

/** What its author wrote, as Yjs updates; `id`: in place of what stood there. */
export function writeInProposal(proposal: string, update: Uint8Array, id: string | null): Op {
  return id === null ? { op: 'node.create', type: PROPOSAL_EDIT, props: { replyTo: proposal, update }, verb: PROPOSAL_VERB.write } : { op: 'node.set', id, props: { update }, verb: PROPOSAL_VERB.write };
}

/** The updates of a proposal. What somebody else wrote, or wrote over, is not its author's and does not count. */
export function proposalUpdates(nodes: Iterable<NodeView>, proposal: Proposal): Uint8Array[] {
  return [...nodes].flatMap((node) => {
    const update = node.props['update'];
    const own = node.type === PROPOSAL_EDIT && !node.deleted && node.props['replyTo'] === proposal.id && proposal.by !== null && node.createdBy === proposal.by && setter(node, 'update') === proposal.by;
    return own && update instanceof Uint8Array ? [update] : [];
  });
}

const decisionId = (proposal: string, hunk: string): string => derivedId('lgos/decision/1', proposal, hunk);
const approvalId = (proposal: string, uid: string): string => derivedId('lgos/approval/1', proposal, uid);

interface On {
  readonly fragment: string;
  readonly proposal: string;
}

/** The node that decisions about a hunk stand in: made twice it does no more. */
const decisionNode = ({ fragment, proposal }: On, hunk: string): Op => ({ op: 'node.create', type: PROPOSAL_DECISION, id: decisionId(proposal, hunk), props: { replyTo: proposal, page: textNodeOf(fragment), hunk }, verb: PROPOSAL_VERB.decide });

/** Accepts or rejects a hunk; null takes that back. Nothing of the document changes. */
export function decideHunk(on: On, hunk: { readonly id: string; readonly hash: string }, is: Decision['is'] | null): Op[] {
  const said: JsonValue = { page: textNodeOf(on.fragment), ...(is === null ? {} : { is, hash: hunk.hash }) };
  return [decisionNode(on, hunk.id), { op: 'node.set', id: decisionId(on.proposal, hunk.id), props: { said }, verb: PROPOSAL_VERB.decide }];
}

/** Says that hunks went into the document, each with its blocks as they stood in the proposal then. */
export function takeHunks(on: On, hunks: readonly { readonly id: string; readonly hash: string; readonly lines: readonly { readonly id: string }[] }[], blocks: ReadonlyMap<string, Taken>, at: number): Op[] {
  const page = textNodeOf(on.fragment);
  return hunks.flatMap((hunk): Op[] => {
    const node = decisionId(on.proposal, hunk.id);
    const held = hunk.lines.flatMap(({ id }): Op[] => {
      const taken = blocks.get(id);
      return taken ? [{ op: 'node.set', id: node, props: { [`t:${id}`]: { page, after: taken.after, mark: taken.mark, block: taken.block && storedBlock(taken.block) } }, verb: PROPOSAL_VERB.take }] : [];
    });
    return [decisionNode(on, hunk.id), ...held, { op: 'node.set', id: node, props: { taken: { page, at, hash: hunk.hash, ids: hunk.lines.map(({ id }) => id) } }, verb: PROPOSAL_VERB.take }];
  });
}

/** Says that a hunk is open again, whatever became of its words in the document. */
export function reopenHunk(on: On, hunk: string): Op[] {
  const page = textNodeOf(on.fragment);
  return [{ op: 'node.set', id: decisionId(on.proposal, hunk), props: { said: { page }, taken: { page } }, verb: PROPOSAL_VERB.decide }];
}

/** Approves what stands in the proposal; null takes that back. */
export function approveProposal(on: On, me: string, hash: string | null): Op[] {
  const page = textNodeOf(on.fragment);
  const id = approvalId(on.proposal, me);
  const said: JsonValue = { page, ...(hash === null ? {} : { hash }) };
  return [{ op: 'node.create', type: PROPOSAL_APPROVAL, id, props: { replyTo: on.proposal, page, by: me }, verb: PROPOSAL_VERB.approve }, { op: 'node.set', id, props: { said }, verb: PROPOSAL_VERB.approve }];
}

/** What was decided about a proposal. Only what stands under the derived ids counts. */
export function readReview(nodes: Iterable<NodeView>, { id, fragment }: { readonly id: string; readonly fragment: string }): Review {
  const decisions = new Map<string, Decision>();
  const taken: TakenHunk[] = [];
  const approvals = new Map<string, string>();
  const page = textNodeOf(fragment);
  const valueOf = (node: NodeView, prop: string): Fields | null => {
    const fields = fieldsOf(node.props[prop]);
    return fields?.['page'] === page ? fields : null;
  };
  for (const node of nodes) {
    if (node.deleted || node.props['replyTo'] !== id) continue;
    if (node.type === PROPOSAL_APPROVAL) {
      const [by, hash] = [setter(node, 'said'), textOf(valueOf(node, 'said')?.['hash'], 32)];
      // An approval counts for whoever wrote it, not for whom it names.
      if (by !== null && hash !== null && node.id === approvalId(id, by)) approvals.set(by, hash);
    }
    const hunk = node.type === PROPOSAL_DECISION ? textOf(node.props['hunk'], 64) : null;
    if (hunk === null || node.id !== decisionId(id, hunk)) continue;
    const said = valueOf(node, 'said');
    if ((said?.['is'] === 'accepted' || said?.['is'] === 'rejected') && typeof said['hash'] === 'string') decisions.set(hunk, { is: said['is'], hash: said['hash'], by: setter(node, 'said') });
    const done = valueOf(node, 'taken');
    if (typeof done?.['hash'] !== 'string' || !Array.isArray(done['ids'])) continue;
    const blocks = done['ids'].flatMap((one): [string, Taken][] => {
      const value = typeof one === 'string' ? valueOf(node, `t:${one}`) : null;
      return value ? [[one as string, { block: value['block'] === null ? null : readStored(one as string, value['block']), after: textOf(value['after'], 64) ?? '', mark: textOf(value['mark'], 32) }]] : [];
    });
    taken.push({ hunk, hash: done['hash'], by: setter(node, 'taken'), at: numberOf(done['at']) ?? node.updatedAt, blocks });
  }
  return { decisions, taken: taken.sort((a, b) => a.at - b.at), approvals };
}

/** How many approvals a document asks for; a node of the document's text says so. */
export function approvalsAsked(node: NodeView | undefined): number {
  const asked = numberOf(node?.props['approvals']) ?? 0;
  return Number.isInteger(asked) && asked > 0 && asked <= APPROVALS_MAX ? asked : 0;
}
export const APPROVALS_MAX = 5;

/** Sets how many approvals the document asks for. */
export const askApprovals = (fragment: string, count: number): Op[] => [{ op: 'node.set', id: textNodeOf(fragment), props: { approvals: count }, verb: PROPOSAL_VERB.policy }];

const storedText = (text: readonly Run[]): JsonValue => text.map((run): JsonValue => [run.text, { ...run.marks } as JsonValue]);
const readText = (value: unknown): Run[] => (Array.isArray(value) ? value : []).flatMap((run: JsonValue) => (Array.isArray(run) && typeof run[0] === 'string' ? [{ text: run[0], marks: readMarks(fieldsOf(run[1]) ?? undefined) }] : []));

/** UTF-16 units of a text that is kept with a decision: well below what one operation may hold. */
const KEPT_UNITS = 12_000;

/** Null: too large, or with more than text and a table; its mark stands for it. */
function storedBlock(block: Block): JsonValue {
  const { type, attrs, text, from, table } = block;
  if (moreOf(block) !== '' || text.reduce((sum, run) => sum + run.text.length + 8, 0) > KEPT_UNITS) return null;
  const held: Record<string, JsonValue> = table ? { table: { columns: [...table.columns], rows: table.rows.map(({ id, cells }) => ({ id, cells: cells.map(storedText) })) } } : { text: storedText(text) };
  return { type, attrs: { ...attrs } as JsonValue, ...held, ...(from === undefined ? {} : { from }) };
}

function readStored(id: string, value: JsonValue | undefined): Block | null {
  const fields = fieldsOf(value);
  if (!fields) return null;
  const type = BLOCK_TYPES.find((one) => one === fields['type']) ?? 'newer';
  const attrs = fieldsOf(fields['attrs']);
  const from = textOf(fields['from'], 64);
  const rest = { id, attrs: readAttrs((name) => attrs?.[name]), ...(from === null ? {} : { from }) };
  const table = type === 'table' ? tableFrom(fields['table'], readText) : null;
  return table ? withTable(rest, table) : { ...rest, type: type === 'table' ? 'newer' : type, text: readText(fields['text']) };
}
