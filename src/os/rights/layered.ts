/** A map that is cheap to branch: each state of the acl graph shares everything but its own changes with the state before it. */

/** Layers before a branch is copied flat: bounds the cost of a read. */
const MAX_LAYERS = 16;

/** Keys are texts; a value of null marks a removed key. Write only to a layer nobody has branched from. */
export class Layered<V> {
  private constructor(
    private readonly base: Layered<V> | null,
    private readonly own: Map<string, V | null>,
    private readonly layers: number,
  ) {}

  /** An empty map. */
  static empty<V>(): Layered<V> {
    return new Layered<V>(null, new Map(), 1);
  }

  /** A branch: reads fall through to this map, writes stay in the branch. */
  fork(): Layered<V> {
    if (this.own.size === 0 && this.base !== null) return new Layered<V>(this.base, new Map(), this.layers);
    if (this.layers < MAX_LAYERS) return new Layered<V>(this, new Map(), this.layers + 1);
    return new Layered<V>(new Layered<V>(null, new Map(this.entries()), 1), new Map(), 2);
  }

  get(key: string): V | undefined {
    for (let layer: Layered<V> | null = this; layer !== null; layer = layer.base) {
      const value = layer.own.get(key);
      if (value !== undefined) return value === null ? undefined : value;
    }
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: V): void {
    this.own.set(key, value);
  }

  delete(key: string): void {
    this.own.set(key, null);
  }

  /** All pairs; the order is not defined. */
  entries(): [string, V][] {
    const out: [string, V][] = [];
    const seen = new Set<string>();
    for (let layer: Layered<V> | null = this; layer !== null; layer = layer.base) {
      for (const [key, value] of layer.own) {
        if (seen.has(key)) continue;
        seen.add(key);
        if (value !== null) out.push([key, value]);
      }
    }
    return out;
  }
}
