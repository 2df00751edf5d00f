/** A browser that reads by a public link: the row that says so, and the profile that follows from it. */
import type { Bytes } from '#base/bytes';
import type { AgreementKey, SigningKey } from '#ports/crypto';
import type { Profile } from './profile.ts';

/** Row of a reading browser. */
export const READING_ROW = 'id/reading';

export interface Reading {
  readonly space: Bytes;
  /** The person that the link is, and its keys: every browser that has the link has them. */
  readonly uid: Bytes;
  readonly ds: SigningKey;
  readonly dx: AgreementKey;
  readonly room: Bytes;
  /** Key of this browser alone, for its handshakes. */
  readonly session: SigningKey;
  readonly signaling: readonly string[];
  /** What the link claims to show. */
  readonly title: string;
  readonly name: string;
  /** What it says about its end, ms; left out by older builds. */
  readonly until?: number | null;
  /** ms */
  readonly openedAt: number;
}

/** The link's person, who writes nothing: no name, no statements. */
export const readerProfile = ({ uid, ds, dx }: Reading): Profile => ({ uid, ds, dx, name: '', statements: [] });
