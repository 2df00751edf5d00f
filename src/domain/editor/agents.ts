/** Compute tasks of documents. None in this build. */
import type { AgentTask } from '#domain/shared';

export const EDITOR_AGENTS: AgentTask[] = [];
