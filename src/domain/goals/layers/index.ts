/**
 * Where the things of a dependency diagram stand: in layers, each behind all it waits for, with as few crossings as can be had soon (Sugiyama's method, by
 * dagre). Sizes are whatever the page counts in. Runs in a worker (workers/layers.worker.ts); names stay outside: things are numbers.
 */
import { Graph, layout } from '@dagrejs/dagre';
import { encodeLayers, readLayersPiece } from '#domain/goals/layers-piece';

export interface LayersAsked {
  /** How many things, all of one size. */
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** From the one that comes first to the one that waits; with the width of what is written on the line, 0: nothing. */
  readonly links: readonly (readonly [from: number, to: number, label: number])[];
  /** Layers below each other; else side by side. */
  readonly down: boolean;
}

export interface LayerPoint {
  readonly x: number;
  readonly y: number;
}

export interface Layers {
  readonly width: number;
  readonly height: number;
  /** Upper left corners, in the order of the things. */
  readonly places: readonly LayerPoint[];
  /** Corners of each line, in the order of the links, and the middle of what is written on it. */
  readonly lines: readonly { readonly points: readonly LayerPoint[]; readonly label: LayerPoint | null }[];
}

const GAP = 0.75;
const BETWEEN = 2.5;
const EDGE = 1;
const LABEL_HEIGHT = 1;

/** Nobody wants the places any more. */
class Unwanted extends Error {}

/**
 * The method is one call of dagre that may take seconds, and gives no place to leave it. But it asks its graphs for their nodes all the time, each of them an object
 * of the one class it exports: there it is left. Nothing else runs on this thread meanwhile. Null: it was.
 */
function whileWanted<T>(wanted: () => boolean, work: () => T): T | null {
  const held = Object.getOwnPropertyDescriptor(Graph.prototype, 'node')!;
  const node = held.value as (this: unknown, name: string) => unknown;
  Object.defineProperty(Graph.prototype, 'node', {
    ...held,
    value(this: unknown, name: string) {
      if (!wanted()) throw new Unwanted();
      return node.call(this, name);
    },
  });
  try {
    return work();
  } catch (error) {
    if (error instanceof Unwanted) return null;
    throw error;
  } finally {
    Object.defineProperty(Graph.prototype, 'node', held);
  }
}

/** The layout. Links that close a circle lead back. */
export function layersOf({ count, width, height, links, down }: LayersAsked): Layers {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: down ? 'TB' : 'LR', nodesep: GAP, ranksep: BETWEEN, edgesep: GAP, marginx: EDGE, marginy: EDGE });
  for (let i = 0; i < count; i++) graph.setNode(`${i}`, { width, height });
  links.forEach(([from, to, label], i) => graph.setEdge(`${from}`, `${to}`, label > 0 ? { width: label, height: LABEL_HEIGHT, labelpos: 'c' } : {}, `${i}`));
  layout(graph);
  const all = graph.graph();
  const point = ({ x, y }: LayerPoint): LayerPoint => ({ x, y });
  return {
    width: all.width ?? 0, height: all.height ?? 0,
    places: Array.from({ length: count }, (_, i) => {
      const { x, y } = graph.node(`${i}`) as LayerPoint;
      return { x: x - width / 2, y: y - height / 2 };
    }),
    lines: links.map(([from, to, label], i) => {
      const edge = graph.edge(`${from}`, `${to}`, `${i}`) as unknown as { points?: LayerPoint[]; x?: number; y?: number };
      return { points: (edge.points ?? []).map(point), label: label > 0 && edge.x !== undefined && edge.y !== undefined ? { x: edge.x, y: edge.y } : null };
    }),
  };
}

/** The answer to a piece; null for what is none. `wanted` is asked all the time: told no, it ends there and then, and there is none. */
export function runLayersPiece(input: Uint8Array, wanted: () => boolean = () => true): Uint8Array | null {
  const asked = readLayersPiece(input);
  return asked && whileWanted(wanted, () => encodeLayers(layersOf(asked)));
}
