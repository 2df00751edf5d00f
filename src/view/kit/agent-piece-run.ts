/** The other end of an agent that is asked on another device: this page runs it. */
import { err } from '#base/result';
import type { LifegraphApi } from '#os/api';
import { encodeAgentAnswer, readAgentPiece } from '#os/agents/piece';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { AGENT, agentOf, settingOf } from '#domain/mind';
import { agentRunner } from '#view/kit/agent-runner.ts';

/** A run that this page does for an own device, or for itself (`own`) when no other did: allowed by what the person says of the agent on all their devices. Null: it is no question of one. */
export async function runAgentPiece(api: LifegraphApi, personal: string, input: Uint8Array, own: boolean, signal: AbortSignal): Promise<Uint8Array | null> {
  const request = readAgentPiece(input);
  const manifest = request && agentOf(request.agent);
  if (!manifest) return null;
  // Another build of it would answer something else.
  if (manifest.version !== request.version) return encodeAgentAnswer(err('no-code'));
  const nodes = await api.graph(personal).query({ type: AGENT });
  const setting = settingOf(new Map(nodes.map((node) => [node.id, node])), manifest.id);
  return encodeAgentAnswer(await agentRunner.run(manifest, setting, request, signal), own ? undefined : COMPUTE_LIMITS.resultBytes);
}
