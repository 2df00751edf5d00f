/** Beacons of a space, in the API of the kernel (./api.ts): always-on peers that keep what they cannot read. */

export interface BeaconView {
  /** The person that the beacon is in the acl. */
  id: string;
  /** As its address said when it was added. */
  name: string;
  by: string;
  addedAt: number;
  /** linked: a link reaches it now · away: none does · removed. */
  state: 'linked' | 'away' | 'removed';
  /** Logs of the space, as this device holds them, of which it has not confirmed all; 0: it has everything. */
  behind: number;
  /** ms of its newest confirmation that this device heard; null: none. */
  lastConfirmed: number | null;
  /** May this person remove it? */
  mayRemove: boolean;
}

/** One change at a time: an address that a beacon printed, or the id of one. */
export interface BeaconChange {
  add?: string;
  remove?: string;
}
