/** Domain verbs of agents: what was made is written with its lineage and links, taken, changed, dismissed; agents are allowed, limited and switched off. Pure. */
import { utf8 } from '#base/bytes';
import { err, ok, type Result as Outcome } from '#base/result';
import type { JsonValue, NodeRef, Op } from '#os/api';
import { lineageProps, type Comparison, type Lineage } from '#os/agents/lineage';
import { grantsOf, type AgentManifest, type OutputKind } from '#os/agents/manifest';
import type { AgentItem } from '#os/agents/output';
import type { AgentSetting } from '#os/agents/setting';
import { MIND_LIMITS, refuse, type Refusal } from '#domain/shared';
import { mayTake } from './rules.ts';
import { ABOUT, AGENT, agentNode, LABEL_KINDS, MADE_FROM, MIND_VERB, MORE, RESULT, subjectKey, type Result, type Subject } from './schema.ts';

export interface Made {
  readonly kind: OutputKind;
  readonly items: readonly AgentItem[];
  readonly lineage: Lineage;
}

const about = (agent: string, kind: OutputKind, subject: Subject): Record<string, JsonValue> => ({ agent, kind, of: subjectKey(subject), about: subject.kind, space: subject.space, fragment: subject.fragment, node: subject.node, title: subject.title.slice(0, MIND_LIMITS.titleUnits), ...(subject.entry && { entry: subject.entry }) });

/** As JSON a value is longer than as it is written. */
const bytesOf = (value: JsonValue): number => utf8(JSON.stringify(value)).length;

/** A list in parts of which each has room in one operation, beside all else that stands in it. Whatever stands in it is smaller than that. */
function inParts(list: readonly JsonValue[]): JsonValue[][] {
  const out: JsonValue[][] = [[]];
  let room = MIND_LIMITS.partBytes;
  for (const one of list) {
    const size = bytesOf(one) + 1;
    if (size > room && out.at(-1)!.length > 0) {
      out.push([]);
      room = MIND_LIMITS.partBytes;
    }
    out.at(-1)!.push(one);
    room -= size;
  }
  return out;
}

/** What an agent made, under an id the caller gives, with links to what it is about and to its sources. What has no room in one operation stands in further ones of the same step (schema.ts, MORE). */
export function keepResult(id: string, personal: string, subject: Subject, { kind, items, lineage }: Made): Op[] {
  const used = [...new Set(items.flatMap(({ sources }) => sources))].slice(0, MIND_LIMITS.links);
  const seen = new Set<string>();
  const link = (type: string, one: Pick<Subject, 'space' | 'fragment' | 'node'>): Op[] => {
    const to: NodeRef = one.space === personal ? [one.fragment, one.node] : [one.space, one.fragment, one.node];
    const key = `${type} ${to.join(' ')}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ op: 'edge.add', type, from: id, to, verb: MIND_VERB.run }];
  };
  const { inputs, ...whence } = lineageProps(lineage);
  const [told, read] = [inParts(items.map((item) => ({ ...item }) as unknown as JsonValue)), inParts(inputs)];
  const props = { ...about(lineage.agent, kind, subject), items: told[0]!, lineage: { ...whence, inputs: read[0]! } };
  const more = [...told.slice(1).map((part, at) => [MORE.items(at + 1), part] as const), ...read.slice(1).map((part, at) => [MORE.inputs(at + 1), part] as const)];
  // The Hub is no node that could be linked to.
  const links = [...(subject.kind === 'hub' ? [] : link(ABOUT, subject)), ...used.flatMap((at) => (lineage.inputs[at] ? link(MADE_FROM, lineage.inputs[at]) : []))];
  return [{ op: 'node.create', id, type: RESULT, props, verb: MIND_VERB.run }, ...more.map(([name, part]): Op => ({ op: 'node.set', id, props: { [name]: part }, verb: MIND_VERB.run })), ...links];
}

/** A run that came to nothing stands in the log, with why. */
export const keepFault = (id: string, subject: Subject, manifest: AgentManifest, fault: string): Op[] => [{ op: 'node.create', id, type: RESULT, props: { ...about(manifest.id, manifest.capabilities.makes[0]!, subject), fault }, verb: MIND_VERB.run }];

const set = (id: string, props: Record<string, JsonValue>, verb: string): Op[] => [{ op: 'node.set', id, props, verb }];

/** The person takes it as it is. */
export const takeResult = (result: Result): Outcome<Op[], Refusal> => (mayTake(result) ? ok(set(result.id, { standing: 'kept' }, MIND_VERB.take)) : err(refuse('not-here')));

/** The person's own words in place of it. */
export function editResult(result: Result, words: string): Outcome<Op[], Refusal> {
  const text = words.trim();
  if (!mayTake(result)) return err(refuse('not-here'));
  if (text === '') return err(refuse('empty'));
  return text.length > MIND_LIMITS.editedUnits ? err(refuse('too-long')) : ok(set(result.id, { standing: 'edited', edited: text }, MIND_VERB.take));
}

/** One item is done with: something was made of it, or nothing shall be. */
export const settleItem = (id: string, at: number, made: string | null): Op[] => [{ op: 'set.add', id, prop: 'settled', value: `${at} ${made ?? '-'}`, verb: MIND_VERB.take }];

export const unsettleItem = (id: string, at: number, made: string | null): Op[] => [{ op: 'set.remove', id, prop: 'settled', value: `${at} ${made ?? '-'}`, verb: MIND_VERB.take }];

/** The person says that a message is of another kind; back to what was told, nothing is said. */
export function recastItem({ id, items, recast }: Pick<Result, 'id' | 'items' | 'recast'>, at: number, label: string): Op[] {
  const told = recast.get(at);
  const value = (kind: string): string => `${at} ${kind}`;
  if (!LABEL_KINDS.includes(label as (typeof LABEL_KINDS)[number]) || !items[at] || label === (told ?? items[at].label)) return [];
  const change = (op: 'set.add' | 'set.remove', kind: string): Op => ({ op, id, prop: 'recast', value: value(kind), verb: MIND_VERB.take });
  return [...(told === undefined ? [] : [change('set.remove', told)]), ...(label === items[at].label ? [] : [change('set.add', label)])];
}

/** It was run again. */
export const checkResult = (id: string, at: number, is: Comparison, device: string): Op[] => set(id, { checked: { at, is, device } }, MIND_VERB.check);

/** Out of sight; restoreResult brings it back. */
export const dropResult = (id: string): Op[] => [{ op: 'node.delete', id, verb: MIND_VERB.drop }];
export const restoreResult = (id: string): Op[] => [{ op: 'node.restore', id, verb: MIND_VERB.restore }];

/** Says something about an agent; `exists`: there is a node of it. What is granted is what its manifest asks for now. */
export function setAgent(manifest: AgentManifest, change: Partial<Pick<AgentSetting, 'on' | 'ms' | 'units'>>, exists: boolean): Op[] {
  const id = agentNode(manifest.id);
  const { on, ms, units } = change;
  const props: Record<string, JsonValue> = { ...(on === undefined ? {} : { on, ...(on && { granted: grantsOf(manifest) }) }), ...(ms === undefined ? {} : { ms }), ...(units === undefined ? {} : { units }) };
  return [...(exists ? [] : [{ op: 'node.create' as const, id, type: AGENT, props: { agent: manifest.id }, verb: MIND_VERB.set }]), { op: 'node.set', id, props, verb: MIND_VERB.set }];
}
