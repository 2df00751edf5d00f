/** The proposals for one document, what was decided about them, and the sides of one that is looked at. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { NodeView, SpaceView } from '#os/api';
import { approvers, DOCUMENT, PROPOSAL, PROPOSAL_APPROVAL, PROPOSAL_DECISION, PROPOSAL_EDIT, textNodeOf } from '#domain/editor';
import { approvalsAsked, proposalsOf, proposalUpdates, readReview, type Proposal, type Review } from '#domain/editor/proposals';
import { blocksAt, Branches, findHunks, forkAt, hashBlocks, holdsCut, updatesIn, type Block, type Hunk, type Sides, type TextEdit } from '#domain/editor/model';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel, useNodes } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { BranchSession } from './branch-session.ts';

export interface Proposals {
  readonly loaded: boolean;
  /** The newest first. */
  readonly proposals: readonly Proposal[];
  /** How many approvals the page asks for. */
  readonly asked: number;
  review(proposal: Proposal): Review;
}

const TYPES = [PROPOSAL, PROPOSAL_DECISION, PROPOSAL_APPROVAL, DOCUMENT];

/** All proposals of a document. */
export function useProposals(space: string, fragment: string): Proposals {
  const { nodes, loaded } = useNodes(space, { type: TYPES, fragment });
  return useMemo(() => {
    const all = [...nodes.values()];
    return { loaded, proposals: proposalsOf(all), asked: approvalsAsked(nodes.get(textNodeOf(fragment))), review: ({ id }) => readReview(all, { id, fragment }) };
  }, [nodes, loaded, fragment]);
}

/** What a proposal began with. */
export interface Beginning {
  readonly edits: readonly TextEdit[];
  readonly blocks: readonly Block[];
  /** False while edits it began with are not on this device. */
  readonly whole: boolean;
}

const EVERY_MS = 1_500;

/** Null while it is read. Read again until all of it is here; what came later than the proposal is none of it. */
export function useBeginning(space: string, node: string, proposal: Proposal): Beginning | null {
  const api = useKernel();
  const held = useRef<{ id: string; value: Beginning } | null>(null);
  const read = async (): Promise<Beginning> => {
    if (held.current?.id === proposal.id && held.current.value.whole) return held.current.value;
    const all = (await api.edits?.(space, node)) ?? [];
    const edits = all.filter(({ writer, stamp }) => stamp <= (proposal.cut[writer] ?? ''));
    const value = { edits, blocks: blocksAt(edits, proposal.cut), whole: holdsCut(all, proposal.cut) };
    held.current = { id: proposal.id, value };
    return value;
  };
  return useAsked(read, ['record'], [api, space, node, proposal.id], EVERY_MS);
}

export interface Branch {
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly blocks: readonly Block[];
}

/** What the proposal became; null while that is read. */
export function useBranch(space: string, fragment: string, proposal: Proposal, beginning: Beginning | null): Branch | null {
  const { nodes, loaded } = useNodes(space, { type: PROPOSAL_EDIT, fragment, where: { replyTo: proposal.id } });
  const { id, by } = proposal;
  const [branches] = useState(() => new Branches());
  return useMemo(() => {
    if (!beginning || !loaded) return null;
    branches.keep([id]);
    return { nodes, blocks: branches.of(id, beginning.edits, proposal.cut, proposalUpdates(nodes.values(), proposal)).branch };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- whose it is and where it began never changes
  }, [branches, beginning, loaded, nodes, id, by]);
}

/** The session of who writes the proposal, as long as `on`. */
export function useBranchSession(space: string, fragment: string, proposal: Proposal, sides: { beginning: Beginning | null; branch: Branch | null }, on: boolean): BranchSession | null {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  const [session, setSession] = useState<BranchSession | null>(null);
  const { beginning, branch } = sides;
  const begun = useRef(beginning);
  const ready = on && beginning !== null && branch !== null;
  useEffect(() => {
    if (!ready) return;
    begun.current = beginning;
    const client = crypto.getRandomValues(new Uint32Array(1))[0]!;
    const replica = forkAt(beginning.edits, proposal.cut, client, proposalUpdates(branch.nodes.values(), proposal));
    const made = new BranchSession(api, { space, fragment, proposal: proposal.id }, replica, (error) => toast({ text: errorText(t, error, 'document.failed') }));
    setSession(made);
    return () => {
      setSession(null);
      made.close();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one session for one proposal; what comes later is taken below
  }, [api, space, fragment, proposal.id, ready]);
  useEffect(() => {
    if (session && branch) session.take(proposalUpdates(branch.nodes.values(), proposal));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- told when something came
  }, [session, branch]);
  useEffect(() => {
    // It began with a part of the page: the rest comes into the text its author has before them.
    if (session && beginning && beginning !== begun.current) session.take(updatesIn(beginning.edits, proposal.cut));
    begun.current = beginning;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- where it began never changes
  }, [session, beginning]);
  return session;
}

export interface Standing {
  readonly sides: Sides;
  readonly hunks: readonly Hunk[];
  /** What whoever approves says. */
  readonly hash: string;
  /** uids of those whose approval counts for what stands there now. */
  readonly approved: readonly string[];
}

/** The proposal against the document as it stands. */
export function useStanding(space: SpaceView, fragment: string, people: People, given: { proposal: Proposal; review: Review; beginning: Beginning | null; branch: Branch | null; now: readonly Block[] }): Standing | null {
  const { proposal, review, beginning, branch, now } = given;
  const taken = useMemo(() => new Map(review.taken.flatMap(({ blocks }) => blocks)), [review]);
  const found = useMemo(() => {
    if (!beginning || !branch) return null;
    const sides: Sides = { base: beginning.blocks, branch: branch.blocks, now, taken };
    return { sides, hunks: findHunks(sides), hash: hashBlocks(branch.blocks) };
  }, [beginning, branch, now, taken]);
  return useMemo(() => {
    if (!found) return null;
    const count = approvers(space, fragment, people.members, proposal.by);
    return { ...found, approved: [...review.approvals].filter(([uid, hash]) => hash === found.hash && count.has(uid)).map(([uid]) => uid) };
  }, [found, space, fragment, people.members, proposal.by, review]);
}
