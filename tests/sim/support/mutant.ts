/** A bug put into a production file on purpose: the simulator must find it, else it is blind. */
import type { FaultName, SimMode } from './sim-options.ts';

export interface Mutant {
  /** What is wrong, in a few words. */
  readonly name: string;
  /** Path from the root of the repository. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Runs that meet the changed code; small ones by default. */
  readonly mode?: SimMode;
  readonly faults?: readonly FaultName[];
  readonly ops?: number;
  readonly peers?: number;
}
