/**
 * What an agent says of itself before it runs: what it reads, what it makes, when it may run and how much it may use. An agent is code of this build; whatever it answers is
 * data of the kinds named here (./output.ts) and nothing else: it has no way to the graph, to the network or to its own manifest.
 */
import { AGENT_LIMITS } from '#os/limits';

/** What may come out of an agent. */
export const OUTPUT_KINDS = ['summary', 'labels', 'tasks', 'entities', 'related', 'topics', 'edits', 'priorities', 'digest', 'outline', 'questions', 'days', 'draft'] as const;
export type OutputKind = (typeof OUTPUT_KINDS)[number];

/** What it is asked about. */
export const INPUT_KINDS = ['thread', 'channel', 'document', 'thing', 'goal', 'hub'] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

/** When it may run: a person asks for it there and then. Nothing runs by itself. */
export const TRIGGERS = ['asked'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** What it may ask of a model of this device, where there is one. */
export const MODEL_USES = ['embed', 'generate'] as const;
export type ModelUse = (typeof MODEL_USES)[number];

export interface Budget {
  /** Time of its own thread, ms; then it is ended. */
  readonly ms: number;
  /** UTF-16 units of text it is given: the one thing that its memory grows with. */
  readonly units: number;
}

export interface AgentManifest {
  /** `component/name`, for ever. */
  readonly id: string;
  /** Raised with whatever may change an answer. */
  readonly version: number;
  readonly capabilities: {
    /** Types of nodes whose text it is given. */
    readonly reads: readonly string[];
    readonly makes: readonly OutputKind[];
    /** Left out: it works without a model. */
    readonly uses?: readonly ModelUse[];
  };
  readonly triggers: readonly Trigger[];
  readonly inputs: readonly InputKind[];
  readonly budget: Budget;
}

const ID = /^[a-z][a-z-]{0,31}\/[a-z][a-z-]{0,31}$/;
const within = (n: number, max: number): boolean => Number.isSafeInteger(n) && n > 0 && n <= max;

/** What is wrong with a manifest; empty: nothing. */
export function manifestFaults({ id, version, capabilities: { reads, makes, uses }, triggers, inputs, budget }: AgentManifest): string[] {
  const known = <T extends string>(name: string, list: readonly T[], all: readonly string[]): string[] => (list.length === 0 ? [`${name}: none`] : list.filter((one) => !all.includes(one)).map((one) => `${name}: ${one}`));
  return [
    ...(ID.test(id) ? [] : ['id']), ...(within(version, 2 ** 31) ? [] : ['version']), ...(reads.length > 0 ? [] : ['reads: none']), ...known('makes', makes, OUTPUT_KINDS), ...(uses === undefined ? [] : known('uses', uses, MODEL_USES)), ...known('triggers', triggers, TRIGGERS), ...known('inputs', inputs, INPUT_KINDS),
    ...(within(budget.ms, AGENT_LIMITS.ms) ? [] : ['budget: ms']), ...(within(budget.units, AGENT_LIMITS.units) ? [] : ['budget: units']),
  ];
}

/** What a person allows when they allow it, word by word. */
export const grantsOf = ({ capabilities: { reads, makes, uses = [] } }: AgentManifest): string[] => [...reads.map((type) => `reads ${type}`), ...makes.map((kind) => `makes ${kind}`), ...uses.map((use) => `uses ${use}`)].sort();
