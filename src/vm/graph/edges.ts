/**
 * Edges of one fragment: observed-remove by operation ids, properties as registers that outlive removal, and two indexes
 * (out of a node, into a target) that hold live edges only.
 */
import type { CborValue } from '#vm/protocol/types';
import { compareKeys, keyOf } from './keys.ts';
import { observedKey } from './or-set.ts';
import { Registers, compareAt, wins, type At } from './registers.ts';

interface Add {
  readonly operation: string;
  readonly type: string;
  readonly from: string;
  readonly to: CborValue;
  readonly at: At;
}

/** Key of a reference: node, fragment/node or space/fragment/node in base64url. */
export function referenceKey(to: CborValue): string {
  return to instanceof Uint8Array ? keyOf(to) : (to as Uint8Array[]).map(keyOf).join('/');
}

/** A reference whose bytes do not pin the payload they came in. */
function ownReference(to: CborValue): CborValue {
  return to instanceof Uint8Array ? to.slice() : (to as Uint8Array[]).map((part) => part.slice());
}

/** One edge; `live` decides whether it shows. */
export class EdgeState {
  adds: Add[] = [];
  removed: Set<string> | null = null;
  /** The greatest live add: type, from and to of the edge; null = removed or not yet added. */
  live: Add | null = null;
  readonly props = new Registers();
  /** Own operations not sealed yet. */
  pending = 0;

  constructor(readonly key: string) {}

  /** Stores an add; true when what shows may have changed. */
  add(add: Add): boolean {
    if (this.removed !== null && this.removed.has(add.operation)) return false;
    for (let i = 0; i < this.adds.length; i++) {
      const known = this.adds[i]!;
      if (known.operation !== add.operation) continue;
      if (!wins([add.type, add.from, add.to], add.at, [known.type, known.from, known.to], known.at)) return false;
      this.adds.splice(i, 1);
      break;
    }
    this.adds.push(add);
    return true;
  }

  remove(observed: readonly CborValue[]): boolean {
    this.removed ??= new Set();
    for (const entry of observed) this.removed.add(observedKey(entry));
    const before = this.adds.length;
    if (before > 0) this.adds = this.adds.filter((add) => !this.removed!.has(add.operation));
    return this.adds.length !== before;
  }

  /** The add to show now. */
  greatest(): Add | null {
    let best: Add | null = null;
    for (const add of this.adds) {
      if (best === null || compareAt(add.at, best.at) > 0) best = add;
      else if (compareAt(add.at, best.at) === 0 && wins([add.type, add.from, add.to], add.at, [best.type, best.from, best.to], best.at)) best = add;
    }
    return best;
  }

  /** Operation ids of the live adds, sorted: what a remove made now observes. */
  observed(): string[] {
    return this.adds.map((add) => add.operation).sort();
  }
}

const NONE: ReadonlySet<string> = new Set();

export class Edges {
  readonly all = new Map<string, EdgeState>();
  private readonly out = new Map<string, Set<string>>();
  private readonly into = new Map<string, Set<string>>();

  get(key: string): EdgeState | null {
    return this.all.get(key) ?? null;
  }

  /** The edge, made when it is not there yet. */
  at(key: string): EdgeState {
    let edge = this.all.get(key);
    if (edge === undefined) this.all.set(key, (edge = new EdgeState(key)));
    return edge;
  }

  add(key: string, operation: string, type: string, from: string, to: CborValue, at: At): EdgeState {
    const edge = this.at(key);
    if (edge.add({ operation, type, from, to: ownReference(to), at })) this.reindex(edge);
    return edge;
  }

  remove(key: string, observed: readonly CborValue[]): EdgeState {
    const edge = this.at(key);
    if (observed.length > 0 && edge.remove(observed)) this.reindex(edge);
    return edge;
  }

  reindex(edge: EdgeState): void {
    const old = edge.live;
    const next = edge.greatest();
    if (old === next) return;
    edge.live = next;
    if (old !== null) {
      unlink(this.out, old.from, edge.key);
      unlink(this.into, referenceKey(old.to), edge.key);
    }
    if (next !== null) {
      link(this.out, next.from, edge.key);
      link(this.into, referenceKey(next.to), edge.key);
    }
  }

  /** Keys of the live edges out of a node, in no fixed order. */
  from(node: string): ReadonlySet<string> {
    return this.out.get(node) ?? NONE;
  }

  /** Keys of the live edges into a target (referenceKey), in no fixed order. */
  to(target: string): ReadonlySet<string> {
    return this.into.get(target) ?? NONE;
  }

  /** Live edges out of a node, sorted by id bytes. */
  sortedFrom(node: string): EdgeState[] {
    const keys = this.out.get(node);
    if (keys === undefined) return [];
    return [...keys].sort(compareKeys).map((key) => this.all.get(key)!);
  }
}

function link(index: Map<string, Set<string>>, key: string, edge: string): void {
  const set = index.get(key);
  if (set === undefined) index.set(key, new Set([edge]));
  else set.add(edge);
}

function unlink(index: Map<string, Set<string>>, key: string, edge: string): void {
  const set = index.get(key);
  if (set === undefined) return;
  set.delete(edge);
  if (set.size === 0) index.delete(key);
}
