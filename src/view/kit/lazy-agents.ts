/** Agents beside a thing and in the side panel, loaded when they are shown. */
import { lazyPart } from '#view/kit/lazy-part.tsx';

export const AgentPlace = lazyPart(async () => (await import('#view/kit/agent-place.tsx')).AgentPlace, { alone: true });
export const AgentPanel = lazyPart(async () => (await import('#view/kit/agent-panel.tsx')).AgentPanel, { alone: true });
