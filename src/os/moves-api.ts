/** Things that were moved to another fragment, in the API of the kernel (./api.ts). */

/** Whose a carried thing is: what the Owner or Admin says who carried it over. */
export interface ToldView {
  /** uid of whoever made it; null: several say so, or nobody who may say it does. */
  by: string | null;
  /** ms: when it was made. */
  at: number;
  /** Properties whose value is somebody else's: name → uid (null: unknown). */
  setBy: Record<string, string | null>;
  /** uid of who carried it over; null: what is said of it does not count. */
  carriedBy: string | null;
  /** Fragment it comes from. */
  from: string;
  /** This device has the thing there, and it says the same. */
  same: boolean;
}

/** What a move did. */
export interface MovedView {
  /** Where the things are now. */
  fragment: string;
  /** How many were carried over by it. */
  things: number;
}
