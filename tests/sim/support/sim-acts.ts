/** Random acts of people over all operations of the API, and the model of what must not be lost: effects that no other act can undo. */
import type { Op } from '#os/api';
import { fragmentOfNode } from '#os/kernel/spaces';
import type { SimDevice, SimTab } from './sim-world.ts';

/** One effect of an act: once `saved`, it is in the graph for ever. */
export interface Effect {
  readonly kind: 'node' | 'count' | 'max' | 'member' | 'text' | 'edge';
  readonly node: string;
  readonly key: string;
  readonly value: number | string;
  readonly tab: SimTab;
  saved: boolean;
  /** The only disk that held it was hurt: nothing is promised any more. */
  gone?: boolean;
}

export interface Model {
  readonly space: string;
  /** Nodes anyone made, in order. */
  readonly nodes: string[];
  /** Nodes whose text is only added to. */
  readonly docs: string[];
  readonly fragments: string[];
  readonly effects: Effect[];
  /** Sum of all count.add per node and key: an upper limit. */
  readonly counted: Map<string, number>;
  /** Device keys (text) of hostile or cut off members: nobody waits for their records. */
  readonly distrusted: Set<string>;
  /** Devices whose disk was hurt. */
  readonly hurt: Set<SimDevice>;
  /** Claims given up because the only disk that held them was hurt. */
  lost: number;
  /** Errors of the API that no rule explains. */
  readonly surprises: string[];
  serial: number;
}

export const newModel = (space: string): Model => ({ space, nodes: [], docs: [], fragments: [], effects: [], counted: new Map(), distrusted: new Set(), hurt: new Set(), lost: 0, surprises: [], serial: 0 });

/** Codes with which an act may be refused by design. */
const EXPECTED = new Set(['not-here', 'no-right', 'store-behind', 'bad-range', 'no-space']);

interface Step {
  readonly ops: Op[];
  readonly effects: Omit<Effect, 'tab' | 'saved'>[];
  readonly into?: string;
  after?: (ids: string[]) => void;
}

/** Does one random act in the tab. */
export async function act(tab: SimTab, model: Model, chance: () => number): Promise<void> {
  const step = plan(tab, model, chance);
  if (step === null) return;
  try {
    const { ids } = await tab.api.graph(model.space).transact(step.ops, step.into === undefined ? undefined : { fragment: step.into });
    for (const effect of step.effects) model.effects.push({ ...effect, node: effect.node === '' ? ids[0]! : effect.node, tab, saved: false });
    step.after?.(ids);
  } catch (error) {
    const code = (error as { code?: string }).code ?? String(error);
    if (!EXPECTED.has(code)) model.surprises.push(`${tab.name}: ${code} in ${step.ops.map((op) => op.op).join()}`);
  }
}

function held(tab: SimTab, model: Model, list: readonly string[], chance: () => number): string | null {
  const space = tab.running.parts.kernel.spaces.get(model.space);
  if (!space) return null;
  for (let i = 0; i < 4 && list.length > 0; i++) {
    const id = list[Math.floor(chance() * list.length)]!;
    if (fragmentOfNode(space, id)) return id;
  }
  return null;
}

function plan(tab: SimTab, model: Model, chance: () => number): Step | null {
  const node = held(tab, model, model.nodes, chance);
  const roll = chance();
  const tag = `${tab.name}-${model.serial++}`;
  if (node === null || roll < 0.25) return create(tab, model, chance, tag);
  const other = held(tab, model, model.nodes, chance) ?? node;
  if (roll < 0.35) return { ops: [{ op: 'node.set', id: node, props: { [`p${Math.floor(chance() * 3)}`]: tag } }], effects: [] };
  if (roll < 0.4) return { ops: [{ op: chance() < 0.5 ? 'node.delete' : 'node.restore', id: node }], effects: [] };
  if (roll < 0.48) return count(model, chance, node);
  if (roll < 0.54) return { ops: [{ op: 'max.set', id: node, key: 'm', n: model.serial }], effects: [{ kind: 'max', node, key: 'm', value: model.serial }] };
  if (roll < 0.62) return { ops: [{ op: 'set.add', id: node, prop: 's', value: tag }], effects: [{ kind: 'member', node, key: 's', value: tag }] };
  if (roll < 0.66) return { ops: [{ op: chance() < 0.5 ? 'set.add' : 'set.remove', id: node, prop: 'flip', value: Math.floor(chance() * 3) }], effects: [] };
  if (roll < 0.72) return { ops: [{ op: 'edge.add', type: 'link@1', from: node, to: other, personal: true }], effects: [] };
  if (roll < 0.76) return { ops: [{ op: 'edge.add', type: 'multi@1', from: node, to: other, multi: true, props: { tag } }], effects: [{ kind: 'edge', node, key: 'tag', value: tag }] };
  if (roll < 0.8) return { ops: [{ op: 'pos.set', id: node, parent: other === node ? null : other }], effects: [] };
  return splice(tab, model, chance, tag) ?? create(tab, model, chance, tag);
}

