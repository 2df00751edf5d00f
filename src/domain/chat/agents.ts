/** Compute tasks of the chat. None in this build: nothing is summarised or indexed by a machine yet. */
import type { AgentTask } from '#domain/shared';

export const CHAT_AGENTS: AgentTask[] = [];
