/** Compute tasks of goals. None in this build. */
import type { AgentTask } from '#domain/shared';

export const GOALS_AGENTS: AgentTask[] = [];
