/** Published plans with scarce resources: what is asked as printed, the length without the resources where it is printed, and the shortest that anybody can do. */

export interface Scarce {
  readonly source: string;
  /** Duration, what of each resource it asks for, and what waits for it, by number from 1. */
  readonly tasks: readonly (readonly [duration: number, asks: readonly number[], next: readonly number[]])[];
  readonly capacity: readonly number[];
  /** Length by the links alone, as printed; null: not printed. */
  readonly links: number | null;
  /** Proven shortest length. */
  readonly shortest: number;
  /** What the rule of the latest start makes of it here: not published, and not to become longer. */
  readonly ours: number;
}

/** A job shop as it is printed, one job a line: machine and time of each of its steps in turn; a machine does one thing at once. */
function shop(text: string): Pick<Scarce, 'tasks' | 'capacity'> {
  const jobs = text.trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const machines = jobs[0]!.length / 2;
  const tasks = jobs.flatMap((job, row) =>
    Array.from({ length: machines }, (_, step): Scarce['tasks'][number] => [job[2 * step + 1]!, Array.from({ length: machines }, (_none, machine) => Number(machine === job[2 * step])), step + 1 < machines ? [row * machines + step + 2] : []]),
  );
  return { tasks, capacity: Array.from({ length: machines }, () => 1) };
}

export const SCARCE: readonly Scarce[] = [
  {
    source: 'H. Fisher and G. L. Thompson, in Muth and Thompson (eds.), Industrial Scheduling, 1963: six jobs on six machines (ft06)',
    ...shop(`
      2  1  0  3  1  6  3  7  5  3  4  6
      1  8  2  5  4 10  5 10  0 10  3  4
      2  5  3  4  5  8  0  9  1  1  4  7
      1  5  0  5  2  5  3  3  4  8  5  9
      2  9  1  3  4  5  5  4  0  3  3  1
      1  3  3  3  5  9  0 10  4  4  2  1`),
    links: null, shortest: 55, ours: 58,
  },
  {
    source: 'S. Lawrence, Resource Constrained Project Scheduling (supplement), Carnegie-Mellon, 1984: ten jobs on five machines (la01)',
    ...shop(`
      1 21 0 53 4 95 3 55 2 34
      0 21 3 52 4 16 2 26 1 71
      3 39 4 98 1 42 2 31 0 12
      1 77 0 55 4 79 2 66 3 77
      0 83 3 34 2 64 1 19 4 37
      1 54 2 43 4 79 0 92 3 62
      3 69 4 77 1 87 2 87 0 93
      2 38 0 60 1 41 3 24 4 83
      3 17 1 49 4 25 0 44 2 98
      4 77 3 79 2 43 1 75 0 96`),
    links: null, shortest: 666, ours: 735,
  },
  {
    source: 'R. Kolisch and A. Sprecher, PSPLIB, 1996: j30, instance 1_1 (MPM-time 38, optimum 43)',
    tasks: [
      [0, [0, 0, 0, 0], [2, 3, 4]], [8, [4, 0, 0, 0], [6, 11, 15]], [4, [10, 0, 0, 0], [7, 8, 13]], [6, [0, 0, 0, 3], [5, 9, 10]], [3, [3, 0, 0, 0], [20]], [8, [0, 0, 0, 8], [30]],
      [5, [4, 0, 0, 0], [27]], [9, [0, 1, 0, 0], [12, 19, 27]], [2, [6, 0, 0, 0], [14]], [7, [0, 0, 0, 1], [16, 25]], [9, [0, 5, 0, 0], [20, 26]], [2, [0, 7, 0, 0], [14]],
      [6, [4, 0, 0, 0], [17, 18]], [3, [0, 8, 0, 0], [17]], [9, [3, 0, 0, 0], [25]], [10, [0, 0, 0, 5], [21, 22]], [6, [0, 0, 0, 8], [22]], [5, [0, 0, 0, 7], [20, 22]],
      [3, [0, 1, 0, 0], [24, 29]], [7, [0, 10, 0, 0], [23, 25]], [2, [0, 0, 0, 6], [28]], [7, [2, 0, 0, 0], [23]], [2, [3, 0, 0, 0], [24]], [3, [0, 9, 0, 0], [30]],
      [3, [4, 0, 0, 0], [30]], [7, [0, 0, 4, 0], [31]], [8, [0, 0, 0, 7], [28]], [3, [0, 8, 0, 0], [31]], [7, [0, 7, 0, 0], [32]], [2, [0, 7, 0, 0], [32]], [2, [0, 0, 2, 0], [32]], [0, [0, 0, 0, 0], []],
    ],
    capacity: [12, 13, 4, 12], links: 38, shortest: 43, ours: 47,
  },
];
