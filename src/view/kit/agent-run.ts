/** Agents of this tab: their threads, and what becomes of an answer. */
import { toBase64url } from '#base/bytes';
import type { Result as Outcome } from '#base/result';
import type { LifegraphApi } from '#os/api';
import { compareRuns, digestOfInputs, digestOfOutput, type Comparison, type Lineage } from '#os/agents/lineage';
import type { AgentManifest } from '#os/agents/manifest';
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import type { Ran, RunFault } from '#os/agents/runner';
import { consentOf, type AgentSetting } from '#os/agents/setting';
import { InferenceError } from '#os/models-api';
import { checkResult, keepFault, keepResult, type Result, type Subject } from '#domain/mind';
import { gather, gatherAgain, type Gathered } from '#view/kit/agent-inputs.ts';
import { helpAgain, helpFor, type Helped } from '#view/kit/agent-model.ts';
import { agentRunner as runner } from '#view/kit/agent-runner.ts';
import { loadAgain } from '#view/kit/load-again.ts';
import { today } from '#view/kit/today.ts';

export interface AgentOrder {
  readonly manifest: AgentManifest;
  readonly setting: AgentSetting;
  readonly subject: Subject;
  readonly blocked: ReadonlySet<string>;
  readonly people: AgentRequest['people'];
  /** By another device of this person, where one helps. */
  readonly elsewhere?: boolean;
}

const newId = (): string => toBase64url(crypto.getRandomValues(new Uint8Array(16)));

/** Names are given only to those that look for people: whoever is renamed changes no other answer. */
const told = ({ capabilities: { makes } }: AgentManifest, people: AgentRequest['people']): AgentRequest['people'] => (makes.includes('tasks') || makes.includes('labels') || makes.includes('entities') ? people : []);

/** Faults that are told where they happen and kept nowhere: nothing ran. */
const UNKEPT: readonly RunFault[] = ['not-allowed', 'no-model', 'needs-model', 'busy', 'cancelled'];

const withHelp = (request: AgentRequest, made: Helped | null): AgentRequest => (made ? { ...request, ...made.given, model: made.model } : request);

/** Why a model gave nothing. */
function modelFault(error: unknown, missing: RunFault, signal?: AbortSignal): RunFault {
  const fault = error instanceof InferenceError ? error.fault : 'ended';
  if (signal?.aborted || fault === 'cancelled') return 'cancelled';
  return fault === 'no-model' || fault === 'unavailable' ? missing : fault === 'timed-out' ? 'time' : 'ended';
}

const lineageOf = (api: LifegraphApi, request: AgentRequest, { heads, headsCut, readAt }: Gathered, ran: Ran & { readonly executor?: string }, helped: Helped | null): Lineage => ({
  agent: request.agent, version: request.version, code: ran.code, model: helped?.model ?? null, backend: helped?.backend ?? ran.backend, executor: ran.executor ?? api.identity.get()?.device ?? '', readAt, today: request.today, inputs: request.inputs, subject: request.subject, heads, ...(headsCut && { headsCut }), given: digestOfInputs(request), made: digestOfOutput(ran.output), ms: ran.ms,
});

const write = async (api: LifegraphApi, personal: string, ops: Parameters<ReturnType<LifegraphApi['graph']>['transact']>[0]): Promise<void> => void (await api.graph(personal).transact(ops));

/** Said by another device of its own state: then it is done here. */
const HERE_THEN: readonly RunFault[] = ['not-allowed', 'no-code', 'busy'];

async function runThere(api: LifegraphApi, personal: string, order: AgentOrder, request: AgentRequest, signal?: AbortSignal): Promise<Outcome<Ran & { readonly executor?: string }, RunFault>> {
  const { manifest, setting } = order;
  const here = (): Promise<Outcome<Ran, RunFault>> => runner.run(manifest, setting, request, signal);
  // What one may not be asked here is asked nowhere.
  if (order.elsewhere !== true || consentOf(manifest, setting) !== 'given') return here();
  const { mayGo, runElsewhere } = await loadAgain(() => import('#view/kit/agent-elsewhere.ts'));
  if (!mayGo(request)) return here();
  const ran = await runElsewhere(api, personal, order, request, signal);
  return ran.ok || !HERE_THEN.includes(ran.error) ? ran : here();
}

/** Asks an agent: reads, runs, keeps the answer with its lineage. The id of the result, or why there is none. */
export async function askAgent(api: LifegraphApi, personal: string, order: AgentOrder, signal?: AbortSignal): Promise<Outcome<string, RunFault | 'nothing'>> {
  const { manifest, setting, subject, blocked, people } = order;
  const gathered = await gather(api, manifest, subject, blocked);
  if (gathered.inputs.length === 0) return { ok: false, error: 'nothing' };
  const plain: AgentRequest = { agent: manifest.id, version: manifest.version, inputs: gathered.inputs, today: today(), subject: manifest.capabilities.makes.includes('related') ? 0 : null, people: told(manifest, people) };
  // Who may not run asks no model.
  const id = newId();
  const helped = consentOf(manifest, setting) === 'given' ? await helpFor(manifest, plain.inputs, plain.subject, order.elsewhere === true ? { api, personal } : null, signal).catch((error: unknown) => modelFault(error, 'needs-model', signal)) : null;
  if (typeof helped === 'string') {
    if (!UNKEPT.includes(helped)) await write(api, personal, keepFault(id, subject, manifest, helped));
    return { ok: false, error: helped };
  }
  const request = withHelp(plain, helped);
  const ran = await runThere(api, personal, order, request, signal);
  if (!ran.ok) {
    if (!UNKEPT.includes(ran.error)) await write(api, personal, keepFault(id, subject, manifest, ran.error));
    return ran;
  }
  if (ran.value.output.items.length === 0) return { ok: false, error: 'nothing' };
  await write(api, personal, keepResult(id, personal, subject, { kind: ran.value.output.kind, items: ran.value.output.items, lineage: lineageOf(api, request, gathered, ran.value, helped) }));
  return { ok: true, value: id };
}

export interface Rerun {
  readonly is: Comparison;
  readonly output: AgentOutput;
}

/** Runs the agent of a result again on the inputs as they were and compares; says so at the result. */
export async function runAgain(api: LifegraphApi, personal: string, manifest: AgentManifest, setting: AgentSetting, result: Result, people: AgentRequest['people'], signal?: AbortSignal): Promise<Outcome<Rerun, RunFault>> {
  const before = result.lineage!;
  const inputs = await gatherAgain(api, manifest, before, result.subject);
  const plain: AgentRequest = { agent: manifest.id, version: manifest.version, inputs, today: before.today, subject: before.subject, people: told(manifest, people) };
  const helped = consentOf(manifest, setting) === 'given' ? await helpAgain(manifest, before, plain.inputs, { api, personal }, signal).catch((error: unknown) => modelFault(error, 'no-model', signal)) : null;
  if (typeof helped === 'string') return { ok: false, error: helped };
  const request = withHelp(plain, helped);
  const ran = await runner.run(manifest, setting, request, signal);
  if (!ran.ok) return ran;
  const is = compareRuns(before, { given: digestOfInputs(request), made: digestOfOutput(ran.value.output), code: ran.value.code });
  await write(api, personal, checkResult(result.id, Date.now(), is, api.identity.get()?.device ?? ''));
  return { ok: true, value: { is, output: ran.value.output } };
}
