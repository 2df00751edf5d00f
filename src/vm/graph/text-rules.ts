/**
 * The Yjs rules of FORMATS 3, judged per log in the order (seq, id): structs only under client ids made of the writer and a
 * salt carried before, each at the next clock of its client id. Behind a stub or a record without key neither is judged.
 */
import { PRIMITIVE, type Operation } from '#vm/protocol/types';
import { yjsClientId } from '#vm/protocol/ids';
import { scanUpdate, type ClockRange } from './update-scan.ts';

/** What one text.update claims. */
interface TextClaim {
  /** Client id its salt announces. */
  readonly announced: number | null;
  readonly ranges: readonly ClockRange[];
}

/** The claims of the text updates of a record, in their order. */
export type TextClaims = readonly TextClaim[];

/** Claims of a record; null when an update can never have effect (not Yjs v1, contents outside the CBOR profile, Skip, subdocument). */
export function readTextClaims(writer: Uint8Array, ops: readonly Operation[]): TextClaims | null {
  const claims: TextClaim[] = [];
  for (const op of ops) {
    if (op.primitive !== PRIMITIVE.textUpdate) continue;
    const ranges = scanUpdate(op.args[1] as Uint8Array);
    if (ranges === null) return null;
    const salt = op.args[2];
    claims.push({ announced: salt instanceof Uint8Array ? yjsClientId(writer, salt) : null, ranges });
  }
  return claims;
}

/** The client ids of one log and their next clocks. */
export class TextClocks {
  readonly next = new Map<number, number>();
  private blind = false;

  /** Back to the start of the log, or to where a baseline has brought its client ids. */
  reset(from?: ReadonlyMap<number, number>): void {
    this.next.clear();
    for (const [client, clock] of from ?? []) this.next.set(client, clock);
    this.blind = false;
  }

  /** A stub or a record without key was met: from here on clocks and client ids are not judged. */
  goBlind(): void {
    this.blind = true;
  }

  /** Takes the claims, or gives false and moves nothing. */
  take(claims: TextClaims): boolean {
    if (this.blind) return true;
    const moved = new Map<number, number>();
    for (const claim of claims) {
      if (claim.announced !== null && !this.next.has(claim.announced) && !moved.has(claim.announced)) moved.set(claim.announced, 0);
      for (const { client, clock, length } of claim.ranges) {
        const expected = moved.get(client) ?? this.next.get(client);
        if (expected === undefined || expected !== clock) return false;
        moved.set(client, clock + length);
      }
    }
    for (const [client, clock] of moved) this.next.set(client, clock);
    return true;
  }
}
