/** What an agent made: what, from which sources, by which agent, where it ran; taken, changed, dismissed or run again. Its dashed edge says that a machine made it. */
import { useState, type ReactNode } from 'react';
import type { AgentManifest, OutputKind } from '#os/agents/manifest';
import { agentOf, dropResult, editResult, mayTake, restoreResult, takeResult, type Result, type ResultItem } from '#domain/mind';
import { MIND_LIMITS } from '#domain/shared';
import '#view/kit/agent.css';
import { ItemActs, ProposeEdits, ToCourse } from '#view/kit/agent-acts.tsx';
import { AgentLineage } from '#view/kit/agent-lineage.tsx';
import { Recast } from '#view/kit/agent-recast.tsx';
import { agentName, CHECK_WORD, KIND_WORD, labelWord, whyWords } from '#view/kit/agent-words.ts';
import { SourceChips, useSources, type Sources } from '#view/kit/agent-sources.tsx';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { useOwnWrite, type Agents } from '#view/kit/use-agents.ts';

/** Kinds that stand in a page by a proposal alone. */
const PROPOSED: readonly OutputKind[] = ['edits', 'outline', 'draft'];
/** Kinds whose items have a word before them; of others it is said by the act, or after the text. */
const TAGGED: readonly OutputKind[] = ['entities', 'digest', 'outline'];
/** Items shown at once. */
const PAGE = 12;

export interface AgentCardProps {
  readonly result: Result;
  readonly agents: Agents;
}

/** The card. */
export function AgentCard({ result, agents }: AgentCardProps): ReactNode {
  const { t, time, date } = useI18n();
  const [editing, setEditing] = useState(false);
  const [lineage, setLineage] = useState(false);
  const sources = useSources(result);
  const manifest = agentOf(result.agent);
  const { lineage: from } = result;
  const made = t(KIND_WORD[result.kind]);
  return (
    <section className="agent-card" aria-label={made} data-result={result.id}>
      <header className="agent-head">
        <Icon name="activity" size={14} />
        <h3 className="medium">{made}</h3>
        <span className="small muted grow cut">{made === agentName(t, result.agent) ? t('mind.versionN', { n: from?.version ?? 1 }) : t('mind.by', { agent: agentName(t, result.agent), n: from?.version ?? 1 })}</span>
      </header>
      {editing ? <Words result={result} onDone={() => setEditing(false)} /> : result.edited !== null ? <p className="agent-edited" dir="auto">{result.edited}</p> : <Items result={result} sources={sources} />}
      <p className="small muted">
        {[t(from?.model ? 'mind.withModel' : 'mind.withoutModel'), from && t('mind.ranOn', { device: sources.device(from.executor), at: `${date(result.at)}, ${time(result.at)}` }), from && t('mind.readN', { n: from.inputs.length })].filter(Boolean).join(' · ')}{' '}
        {from && <Button kind="text" size="small" className="agent-whence" onClick={() => setLineage(true)}>{t('mind.whence')}</Button>}
      </p>
      {result.standing !== 'new' && <p className="small line"><Icon name="check" size={14} /> {t(result.standing === 'kept' ? 'mind.kept' : 'mind.edited')}</p>}
      {result.checked && <p className="small" role="status">{t(CHECK_WORD[result.checked.is])} <span className="muted">{`${sources.device(result.checked.device)}, ${date(result.checked.at)}, ${time(result.checked.at)}`}</span></p>}
      {!editing && <Acts result={result} manifest={manifest} agents={agents} onEdit={() => setEditing(true)} />}
      {lineage && from && <AgentLineage result={result} lineage={from} manifest={manifest} agents={agents} sources={sources} onClose={() => setLineage(false)} />}
    </section>
  );
}

