/** Beacons of a space, in the API of the kernel (./api.ts): always-on peers that keep what they cannot read, and read what is opened to them. */

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
  /** Fragments that are opened to it, whose keys it has; none: it reads nothing. */
  reads: string[];
  /** What this device makes of what it says. */
  check: BeaconStand;
  /** May this person remove it? */
  mayRemove: boolean;
}

/**
 * How a beacon stands by what it signs and by checks. none: it says nothing to check it by (an older build) · ok · full: it says that it takes no more of the space ·
 * forked: it told two different things, which is proven · lost: asked, it had not what it had confirmed · withholds: it says it has something and does not give it, or does
 * not answer checks · omits: it confirmed something and does not say so to others · unreached: it says that more was written than reaches this device, and is not linked.
 */
export type BeaconCheckState = 'none' | 'ok' | 'full' | 'forked' | 'lost' | 'withholds' | 'omits' | 'unreached';

export interface BeaconStand {
  state: BeaconCheckState;
  /** Since when it is so, ms; null for none, ok and full. */
  since: number | null;
  /** Time of its newest witness, as it says, ms. */
  saidAt: number | null;
  /** When it last proved that it has what it confirmed, ms. */
  checkedAt: number | null;
  /** Is there a proof that others can check (access.beaconReport)? */
  proof: boolean;
}

export interface BeaconCheckView extends BeaconStand {
  space: string;
  /** Its device key; who it is in the acl, and what the space calls it. */
  device: string;
  id: string;
  name: string;
}

/** One change at a time: an address that a beacon printed, the id of one, or what one may read from now on. */
export interface BeaconChange {
  add?: string;
  remove?: string;
  reads?: { id: string; fragments: string[] };
}
