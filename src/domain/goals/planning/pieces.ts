/** A forecast in pieces that others may compute: each under a seed of its own, so that the whole is the same whoever did which. Names of tasks stay here: what goes out is numbers. */
import { atOnce, type Steps } from '#base/steps';
import { tryDecodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { forecastSteps } from './forecast.ts';
import { LINK_KINDS, networkOf, type LinkKind, type PlanLink, type PlanTask } from './network.ts';

/** Runs in a piece. */
export const PIECE_RUNS = 500;

const number = (value: CborValue | undefined): value is number => typeof value === 'number' && Number.isFinite(value);

/** One piece: [seed, runs, [[duration, earliest | null, [low, likely, high] | null]…], [[from, to, kind, lag]…]]. */
export function pieceOf({ tasks, links }: { readonly tasks: readonly PlanTask[]; readonly links: readonly PlanLink[] }, seed: string): Uint8Array {
  const at = new Map(tasks.map(({ id }, i) => [id, i]));
  return encodeCbor([
    seed, PIECE_RUNS,
    tasks.map(({ duration, notBefore, estimate }) => [duration, notBefore ?? null, estimate ? [...estimate] : null]),
    links.flatMap(({ from, to, kind, lag }) => (at.has(from) && at.has(to) ? [[at.get(from)!, at.get(to)!, LINK_KINDS.indexOf(kind), lag]] : [])),
  ]);
}

/** What a piece asks; null for anything that is none. It comes from others. */
function readPiece(input: Uint8Array): { seed: string; runs: number; tasks: PlanTask[]; links: PlanLink[] } | null {
  const value = tryDecodeCbor(input);
  if (!Array.isArray(value) || value.length !== 4) return null;
  const [seed, runs, tasks, links] = value;
  if (typeof seed !== 'string' || seed.length > 200 || !number(runs) || runs < 1 || runs > PIECE_RUNS || !Number.isInteger(runs) || !Array.isArray(tasks) || !Array.isArray(links)) return null;
  const readTask = (one: CborValue, i: number): PlanTask | null => {
    if (!Array.isArray(one) || one.length !== 3) return null;
    const [duration, notBefore, estimate] = one;
    if (!number(duration) || duration < 0 || (notBefore !== null && !number(notBefore))) return null;
    if (estimate !== null && !(Array.isArray(estimate) && estimate.length === 3 && estimate.every(number))) return null;
    return { id: `${i}`, duration, ...(notBefore !== null && { notBefore: notBefore as number }), ...(estimate !== null && { estimate: estimate as unknown as [number, number, number] }) };
  };
  const readLink = (one: CborValue, i: number): PlanLink | null => {
    if (!Array.isArray(one) || one.length !== 4 || !one.every(number)) return null;
    const [from, to, kind, lag] = one as number[];
    const named: LinkKind | undefined = LINK_KINDS[kind!];
    return named === undefined || from! >= tasks.length || to! >= tasks.length || from! < 0 || to! < 0 ? null : { id: `${i}`, from: `${from}`, to: `${to}`, kind: named, lag: lag! };
  };
  const [readTasks, readLinks] = [tasks.map(readTask), links.map(readLink)];
  if (readTasks.includes(null) || readLinks.includes(null)) return null;
  return { seed, runs, tasks: readTasks as PlanTask[], links: readLinks as PlanLink[] };
}

/** The ends of the runs of a piece, sorted, 8 bytes each; null for what is no piece. Exact everywhere: only + − × ÷ √ are in it. */
export function runPiece(input: Uint8Array): Uint8Array | null {
  return atOnce(pieceSteps(input));
}

/** The same in steps: the piece is read, its network made, its chances drawn; then run by run. */
export function* pieceSteps(input: Uint8Array): Steps<Uint8Array | null> {
  const piece = readPiece(input);
  if (!piece) return null;
  yield;
  const network = networkOf(piece.tasks, piece.links);
  yield;
  const { ends } = yield* forecastSteps(network, piece);
  const out = new DataView(new ArrayBuffer(ends.length * 8));
  ends.forEach((end, i) => out.setFloat64(i * 8, end, true));
  return new Uint8Array(out.buffer);
}

export interface PiecesForecast {
  readonly runs: number;
  readonly p10: number;
  readonly p50: number;
  readonly p80: number;
  readonly p90: number;
}

/** All pieces together. */
export function gatherPieces(results: readonly Uint8Array[]): PiecesForecast {
  const ends = new Float64Array(results.reduce((sum, { length }) => sum + Math.floor(length / 8), 0));
  let at = 0;
  for (const one of results) {
    const view = new DataView(one.buffer, one.byteOffset, one.byteLength);
    for (let i = 0; i + 8 <= one.byteLength; i += 8) ends[at++] = view.getFloat64(i, true);
  }
  ends.sort();
  const by = (percent: number): number => ends[Math.max(0, Math.ceil((ends.length * percent) / 100) - 1)] ?? 0;
  return { runs: ends.length, p10: by(10), p50: by(50), p80: by(80), p90: by(90) };
}
