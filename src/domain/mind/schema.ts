/**
 * What agents made for a person, and what the person said about each: nodes of the Personal space, for their own devices and nobody else. A result links to what it was made from
 * (its sources and what it is about) and holds its whole lineage.
 */
import type { JsonValue, NodeView } from '#os/api';
import { readLineage, type Comparison, type Lineage } from '#os/agents/lineage';
import { INPUT_KINDS, OUTPUT_KINDS, type InputKind, type OutputKind } from '#os/agents/manifest';
import { readSetting, type AgentSetting } from '#os/agents/setting';
import { AGENT_LIMITS } from '#os/limits';
import { derivedId, idOf, isDay, MIND_LIMITS, numberOf, oneLine, textOf } from '#domain/shared';
import { AGENT, RESULT } from './types.ts';

export { AGENT, MIND_VERB, RESULT } from './types.ts';
/** Link from a result to what it was made from, and to what it is about. */
export const MADE_FROM = 'mind/from@1';
export const ABOUT = 'mind/about@1';

/** Properties that a long result goes on in, from 1: its items behind those of `items`, and its inputs behind those of its lineage. */
export const MORE = { items: (part: number): string => `items${part}`, inputs: (part: number): string => `inputs${part}` } as const;

export const agentNode = (agent: string): string => derivedId('lgos/agent/1', agent);

/** What a result is about: a message with its thread, a document, a goal, anything. */
export interface Subject {
  readonly kind: InputKind;
  readonly space: string;
  readonly fragment: string;
  readonly node: string;
  /** Its title at that time. */
  readonly title: string;
  /** Of a document: its entry in the directory. */
  readonly entry?: string;
  /** Of the Hub: since when, ms. */
  readonly since?: number;
}

/** The key under which results about a thing are found. */
export const subjectKey = ({ kind, space, node }: Pick<Subject, 'kind' | 'space' | 'node'>): string => `${kind} ${space} ${node}`;

export interface ResultItem {
  readonly text: string;
  /** Places in the inputs of its lineage. */
  readonly sources: readonly number[];
  readonly label: string | null;
  readonly day: string | null;
  readonly person: string | null;
  readonly why: readonly string[];
}

/** `new`: nothing was done with it yet; `kept`: the person took it; `edited`: and in their own words. */
export type Standing = 'new' | 'kept' | 'edited';

export interface Result {
  readonly id: string;
  readonly kind: OutputKind;
  readonly subject: Subject;
  readonly items: readonly ResultItem[];
  readonly standing: Standing;
  /** The words of the person in place of the items. */
  readonly edited: string | null;
  /** Items that were accepted or dismissed one by one: place → what was made of it, or null. */
  readonly settled: ReadonlyMap<number, string | null>;
  /** Messages that the person says are of another kind: place → kind. */
  readonly recast: ReadonlyMap<number, string>;
  /** Why there is no answer: the run came to nothing. */
  readonly fault: string | null;
  readonly lineage: Lineage | null;
  readonly agent: string;
  /** The last time it was run again. */
  readonly checked: { readonly at: number; readonly is: Comparison; readonly device: string } | null;
  readonly at: number;
  readonly deleted: boolean;
  readonly newer: boolean;
}

const list = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

/** A list with what stands behind it in further properties, up to the first that is not there, and to as many entries as count. */
function whole(first: JsonValue | undefined, props: NodeView['props'], name: (part: number) => string, most: number): JsonValue[] {
  const out = [...list(first)];
  for (let part = 1; out.length < most && Array.isArray(props[name(part)]); part++) out.push(...list(props[name(part)]));
  return out.slice(0, most);
}
const plain = (value: JsonValue | undefined): Readonly<Record<string, JsonValue>> => (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array) ? value : {});

