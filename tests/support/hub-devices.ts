/** Devices of one person that hold the nodes of the Hub: their operations merge by the sets of the graph itself, whatever order they come in. */
import type { NodeView, Op } from '#os/api';
import { OrSet } from '#vm/graph/or-set';
import { HUB, hubMarkId, hubMarkOf, type HubMark, type Marks } from '#domain/hub';
import { NO_MARK, type ReadMark } from '#domain/shared';
import { nodeView } from './node-view.ts';

type Step = { readonly id: string } & ({ readonly kind: 'add'; readonly prop: string; readonly value: string; readonly key: string } | { readonly kind: 'remove'; readonly prop: string; readonly value: string; readonly observed: readonly string[] } | { readonly kind: 'max'; readonly key: string; readonly n: number } | { readonly kind: 'set'; readonly props: Record<string, unknown>; readonly key: string });

const entry = (key: string): Uint8Array[] => [key.slice(0, 8), key.slice(8)].map((part) => Uint8Array.from(part, (letter) => letter.charCodeAt(0)));
let serial = 0;

export class HubDevice {
  readonly #sets = new Map<string, Map<string, OrSet>>();
  readonly #max = new Map<string, Record<string, number>>();
  readonly #props = new Map<string, Map<string, { value: unknown; key: string }>>();
  readonly log: Step[] = [];
  /** How far each other device was heard. */
  readonly heard = new Map<HubDevice, number>();
  read: ReadMark = NO_MARK;

  node(id: string): NodeView | undefined {
    if (!this.#props.has(id)) return undefined;
    const sets = Object.fromEntries([...(this.#sets.get(id) ?? [])].map(([prop, set]) => [prop, set.values() as string[]]));
    return nodeView({ id, type: HUB, sets, max: this.#max.get(id) ?? {}, props: Object.fromEntries([...this.#props.get(id)!].map(([name, { value }]) => [name, value as string])) });
  }

  mark(space: string, fragment: string): HubMark {
    return hubMarkOf(this.node(hubMarkId(space, fragment)));
  }

  get marks(): Marks {
    return { hub: (space, fragment) => this.mark(space, fragment), read: () => this.read };
  }

  act(ops: readonly Op[]): void {
    for (const op of ops) {
      const key = String(serial++).padStart(16, '0');
      if (op.op === 'node.create') this.#take({ kind: 'set', id: op.id!, props: op.props, key });
      else if (op.op === 'node.set') this.#take({ kind: 'set', id: op.id, props: op.props, key });
      else if (op.op === 'set.add') this.#take({ kind: 'add', id: op.id, prop: op.prop, value: op.value as string, key });
      else if (op.op === 'set.remove') this.#take({ kind: 'remove', id: op.id, prop: op.prop, value: op.value as string, observed: this.#sets.get(op.id)?.get(op.prop)?.observed(op.value as string) ?? [] });
      else if (op.op === 'max.set') this.#take({ kind: 'max', id: op.id, key: op.key, n: op.n });
      else throw new Error(op.op);
    }
  }

  /** Hears all that the other did, and what it had heard of third ones stays with them. */
  hear(other: HubDevice): void {
    for (const step of other.log.slice(this.heard.get(other) ?? 0)) this.#apply(step);
    this.heard.set(other, other.log.length);
  }

  #take(step: Step): void {
    this.log.push(step);
    this.#apply(step);
  }

  #apply(step: Step): void {
    if (!this.#props.has(step.id)) this.#props.set(step.id, new Map());
    if (step.kind === 'max') {
      const max = this.#max.get(step.id) ?? {};
      this.#max.set(step.id, { ...max, [step.key]: Math.max(max[step.key] ?? -1, step.n) });
    } else if (step.kind === 'set') {
      const props = this.#props.get(step.id)!;
      for (const [name, value] of Object.entries(step.props)) if (step.key > (props.get(name)?.key ?? '')) props.set(name, { value, key: step.key });
    } else {
      const sets = this.#sets.get(step.id) ?? new Map<string, OrSet>();
      this.#sets.set(step.id, sets);
      const set = sets.get(step.prop) ?? new OrSet();
      sets.set(step.prop, set);
      if (step.kind === 'add') set.add(step.value, step.key);
      else set.remove(step.value, step.observed.map(entry));
    }
  }
}
