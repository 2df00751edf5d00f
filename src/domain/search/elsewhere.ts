/** What other devices found, as a screen shows it. */
import type { SearchHit } from './schema.ts';

/** A thing that is not on this device, and who says that they have it. What it says is their claim until it is opened. */
export interface ElsewhereHit {
  readonly hit: SearchHit;
  readonly from: readonly { readonly device: string; readonly uid: string; readonly name: string }[];
}

/** How asking others stands. */
export interface ElsewhereState {
  readonly phase: 'asking' | 'done';
  /** This tab holds the links of the profile: others are asked by it alone. */
  readonly links: boolean;
  /** Devices that are asked; of the questions to them those with an answer, those whose time was over, and those that were refused or got no fit answer. */
  readonly devices: number;
  readonly answered: number;
  readonly late: number;
  readonly refused: number;
  /** The best first. */
  readonly hits: readonly ElsewhereHit[];
}

export const ASKING: ElsewhereState = { phase: 'asking', links: true, devices: 0, answered: 0, late: 0, refused: 0, hits: [] };