function create(tab: SimTab, model: Model, chance: () => number, tag: string): Step {
  const type = chance() < 0.4 ? 'doc@1' : 'chat/message@1';
  const many = chance() < 0.1 ? 1 + Math.floor(chance() * 30) : 0;
  const ops: Op[] = [{ op: 'node.create', type, props: { text: tag }, verb: 'chat/message.send@1' }];
  for (let i = 0; i < many; i++) ops.push({ op: 'node.create', type: 'chat/message@1', props: { text: `${tag}/${i}`, n: i } });
  const known = model.fragments.filter((fragment) => tab.running.parts.kernel.spaces.get(model.space)?.fragments.get(fragment));
  const into = chance() < 0.4 && known.length > 0 ? known[Math.floor(chance() * known.length)]! : undefined;
  return {
    ops, effects: [{ kind: 'node', node: '', key: 'text', value: tag }], ...(into === undefined ? {} : { into }),
    after(ids) {
      (type === 'doc@1' ? model.docs : model.nodes).push(ids[0]!);
      if (type === 'doc@1') model.nodes.push(ids[0]!);
    },
  };
}

function count(model: Model, chance: () => number, node: string): Step {
  const n = 1 + Math.floor(chance() * 5);
  const key = `${node}/c`;
  return {
    ops: [{ op: 'count.add', id: node, key: 'c', n }], effects: [{ kind: 'count', node, key: 'c', value: n }],
    after: () => void model.counted.set(key, (model.counted.get(key) ?? 0) + n),
  };
}

/** A token at either end of a text (never torn apart by others), or a free edit in a text nobody checks. */
function splice(tab: SimTab, model: Model, chance: () => number, tag: string): Step | null {
  const space = tab.running.parts.kernel.spaces.get(model.space);
  const free = chance() < 0.4;
  const id = held(tab, model, free ? model.nodes.filter((node) => !model.docs.includes(node)) : model.docs, chance);
  const home = id === null || !space ? null : fragmentOfNode(space, id);
  if (id === null || !home) return null;
  const { length } = home.graph.text(id);
  if (free) {
    const at = Math.floor(chance() * (length + 1));
    const remove = Math.floor(chance() * Math.min(4, length - at + 1));
    return { ops: [{ op: 'text.splice', id, at, remove, insert: chance() < 0.8 ? `${tag} ` : '' }], effects: [] };
  }
  const token = `«${tag}»`;
  return { ops: [{ op: 'text.splice', id, at: chance() < 0.5 ? 0 : length, remove: 0, insert: token }], effects: [{ kind: 'text', node: id, key: '', value: token }] };
}

/** Asks for "saved"; what was done before is marked when the answer comes and the tab lives. */
export function askSaved(tab: SimTab, model: Model): void {
  const before = model.effects.filter((effect) => effect.tab === tab && !effect.saved);
  tab.api.saved().then(() => {
    if (tab.alive) for (const effect of before) effect.saved = true;
  }, () => undefined);
}

/** Makes a new fragment; known once it is committed. */
export function makeFragment(tab: SimTab, model: Model): void {
  tab.api.graph(model.space).createFragment({ type: 'chat/channel@1', title: `room ${model.serial++}` }).then((id) => void model.fragments.push(id), () => undefined);
}

/** Does the tab show the effect? Sums are looked at elsewhere: here a counter only has to be there. */
export function shows(tab: SimTab, model: Model, effect: Effect): boolean {
  const space = tab.running.parts.kernel.spaces.get(model.space);
  const home = space && fragmentOfNode(space, effect.node);
  const view = home && space.source.view(home.key, effect.node);
  if (!view) return false;
  if (effect.kind === 'text') return home.graph.text(effect.node).includes(String(effect.value));
  if (effect.kind === 'member') return view.sets[effect.key]?.includes(effect.value) === true;
  if (effect.kind === 'max') return (view.max[effect.key] ?? 0) >= Number(effect.value);
  if (effect.kind === 'edge') return view.edges.some((edge) => edge.props[effect.key] === effect.value);
  return effect.kind === 'node';
}

/**
 * A disk was hurt: of what was confirmed as saved, only what another device shows is still promised, and what was said to be shared (TRUST P1: "saved"
 * survives a crash of the tab, "shared" the loss of the device). A record is shown only after it is on that device's disk.
 */
export function forgetLost(model: Model, hurt: SimDevice, devices: readonly SimDevice[], shared: ReadonlySet<Effect> = new Set()): void {
  const tabs = devices.filter((device) => device !== hurt).flatMap((device) => device.tabs);
  model.hurt.add(hurt);
  for (const effect of model.effects) {
    if (effect.gone || shared.has(effect) || !model.hurt.has(effect.tab.device)) continue;
    if (tabs.some((tab) => shows(tab, model, effect))) continue;
    effect.gone = true;
    if (effect.saved) model.lost++;
  }
}

/** Effects of a device whose node is said to be on other devices too. */
export async function saidShared(model: Model, device: SimDevice, wait: <T>(promise: Promise<T>) => Promise<T>): Promise<Set<Effect>> {
  const out = new Set<Effect>();
  for (const tab of device.tabs) {
    for (const effect of model.effects.filter((one) => one.tab === tab && one.saved && one.kind === 'node').slice(-8)) {
      const copies = await wait(tab.api.copies(effect.node));
      if (copies.state === 'shared') out.add(effect);
    }
  }
  return out;
}
