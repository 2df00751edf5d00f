/** The proposals for a document beside its text, the newest first; a new one; and what the page asks for before one goes in. */
import { useState, type ReactNode } from 'react';
import type { Op, SpaceView } from '#os/api';
import '#view/kit/proposal-words.ts';
import './versions.css';
import './proposals.css';
import { ADMINS_WRITE, adminsWrite, mayPropose, mayReview, textNodeOf } from '#domain/editor';
import { APPROVALS_MAX, askApprovals, makeProposal, type Proposal } from '#domain/editor/proposals';
import { cutAt } from '#domain/editor/model';
import { CHANNEL_TITLE_MAX } from '#domain/shared';
import { BeforeIn } from '#view/kit/before-note.tsx';
import { Button, Select, Switch } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { Face } from '#view/kit/face.tsx';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { mayRule } from '#view/kit/thing-rules.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { StateTag } from './proposal-head.tsx';
import { titleRefusal } from './title-refusal.ts';
import { useProposals } from './use-proposals.ts';

const SHOWN = 100;

export interface ProposalsPanelProps {
  space: SpaceView;
  fragment: string;
  people: People;
  onOpen(id: string): void;
  onClose(): void;
}

/** The panel. */
export function ProposalsPanel({ space, fragment, people, onOpen, onClose }: ProposalsPanelProps): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const { loaded, proposals, asked } = useProposals(space.id, fragment);
  const [making, setMaking] = useState(false);
  const [most, setMost] = useState(SHOWN);
  const me = api.identity.get()?.uid ?? '';
  const shown = proposals.filter(({ state, by }) => state !== 'draft' || by === me);
  const make = async (title: string): Promise<string | null> => {
    try {
      // What is typed but not sealed is in no state of the document yet.
      await api.saved().catch(() => undefined);
      const edits = (await api.edits?.(space.id, textNodeOf(fragment))) ?? [];
      const made = makeProposal(fragment, title, cutAt(edits, edits.length - 1));
      if (!made.ok) return t(titleRefusal(made.error));
      const { ids } = await api.graph(space.id).transact(made.value, { fragment });
      setMaking(false);
      onOpen(ids[0]!);
      return null;
    } catch (error) {
      return errorText(t, error, 'document.failed');
    }
  };
  return (
    <>
      <SidePanel title={t('proposal.title')} onClose={onClose}>
        <div className="panel-body versions">
          {mayPropose(space, fragment) && (
            <p>
              <Button size="compact" icon="plus" onClick={() => setMaking(true)}>{t('proposal.new')}</Button>
            </p>
          )}
          {!loaded && <Skeleton rows={4} label={t('list.loading')} />}
          {loaded && shown.length === 0 && <p className="muted">{t('proposal.none')}</p>}
          <ol aria-label={t('proposal.title')}>
            {shown.slice(0, most).map((one) => <Row key={one.id} proposal={one} people={people} onOpen={() => onOpen(one.id)} />)}
          </ol>
          {shown.length > most && <Button size="compact" onClick={() => setMost(most + SHOWN)}>{t('proposal.more', { n: shown.length - most })}</Button>}
          <BeforeIn space={space.id} />
          {loaded && <Policy space={space} fragment={fragment} asked={asked} />}
        </div>
      </SidePanel>
      {making && <FieldDialog title={t('proposal.new')} label={t('proposal.name')} act="act.create" note={t('proposal.newNote')} maxLength={CHANNEL_TITLE_MAX} onSubmit={make} onClose={() => setMaking(false)} />}
    </>
  );
}

function Row({ proposal, people, onOpen }: { proposal: Proposal; people: People; onOpen(): void }): ReactNode {
  const i18n = useI18n();
  const name = people.name(proposal.by);
  return (
    <li className="version-row">
      <button type="button" className="version-open" onClick={onOpen}>
        <Face uid={proposal.by ?? 'unknown'} name={name} size={20} />
        <span className="grow">
          <span className="medium wrap" dir="auto">{proposal.title}</span>
          <span className="small muted wrap">{`${name} · ${i18n.moment(proposal.at)}`}</span>
        </span>
        <StateTag proposal={proposal} />
      </button>
    </li>
  );
}

/** What the page asks for: read by everybody, set by who writes it; who writes it is for admins to say. */
function Policy({ space, fragment, asked }: { space: SpaceView; fragment: string; asked: number }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const thing = textNodeOf(fragment);
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'rules.failed') });
  const run = (ops: Op[]): void => void api.graph(space.id).transact(ops, { fragment }).catch(failed);
  const bound = adminsWrite(space, fragment);
  const bind = (on: boolean): void => void api.access.setRules(space.id, { on: { thing, ops: Object.fromEntries(Object.entries(ADMINS_WRITE).map(([pattern, role]) => [pattern, on ? role : null])) } }).catch(failed);
  const sets = mayReview(space, fragment);
  const rules = mayRule(space, thing) && space.kind !== 'personal';
  const words = (n: number): string => (n === 0 ? t('proposal.askNone') : t('proposal.askSome', { n }));
  return (
    <section className="proposal-policy" aria-label={t('proposal.policy')}>
      <h3 className="medium">{t('proposal.policy')}</h3>
      {sets ? (
        <Select label={t('proposal.askLabel')} value={asked} options={Array.from({ length: APPROVALS_MAX + 1 }, (_, n) => ({ value: n, label: words(n) }))} onChange={(n) => run(askApprovals(fragment, Number(n)))} />
      ) : (
        <p className="small muted">{`${t('proposal.askLabel')}: ${words(asked)}`}</p>
      )}
      {rules ? <Switch label={t('proposal.adminsWrite')} note={t('proposal.adminsNote')} on={bound} onChange={bind} /> : bound && <p className="small muted">{t('proposal.adminsWrite')}</p>}
      <p className="small muted">{t('proposal.policyNote')}</p>
    </section>
  );
}