function Items({ result, sources }: { result: Result; sources: Sources }): ReactNode {
  const { t } = useI18n();
  const [shown, setShown] = useState(PAGE);
  return (
    <>
      <ul className="agent-items">
        {result.items.slice(0, shown).map((item, at) => (
          <li key={at}>
            {result.kind === 'labels' ? <Recast result={result} at={at} /> : item.label !== null && TAGGED.includes(result.kind) && <span className="agent-label">{labelWord(t, item.label)}</span>}{' '}
            {/* What its author took back is not said on by a machine. */}
            <span dir="auto">{sources.gone(item) ? <span className="muted">{t('mind.gone')}</span> : item.text}</span> {result.kind === 'questions' && <span className="agent-answer" dir="auto">{item.label}</span>} <SourceChips item={item} sources={sources} />
            <Why result={result} item={item} />
            <ItemActs result={result} item={item} at={at} />
          </li>
        ))}
      </ul>
      {result.items.length > shown && <Button kind="text" size="compact" icon="down" onClick={() => setShown(shown + PAGE)}>{t('mind.more', { n: result.items.length - shown })}</Button>}
    </>
  );
}

/** Kinds whose items are for somebody. */
const ROUTED: readonly OutputKind[] = ['tasks', 'labels', 'days'];

/** Why it is there, in a line: the words that were seen, the day, the person. */
function Why({ result, item }: { result: Result; item: ResultItem }): ReactNode {
  const i18n = useI18n();
  const people = usePeople(result.subject.space);
  const facts = [...(item.day !== null && (result.kind === 'tasks' || result.kind === 'labels') ? [i18n.t('task.dueOn', { day: dayWords(i18n, item.day) })] : []), ...(item.person !== null && ROUTED.includes(result.kind) ? [people.name(item.person)] : []), ...whyWords(i18n, item.why)];
  return facts.length > 0 && <div className="small muted">{facts.join(' · ')}</div>;
}

function Acts({ result, manifest, agents, onEdit }: { result: Result; manifest: AgentManifest | undefined; agents: Agents; onEdit: () => void }): ReactNode {
  const { t } = useI18n();
  const toast = useToast();
  const write = useOwnWrite();
  const busy = agents.busy !== null;
  const keep = (): void => {
    const made = takeResult(result);
    if (made.ok) void write(made.value);
  };
  const drop = (): void => void write(dropResult(result.id)).then((done) => done && toast({ text: t('mind.dropped'), undo: () => void write(restoreResult(result.id)) }));
  const runs = manifest && result.lineage && agents.settings.consent(manifest) === 'given';
  return (
    <div className="line wrap agent-acts">
      {PROPOSED.includes(result.kind) && <ProposeEdits result={result} />}
      {result.kind === 'outline' && <ToCourse result={result} />}
      {mayTake(result) && !PROPOSED.includes(result.kind) && result.standing === 'new' && <Button size="compact" icon="check" onClick={keep}>{t('mind.accept')}</Button>}
      {mayTake(result) && !PROPOSED.includes(result.kind) && <Button kind="quiet" size="compact" icon="edit" onClick={onEdit}>{t('act.edit')}</Button>}
      <Button kind="quiet" size="compact" icon="close" onClick={drop}>{t('mind.dismiss')}</Button>
      {runs && <Button kind="quiet" size="compact" icon="retry" disabled={busy} onClick={() => void agents.again(manifest, result)}>{t('mind.again')}</Button>}
    </div>
  );
}

/** The words of the person in place of what was made. */
function Words({ result, onDone }: { result: Result; onDone: () => void }): ReactNode {
  const { t } = useI18n();
  const write = useOwnWrite();
  const [text, setText] = useState(() => result.edited ?? result.items.map((item) => item.text).join('\n'));
  const made = editResult(result, text);
  return (
    <form
      className="agent-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (made.ok) void write(made.value).then((done) => done && onDone());
      }}
    >
      <textarea className="field" aria-label={t('mind.words')} rows={6} value={text} maxLength={MIND_LIMITS.editedUnits} autoFocus dir="auto" onChange={({ target }) => setText(target.value)} onKeyDown={(event) => event.key === 'Escape' && (event.stopPropagation(), onDone())} />
      <div className="line">
        <Button type="submit" kind="primary" size="compact" disabled={!made.ok}>{t('act.save')}</Button>
        <Button kind="quiet" size="compact" onClick={onDone}>{t('act.cancel')}</Button>
      </div>
    </form>
  );
}
