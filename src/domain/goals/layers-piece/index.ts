/**
 * The places of a large diagram as one piece of work that others may compute, as bytes: what goes out is numbers, and the answer is the same wherever it is
 * computed (dagre adds, takes away, multiplies, divides, compares and rounds; its order of things is that of the piece). Sizes are whole sixteenths. Pure; the
 * method itself is in src/domain/goals/layers.
 */
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import type { LayerPoint, Layers, LayersAsked } from '#domain/goals/layers';

/** The largest diagram that is computed, by whomever: more are no picture any more, on any screen. */
export const LAYERS_MOST = { things: 600, links: 1_200 } as const;

/** Rises when the method, or its library, may give other places: a device with another one gives none, and is no liar. */
export const LAYERS_VERSION = 1;

/** Steps of a place, of one of what the page counts in. */
const STEPS = 16;

const steps = (n: number): number => Math.round(n * STEPS);
const whole = (value: CborValue | undefined, from: number, to: number): value is number => typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
/** Of one thing, or of what is written on a line. */
const SIZE_MOST = 4_096;
/** Of a place: no picture is wider. */
const PLACE_MOST = 1_048_576;

/** [version, things, width, height, below each other 0 | 1, [[from, to, width of what is written]…]]. */
export const layersPiece = ({ count, width, height, down, links }: LayersAsked): Uint8Array => encodeCbor([LAYERS_VERSION, count, steps(width), steps(height), down ? 1 : 0, links.map(([from, to, label]) => [from, to, steps(label)])]);

/** What a piece asks; null for anything that is none. It comes from others. */
export function readLayersPiece(input: Uint8Array): LayersAsked | null {
  const value = tryDecodeCbor(input);
  if (!Array.isArray(value) || value.length !== 6) return null;
  const [version, count, width, height, down, list] = value;
  if (version !== LAYERS_VERSION || !whole(count, 1, LAYERS_MOST.things) || !whole(width, 1, SIZE_MOST) || !whole(height, 1, SIZE_MOST) || !whole(down, 0, 1) || !Array.isArray(list) || list.length > LAYERS_MOST.links) return null;
  const links = list.flatMap((one) => {
    const [from, to, label] = Array.isArray(one) && one.length === 3 ? one : [];
    return whole(from, 0, count - 1) && whole(to, 0, count - 1) && from !== to && whole(label, 0, SIZE_MOST) ? [[from, to, label / STEPS] as const] : [];
  });
  return links.length === list.length ? { count, width: width / STEPS, height: height / STEPS, down: down === 1, links } : null;
}

const flat = (points: readonly LayerPoint[]): number[] => points.flatMap(({ x, y }) => [steps(x), steps(y)]);

/** [width, height, [x, y…] of the things, [[x, y…] of its corners, [x, y] of what is written or []] of each line]. */
export const encodeLayers = ({ width, height, places, lines }: Layers): Uint8Array => encodeCbor([steps(width), steps(height), flat(places), lines.map(({ points, label }) => [flat(points), label ? flat([label]) : []])]);

function readPoints(value: CborValue | undefined): LayerPoint[] | null {
  if (!Array.isArray(value) || value.length % 2 !== 0 || !value.every((one) => whole(one, -PLACE_MOST, PLACE_MOST))) return null;
  const flatly = value as number[];
  return Array.from({ length: flatly.length / 2 }, (_, i) => ({ x: flatly[2 * i]! / STEPS, y: flatly[2 * i + 1]! / STEPS }));
}

/** The places that were answered to this question; null when these are none of it. */
export function readLayers(bytes: Uint8Array, { count, links }: LayersAsked): Layers | null {
  const value = tryDecodeCbor(bytes);
  if (!Array.isArray(value) || value.length !== 4) return null;
  const [width, height, things, list] = value;
  const places = readPoints(things);
  if (!whole(width, 0, PLACE_MOST) || !whole(height, 0, PLACE_MOST) || places?.length !== count || !Array.isArray(list) || list.length !== links.length) return null;
  const lines = list.flatMap((one) => {
    const [points, label] = Array.isArray(one) && one.length === 2 ? one.map(readPoints) : [];
    return points && label && label.length <= 1 ? [{ points, label: label[0] ?? null }] : [];
  });
  return lines.length === links.length ? { width: width / STEPS, height: height / STEPS, places, lines } : null;
}
