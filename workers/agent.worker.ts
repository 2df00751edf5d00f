/** Entry of an agent's thread: one question, one answer. It is shut in before anything is read; the page ends it when its time is over. Wiring only. */
import { shutIn } from '#boot/agent-thread';
import { runAgent } from '#domain/mind/run';
import type { AgentRequest } from '#os/agents/output';

/** Hash of the sources this was built from (scripts/lib/code-name.ts). */
declare const __MIND_CODE__: string;

shutIn(globalThis);
addEventListener('message', ({ data }: MessageEvent<AgentRequest>) => postMessage({ output: runAgent(data), code: __MIND_CODE__, backend: 'js' }));
postMessage('begun');
