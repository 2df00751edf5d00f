/** Where a result comes from: its inputs and their heads, code, model, where and when; and running it again to compare. */
import { useState, type ReactNode } from 'react';
import type { Lineage } from '#os/agents/lineage';
import type { AgentManifest } from '#os/agents/manifest';
import type { Result } from '#domain/mind';
import { agentName, CHECK_WORD } from '#view/kit/agent-words.ts';
import type { Rerun } from '#view/kit/agent-run.ts';
import type { Sources } from '#view/kit/agent-sources.tsx';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { FactList } from '#view/kit/states.tsx';
import type { Agents } from '#view/kit/use-agents.ts';

/** Letters of a hash that are shown. */
const HASH = 16;
const short = (hash: string): ReactNode => <code title={hash}>{hash.slice(0, HASH)}</code>;

/** The dialog. */
export function AgentLineage({ result, lineage, manifest, agents, sources, onClose }: { result: Result; lineage: Lineage; manifest: AgentManifest | undefined; agents: Agents; sources: Sources; onClose: () => void }): ReactNode {
  const { t, moment, number } = useI18n();
  const [again, setAgain] = useState<Rerun | null>(null);
  const parts = Object.entries(lineage.heads);
  const logs = parts.flatMap(([part, heads]) => Object.entries(heads).map(([writer, seq]) => ({ part, writer, seq })));
  const may = manifest !== undefined && agents.settings.consent(manifest) === 'given';
  return (
    <Dialog title={t('mind.whence')} size="medium" onClose={onClose}>
      <FactList
        facts={[
          [t('mind.agent'), `${agentName(t, lineage.agent)} · ${lineage.agent} · ${lineage.version}`],
          [t('mind.inputs'), t('mind.inputsN', { n: lineage.inputs.length, title: result.subject.title })],
          [t('mind.heads'), logs.length === 0 ? t('mind.headsNone') : (
            <span className="agent-heads">
              {logs.map(({ part, writer, seq }) => <code key={`${part} ${writer}`} title={`${part} ${writer}`}>{`${parts.length > 1 ? `${part.split(' ').at(-1)!.slice(0, 4)}/` : ''}${writer.slice(0, 8)}:${seq}`}</code>)}
              {lineage.headsCut && <span className="small muted">{t('mind.headsCut')}</span>}
            </span>
          )],
          [t('mind.readAt'), moment(lineage.readAt)],
          [t('mind.code'), short(lineage.code)],
          [t('mind.model'), lineage.model === null ? t('mind.modelNone') : short(lineage.model)],
          [t('mind.backend'), lineage.backend],
          [t('mind.executor'), sources.device(lineage.executor)],
          [t('mind.took'), t('mind.ms', { n: lineage.ms })],
          [t('mind.given'), short(lineage.given)],
          [t('mind.made'), short(lineage.made)],
        ]}
      />
      {again && (
        <div role="status" className="agent-compare" data-is={again.is}>
          <p className="medium">{t(CHECK_WORD[again.is])}</p>
          {again.is !== 'same' && <ul className="agent-items">{again.output.items.map((item, at) => <li key={at} dir="auto">{item.text}</li>)}</ul>}
        </div>
      )}
      {!may && <p className="small muted">{t('mind.againOff')}</p>}
      <div className="dialog-foot">
        <span className="small muted grow">{agents.busy !== null && t('mind.running')}</span>
        <Button kind="quiet" onClick={onClose}>{t('act.close')}</Button>
        {may && <Button kind="primary" disabled={agents.busy !== null} onClick={() => void agents.again(manifest, result).then((made) => setAgain(made))}>{t('mind.compare', { n: number(lineage.inputs.length) })}</Button>}
      </div>
    </Dialog>
  );
}
