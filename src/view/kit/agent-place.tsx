/** Agents beside what they are about: what they made, and the buttons that ask for it. The first time one says what it reads and asks whether it may. */
import { useState, type ReactNode } from 'react';
import type { AgentManifest } from '#os/agents/manifest';
import { grantsOf } from '#os/agents/manifest';
import { agentOf, AGENTS_FOR, LESSON_AGENTS, type Subject } from '#domain/mind';
import { AgentCard } from '#view/kit/agent-card.tsx';
import { AgentWhere } from '#view/kit/agent-where.tsx';
import { AGENT_WORD } from '#view/kit/agent-words.ts';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { navigate } from '#view/kit/router.tsx';
import { useAgents, type Agents } from '#view/kit/use-agents.ts';

export interface AgentPlaceProps {
  readonly subject: Subject;
  /** The document is read as a lesson. */
  readonly lesson?: boolean;
}

/** Results of and buttons for the agents that are offered, about one thing. */
export function AgentPlace({ subject, lesson = false }: AgentPlaceProps): ReactNode {
  const api = useKernel();
  const agents = useAgents(subject);
  const [asks, setAsks] = useState<AgentManifest | null>(null);
  const ids = lesson ? LESSON_AGENTS : AGENTS_FOR[subject.kind];
  const manifests = ids.flatMap((id) => agentOf(id) ?? []);
  if (!agents.loaded) return null;
  return (
    <div className="agent-place">
      {api.compute && <AgentWhere elsewhere={agents.elsewhere} onChange={agents.setElsewhere} />}
      <div className="line wrap">{manifests.map((manifest) => <Ask key={manifest.id} manifest={manifest} agents={agents} onConsent={() => setAsks(manifest)} />)}</div>
      {agents.results.filter(({ agent }) => ids.includes(agent)).map((result) => <AgentCard key={result.id} result={result} agents={agents} />)}
      {asks && <Consent manifest={asks} agents={agents} onClose={() => setAsks(null)} />}
    </div>
  );
}

function Ask({ manifest, agents, onConsent }: { manifest: AgentManifest; agents: Agents; onConsent: () => void }): ReactNode {
  const { t } = useI18n();
  const { busy, settings } = agents;
  const consent = settings.consent(manifest);
  const [name, , act] = AGENT_WORD[manifest.id]!;
  if (busy === manifest.id) return <span className="line small" role="status">{t('mind.running')} <Button kind="text" size="compact" onClick={agents.cancel}>{t('act.cancel')}</Button></span>;
  if (consent === 'off') return <span className="small muted">{t('mind.isOff', { agent: t(name) })} <Button kind="text" size="compact" onClick={() => navigate({ space: settings.personal, lens: 'settings', object: 'agents' })}>{t('mind.toSettings')}</Button></span>;
  return <Button kind="quiet" size="compact" icon="activity" disabled={busy !== null} onClick={() => (consent === 'given' ? agents.run(manifest) : onConsent())}>{t(act)}</Button>;
}

/** One sentence what it reads and makes and where, then Yes or No. */
function Consent({ manifest, agents, onClose }: { manifest: AgentManifest; agents: Agents; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const [name, does] = AGENT_WORD[manifest.id]!;
  const { settings } = agents;
  const wider = settings.consent(manifest) === 'wider';
  const allow = (): void => {
    onClose();
    void settings.change(manifest, { on: true }).then((done) => done && agents.run(manifest, { ...settings.of(manifest), on: true, granted: grantsOf(manifest) }));
  };
  return (
    <Dialog title={t('mind.allowTitle', { agent: t(name) })} onClose={onClose}>
      <p>{t(does)}</p>
      <p>{t('mind.allowWhere')}</p>
      {wider && <p className="medium">{t('mind.allowWider')}</p>}
      <div className="dialog-foot">
        <Button kind="quiet" onClick={onClose}>{t('act.cancel')}</Button>
        <Button kind="primary" onClick={allow}>{t('mind.allow')}</Button>
      </div>
    </Dialog>
  );
}
