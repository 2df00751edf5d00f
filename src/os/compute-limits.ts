/** Work that devices do for each other (src/os/compute). Times in ms, sizes in bytes. */
export const COMPUTE_LIMITS = {
  /** How sure a result must be: a wrong one at most once in so many. */
  wrongOneIn: 10_000,
  /** Tasks somebody lied about that are given to others as known ones. */
  lies: 16,
  /** Known answers a newcomer gives before its word counts, and their share of all runs of who is in, in a hundred. */
  admission: 10,
  canaryPercent: 10,
  /** Newcomers' tests are at most so much of all runs, in a hundred, while somebody who is in is free: where newcomers pass, and where they do not. */
  admissionPercent: 30,
  floodPercent: 4,
  /** Share of liars that is reckoned with, in a hundred (the f of Sarmenta's bound). */
  liarsPercent: 30,
  /** Answers to one task; more, and it is not given to others again. */
  votes: 10,
  /** Answers in a row that counted, from which one run of a task of low value may do. */
  streak: 10,
  /** Runs of one worker at once for one who asks. */
  perWorker: 2,
  /** Tasks of one job, and jobs at once. */
  jobTasks: 10_000,
  jobs: 8,
  /** Workers that are remembered; who was shut out is forgotten first. */
  workers: 1_024,
  /** Kinds of work and actors for which that is remembered, each by itself. */
  books: 16,
  /** Proofs of wrong answers that are kept. */
  proofs: 64,
  /** Input and result of one run, and its time. */
  inputBytes: 1_048_576,
  resultBytes: 61_440,
  runMs: 60_000,
  /** So long a thread works without coming back to its loop, where the work has steps: one that does not come back is ended by Chromium two seconds later than it was told to. */
  sliceMs: 8,
  /** Charge below which a device on battery works for nobody else, in a hundred. */
  chargePercent: 40,
  /** So long after the processor had much to do nothing is worked on for others, ms. */
  busyRestMs: 10_000,
  /** Letters of the name that a page gives a job. */
  idChars: 64,
  /** Runs for others at once on one device, and lines of the ledger that are shown. */
  helpAtOnce: 4,
  ledger: 200,
  /** Minutes of which it is kept what was computed. */
  minutes: 30,
} as const;
