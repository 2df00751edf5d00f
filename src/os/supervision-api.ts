/** What a page says of its kernel worker (docs/API.md, For views). */
/** The kernel worker of this tab, as the page sees it (K12). */
export interface SupervisionView {
  state: 'starting' | 'running' | 'restarting' | 'stopped';
  /** ms: in this state since. */
  since: number;
  /** Why the last kernel ended: it is gone · it gave no sign of life · its script failed · it could not start, or not in time. */
  reason: 'ended' | 'silent' | 'error' | 'start' | 'slow' | null;
  detail: string | null;
  /** Kernels of this page so far; after a change everything is to be read anew. */
  runs: number;
  /** ms: when the next try begins. */
  nextAt: number | null;
  /** The last ends, newest first. */
  ends: { at: number; reason: string; detail: string }[];
  /** Acts of this page that no kernel is known to have saved, and acts given up because nobody can know whether they landed. */
  waiting: number;
  givenUp: number;
  /** Errors the worker survived. */
  faults: number;
}

/** What the pipeline of the kernel did in the last seconds, and where its adjusters stand. */
export interface PipelineView {
  seen: { queue: number; commitMs: number; ingestPerS: number; refusedPerS: number; lagMs: number };
  /** why: normal · busy (the loop is late) · queue (much waits) · slow-commits; since: ms. */
  knobs: { name: 'bulkBatch' | 'deliverAtOnce' | 'asksPerLink' | 'newsBytes' | 'links'; value: number; normal: number; why: 'normal' | 'busy' | 'queue' | 'slow-commits'; since: number }[];
}

/** The kernel worker: what it is doing, and another try by hand. Every change is told by the event `kernel`. */
export interface SupervisionApi {
  status(): SupervisionView;
  restart(): Promise<void>;
  pipeline(): Promise<PipelineView>;
}
