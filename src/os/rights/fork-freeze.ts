/**
 * Forks inside the acl fragment (FORMATS 5): two records of one writer at one seq. Where both are in the past, everything of that writer from the
 * fork on has no effect until an admin's fork.resolve names the branch heads to keep; then the slot is closed.
 */
import type { AclNode } from './acl-model.ts';
import { setHas } from './causality.ts';

/** Which records belong to which log. Grows with the graph. */
export class ForkIndex {
  private readonly logs = new Map<string, AclNode[]>();
  /** Greatest seq of each log: what comes above it is new to a log without a fork, however long that is. */
  private readonly tops = new Map<string, number>();
  private readonly forked = new Set<string>();

  add(node: AclNode): void {
    if (node.writer === undefined || node.seq === undefined) return;
    const log = this.logs.get(node.writer);
    if (!log) {
      this.logs.set(node.writer, [node]);
      this.tops.set(node.writer, node.seq);
      return;
    }
    const top = this.tops.get(node.writer)!;
    if (node.seq > top) this.tops.set(node.writer, node.seq);
    else if (log.some((other) => other.seq === node.seq)) this.forked.add(node.writer);
    log.push(node);
  }

  /** True when no log is forked: the usual case, for free. */
  get clean(): boolean {
    return this.forked.size === 0;
  }

  /** Records of the set that a fork visible in the set holds back, by writer. */
  heldBack(set: Uint32Array): Map<string, AclNode[]> {
    const out = new Map<string, AclNode[]>();
    for (const writer of this.forked) {
      const inside = this.logs.get(writer)!.filter((node) => setHas(set, node.index));
      const first = firstFork(inside);
      if (first !== null) out.set(writer, inside.filter((node) => node.seq! >= first));
    }
    return out;
  }

  /** True when the record is the twin of one in its own past: with it the fork shows, also to those who hold nothing else. */
  reveals(node: AclNode): boolean {
    return node.writer !== undefined && this.forked.has(node.writer) && this.logs.get(node.writer)!.some((other) => other.seq === node.seq && setHas(node.past, other.index));
  }

  /** True when the past shows a fork of the writer, or already a record of it at this seq or later. */
  spoiled(writer: string | undefined, seq: number | undefined, past: Uint32Array): boolean {
    if (writer === undefined || seq === undefined) return false;
    if (seq > (this.tops.get(writer) ?? -1) && !this.forked.has(writer)) return false;
    const inside = this.logs.get(writer)?.filter((node) => setHas(past, node.index)) ?? [];
    return inside.some((node) => node.seq! >= seq) || firstFork(inside) !== null;
  }
}

function firstFork(nodes: readonly AclNode[]): number | null {
  const seen = new Set<number>();
  let first: number | null = null;
  for (const node of nodes) {
    if (seen.has(node.seq!) && (first === null || node.seq! < first)) first = node.seq!;
    seen.add(node.seq!);
  }
  return first;
}

/** Held back records that the settlements keep: a named branch head, or in the past of one. */
export function keptOf(held: readonly AclNode[], keep: readonly string[]): AclNode[] {
  const heads = held.filter((node) => keep.includes(node.id));
  return held.filter((node) => heads.some((head) => head === node || setHas(head.past, node.index)));
}
