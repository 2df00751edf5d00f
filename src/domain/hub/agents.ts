/** Compute tasks of the Hub. None in this build: its digest is counted, not written by a machine. */
import type { AgentTask } from '#domain/shared';

export const HUB_AGENTS: AgentTask[] = [];
