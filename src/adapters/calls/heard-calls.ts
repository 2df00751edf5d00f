/** The calls that are heard of: who is in them by what their pages say again and again. What is not said for a while is over. */
import type { CallPlace } from '#ports/calls';
import type { CallBody } from '#vm/protocol/call-signal';
import { CALL_LIMITS } from '#adapters/call-limits';

export interface HeardSeat {
  readonly seat: string;
  readonly uid: string;
  readonly device: string;
  /** When it came, ms monotone; by what it says of itself. */
  readonly since: number;
  readonly ring: boolean;
  readonly muted: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  until: number;
}

export interface HeardCall extends CallPlace {
  readonly call: string;
  readonly seats: Map<string, HeardSeat>;
  /** When it was first heard to ring, ms monotone. */
  rungAt: number | null;
  /** It rang for as long as a call rings; what goes on saying so is not heard. */
  rung: boolean;
}

/** A call is of its place: the same id in another one is another call. */
export type CallId = CallPlace & { readonly call: string };

export interface Speaker extends CallPlace {
  readonly uid: string;
  readonly device: string;
}

/** Who may be in a call in a place: person → their devices. */
export type Present = ReadonlyMap<string, ReadonlySet<string>>;

/** A place that says nothing for so long is empty, ms. */
export const SEAT_MS = 12_000;
/** A call rings for so long, ms. */
export const RING_MS = 45_000;

/** Is there room for one more camera or screen, beside those of the others and `own` of this page? */
export function roomForPicture(others: Iterable<Pick<HeardSeat, 'camera' | 'screen'>>, own: number): boolean {
  let on = own;
  for (const { camera, screen } of others) on += Number(camera) + Number(screen);
  return on < CALL_LIMITS.pictures;
}

export interface HeardCalls {
  /** True when something changed. What contradicts what was said before (another place, another person in the same seat) is not heard. */
  hear(from: Speaker, body: CallBody): boolean;
  /** Seats that were silent for too long go, those for which `stays` are kept; what rang for too long rings no more. */
  expire(stays: (call: CallId, seat: string) => boolean): boolean;
  /** In a place only these people are in calls, on these devices of theirs; true when others were. */
  part(place: CallPlace, may: Present): boolean;
  get(call: CallId): HeardCall | undefined;
  all(): readonly HeardCall[];
}

const keyOf = ({ space, fragment, call }: CallId): string => `${space}/${fragment}/${call}`;

/** `mine`: the call this page has a seat in, which is one of its places. */
export function createHeardCalls(now: () => number, mine: () => CallId | null = () => null): HeardCalls {
  const calls = new Map<string, HeardCall>();
  /** When each person took places lately. */
  const taken = new Map<string, number[]>();
  const lately = (uid: string): number[] => (taken.get(uid) ?? []).filter((at) => at > now() - SEAT_MS);
  const gone = (call: HeardCall, seat: string): boolean => {
    const had = call.seats.delete(seat);
    if (call.seats.size === 0) calls.delete(keyOf(call));
    return had;
  };
  /** Is there room for one more place of a person in a call? What one person makes up ends neither the calls of others nor that of this page. */
  const fits = (uid: string, id: CallId, call: HeardCall | undefined): boolean => {
    const own = mine();
    const isOwn = own !== null && keyOf(own) === keyOf(id);
    const seats = [...(call?.seats.values() ?? [])];
    if (seats.length + Number(isOwn) >= CALL_LIMITS.seats || seats.filter((one) => one.uid === uid).length >= CALL_LIMITS.seatsOfOne || lately(uid).length >= CALL_LIMITS.newSeats) return false;
    if (isOwn) return true;
    const others = [...calls.values()].filter((one) => own === null || keyOf(one) !== keyOf(own));
    return (call !== undefined || others.length < CALL_LIMITS.calls) && others.filter((one) => one !== call && [...one.seats.values()].some((there) => there.uid === uid)).length < CALL_LIMITS.callsOfOne;
  };
  return {
    hear(from, body) {
      const id = { space: from.space, fragment: from.fragment, call: body.call };
      let call = calls.get(keyOf(id));
      const known = call?.seats.get(body.seat);
      if (known && (known.uid !== from.uid || known.device !== from.device)) return false;
      if (body.kind === 'gone') return call ? gone(call, body.seat) : false;
      if (body.kind !== 'here' || (!known && !fits(from.uid, id, call))) return false;
      if (!known) taken.set(from.uid, [...lately(from.uid), now()]);
      if (!call) calls.set(keyOf(id), (call = { ...id, seats: new Map(), rungAt: null, rung: false }));
      const { seat, ring, muted, camera, screen } = body;
      if (ring) call.rungAt ??= now();
      call.seats.set(seat, { seat, uid: from.uid, device: from.device, since: known?.since ?? now() - 1_000 * body.since, ring, muted, camera, screen, until: now() + SEAT_MS });
      return !known || known.ring !== ring || known.muted !== muted || known.camera !== camera || known.screen !== screen;
    },
    expire(stays) {
      let changed = false;
      for (const uid of [...taken.keys()]) if (lately(uid).length === 0) taken.delete(uid);
      for (const call of [...calls.values()]) {
        if (!call.rung && call.rungAt !== null && now() - call.rungAt >= RING_MS) changed = call.rung = true;
        for (const seat of [...call.seats.values()]) if (seat.until <= now() && !stays(call, seat.seat)) changed = gone(call, seat.seat) || changed;
      }
      return changed;
    },
    part({ space, fragment }, may) {
      let changed = false;
      for (const call of [...calls.values()]) {
        if (call.space !== space || call.fragment !== fragment) continue;
        for (const { seat, uid, device } of [...call.seats.values()]) if (!may.get(uid)?.has(device)) changed = gone(call, seat) || changed;
      }
      return changed;
    },
    get: (call) => calls.get(keyOf(call)),
    all: () => [...calls.values()],
  };
}
