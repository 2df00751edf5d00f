/** Signaling rooms (FORMATS 8): named by the day of mesh time, two of them around midnight so that clocks need not agree. */
import { u64be, type Bytes } from '#base/bytes';
import { hkdf } from '#base/hash';

const DAY_MS = 86_400_000;
const OVERLAP_MS = 7_200_000;

export interface DayRoom {
  readonly day: number;
  /** 32 bytes; the wire form is base64url. */
  readonly room: Bytes;
}

/** HKDF(discovery key, "room" ‖ u64be day). */
export function roomOfDay(discoveryKey: Uint8Array, day: number): Bytes {
  return hkdf(discoveryKey, 'room', u64be(day));
}

/** The day of a mesh time (ms). */
export const dayAt = (meshMs: number): number => Math.floor(meshMs / DAY_MS);

/** All rooms to be in at a mesh time (ms): both from 7,200,000 ms before a day boundary until 7,199,999 ms after it. */
export function roomsAt(discoveryKey: Uint8Array, meshMs: number): DayRoom[] {
  const first = Math.max(0, Math.floor((meshMs - OVERLAP_MS) / DAY_MS));
  const last = Math.max(0, Math.floor((meshMs + OVERLAP_MS) / DAY_MS));
  const out: DayRoom[] = [];
  for (let day = first; day <= last; day++) out.push({ day, room: roomOfDay(discoveryKey, day) });
  return out;
}

/** What names the rooms in which whoever knows the recovery key of a person may meet who knows the person: used as a discovery key is. */
export function returnKey(recovery: Uint8Array): Bytes {
  return hkdf(recovery, 'lgos/return/1');
}

/** The room of an invite: HKDF(seed, "room"). */
export function inviteRoom(seed: Uint8Array): Bytes {
  return hkdf(seed, 'room');
}

/**
 * What a session says beside a signal to show another session of a room that it knows the key the room is named by, not only the name:
 * first 16 bytes of HKDF(discovery key, "knock" ‖ from ‖ to); in the room of an invite the public key of the invite stands for the discovery key.
 */
export function knockOf(discoveryKey: Uint8Array, from: Uint8Array, to: Uint8Array): Bytes {
  return hkdf(discoveryKey, 'knock', from, to).slice(0, 16);
}
