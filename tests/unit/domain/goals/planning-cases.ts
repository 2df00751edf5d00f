/** Published schedules: what is asked, and the answers as printed there, in the unit of the source. */
import type { LinkKind } from '#domain/goals/planning';

export interface Case {
  readonly source: string;
  /** Task, duration, what it waits for: `B`, or `B SS+3`. */
  readonly tasks: readonly (readonly [id: string, duration: number, ...before: string[]])[];
  readonly end: number;
  readonly path: readonly string[];
  /** Earliest start and finish, latest start and finish; the slack follows. */
  readonly dates?: Readonly<Record<string, readonly [es: number, ef: number, ls: number, lf: number]>>;
}

/** `B SS+3` → first task, kind, lag. */
export function before(text: string): { from: string; kind: LinkKind; lag: number } {
  const [from, rest = 'FS'] = text.split(' ');
  return { from: from!, kind: rest.slice(0, 2) as LinkKind, lag: Number(rest.slice(2) || 0) };
}

export const CASES: readonly Case[] = [
  {
    source: 'B. W. Taylor, Introduction to Management Science, instructor\'s manual, chapter 8, problem 4 (arrows as tasks)',
    tasks: [['1-2', 7], ['1-3', 10], ['2-4', 6, '1-2'], ['3-4', 5, '1-3'], ['3-5', 4, '1-3'], ['4-5', 3, '2-4', '3-4'], ['5-6', 2, '3-5', '4-5']],
    end: 20, path: ['1-3', '3-4', '4-5', '5-6'],
    dates: { '1-2': [0, 7, 2, 9], '1-3': [0, 10, 0, 10], '2-4': [7, 13, 9, 15], '3-4': [10, 15, 10, 15], '3-5': [10, 14, 14, 18], '4-5': [15, 18, 15, 18], '5-6': [18, 20, 18, 20] },
  },
  {
    source: 'Taylor, chapter 8, problem 5, with a dummy arrow 4-5',
    tasks: [
      ['1-2', 8], ['1-3', 10], ['1-4', 9], ['2-5', 6, '1-2'], ['2-6', 4, '1-2'], ['3-5', 5, '1-3'], ['4-5', 0, '1-4'], ['4-7', 7, '1-4'], ['5-7', 12, '2-5', '3-5', '4-5'],
      ['5-8', 15, '2-5', '3-5', '4-5'], ['6-9', 18, '2-6'], ['7-8', 4, '4-7', '5-7'], ['8-9', 7, '5-8', '7-8'],
    ],
    end: 38, path: ['1-3', '3-5', '5-7', '7-8', '8-9'],
    dates: {
      '1-2': [0, 8, 1, 9], '1-3': [0, 10, 0, 10], '1-4': [0, 9, 6, 15], '2-5': [8, 14, 9, 15], '2-6': [8, 12, 16, 20], '3-5': [10, 15, 10, 15], '4-5': [9, 9, 15, 15],
      '4-7': [9, 16, 20, 27], '5-7': [15, 27, 15, 27], '5-8': [15, 30, 16, 31], '6-9': [12, 30, 20, 38], '7-8': [27, 31, 27, 31], '8-9': [31, 38, 31, 38],
    },
  },
  {
    source: 'Network construction, example 1 (design prototype to final assembly), studylib.net/doc/8378728',
    tasks: [['A', 6], ['B', 2, 'A'], ['C', 2, 'A'], ['D', 3, 'B'], ['F', 2, 'C'], ['E', 4, 'D', 'F'], ['G', 1, 'E']],
    end: 16, path: ['A', 'B', 'D', 'E', 'G'],
    dates: { A: [0, 6, 0, 6], B: [6, 8, 6, 8], D: [8, 11, 8, 11], E: [11, 15, 11, 15], G: [15, 16, 15, 16], C: [6, 8, 7, 9], F: [8, 10, 9, 11] },
  },
  {
    source: 'J. Clark, University of Pittsburgh, lecture notes on CPM, sites.pitt.edu/~jrclass/or/webnotes/cpm3.html (3-4 is a dummy)',
    tasks: [['1-2', 4], ['2-3', 8, '1-2'], ['2-4', 7, '1-2'], ['2-5', 6, '1-2'], ['3-4', 0, '2-3'], ['3-5', 9, '2-3'], ['4-6', 15, '2-4', '3-4'], ['5-6', 12, '2-5', '3-5'], ['6-7', 20, '4-6', '5-6']],
    end: 53, path: ['1-2', '2-3', '3-5', '5-6', '6-7'],
  },
  {
    source: 'Critical path method, activity list of 14 (in Nemotron-CC-Math): the five paths are 35, 41, 30, 39 and 38 long',
    tasks: [['A', 2], ['B', 10, 'A'], ['C', 13, 'A'], ['D', 12, 'A'], ['E', 12, 'B'], ['F', 7, 'B'], ['G', 10, 'D'], ['H', 16, 'D'], ['I', 6, 'F'], ['J', 12, 'C', 'G'], ['K', 5, 'I'], ['L', 8, 'E', 'K'], ['M', 5, 'H'], ['N', 3, 'J', 'L', 'M']],
    end: 41, path: ['A', 'B', 'F', 'I', 'K', 'L', 'N'],
  },
  {
    source: 'S. Mubarak, Construction Project Scheduling and Control, chapter on precedence networks: each pair held by SS and FF',
    tasks: [['A', 5], ['B', 7, 'A SS', 'A FF'], ['C', 3, 'B SS', 'B FF']],
    end: 7, path: ['B'],
    dates: { A: [0, 5, 0, 5], B: [0, 7, 0, 7], C: [4, 7, 4, 7] },
  },
  {
    source: 'Precedence diagram with SS, FF, FS and SF lags, course assignment 3 of November 2011 (coursehero.com/file/6714156), worked by hand',
    tasks: [['A', 8], ['B', 12, 'A SS+3', 'A FF+12'], ['C', 4, 'B FS+1'], ['D', 7, 'B SS+6'], ['E', 8, 'C', 'D SF+13'], ['F', 12, 'D'], ['G', 3, 'E', 'F FS+3']],
    end: 39, path: ['A', 'B', 'D', 'F', 'G'],
    dates: { A: [0, 8, 0, 8], B: [8, 20, 8, 20], C: [21, 25, 24, 28], D: [14, 21, 14, 21], E: [25, 33, 28, 36], F: [21, 33, 21, 33], G: [36, 39, 36, 39] },
  },
  {
    source: 'Engineer4Free, Difficult network diagram example with lag solved (youtube.com/watch?v=qTErIV6OqLg): all four kinds, with lags; figures as in the tests of neoneye/PlanExe',
    tasks: [['A', 3], ['B', 2, 'A FS+2'], ['C', 2, 'A SS'], ['D', 4, 'B SS+1'], ['E', 1, 'C SF+3'], ['F', 2, 'C FF+3'], ['G', 4, 'D SS+1', 'E'], ['H', 3, 'F SF+2', 'G']],
    end: 14, path: ['A', 'B', 'D', 'G', 'H'],
    dates: { A: [0, 3, 0, 3], B: [5, 7, 5, 7], C: [0, 2, 4, 6], D: [6, 10, 6, 10], E: [2, 3, 6, 7], F: [3, 5, 12, 14], G: [7, 11, 7, 11], H: [11, 14, 11, 14] },
  },
  {
    source: 'J. Marion, Lags Part 1 (youtube.com/watch?v=nhRTJBQ1NPM): FS and SS with lags; figures as in the tests of neoneye/PlanExe',
    tasks: [['A', 2], ['B', 4, 'A FS+5'], ['C', 3, 'B SS+3'], ['D', 5, 'B'], ['E', 2, 'C', 'D']],
    end: 18, path: ['A', 'B', 'D', 'E'],
    dates: { A: [0, 2, 0, 2], B: [7, 11, 7, 11], C: [10, 13, 13, 16], D: [11, 16, 11, 16], E: [16, 18, 16, 18] },
  },
  {
    source: 'J. Marion, Lags Part 2 (youtube.com/watch?v=lQtpnHzvTT8): SF and FF with lags; figures as in the tests of neoneye/PlanExe',
    tasks: [['A', 2], ['B', 2, 'A'], ['C', 4, 'A'], ['D', 3, 'B', 'C SF+7'], ['E', 3, 'C'], ['F', 1, 'D FF+3', 'E']],
    end: 12, path: ['A', 'C', 'D', 'F'],
    dates: { A: [0, 2, 0, 2], B: [2, 4, 4, 6], C: [2, 6, 2, 6], D: [6, 9, 6, 9], E: [6, 9, 8, 11], F: [11, 12, 11, 12] },
  },
];

/** Three points of each task, expected values as printed (two decimals), and slack: wizedu.com/questions/717873, 14 activities of Render and Stair. */
export const PERT: readonly (readonly [id: string, low: number, likely: number, high: number, mean: number, deviation: number, ...before: string[]])[] = [
  ['A', 5, 5, 7, 5.33, 0.33], ['B', 1, 2, 5, 2.33, 0.67], ['C', 5, 5, 5, 5, 0, 'A'], ['D', 4, 8, 13, 8.17, 1.5, 'A'], ['E', 1, 10, 17, 9.67, 2.67, 'B', 'C'], ['F', 1, 5, 7, 4.67, 1, 'D'], ['G', 2, 6, 9, 5.83, 1.17, 'D'],
  ['H', 4, 4, 6, 4.33, 0.33, 'E', 'F'], ['I', 2, 7, 10, 6.67, 1.33, 'G', 'H'], ['J', 2, 4, 7, 4.17, 0.83, 'I'], ['K', 6, 10, 13, 9.83, 1.17, 'I'], ['L', 2, 6, 6, 5.33, 0.67, 'J'], ['M', 2, 2, 3, 2.17, 0.17, 'K'], ['N', 7, 7, 12, 7.83, 0.83, 'L', 'M'],
];
