/**
 * Loops over a whole graph, in whole numbers: who is near, and who matters. The twin of what adapters/fast-loops has in WebAssembly, and what works without it. A graph is two lists: the
 * neighbours of row r are `ends[starts[r]]` to `ends[starts[r + 1] - 1]`. Pure.
 */

export interface Links {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Far away: not reached within the steps. */
export const FAR = 0xffff;

/** Links of a list of pairs; those of one row in the order of the list. Pairs outside are left out. */
export function linksOf(rows: number, pairs: readonly (readonly [from: number, to: number])[]): Links {
  const good = pairs.filter(([from, to]) => from >= 0 && from < rows && to >= 0 && to < rows);
  const starts = new Uint32Array(rows + 1);
  for (const [from] of good) starts[from + 1]!++;
  for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!;
  const [ends, next] = [new Uint32Array(good.length), starts.slice()];
  for (const [from, to] of good) ends[next[from]!++] = to;
  return { starts, ends };
}

export interface GraphLoops {
  /** Steps from a row to every row, FAR where there are more than `steps` (at most 65,534) or no way. */
  around(row: number, steps: number): Uint16Array;
  /** How much each row matters: who is linked to by those who matter, does. All together 1. */
  weights(rounds: number, keep: number): Float64Array;
}

/** The loops in TypeScript. */
export function plainLoops({ starts, ends }: Links): GraphLoops {
  const rows = starts.length - 1;
  return {
    around(row, steps) {
      const far = new Uint16Array(rows).fill(FAR);
      if (row < 0 || row >= rows) return far;
      const queue = new Uint32Array(rows);
      far[row] = 0;
      queue[0] = row;
      for (let head = 0, tail = 1; head < tail; head++) {
        const at = queue[head]!;
        const step = far[at]! + 1;
        if (step > steps) break;
        for (let i = starts[at]!; i < starts[at + 1]!; i++) {
          const to = ends[i]!;
          if (far[to] !== FAR) continue;
          far[to] = step;
          queue[tail++] = to;
        }
      }
      return far;
    },
    weights(rounds, keep) {
      let now = new Float64Array(rows).fill(rows === 0 ? 0 : 1 / rows);
      let next = new Float64Array(rows);
      for (let round = 0; round < rounds; round++) {
        next.fill(0);
        let lost = 0;
        for (let row = 0; row < rows; row++) {
          const [from, to] = [starts[row]!, starts[row + 1]!];
          if (from === to) lost += now[row]!;
          const share = now[row]! / (to - from);
          for (let i = from; i < to; i++) next[ends[i]!]! += share;
        }
        const rest = (1 - keep + keep * lost) / rows;
        for (let row = 0; row < rows; row++) next[row] = rest + keep * next[row]!;
        [now, next] = [next, now];
      }
      return now;
    },
  };
}
