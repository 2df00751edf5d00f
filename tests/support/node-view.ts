/** A NodeView with defaults, for tests of domain and view. */
import type { NodeView } from '#os/api';

let serial = 0;

/** Stamps and times begin anew: for a file whose tests compare them with numbers. */
export const nodeViewsAnew = (): void => void (serial = 0);

/** The node; every call has a later stamp. */
export function nodeView(part: Partial<NodeView> = {}): NodeView {
  const n = ++serial;
  return {
    state: 'here', id: `node${n}`, space: 'space', fragment: 'fragment', type: 'chat/message@1', deleted: false, props: {}, sets: {}, max: {}, counts: {}, parent: null, ord: null, edges: [], hasText: false,
    createdAt: 1_000_000 + n * 1000, createdBy: 'me', updatedAt: 1_000_000 + n * 1000, updatedBy: 'me', writer: 'writer', seq: n, stamp: String(n).padStart(8, '0'), saved: true, newer: false, ...part,
  };
}
