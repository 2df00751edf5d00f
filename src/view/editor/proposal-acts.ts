/** What is done with a proposal: its state, decisions about its hunks, approval, and writing what was accepted into the document. */
import type { Op, SpaceView } from '#os/api';
import { mayReview } from '#domain/editor';
import { approveProposal, decideHunk, reopenHunk, setProposalState, takeHunks, type Decision, type Proposal, type ProposalState, type Review } from '#domain/editor/proposals';
import { acceptable, acceptHunks, findHunks, takenOf, type Hunk } from '#domain/editor/model';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import type { Desk } from './page-editor.tsx';
import type { Standing } from './use-proposals.ts';

/** What can be done with a proposal, and who may. */
export interface ProposalActs {
  readonly mine: boolean;
  readonly reviews: boolean;
  state(state: ProposalState): void;
  decide(hunk: Hunk, is: Decision['is'] | null): void;
  reopen(hunk: string): void;
  approve(on: boolean): void;
  merge(): void;
}

/** The decision that counts for a hunk: what was said of other words does not. */
export const decisionOf = (review: Review, { id, hash }: Hunk): Decision | null => {
  const said = review.decisions.get(id);
  return said?.hash === hash ? said : null;
};

/** The acts. */
export function useProposalActs(space: SpaceView, fragment: string, desk: Desk, given: { proposal: Proposal; review: Review; standing: Standing | null }): ProposalActs {
  const { proposal, review, standing } = given;
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  const me = api.identity.get()?.uid ?? '';
  const on = { fragment, proposal: proposal.id };
  const run = (ops: Op[]): void => void api.graph(space.id).transact(ops, { fragment }).catch((error: unknown) => toast({ text: errorText(t, error, 'document.failed') }));
  const state = (next: ProposalState): void => {
    const made = setProposalState(proposal, next);
    if (made.ok) run(made.value);
  };
  return {
    mine: proposal.by === me, reviews: mayReview(space, fragment), state,
    decide: (hunk, is) => run(decideHunk(on, hunk, is)),
    reopen: (hunk) => run(reopenHunk(on, hunk)),
    approve: (yes) => standing && run(approveProposal(on, me, yes ? standing.hash : null)),
    merge() {
      if (!standing) return;
      // What others wrote since the screen was drawn is in it.
      const sides = { ...standing.sides, now: desk.binding.copy.shown() };
      const hunks = findHunks(sides);
      const accepted = hunks.filter((hunk) => decisionOf(review, hunk)?.is === 'accepted' && acceptable(hunk));
      if (accepted.length === 0) return;
      desk.binding.restore(acceptHunks(sides, accepted));
      run(takeHunks(on, accepted, takenOf(sides, accepted), Date.now()));
      if (hunks.every((hunk) => decisionOf(review, hunk) !== null)) state('merged');
      toast({ text: t('proposal.mergedNow', { n: accepted.length }) });
    },
  };
}
