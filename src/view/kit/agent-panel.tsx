/** The agents of a place in the side panel. */
import '#view/kit/mind-words.ts';
import type { ReactNode } from 'react';
import { AgentPlace, type AgentPlaceProps } from '#view/kit/agent-place.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { SidePanel } from '#view/kit/place.tsx';

/** The panel. */
export function AgentPanel({ onClose, ...place }: AgentPlaceProps & { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <SidePanel title={t('mind.agents')} note={place.subject.title} onClose={onClose}>
      <div className="panel-body">
        <p className="small muted agent-note">{t('mind.panelNote')}</p>
        <AgentPlace {...place} />
      </div>
    </SidePanel>
  );
}