function readItem(value: JsonValue): ResultItem {
  const { text, sources, label, day, person, why } = plain(value);
  return {
    text: textOf(text, MIND_LIMITS.itemUnits) ?? '', sources: list(sources).map((at) => numberOf(at)).filter((at) => at !== null), label: textOf(label, 64), day: isDay(day) ? day : null, person: idOf(person),
    why: list(why).map((one) => textOf(one, 80)).filter((one) => one !== null),
  };
}

function readSubject(props: NodeView['props']): Subject | null {
  const kind = INPUT_KINDS.find((one) => one === props['about']);
  const [space, fragment, node] = [props['space'], props['fragment'], props['node']].map(idOf);
  return kind && space && fragment && node ? { kind, space, fragment, node, title: oneLine(textOf(props['title'], MIND_LIMITS.titleUnits) ?? ''), ...(idOf(props['entry']) !== null && { entry: idOf(props['entry'])! }) } : null;
}

function readSettled(node: NodeView): ReadonlyMap<number, string | null> {
  return new Map((node.sets['settled'] ?? []).flatMap((value) => {
    const [at, made] = typeof value === 'string' ? value.split(' ') : [];
    return at !== undefined && Number.isSafeInteger(Number(at)) ? [[Number(at), made && made !== '-' ? made : null] as const] : [];
  }));
}

/** Kinds of messages. */
export const LABEL_KINDS = ['task', 'question', 'decision', 'info'] as const;

/** Of two kinds that two devices said of one message the first in our order, on every device. */
function readRecast(node: NodeView): ReadonlyMap<number, string> {
  const said = (node.sets['recast'] ?? []).flatMap((value) => {
    const [at, kind] = typeof value === 'string' ? value.split(' ') : [];
    const known = LABEL_KINDS.findIndex((one) => one === kind);
    return at !== undefined && Number.isSafeInteger(Number(at)) && known >= 0 ? [[Number(at), known] as const] : [];
  });
  return new Map(said.sort((a, b) => b[1] - a[1]).map(([at, known]) => [at, LABEL_KINDS[known]!]));
}

/** What a message counts as: what the person says, else what was told. */
export const labelOf = ({ items, recast }: Pick<Result, 'items' | 'recast'>, at: number): string | null => recast.get(at) ?? items[at]?.label ?? null;

const CHECKS: readonly Comparison[] = ['same', 'differs', 'other-inputs', 'other-code'];

/** A result of a node, or null when the node is none. */
export function readResult(node: NodeView): Result | null {
  if (node.type !== RESULT) return null;
  const { kind, items, standing, edited, fault, lineage, agent, checked } = node.props;
  const [subject, made] = [readSubject(node.props), OUTPUT_KINDS.find((one) => one === kind)];
  if (!subject || !made) return null;
  const { at, is, device } = plain(checked);
  const compared = CHECKS.find((one) => one === is);
  const from = plain(lineage);
  const whence = { ...from, ...(Array.isArray(from['inputs']) && { inputs: whole(from['inputs'], node.props, MORE.inputs, AGENT_LIMITS.inputs) }) };
  return {
    id: node.id, kind: made, subject, items: whole(items, node.props, MORE.items, MIND_LIMITS.items).map(readItem), standing: standing === 'kept' || standing === 'edited' ? standing : 'new', edited: textOf(edited, MIND_LIMITS.editedUnits), settled: readSettled(node), recast: readRecast(node),
    fault: textOf(fault, 40), lineage: readLineage(whence), agent: textOf(agent, 80) ?? '', checked: compared && numberOf(at) !== null ? { at: numberOf(at)!, is: compared, device: textOf(device, 64) ?? '' } : null,
    at: node.createdAt, deleted: node.deleted, newer: node.newer,
  };
}

/** What the person said about an agent, out of the nodes of their Personal space by id. */
export const settingOf = (nodes: ReadonlyMap<string, NodeView>, agent: string): AgentSetting => readSetting(nodes.get(agentNode(agent))?.type === AGENT ? nodes.get(agentNode(agent))!.props : {});
