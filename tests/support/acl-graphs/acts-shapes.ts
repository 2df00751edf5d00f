/** Acts of random acl graphs with shapes: owners say of what kind properties are, others try to. */
import type { Turn } from './acts.ts';
import { TYPES } from './oracle-shapes.ts';
import { OWNER, type SpecOp, type SpecShape } from './spec.ts';

const KINDS = ['text', 'text:4', 'number', 'whole', 'bool', 'id'] as const;

function someShape({ world }: Turn, kinds: readonly string[]): SpecShape {
  const kind = (): string => world.pick(kinds)!;
  const shape = world.pick<() => Record<string, string>>([() => ({ text: kind() }), () => ({ rank: kind() }), () => ({ text: kind(), rank: kind() })])!;
  return [world.draw(TYPES.length), world.rarely(5) ? null : shape()];
}

/** Of kinds that are none, of what the space itself is written with, or of nothing: it counts as none. */
function oddShape(turn: Turn): SpecShape {
  const { world } = turn;
  return world.pick<() => SpecShape>([() => someShape(turn, ['word', 'text:0', 'text:']), () => [0, { title: 'text', text: 'bool' }], () => [world.draw(TYPES.length), {}]])!();
}

/** One or two shapes anew. */
export function shape(turn: Turn): SpecOp[] | null {
  const { world } = turn;
  if (turn.me?.role !== OWNER) return null;
  return [{ t: 'policy', shapes: [someShape(turn, KINDS), ...(world.rarely(2) ? [world.rarely(3) ? oddShape(turn) : someShape(turn, KINDS)] : [])] }];
}

/** By whom it may be, whatever it is. */
export function wildShape(turn: Turn): SpecOp[] {
  const { world } = turn;
  const shapes = [world.rarely(2) ? oddShape(turn) : someShape(turn, KINDS)];
  return [{ t: 'policy', shapes, ...(world.rarely(4) ? { on: [[world.draw(3), 2]] as const } : {}) }];
}
