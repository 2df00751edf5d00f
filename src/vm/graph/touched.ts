/** What a batch of operations touched, for views and events. */
export interface Touched {
  readonly nodes: Set<string>;
  readonly edges: Set<string>;
  /** Nodes that got their first node.create in this batch. */
  readonly created: Set<string>;
}

export function noneTouched(): Touched {
  return { nodes: new Set(), edges: new Set(), created: new Set() };
}
