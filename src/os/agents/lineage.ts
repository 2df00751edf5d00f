/** Where a derived thing comes from: which inputs at which heads, which code, where and when; enough to make it again and to see whether it is the same. */
import { toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import type { JsonValue } from '#os/api';
import { AGENT_LIMITS } from '#os/limits';
import type { AgentInput, AgentOutput, AgentRequest } from './output.ts';

export interface Lineage {
  readonly agent: string;
  readonly version: number;
  /** Hash of the code that ran: base64url of SHA-256 over its sources. */
  readonly code: string;
  /** Hash of the model that was used; null: none was. */
  readonly model: string | null;
  /** What computed it: `js`, `wasm`, `webgpu`. */
  readonly backend: string;
  /** Device that ran it. */
  readonly executor: string;
  /** When the inputs were read, ms. */
  readonly readAt: number;
  readonly today: string;
  /** Each input: space, fragment, node, block or null. */
  readonly inputs: readonly Pick<AgentInput, 'space' | 'fragment' | 'node' | 'block'>[];
  readonly subject: number | null;
  /** Of each part that was read (partName), up to which record each of its logs was held: `writer` → seq. Nothing that was read lies above. */
  readonly heads: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** There were more logs than are kept (AGENT_LIMITS.heads): those of the parts that least was read of are left out. */
  readonly headsCut?: boolean;
  /** Digests of what went in and what came out. */
  readonly given: string;
  readonly made: string;
  /** Time it took, ms. */
  readonly ms: number;
}

/** The name of a part in the heads: its fragment, and before it the space where that is another than the subject's. */
export const partName = (subject: { readonly space: string }, { space, fragment }: Pick<AgentInput, 'space' | 'fragment'>): string => (space === subject.space ? fragment : `${space} ${fragment}`);

const digest = (value: unknown): string => toBase64url(sha256(JSON.stringify(value)));

/** Digest of everything an answer depends on. */
export const digestOfInputs = ({ inputs, today, subject, people, model }: AgentRequest): string => digest([today, subject, people, inputs.map(({ space, fragment, node, block, by, at, text }) => [space, fragment, node, block, by, at, text]), ...(model === undefined ? [] : [model])]);

/** Digest of an answer. */
export const digestOfOutput = ({ kind, items }: AgentOutput): string => digest([kind, items.map(({ text, sources, label, day, person, why }) => [text, sources, label, day, person, why])]);

/** Inputs of one fragment that stand in one row: so many that a list of rows can be cut into parts of one change each. */
const ROW = 200;

/** The lineage as properties of a node: inputs packed as rows, each of one fragment. */
export function lineageProps(lineage: Lineage): Record<string, JsonValue> & { inputs: JsonValue[] } {
  const { inputs, heads, ...plain } = lineage;
  const rows: { readonly key: string; readonly list: string[] }[] = [];
  for (const { space, fragment, node, block } of inputs) {
    const key = `${space} ${fragment}`;
    const last = rows.at(-1);
    const one = block === null ? node : `${node}/${block}`;
    if (last?.key === key && last.list.length < ROW) last.list.push(one);
    else rows.push({ key, list: [one] });
  }
  return { ...plain, inputs: rows.map(({ key, list }) => [...key.split(' '), list.join(' ')]), heads: heads as unknown as JsonValue };
}

const text = (value: JsonValue | undefined, max = 200): string | null => (typeof value === 'string' && value.length <= max ? value : null);
const count = (value: JsonValue | undefined): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

function readInputs(value: JsonValue | undefined): Lineage['inputs'] | null {
  if (!Array.isArray(value)) return null;
  const out: Lineage['inputs'][number][] = [];
  for (const place of value) {
    const [space, fragment, list] = Array.isArray(place) ? place : [];
    if (typeof space !== 'string' || typeof fragment !== 'string' || typeof list !== 'string') return null;
    for (const one of list.split(' ')) {
      const [node, block] = one.split('/');
      if (!node || out.length >= AGENT_LIMITS.inputs) return null;
      out.push({ space, fragment, node, block: block ?? null });
    }
  }
  return out;
}

function readHeads(value: JsonValue | undefined): Lineage['heads'] {
  const plain = (one: JsonValue | undefined): [string, JsonValue][] => (typeof one === 'object' && one !== null && !Array.isArray(one) && !(one instanceof Uint8Array) ? Object.entries(one) : []);
  return Object.fromEntries(plain(value).map(([fragment, logs]) => [fragment, Object.fromEntries(plain(logs).flatMap(([writer, seq]) => (count(seq) === null ? [] : [[writer, count(seq)!] as const])))]));
}

/** The lineage in properties; null when they hold none that could be followed. */
export function readLineage(props: Readonly<Record<string, JsonValue>>): Lineage | null {
  const [agent, code, backend, executor, today, given, made] = ['agent', 'code', 'backend', 'executor', 'today', 'given', 'made'].map((name) => text(props[name]));
  const [version, readAt, ms] = ['version', 'readAt', 'ms'].map((name) => count(props[name]));
  const inputs = readInputs(props['inputs']);
  if (!agent || !code || !backend || !executor || !today || !given || !made || !inputs || version === null || readAt === null) return null;
  return { agent, version: version!, code, model: text(props['model']), backend, executor, readAt: readAt!, today, inputs, subject: count(props['subject']), heads: readHeads(props['heads']), ...(props['headsCut'] === true && { headsCut: true }), given, made, ms: ms ?? 0 };
}

/** How a run stands to an earlier one. */
export type Comparison = 'same' | 'differs' | 'other-inputs' | 'other-code';

/** Compares: the same inputs and the same code must give the same answer; where one of them is another, that is what is told. */
export function compareRuns(before: Pick<Lineage, 'given' | 'made' | 'code'>, after: Pick<Lineage, 'given' | 'made' | 'code'>): Comparison {
  if (before.given !== after.given) return 'other-inputs';
  if (before.made === after.made) return 'same';
  return before.code === after.code ? 'differs' : 'other-code';
}
