/** A proposal over the whole width: its author writes in it, others see what it would change in the document as it stands, and decide hunk by hunk. */
import { useMemo, useState, type ReactNode } from 'react';
import '#view/kit/proposal-words.ts';
import '#view/kit/version-words.ts';
import './versions.css';
import './proposals.css';
import type { SpaceView } from '#os/api';
import { textNodeOf } from '#domain/editor';
import type { Proposal } from '#domain/editor/proposals';
import type { DirectoryEntry } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import type { People } from '#view/kit/people.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { useBlocksNow } from './compare-view.tsx';
import { BranchEditor } from './branch-editor.tsx';
import type { Desk } from './page-editor.tsx';
import { ProposalHead } from './proposal-head.tsx';
import { ProposalHunks } from './proposal-hunks.tsx';
import { useProposalActs } from './proposal-acts.ts';
import { useBeginning, useBranch, useBranchSession, useProposals, useStanding, type Proposals } from './use-proposals.ts';

export interface ProposalViewProps {
  space: SpaceView;
  document: DirectoryEntry;
  people: People;
  desk: Desk;
  id: string;
  onClose(): void;
}

/** The proposal an address names. */
export function ProposalView(props: ProposalViewProps): ReactNode {
  const { t } = useI18n();
  const all = useProposals(props.space.id, props.document.fragment);
  const proposal = all.proposals.find(({ id }) => id === props.id);
  if (proposal) return <Opened key={proposal.id} {...props} all={all} proposal={proposal} />;
  return all.loaded ? <EmptyState title={t('proposal.absent')} text={t('proposal.absentText')} quiet={{ label: t('version.back'), onClick: props.onClose }} /> : <Skeleton label={t('list.loading')} />;
}

function Opened(props: ProposalViewProps & { all: Proposals; proposal: Proposal }): ReactNode {
  const { t } = useI18n();
  const { space, document, people, desk, all, proposal, onClose } = props;
  const { fragment } = document;
  const review = useMemo(() => all.review(proposal), [all, proposal]);
  const beginning = useBeginning(space.id, textNodeOf(fragment), proposal);
  const branch = useBranch(space.id, fragment, proposal, beginning);
  const now = useBlocksNow(desk);
  const standing = useStanding(space, fragment, people, { proposal, review, beginning, branch, now });
  const acts = useProposalActs(space, fragment, desk, { proposal, review, standing });
  const [chosen, setChosen] = useState<'text' | 'changes' | null>(null);
  const writes = acts.mine && !proposal.newer && (proposal.state === 'draft' || proposal.state === 'open');
  const way = writes ? (chosen ?? (proposal.state === 'draft' || proposal.live ? 'text' : 'changes')) : 'changes';
  const session = useBranchSession(space.id, fragment, proposal, { beginning, branch }, writes && way === 'text');
  return (
    <div className="proposal">
      <ProposalHead proposal={proposal} people={people} review={review} standing={standing} asked={all.asked} acts={acts} way={way} onWay={writes ? setChosen : null} onClose={onClose} />
      {beginning?.whole === false && <p className="note" role="status">{t('proposal.partly')}</p>}
      {!standing && <Skeleton label={t('list.loading')} />}
      {way === 'text' && session && standing && (
        <BranchEditor space={space.id} session={session} label={t('proposal.text', { title: proposal.title })} proposal={proposal.id} base={standing.sides.base} taken={standing.sides.taken} />
      )}
      {way === 'changes' && standing && <ProposalHunks proposal={proposal} people={people} review={review} standing={standing} acts={acts} />}
      {way === 'changes' && standing && standing.hunks.length === 0 && review.taken.length === 0 && (
        <EmptyState title={t('proposal.same')} text={t(acts.mine ? 'proposal.sameMine' : 'proposal.sameText')} {...(writes ? { quiet: { label: t('proposal.write'), onClick: () => setChosen('text') } } : {})} />
      )}
      {way === 'changes' && !acts.reviews && proposal.state !== 'draft' && standing && standing.hunks.length > 0 && <p className="small muted">{t('proposal.noRight')}</p>}
    </div>
  );
}
