/** Rule 5 of TRUST 2.4: survivors in causal order, ties: revoke first, then stronger, then smaller id; rights are checked again at each step. */
import type { AclNode, AclState, Dead } from './acl-model.ts';
import { applyRecord, forkState, type Graph, roleAfterGrant } from './apply.ts';
import { setHas } from './causality.ts';
import { leavesNoOwner, permits } from './permit.ts';
import { compareStrength, outranks } from './seniority.ts';

/** The state after the window, starting from the state all of it follows. `dead` holds what rules 3 and 4 killed. */
export function replay(base: AclState, window: readonly AclNode[], dead: ReadonlyMap<string, Dead>, graph: Graph): AclState {
  const state = forkState(base);
  for (const [id, why] of dead) state.dead.set(id, why);
  for (const node of replayOrder(window)) {
    if (dead.has(node.id)) continue;
    if (permits(state, { record: node, phase: 'replay', lowers: node.lowers }) && keepsAnOwner(state, node, graph) && !lowersUnasked(state, node, graph)) applyRecord(state, node, graph);
    else state.dead.set(node.id, { rule: 5, why: 'no right at its place in the replay', by: null });
  }
  return state;
}

function keepsAnOwner(state: AclState, node: AclNode, graph: Graph): boolean {
  if (node.grants === null) return true;
  return !leavesNoOwner(state, state.members.get(node.grants.to), roleAfterGrant(state, node, graph));
}

/** A grant to somebody who was gone in its past, by a removal that died: it lowers who never left, so it needs the right to. */
function lowersUnasked(state: AclState, node: AclNode, graph: Graph): boolean {
  const target = node.grants === null || node.lowers ? undefined : state.members.get(node.grants.to);
  const author = state.members.get(node.author);
  return target !== undefined && author !== undefined && roleAfterGrant(state, node, graph) < target.role && !outranks(author, target);
}

/** Kahn's order with a heap; dead records keep their place so that they still order the others. */
function replayOrder(window: readonly AclNode[]): AclNode[] {
  const inside = new Set(window.map((node) => node.id));
  const missing = new Map<string, number>();
  const followers = new Map<string, AclNode[]>();
  const ready: AclNode[] = [];
  for (const node of window) {
    const needs = node.deps.filter((id) => inside.has(id));
    missing.set(node.id, needs.length);
    for (const id of needs) {
      const list = followers.get(id);
      if (list) list.push(node);
      else followers.set(id, [node]);
    }
    if (needs.length === 0) push(ready, node);
  }
  const out: AclNode[] = [];
  for (let node = pop(ready); node !== null; node = pop(ready)) {
    out.push(node);
    for (const next of followers.get(node.id) ?? []) {
      const left = missing.get(next.id)! - 1;
      missing.set(next.id, left);
      if (left === 0) push(ready, next);
    }
  }
  return out;
}

/** Ties of the replay; negative = earlier. */
export function compareReplay(a: AclNode, b: AclNode): number {
  return (b.revokes !== null ? 1 : 0) - (a.revokes !== null ? 1 : 0) || compareStrength(a, b);
}

function push(heap: AclNode[], node: AclNode): void {
  let at = heap.push(node) - 1;
  while (at > 0) {
    const up = (at - 1) >> 1;
    if (compareReplay(heap[up]!, node) <= 0) break;
    heap[at] = heap[up]!;
    at = up;
  }
  heap[at] = node;
}

function pop(heap: AclNode[]): AclNode | null {
  const top = heap[0];
  const last = heap.pop();
  if (!top || !last) return null;
  if (heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && compareReplay(heap[child + 1]!, heap[child]!) < 0) child++;
    if (compareReplay(last, heap[child]!) <= 0) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return top;
}

/** True when `a` is in the past of `b`. */
export function inPast(a: AclNode, b: AclNode): boolean {
  return setHas(b.past, a.index);
}
