/** What a job needs of the desk around it, and what it says when it comes to nothing. */
import { AppError } from '#base/app-error';
import type { Bytes } from '#base/bytes';
import type { Book, WrongProof } from '#os/compute/book';
import type { ComputeAct } from '#os/compute-api';
import type { Rpc } from '#vm/rpc/calls';
import type { Offers } from '#vm/rpc/offers';
import type { ComputeMinutes } from './compute-minutes.ts';
import type { Kernel } from './state.ts';

/** Said when a job comes to nothing. */
export const notComputed = (): AppError => new AppError('busy', 'This page did not compute it in time.', 'Nothing was changed.', 'Try again.');

/** Said when the person gave it up. */
export const givenUp = (): AppError => new AppError('cancelled', 'This work was given up.', 'Nothing was changed.', 'Ask for it again if you want it.');

/** What a run on this page came to. Null: the actor gives no answer. `cannot`: nobody knows, it could not run here. */
export type OwnAnswer = Uint8Array | null | 'cannot';

export interface JobDeps {
  readonly kernel: Kernel;
  readonly rpc: Rpc;
  readonly minutes: ComputeMinutes;
  readonly offers: Offers;
  readonly book: Book;
  readonly space: Bytes;
  readonly act: Extract<ComputeAct, { do: 'run' }>;
  /** The capability of who may be asked. */
  readonly need: string;
  isOwn(device: Uint8Array): boolean;
  /** A more urgent job has pieces that are not out yet, and this device could do them, or null: this page. It is left to that meanwhile. */
  waits(worker: string | null): boolean;
  /** The page of this kernel does it, until `over`. */
  own(input: Uint8Array, ms: number, over: AbortSignal): Promise<OwnAnswer>;
  onProof(proof: WrongProof): void;
  onChange(): void;
}
