/** Agents on another device of the same person: the question goes to those that help, by the Personal space alone, and this one does it when none is left. */
import { err, ok, type Result } from '#base/result';
import type { LifegraphApi } from '#os/api';
import type { AgentManifest } from '#os/agents/manifest';
import type { AgentRequest } from '#os/agents/output';
import { encodeAgentPiece, readAgentAnswer } from '#os/agents/piece';
import type { Ran, RunFault } from '#os/agents/runner';
import { budgetOf, type AgentSetting } from '#os/agents/setting';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { AGENT_LIMITS } from '#os/limits';
import { computePage } from '#view/kit/compute-page.ts';

/** A person waits for it: before what is late in a plan. */
const ASKED_NOW = 4;

export interface RanThere extends Ran {
  /** Device that ran it. */
  readonly executor: string;
}

/** Can this question be asked of another device? */
export const mayGo = (request: AgentRequest): boolean => {
  const piece = encodeAgentPiece(request);
  return piece !== null && piece.length <= COMPUTE_LIMITS.inputBytes;
};

/** Has it run by an own device that helps; by this one, when none does. `busy`: by neither. Its budget is its thread's; what comes before is not in it, there as here. */
export async function runElsewhere(api: LifegraphApi, personal: string, { manifest, setting }: { manifest: AgentManifest; setting: AgentSetting }, request: AgentRequest, signal?: AbortSignal): Promise<Result<RanThere, RunFault>> {
  const piece = encodeAgentPiece(request);
  if (piece === null || !api.compute) return err('no-code');
  computePage(api);
  const from = performance.now();
  if (signal?.aborted) return err('cancelled');
  const id = crypto.randomUUID();
  // Given up here, it ends there as well.
  const giveUp = (): void => void api.compute!.act({ do: 'cancel', id }).catch(() => undefined);
  signal?.addEventListener('abort', giveUp, { once: true });
  const done = await api.compute.act({ do: 'run', space: personal, kind: 'agent', pieces: [piece], probes: [], ms: budgetOf(manifest, setting).ms + AGENT_LIMITS.startMs, priority: ASKED_NOW, id }).catch(() => null).finally(() => signal?.removeEventListener('abort', giveUp));
  if (signal?.aborted) return err('cancelled');
  if (done === null) return err('busy');
  const [first] = done.results;
  if (!first?.bytes) return err('ended');
  const answer = readAgentAnswer(first.bytes, manifest, request.inputs.length);
  return answer.ok ? ok({ ...answer.value, ms: Math.round(performance.now() - from), executor: first.by[0] ?? api.identity.get()?.device ?? '' }) : answer;
}
