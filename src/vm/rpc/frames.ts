/** Messages of calls (docs/PROTOCOL.md, Calls): CBOR arrays with fixed places; null for anything else. Each event goes one way only, so that ids of both ends never meet. */
import type { Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { RPC_LIMITS } from '#vm/rpc-limits';
import { bytesOf, isUint, listOf, tupleOf } from '#vm/replication/payloads';
import { parseSubject, type Subject } from './subject.ts';

export const CALL = 'wrpc:call:v1:requested';
/** Of the one who called. */
export const INPUT = 'wrpc:input:v1:processing';
export const INPUT_END = 'wrpc:input:v1:completed';
export const TAKEN = 'wrpc:taken:v1:requested';
export const CANCEL = 'wrpc:cancel:v1:requested';
/** Of the one who is called. */
export const PART = 'wrpc:call:v1:processing';
export const DONE = 'wrpc:call:v1:completed';
export const FAILED = 'wrpc:call:v1:failed';
export const INPUT_TAKEN = 'wrpc:taken:v1:completed';
export const ANNOUNCE = 'wrpc:announce:v1:completed';

/** Why a call has no result. The first six are said by the far end; a far end that says anything else said `failed`. */
export const RPC_CODES = ['no-function', 'rights', 'busy', 'bad-params', 'failed', 'too-large', 'deadline', 'cancelled', 'closed'] as const;
export type RpcCode = (typeof RPC_CODES)[number];
export const SAID: readonly string[] = RPC_CODES.slice(0, 6);

/** [subject, ms, params, 0 | 1: parts of a stream follow]. */
export function parseCall(payload: Uint8Array): { readonly subject: Subject; readonly ms: number; readonly params: Bytes; readonly input: boolean } | null {
  const t = tupleOf(payload, 4);
  const subject = typeof t?.[0] === 'string' ? parseSubject(t[0]) : null;
  const ms = t?.[1];
  const params = partOf(t?.[2]);
  const input = t?.[3];
  return subject === null || !isUint(ms, RPC_LIMITS.deadlineMs) || ms === 0 || params === null || !isUint(input, 1) ? null : { subject, ms, params, input: input === 1 };
}

/** A byte string that a part may be. */
export function partOf(value: CborValue | undefined): Bytes | null {
  return value instanceof Uint8Array && value.length <= RPC_LIMITS.partBytes ? (value.slice() as Bytes) : null;
}

/** [bytes]. */
export const parsePart = (payload: Uint8Array): Bytes | null => partOf(tupleOf(payload, 1)?.[0]);

/** [bytes taken altogether]. */
export function parseTaken(payload: Uint8Array): number | null {
  const taken = tupleOf(payload, 1)?.[0];
  return isUint(taken) ? taken : null;
}

/** [code, words]. */
export function parseFailed(payload: Uint8Array): { readonly code: RpcCode; readonly words: string } | null {
  const [code, words] = tupleOf(payload, 2) ?? [];
  if (typeof code !== 'string' || code.length > RPC_LIMITS.codeChars || typeof words !== 'string' || words.length > RPC_LIMITS.wordChars) return null;
  return { code: SAID.includes(code) ? (code as RpcCode) : 'failed', words };
}

export interface Announcement {
  readonly lattice: Bytes;
  /** `v1.lgos:compute.run`. */
  readonly services: readonly string[];
  /** What it can do and how much of it: `cpu` → 2. */
  readonly capabilities: ReadonlyMap<string, number>;
}

const SERVICE = /^v[1-9][0-9]{0,3}\.[a-z0-9:-]{3,140}\.[a-z0-9-]{1,128}$/;
const CAPABILITY = /^[a-z][a-z0-9:._-]{0,63}$/;

/** [lattice b32, [service…], [[capability, amount]…]]. */
export function parseAnnounce(payload: Uint8Array): Announcement | null {
  const t = tupleOf(payload, 3);
  const lattice = bytesOf(t?.[0], 32);
  const services = listOf(t?.[1], RPC_LIMITS.offers, (one) => (typeof one === 'string' && SERVICE.test(one) ? one : null));
  const capabilities = listOf(t?.[2], RPC_LIMITS.capabilities, (one): [string, number] | null =>
    Array.isArray(one) && one.length === 2 && typeof one[0] === 'string' && CAPABILITY.test(one[0]) && isUint(one[1], 0xffff_ffff) ? [one[0], one[1]] : null);
  return lattice === null || services === null || capabilities === null ? null : { lattice, services, capabilities: new Map(capabilities) };
}
