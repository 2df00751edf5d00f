/** What a proposal is, how far it is decided, and what can be done with it as a whole. */
import type { ReactNode } from 'react';
import type { Proposal, Review } from '#domain/editor/proposals';
import { acceptable } from '#domain/editor/model';
import { Button, Segments } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { decisionOf, type ProposalActs } from './proposal-acts.ts';
import type { Standing } from './use-proposals.ts';

export type ProposalWay = 'text' | 'changes';

const TONE = { draft: 'wait', open: 'wait', merged: 'ok', closed: 'bad' } as const;

/** The state of a proposal in a word. A closed one was withdrawn when its author closed it. */
export const stateWord = (proposal: Proposal): Key => (proposal.state === 'closed' && proposal.stateBy === proposal.by ? 'proposal.withdrawn' : `proposal.${proposal.state}`);

/** The word with its colour. */
export function StateTag({ proposal }: { proposal: Proposal }): ReactNode {
  const { t } = useI18n();
  return <span className="tag" data-tone={TONE[proposal.state]}>{t(stateWord(proposal))}</span>;
}

function factsOf(i18n: I18n, people: People, { proposal, review, standing, asked }: Pick<ProposalHeadProps, 'proposal' | 'review' | 'standing' | 'asked'>): string[] {
  const { t, list } = i18n;
  const facts = [people.name(proposal.by), i18n.moment(proposal.at)];
  if (standing) {
    const clashes = standing.hunks.filter((hunk) => hunk.clashes.length > 0).length;
    facts.push(t('proposal.changes', { n: standing.hunks.length + review.taken.length }), clashes > 0 ? t('proposal.clashes', { n: clashes }) : t('proposal.noClash'));
    if (asked > 0) facts.push(t('proposal.approvals', { done: standing.approved.length, n: asked }));
    else if (standing.approved.length > 0) facts.push(t('proposal.approvedBy', { names: list(standing.approved.map((uid) => people.name(uid))) }));
  }
  if (proposal.state === 'closed' && proposal.stateBy !== proposal.by) facts.push(t('proposal.closedBy', { name: people.name(proposal.stateBy) }));
  return facts;
}

export interface ProposalHeadProps {
  proposal: Proposal;
  people: People;
  review: Review;
  standing: Standing | null;
  /** How many approvals the page asks for. */
  asked: number;
  acts: ProposalActs;
  way: ProposalWay;
  /** Null for whom may only look. */
  onWay: ((way: ProposalWay) => void) | null;
  onClose(): void;
}

/** The head. */
export function ProposalHead(props: ProposalHeadProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const { proposal, people, review, standing, asked, acts, way, onWay, onClose } = props;
  const me = useKernel().identity.get()?.uid ?? '';
  const { state } = proposal;
  const open = standing?.hunks ?? [];
  const decided = open.filter((hunk) => decisionOf(review, hunk) !== null).length;
  const accepted = open.filter((hunk) => decisionOf(review, hunk)?.is === 'accepted' && acceptable(hunk)).length;
  const lacks = standing ? asked - standing.approved.length : 0;
  const approved = standing?.approved.includes(me) ?? false;
  const live = state === 'draft' || state === 'open';
  return (
    <header className="proposal-head">
      <div className="proposal-title">
        <h2 className="title3 wrap" dir="auto">{proposal.title}</h2>
        <StateTag proposal={proposal} />
        <span className="grow" />
        <span className="num muted">{t('proposal.decided', { done: decided + review.taken.length, n: open.length + review.taken.length })}</span>
      </div>
      <p className="proposal-facts small muted">
        <Face uid={proposal.by ?? 'unknown'} name={people.name(proposal.by)} size={20} />
        <span className="wrap">{factsOf(i18n, people, props).join(' · ')}</span>
      </p>
      <div className="proposal-acts">
        {onWay && <Segments<ProposalWay> label={t('proposal.way')} value={way} onChange={onWay} options={[{ value: 'text', label: t('proposal.wayText') }, { value: 'changes', label: t('proposal.wayChanges'), count: open.length }]} />}
        <span className="grow" />
        <HeadButton when={state === 'draft' && acts.mine} kind="primary" label={t('proposal.ask')} disabled={open.length === 0} onClick={() => acts.state('open')} />
        <HeadButton when={state === 'open' && acts.reviews && !acts.mine} label={t(approved ? 'proposal.unapprove' : 'proposal.approve')} onClick={() => acts.approve(!approved)} />
        <HeadButton when={state === 'open' && acts.reviews} kind="primary" label={t('proposal.merge', { n: accepted })} disabled={accepted === 0 || lacks > 0} onClick={acts.merge} />
        <HeadButton when={live && acts.mine} label={t('proposal.withdraw')} onClick={() => acts.state('closed')} />
        <HeadButton when={live && acts.reviews && !acts.mine} label={t('proposal.close')} onClick={() => acts.state('closed')} />
        <HeadButton when={!live && (acts.mine || acts.reviews)} label={t('proposal.reopen')} onClick={() => acts.state('open')} />
        <HeadButton when kind="quiet" label={t('version.back')} onClick={onClose} />
      </div>
      {state === 'open' && acts.reviews && lacks > 0 && <p className="small muted" role="status">{t('proposal.lacks', { n: lacks })}</p>}
    </header>
  );
}

/** A button of the head, or nothing where it is not offered. */
const HeadButton = ({ when, label, kind = 'outline', disabled = false, onClick }: { when: boolean; label: string; kind?: 'outline' | 'primary' | 'quiet'; disabled?: boolean; onClick(): void }): ReactNode =>
  when ? <Button kind={kind} disabled={disabled} onClick={onClick}>{label}</Button> : null;
