/** What the service worker tells the page about the build it serves and the one that is offered (docs/decisions/0071-signed-releases.md). */

/**
 * Why an offered build was not taken. unsigned: no signature · signatures: fewer valid ones of the pinned keys than needed · rolled-back: no higher number than the one here ·
 * early: its time has not come · altered: a file is not what the list says · form: the list cannot be read · kill: it says that nothing is to be kept in browsers ·
 * full: this browser could not keep it.
 */
export type RefusalReason = 'unsigned' | 'signatures' | 'rolled-back' | 'early' | 'altered' | 'form' | 'kill' | 'full';

/** An offered build that was not taken. */
export interface Refused {
  readonly reason: RefusalReason;
  /** Empty where the list cannot be read. */
  readonly version: string;
  /** Path of the file that was altered; else empty. */
  readonly file: string;
}

/** The build that is served, and what became of the last offer. */
export interface ReleaseStatus {
  readonly version: string;
  /** The commit it was built from; `dev` when there was more than a commit. */
  readonly commit: string;
  readonly sequence: number;
  /** Valid signatures of pinned keys. */
  readonly signed: number;
  /** Pinned keys; 0 = an unsigned build: what the server sends is taken. */
  readonly pinned: number;
  /** Version that waits to be taken, null when there is none. */
  readonly next: string | null;
  readonly refused: Refused | null;
  /** Files of the version that is served, and of the one that waits, that linked devices gave. */
  readonly fromDevices: number;
  readonly nextFromDevices: number;
  /** The host did not answer, or did not give a file of what it offers, when it was asked last: linked devices may. */
  readonly away: boolean;
}
