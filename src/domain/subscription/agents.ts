/** Compute tasks of Access: none. */
import type { AgentTask } from '#domain/shared';

export const ACCESS_AGENTS: AgentTask[] = [];
