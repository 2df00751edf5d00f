/**
 * acl records that wait for one before them, each under the name of what it waits for: a record that comes is given to those only. When the room is
 * full, the person with the most in it loses the oldest: who writes acts without end that lead nowhere crowds out nobody else (TRUST 3, row 33).
 */
import { KERNEL_LIMITS } from '#os/limits';
import type { AclOp } from '#vm/protocol/acl-operation';
import type { ParsedRecord } from '#vm/protocol/types';

export interface WaitingAct {
  readonly record: ParsedRecord;
  readonly ops: readonly AclOp[] | null;
}

interface Place {
  readonly act: WaitingAct;
  /** Text id of the record it waits for. */
  readonly for: string;
  /** Person who wrote it, '' when nobody knows. */
  readonly by: string;
}

export class AclRoom {
  private readonly places = new Map<string, Place>();
  private readonly byRecord = new Map<string, Set<string>>();
  private readonly byPerson = new Map<string, Set<string>>();

  get size(): number {
    return this.places.size;
  }

  has(key: string): boolean {
    return this.places.has(key);
  }

  acts(): WaitingAct[] {
    return [...this.places.values()].map(({ act }) => act);
  }

  add(key: string, act: WaitingAct, missing: string, by: string): void {
    if (this.places.has(key)) this.drop(key);
    if (this.places.size >= KERNEL_LIMITS.aclWaiting) this.lose();
    this.places.set(key, { act, for: missing, by });
    put(this.byRecord, missing, key);
    put(this.byPerson, by, key);
  }

  /** Takes out what waited for the record, by key. */
  taken(record: string): [string, WaitingAct][] {
    const out: [string, WaitingAct][] = [];
    for (const key of [...(this.byRecord.get(record) ?? [])]) {
      out.push([key, this.places.get(key)!.act]);
      this.drop(key);
    }
    return out;
  }

  private lose(): void {
    let most = new Set<string>();
    for (const keys of this.byPerson.values()) if (keys.size > most.size) most = keys;
    const [oldest] = most;
    if (oldest !== undefined) this.drop(oldest);
  }

  private drop(key: string): void {
    const place = this.places.get(key)!;
    this.places.delete(key);
    take(this.byRecord, place.for, key);
    take(this.byPerson, place.by, key);
  }
}

function put(map: Map<string, Set<string>>, name: string, key: string): void {
  const keys = map.get(name);
  if (keys) keys.add(key);
  else map.set(name, new Set([key]));
}

function take(map: Map<string, Set<string>>, name: string, key: string): void {
  const keys = map.get(name);
  keys?.delete(key);
  if (keys?.size === 0) map.delete(name);
}
