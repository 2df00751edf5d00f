/** Compute tasks of Learn. None in this build. */
import type { AgentTask } from '#domain/shared';

export const LEARN_AGENTS: AgentTask[] = [];
