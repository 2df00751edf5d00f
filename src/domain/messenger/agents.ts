/** Compute tasks of the Messenger. None, and none of any component may be given sound or pictures of a call: media is in the pages of who is in the call and nowhere else (CALL7). */
import type { AgentTask } from '#domain/shared';

export const MESSENGER_AGENTS: AgentTask[] = [];
