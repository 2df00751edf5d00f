/**
 * Supervisor of the kernel worker (K12): sees that it died, starts another after a pause, at most a few times within a window, and then stays stopped
 * where everybody can see it. It knows the worker by a heartbeat, by its error events, and by a lock that the worker holds while it lives.
 */
import { faultWords } from '#base/fault-words';
import type { SupervisionView } from '#os/api';
import { SUPERVISION_LIMITS } from '#os/limits';
import type { Clock } from '#ports/clock';

export type EndReason = 'ended' | 'silent' | 'error' | 'start' | 'slow';

/** What a worker tells the supervisor. */
export interface Ears {
  /** Any sign of life. */
  onBeat(): void;
  /** It is gone, or good for nothing; the detail holds nothing that anybody wrote: diagnostics tell it. */
  onEnd(reason: EndReason, detail: string): void;
}

/** One worker. */
export interface Run {
  /** Resolves when its kernel has loaded; rejects with the reason when it cannot. */
  readonly ready: Promise<void>;
  /** It waits for a person: a start may take as long as it takes. */
  held?(): boolean;
  /** Asks for a sign of life. */
  ping(): void;
  /** Ends it, however it is. */
  end(): void;
}

export interface SupervisorHooks {
  /** Starts the next worker; `first` is the one of the page's start. */
  spawn(ears: Ears, first: boolean): Run;
  /** Operations it was given and has not answered yet. */
  inHand(): number;
  /** One that has loaded and is silent is waited for, however long. */
  readonly patient?: boolean;
  /** The kernel is gone: what waits for it must wait on, or be told. */
  onLost(reason: EndReason, detail: string): void;
  /** A restarted kernel has loaded. */
  onBack(): void;
  /** No further try. */
  onStopped(): void;
  onChange(): void;
}

export type SupervisorState = Pick<SupervisionView, 'state' | 'since' | 'reason' | 'detail' | 'runs' | 'nextAt' | 'ends'>;

export interface Supervisor {
  state(): SupervisorState;
  /** Starts the kernel again with all its tries: somebody asked for it. */
  restart(): void;
  /** Resolves with the first kernel that has loaded; rejects with the last reason when there is none. */
  readonly ready: Promise<void>;
  /** The page goes away. */
  close(): void;
}

/** Starts the first worker. */
export function createSupervisor(clock: Clock, hooks: SupervisorHooks): Supervisor {
  return new SupervisorImpl(clock, hooks);
}

class SupervisorImpl implements Supervisor {
  readonly ready: Promise<void>;
  private current: SupervisorState;
  private run: Run | null = null;
  private heardAt = 0;
  private askedAt = 0;
  private cancelBeat: () => void = () => undefined;
  private cancelNext: () => void = () => undefined;
  /** Restarts within the window, ms monotone. */
  private tries: number[] = [];
  private everReady = false;
  private settleReady!: { resolve(): void; reject(error: unknown): void };

  constructor(private readonly clock: Clock, private readonly hooks: SupervisorHooks) {
    this.current = { state: 'starting', since: clock.now(), reason: null, detail: null, runs: 0, nextAt: null, ends: [] };
    this.ready = new Promise((resolve, reject) => (this.settleReady = { resolve, reject }));
    this.ready.catch(() => undefined);
    this.start();
  }

  state(): SupervisorState {
    return this.current;
  }

  restart(): void {
    this.tries = [];
    if (this.current.state === 'running') return this.lost('ended', 'restart');
    this.cancelNext();
    this.start();
  }

  close(): void {
    this.cancelBeat();
    this.cancelNext();
    this.run = null;
  }

  private change(change: Partial<SupervisorState>): void {
    this.current = { ...this.current, ...change };
    this.hooks.onChange();
  }

  private start(): void {
    const first = this.current.runs === 0;
    if (!first) this.change({ state: 'restarting', nextAt: null });
    this.current = { ...this.current, runs: this.current.runs + 1 };
    this.run?.end();
    this.run = null;
    let mine: Run | null = null;
    let ended: [EndReason, string] | null = null;
    const run = this.hooks.spawn({
      onBeat: () => {
        if (mine !== null && this.run === mine) this.heardAt = this.clock.monotonic();
      },
      onEnd: (reason, detail) => {
        if (mine === null) ended = [reason, detail];
        else if (this.run === mine) this.lost(reason, detail);
      },
    }, first);
    mine = run;
    this.run = run;
    const began = this.clock.monotonic();
    this.heardAt = this.askedAt = began;
    this.watch(began);
    run.ready.then(() => this.run === run && this.up(), (error: unknown) => {
      if (this.run !== run) return;
      // A first start that says why it cannot is told, not tried again: the person has to do something.
      if (first) this.tries = Array.from({ length: SUPERVISION_LIMITS.restarts }, () => this.clock.monotonic());
      if (first) this.settleReady.reject(error);
      this.lost('start', faultWords(error));
    });
    if (ended !== null) this.lost(ended[0], ended[1]);
  }

  private up(): void {
    const first = !this.everReady;
    this.everReady = true;
    const restarted = this.current.runs > 1;
    this.change({ state: 'running', since: this.clock.now(), nextAt: null });
    if (restarted) this.hooks.onBack();
    if (first) this.settleReady.resolve();
  }

  /** Heartbeats and the end of a start that takes too long. A page that was frozen itself has nothing to say about its worker. */
  private watch(began: number): void {
    this.cancelBeat();
    this.cancelBeat = this.clock.setTimer(SUPERVISION_LIMITS.heartbeatMs, () => {
      const now = this.clock.monotonic();
      const late = now - this.askedAt > SUPERVISION_LIMITS.heartbeatMs * 2;
      this.askedAt = now;
      if (late) this.heardAt = now;
      if (now - this.heardAt >= SUPERVISION_LIMITS.silentMs + this.hooks.inHand() * SUPERVISION_LIMITS.silentPerOpMs && !(this.hooks.patient && this.current.state === 'running')) return this.lost('silent', '');
      const held = this.run?.held?.() === true;
      if (this.current.state === 'restarting' && !held && now - began >= SUPERVISION_LIMITS.startMs) return this.lost('slow', '');
      this.run?.ping();
      // The time of a start begins when the person has done what it waits for.
      this.watch(held ? now : began);
    });
  }

  private lost(reason: EndReason, detail: string): void {
    this.cancelBeat();
    this.run?.end();
    this.run = null;
    const now = this.clock.monotonic();
    const at = this.clock.now();
    const ends = [{ at, reason, detail }, ...this.current.ends].slice(0, SUPERVISION_LIMITS.listed);
    this.hooks.onLost(reason, detail);
    this.tries = this.tries.filter((time) => now - time < SUPERVISION_LIMITS.windowMs);
    if (this.tries.length >= SUPERVISION_LIMITS.restarts) {
      this.change({ state: 'stopped', since: at, reason, detail, nextAt: null, ends });
      this.settleReady.reject(new Error(detail || reason));
      return this.hooks.onStopped();
    }
    const pause = SUPERVISION_LIMITS.pauseMs[Math.min(this.tries.length, SUPERVISION_LIMITS.pauseMs.length - 1)]!;
    this.tries.push(now);
    this.change({ state: 'restarting', since: this.current.state === 'restarting' ? this.current.since : at, reason, detail, nextAt: at + pause, ends });
    this.cancelNext = this.clock.setTimer(pause, () => this.start());
  }
}
