/**
 * One loop per subsystem that takes whatever queued while the batch before was worked on (SPIKE 6.9), live before bulk (FORMATS 2, Two priorities).
 */
export interface WorkQueue<T> {
  /** Resolves after the batch that holds the last of the items; rejects when that batch failed or the queue is full or closed. */
  push(items: readonly T[], priority: 'live' | 'bulk'): Promise<void>;
  /** Resolves when nothing is queued or worked on. */
  idle(): Promise<void>;
  close(): void;
  readonly length: number;
}

export interface WorkQueueOptions<T> {
  /** `pause` lets live work that came meanwhile go first; bulk work calls it between its parts, so that its batches may be large. */
  work(items: readonly T[], priority: 'live' | 'bulk', pause: () => Promise<void>): Promise<void>;
  /** Told what the next bulk batch will hold when one begins, so that what needs no order can begin too. */
  ahead?(items: readonly T[]): void;
  /** Items per batch. */
  readonly liveBatch: number;
  bulkBatch(): number;
  /** Queued items over which push rejects. */
  readonly max: number;
}

interface Job<T> {
  readonly items: readonly T[];
  at: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** Live batches after which waiting bulk work has one: a member that writes without end must not stop a catch-up. */
const LIVE_IN_A_ROW = 4;

const nothing = (): Promise<void> => Promise.resolve();

/** Takes the next batch: items of whole or split jobs of one lane, and the jobs that end with it. */
function take<T>(lane: Job<T>[], max: number): { items: T[]; done: Job<T>[]; touched: Job<T>[] } {
  const items: T[] = [];
  const done: Job<T>[] = [];
  const touched: Job<T>[] = [];
  while (lane.length > 0 && items.length < max) {
    const job = lane[0]!;
    const part = job.items.slice(job.at, job.at + max - items.length);
    items.push(...part);
    job.at += part.length;
    touched.push(job);
    if (job.at < job.items.length) break;
    done.push(lane.shift()!);
  }
  return { items, done, touched };
}

/** The items that the next batch will hold. */
function upcoming<T>(lane: readonly Job<T>[], max: number): T[] {
  const items: T[] = [];
  for (const job of lane) {
    if (items.length >= max) break;
    items.push(...job.items.slice(job.at, job.at + max - items.length));
  }
  return items;
}

export function createWorkQueue<T>(options: WorkQueueOptions<T>): WorkQueue<T> {
  const lanes = { live: [] as Job<T>[], bulk: [] as Job<T>[] };
  let length = 0;
  let running = false;
  let closed = false;
  const idlers: (() => void)[] = [];

  /** A split job whose first part failed is not worked on further. */
  const dropRest = (lane: Job<T>[], failed: readonly Job<T>[]): void => {
    const first = lane[0];
    if (!first || !failed.includes(first)) return;
    lane.shift();
    length -= first.items.length - first.at;
  };

  const runOne = async (priority: 'live' | 'bulk'): Promise<void> => {
    const { items, done, touched } = take(lanes[priority], priority === 'live' ? options.liveBatch : options.bulkBatch());
    length -= items.length;
    try {
      const working = items.length > 0 ? options.work(items, priority, priority === 'live' ? nothing : runLive) : null;
      if (priority === 'bulk') options.ahead?.(upcoming(lanes.bulk, options.bulkBatch()));
      await working;
      for (const job of done) job.resolve();
    } catch (error) {
      for (const job of touched) job.reject(error);
      dropRest(lanes[priority], touched);
    }
  };
  const runLive = async (): Promise<void> => {
    for (let n = 0; n < LIVE_IN_A_ROW && !closed && lanes.live.length > 0; n++) await runOne('live');
  };
  const run = async (): Promise<void> => {
    running = true;
    while (!closed && (lanes.live.length > 0 || lanes.bulk.length > 0)) {
      await runLive();
      if (lanes.bulk.length > 0) await runOne('bulk');
    }
    running = false;
    for (const idle of idlers.splice(0)) idle();
  };

  return {
    push(items, priority) {
      if (closed) return Promise.reject(new Error('closed'));
      if (length + items.length > options.max) return Promise.reject(new Error('full'));
      length += items.length;
      return new Promise((resolve, reject) => {
        lanes[priority].push({ items, at: 0, resolve, reject });
        if (!running) void run();
      });
    },
    idle: () => (running ? new Promise((resolve) => idlers.push(resolve)) : Promise.resolve()),
    close() {
      closed = true;
      for (const lane of [lanes.live, lanes.bulk]) for (const job of lane.splice(0)) job.reject(new Error('closed'));
    },
    get length() {
      return length;
    },
  };
}
