/**
 * What goes into an agent and what comes out. The answer is read key by key: a kind it may not make, a word beyond those known here, a source it was not given end it, and none of it is
 * kept. So text that tells an agent to do something can at worst be repeated in it.
 */
import { withoutOverrides, cutText } from '#base/plain-text';
import { err, ok, type Result } from '#base/result';
import { AGENT_LIMITS } from '#os/limits';
import { OUTPUT_KINDS, type AgentManifest, type OutputKind } from './manifest.ts';

/** A piece of what it reads. */
export interface AgentInput {
  readonly space: string;
  readonly fragment: string;
  readonly node: string;
  /** Of a document: the block. */
  readonly block: string | null;
  /** uid of who wrote it. */
  readonly by: string | null;
  /** ms */
  readonly at: number;
  readonly text: string;
}

export interface AgentRequest {
  readonly agent: string;
  readonly version: number;
  readonly inputs: readonly AgentInput[];
  /** YYYY-MM-DD: what "tomorrow" is counted from. */
  readonly today: string;
  /** What it is about, when that is one of many inputs: its place in them. */
  readonly subject: number | null;
  /** Names of people it may find: uid and name. */
  readonly people: readonly (readonly [string, string])[];
  /** Of each input what a model made of it, or null; left out: none was asked. */
  readonly vectors?: readonly (Float32Array | null)[];
  /** What a model wrote when it was asked to go on from the inputs; left out: none was asked. */
  readonly written?: string;
  /** Hash of that model. */
  readonly model?: string;
}

export interface AgentItem {
  readonly text: string;
  /** Places in the inputs. */
  readonly sources: readonly number[];
  /** What it is taken for: a word of the kind. */
  readonly label: string | null;
  /** YYYY-MM-DD */
  readonly day: string | null;
  /** uid */
  readonly person: string | null;
  /** Why: a code, or a code and a word behind a colon. */
  readonly why: readonly string[];
}

export interface AgentOutput {
  readonly kind: OutputKind;
  readonly items: readonly AgentItem[];
}

export type OutputFault = 'bad-output' | 'widens';

const ITEM_KEYS = new Set(['text', 'sources', 'label', 'day', 'person', 'why']);
const OUTPUT_KEYS = new Set(['kind', 'items']);
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const record = (value: unknown): Readonly<Record<string, unknown>> | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null);
const only = (value: object, keys: ReadonlySet<string>): boolean => Object.keys(value).every((key) => keys.has(key));
const words = (value: unknown, max: number): string | null | undefined => (value === null || value === undefined ? null : typeof value === 'string' && value.length <= max ? withoutOverrides(value) : undefined);

function readItem(value: unknown, inputs: number): Result<AgentItem, OutputFault> {
  const item = record(value);
  if (item === null) return err('bad-output');
  if (!only(item, ITEM_KEYS)) return err('widens');
  const text = typeof item['text'] === 'string' ? cutText(withoutOverrides(item['text']), AGENT_LIMITS.itemUnits) : null;
  const [label, person, day] = [words(item['label'], 64), words(item['person'], 128), words(item['day'], 10)];
  const { sources, why } = item;
  if (text === null || label === undefined || person === undefined || day === undefined || (day !== null && !DAY.test(day))) return err('bad-output');
  if (!Array.isArray(sources) || !Array.isArray(why) || sources.length > AGENT_LIMITS.sources || why.length > AGENT_LIMITS.reasons) return err('bad-output');
  if (!sources.every((at) => Number.isSafeInteger(at) && at >= 0 && at < inputs)) return err('widens');
  const reasons = why.map((one) => words(one, 80));
  if (!reasons.every((one) => typeof one === 'string')) return err('bad-output');
  return ok({ text, sources: sources as number[], label, day, person, why: reasons as string[] });
}

/** The answer of an agent that was given so many inputs. */
export function readOutput(value: unknown, { capabilities: { makes } }: Pick<AgentManifest, 'capabilities'>, inputs: number): Result<AgentOutput, OutputFault> {
  const output = record(value);
  if (output === null) return err('bad-output');
  const { kind, items } = output;
  if (!only(output, OUTPUT_KEYS) || (OUTPUT_KINDS.includes(kind as OutputKind) && !makes.includes(kind as OutputKind))) return err('widens');
  if (!OUTPUT_KINDS.includes(kind as OutputKind) || !Array.isArray(items) || items.length > AGENT_LIMITS.items) return err('bad-output');
  const out: AgentItem[] = [];
  for (const one of items) {
    const item = readItem(one, inputs);
    if (!item.ok) return item;
    out.push(item.value);
  }
  return ok({ kind: kind as OutputKind, items: out });
}
