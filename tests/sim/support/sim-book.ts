/** What campaigns found, a line for each seed: a full campaign that was cut off goes on where it stood, and parts of it run one after another make one page. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SimMode } from './sim-options.ts';
import type { SimResult } from './sim-run.ts';

export interface SeedRow {
  readonly mode: SimMode;
  readonly seed: number;
  /** Of the worker that ran it (buildOf). */
  readonly build: string;
  readonly cpuMs: number;
  readonly result: SimResult | null;
  /** Null: it passed. */
  readonly failure: string | null;
  readonly replayed: boolean;
}

export interface HuntReport {
  readonly name: string;
  readonly file: string;
  /** Null: not found. */
  readonly seed: number | null;
  readonly tried: number;
  readonly command: string;
  readonly sign: string;
  readonly build?: string;
}

export interface RunBook {
  /** What was found before by the same build, or by any; of what failed nothing, so that it runs again. */
  read(build: string): { readonly rows: readonly SeedRow[]; readonly hunts: readonly HuntReport[] };
  add(line: SeedRow | (HuntReport & { readonly build: string })): void;
  /** Notes how long this part took; answers how long the parts before it did, ms. */
  wallMs(own: number): number;
}

/** Name of a build: the simulator and the kernel in it, to the letter. */
export const buildOf = (bundle: string): string => createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 12);

type Line = Partial<SeedRow & HuntReport> & { readonly build?: string; readonly wallMs?: number };

/** A book in a file. `anyBuild`: what other builds found counts too (the page says how many there were). */
export function openBook(path: string, anyBuild: boolean): RunBook {
  mkdirSync(dirname(path), { recursive: true });
  const lines: Line[] = existsSync(path) ? readFileSync(path, 'utf8').split('\n').flatMap(parsed) : [];
  let of: (line: Line) => boolean = () => true;
  return {
    read(build) {
      of = (line) => anyBuild || line.build === build;
      const rows = new Map<string, SeedRow>();
      const hunts = new Map<string, HuntReport>();
      for (const line of lines.filter(of)) {
        if (line.mode !== undefined && line.failure === null) rows.set(`${line.mode} ${line.seed}`, line as SeedRow);
        else if (line.name !== undefined && line.seed !== null) hunts.set(line.name, line as HuntReport);
      }
      return { rows: [...rows.values()], hunts: [...hunts.values()] };
    },
    add: (line) => appendFileSync(path, `${JSON.stringify(line)}\n`),
    wallMs(own) {
      appendFileSync(path, `${JSON.stringify({ wallMs: own })}\n`);
      return lines.reduce((sum, line) => sum + (line.wallMs ?? 0), 0);
    },
  };
}

/** A line that a crash cut short is none. */
function parsed(text: string): Line[] {
  try {
    return text === '' ? [] : [JSON.parse(text) as Line];
  } catch {
    return [];
  }
}

/** So many seeds of a class that passed and took the least of the processor, in rising order. */
export const cheapest = (rows: readonly SeedRow[], mode: SimMode, count: number): readonly number[] =>
  rows.filter((row) => row.mode === mode && row.failure === null).sort((a, b) => a.cpuMs - b.cpuMs || a.seed - b.seed).slice(0, count).map(({ seed }) => seed).sort((a, b) => a - b);
