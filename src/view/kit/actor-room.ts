/**
 * Where actors run: a frame of no origin, whose policy lets it make threads and compile WebAssembly and nothing else (public/actor.html). It is given the text of the
 * thread by this page, one thread for each run. What does not answer in time goes with its whole frame, and the next run gets a new one.
 */
import { ACTOR_CODE, ACTOR_FRAME_POLICY } from 'virtual:actor-code';
import { ACTOR_LIMITS } from '#os/actor-limits';
import type { ActorRun, ActorTask } from '#os/actors/run';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { holdsActors } from './actor-frame.ts';

/** The frame is there within so long, ms, or is made anew with the next run. */
const FRAME_MS = 5_000;

export type RoomTask = Pick<ActorTask, 'module' | 'input' | 'grants'>;

export interface ActorRoom {
  /** One at a time. Resolves with null for whatever gave no answer, and when it is stopped; rejects when nothing can run here now. */
  run(task: RoomTask): Promise<Uint8Array | null>;
  /** Ends what runs. */
  stop(): void;
}

/** What came out of the frame is looked at as what a stranger says. */
function answerOf(data: unknown): Uint8Array | null {
  const result = (data as Partial<ActorRun> | null | undefined)?.result;
  return result instanceof Uint8Array && result.length <= COMPUTE_LIMITS.resultBytes ? result : null;
}

class Room implements ActorRoom {
  private frame: HTMLIFrameElement | null = null;
  private ready: Promise<Window | null> | null = null;
  private end: (result: Uint8Array | null) => void = () => undefined;

  private open(): Promise<Window | null> {
    const frame = document.createElement('iframe');
    this.frame = frame;
    // Before its address: a frame that began with an origin would keep it.
    frame.setAttribute('sandbox', 'allow-scripts');
    // It holds whatever a server sends with the file: the file itself is the one that no service worker can give to a frame without an origin.
    frame.setAttribute('csp', ACTOR_FRAME_POLICY);
    frame.hidden = true;
    frame.tabIndex = -1;
    frame.title = 'actor';
    frame.src = new URL('actor.html', document.baseURI).href;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), FRAME_MS);
      const told = (found: Window | null) => (): void => {
        clearTimeout(timer);
        resolve(found);
      };
      frame.onload = () => told(frame.contentWindow)();
      frame.onerror = told(null);
      document.body.append(frame);
    });
  }

  private close(): void {
    this.frame?.remove();
    [this.frame, this.ready] = [null, null];
  }

  async run(task: RoomTask): Promise<Uint8Array | null> {
    if (!holdsActors()) throw new Error('this browser holds no actors');
    const mine = (this.ready ??= this.open());
    const to = await mine;
    if (this.ready !== mine) return null;
    if (!to) {
      this.close();
      throw new Error('the frame of actors did not come');
    }
    const { port1, port2 } = new MessageChannel();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.stop(), ACTOR_LIMITS.runMs);
      this.end = (result) => {
        clearTimeout(timer);
        port1.close();
        this.end = () => undefined;
        resolve(result);
      };
      port1.onmessage = ({ data }) => this.end(answerOf(data));
      const whole: ActorTask = { ...task, resultBytes: COMPUTE_LIMITS.resultBytes, logChars: ACTOR_LIMITS.logChars };
      // It has no origin that could be named.
      to.postMessage({ code: ACTOR_CODE, task: whole }, '*', [port2]);
    });
  }

  stop(): void {
    this.close();
    this.end(null);
  }
}

export const createActorRoom = (): ActorRoom => new Room();
