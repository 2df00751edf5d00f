/** A run of an agent as work for another own device: the question and the answer as bytes. Both come over a link and are read key by key. */
import type { Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { err, ok, type Result } from '#base/result';
import { AGENT_LIMITS } from '#os/limits';
import type { AgentManifest } from './manifest.ts';
import { readOutput, type AgentInput, type AgentRequest } from './output.ts';
import type { Ran, RunFault } from './runner.ts';

/** What a device may say in place of an answer. */
const FAULTS: readonly RunFault[] = ['not-allowed', 'no-model', 'too-much', 'busy', 'no-code', 'time', 'ended', 'bad-output', 'widens'];
/** Letters of an id, a name, a hash. */
const WORD_CHARS = 200;

const word = (value: CborValue | undefined): value is string => typeof value === 'string' && value.length <= WORD_CHARS;
const wordOrNone = (value: CborValue | undefined): value is string | null => value === null || word(value);
const whole = (value: CborValue | undefined): value is number => typeof value === 'number' && Number.isSafeInteger(value);

/** The question: [agent, version, today, subject, [[uid, name]…], [[space, fragment, node, block, by, at, text]…]]. Null: a model helped, whose vectors do not travel. */
export function encodeAgentPiece({ agent, version, today, subject, people, inputs, model, vectors, written }: AgentRequest): Bytes | null {
  if (model !== undefined || vectors !== undefined || written !== undefined) return null;
  return encodeCbor([agent, version, today, subject, people.map((one) => [...one]), inputs.map(({ space, fragment, node, block, by, at, text }) => [space, fragment, node, block, by, at, text])]);
}

function readInput(value: CborValue): AgentInput | null {
  const [space, fragment, node, block, by, at, text] = Array.isArray(value) && value.length === 7 ? value : [];
  if (!word(space) || !word(fragment) || !word(node) || !wordOrNone(block) || !wordOrNone(by) || typeof at !== 'number' || !Number.isFinite(at) || typeof text !== 'string') return null;
  return { space, fragment, node, block, by, at, text };
}

/** What it asks; null for anything that is none. */
export function readAgentPiece(bytes: Uint8Array): AgentRequest | null {
  const value = tryDecodeCbor(bytes);
  const [agent, version, today, subject, people, list] = Array.isArray(value) && value.length === 6 ? value : [];
  if (!word(agent) || !whole(version) || !word(today) || !(subject === null || whole(subject)) || !Array.isArray(people) || !Array.isArray(list) || list.length > AGENT_LIMITS.inputs) return null;
  const told = people.flatMap((one) => (Array.isArray(one) && one.length === 2 && word(one[0]) && typeof one[1] === 'string' ? [[one[0], one[1]] as const] : []));
  const inputs = list.map(readInput);
  if (told.length !== people.length || inputs.includes(null) || (subject !== null && (subject < 0 || subject >= inputs.length))) return null;
  return { agent, version, today, subject, people: told, inputs: inputs as AgentInput[] };
}

/** The answer, without the time it took: the same question gives the same bytes everywhere. One longer than `most` does not travel: `busy`, and it is made where it was asked. */
export function encodeAgentAnswer(ran: Result<Pick<Ran, 'output' | 'code' | 'backend'>, RunFault>, most = Infinity): Bytes {
  if (!ran.ok) return encodeCbor([1, ran.error]);
  const { code, backend, output: { kind, items } } = ran.value;
  const bytes = encodeCbor([0, code, backend, kind, items.map(({ text, sources, label, day, person, why }) => [text, [...sources], label, day, person, [...why]])]);
  return bytes.length <= most ? bytes : encodeAgentAnswer(err('busy'));
}

/** What was answered, held against what the agent may make of so many inputs, as an answer of its thread is. */
export function readAgentAnswer(bytes: Uint8Array, manifest: Pick<AgentManifest, 'capabilities'>, inputs: number): Result<Pick<Ran, 'output' | 'code' | 'backend'>, RunFault> {
  const value = tryDecodeCbor(bytes);
  if (!Array.isArray(value)) return err('bad-output');
  if (value[0] === 1) return err(FAULTS.find((fault) => fault === value[1]) ?? 'bad-output');
  const [is, code, backend, kind, list] = value.length === 5 ? value : [];
  if (is !== 0 || !word(code) || !word(backend) || !Array.isArray(list)) return err('bad-output');
  const items = list.map((one) => {
    const [text, sources, label, day, person, why] = Array.isArray(one) && one.length === 6 ? one : [];
    return { text, sources, label, day, person, why };
  });
  const output = readOutput({ kind, items }, manifest, inputs);
  return output.ok ? ok({ output: output.value, code, backend }) : output;
}
