/** Entry of an agent's thread: one question, one answer. It is shut in before anything is read; the page ends it when its time is over, or when somebody uses the device that runs it for another. Wiring only. */
import { shutIn } from '#boot/agent-thread';
import { backToLoop } from '#boot/back-to-loop';
import { agentSteps } from '#domain/mind/run';
import type { AgentRequest } from '#os/agents/output';
import { inSlices } from '#os/compute/in-slices';

/** Hash of the sources this was built from (scripts/lib/code-name.ts). */
declare const __MIND_CODE__: string;

const rest = backToLoop();
shutIn(globalThis);
addEventListener('message', ({ data }: MessageEvent<AgentRequest>) => void inSlices(agentSteps(data), () => performance.now(), rest).then((output) => postMessage({ output, code: __MIND_CODE__, backend: 'js' }), reportError));
postMessage('begun');
