/** Agents: what each reads and makes, on or off, how much it may use, and what they did last. The same on all devices of the person. */
import { useState, type ReactNode } from 'react';
import type { AgentManifest } from '#os/agents/manifest';
import { budgetOf } from '#os/agents/setting';
import { MIND_AGENTS, RESULT, resultsOf, subjectRoute, type Result } from '#domain/mind';
import '#view/kit/agent.css';
import { AGENT_WORD, agentName, faultKey, KIND_WORD } from '#view/kit/agent-words.ts';
import { Button, Field, Switch } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useNodes } from '#view/kit/kernel.tsx';
import { formatRoute } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { useAgentSettings, type AgentSettings } from '#view/kit/use-agents.ts';

/** Lines of the log shown at once. */
const LINES = 30;

/** The section. */
export function AgentsSection(): ReactNode {
  const { t } = useI18n();
  const settings = useAgentSettings();
  if (!settings.loaded) return <Skeleton label={t('list.loading')} />;
  return (
    <>
      <p className="small muted">{t('mind.settingsNote')}</p>
      {MIND_AGENTS.map((manifest) => <Agent key={manifest.id} manifest={manifest} settings={settings} />)}
      <Log personal={settings.personal!} />
    </>
  );
}

function Agent({ manifest, settings }: { manifest: AgentManifest; settings: AgentSettings }): ReactNode {
  const { t } = useI18n();
  const [name, does] = AGENT_WORD[manifest.id]!;
  const consent = settings.consent(manifest);
  return (
    <section className="card settings-card" aria-label={t(name)} data-agent={manifest.id}>
      <div className="setting">
        <Switch label={t(name)} note={t(does)} on={consent === 'given'} onChange={(on) => void settings.change(manifest, { on })} />
      </div>
      <p className="small muted agent-facts">{[t(consent === 'ask' ? 'mind.isAsk' : consent === 'wider' ? 'mind.allowWider' : consent === 'off' ? 'mind.isOffHere' : 'mind.isOn'), t('mind.makes', { kinds: manifest.capabilities.makes.map((kind) => t(KIND_WORD[kind])).join(', ') }), t('mind.versionN', { n: manifest.version })].join(' · ')}</p>
      {consent !== 'ask' && <Limits manifest={manifest} settings={settings} />}
    </section>
  );
}

/** How much of its time and text it may use; never more than it asks for. */
function Limits({ manifest, settings }: { manifest: AgentManifest; settings: AgentSettings }): ReactNode {
  const { t } = useI18n();
  const setting = settings.of(manifest);
  const { ms, units } = budgetOf(manifest, setting);
  return (
    <div className="setting agent-limits">
      <Limit label={t('mind.limitTime', { n: manifest.budget.ms / 1_000 })} value={ms / 1_000} max={manifest.budget.ms / 1_000} onKeep={(n) => void settings.change(manifest, { ms: n * 1_000 })} />
      <Limit label={t('mind.limitText', { n: manifest.budget.units / 1_000 })} value={units / 1_000} max={manifest.budget.units / 1_000} onKeep={(n) => void settings.change(manifest, { units: n * 1_000 })} />
    </div>
  );
}

function Limit({ label, value, max, onKeep }: { label: string; value: number; max: number; onKeep: (n: number) => void }): ReactNode {
  const [draft, setDraft] = useState<string | null>(null);
  const keep = (): void => {
    const n = Math.round(Number(draft));
    if (draft !== null && n >= 1 && n <= max && n !== value) onKeep(n);
    setDraft(null);
  };
  return <Field type="number" label={label} min={1} max={max} step={1} value={draft ?? String(value)} onChange={({ target }) => setDraft(target.value)} onBlur={keep} onKeyDown={(event) => event.key === 'Enter' && keep()} />;
}

function Log({ personal }: { personal: string }): ReactNode {
  const { t } = useI18n();
  const { nodes, loaded } = useNodes(personal, { type: RESULT });
  const [shown, setShown] = useState(LINES);
  const results = resultsOf(nodes.values());
  return (
    <section aria-labelledby="agents-log">
      <h2 id="agents-log" className="title3">{t('mind.log')}</h2>
      {!loaded ? <Skeleton label={t('list.loading')} /> : results.length === 0 ? <EmptyState title={t('mind.logNone')} text={t('mind.logNoneText')} /> : <ul className="card settings-card">{results.slice(0, shown).map((result) => <Line key={result.id} result={result} />)}</ul>}
      {results.length > shown && <Button kind="text" size="compact" icon="down" onClick={() => setShown(shown + LINES)}>{t('mind.more', { n: results.length - shown })}</Button>}
    </section>
  );
}

function Line({ result }: { result: Result }): ReactNode {
  const { t, date, time } = useI18n();
  const facts = [agentName(t, result.agent), result.fault === null ? t('mind.tookMs', { n: result.lineage?.ms ?? 0 }) : t(faultKey(result.fault)), `${date(result.at)}, ${time(result.at)}`];
  return (
    <li className="setting">
      <a className="grow agent-line" href={formatRoute(subjectRoute(result.subject))}>
        <span className="cut" dir="auto">{`${t(KIND_WORD[result.kind])}: ${result.subject.title || '…'}`}</span>
        <span className="small muted">{facts.join(' · ')}</span>
      </a>
    </li>
  );
}
