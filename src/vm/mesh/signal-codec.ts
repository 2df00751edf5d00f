/**
 * What two peers say to each other through a signaling server or a common peer: opaque to both, one UTF-8 JSON object ≤ 16,384 bytes.
 * `attempt` names a dial, so that late signals of an earlier one are not mixed in. SDP needs no secrecy and gets no trust: the handshake
 * binds the fingerprints (TRUST 3, row 12).
 */
import { fromUtf8, utf8, type Bytes } from '#base/bytes';
import { SIGNAL_LIMITS } from '#ports/signaling-messages';

export type PeerSignal =
  /** A signal of the direct connection `attempt` (simple-peer's own shape). */
  | { readonly kind: 'rtc'; readonly attempt: string; readonly data: unknown }
  /** Please dial me: I am not the initiator of our pair. */
  | { readonly kind: 'want' }
  /** No room for another link. */
  | { readonly kind: 'full' }
  /** Open a relay route too. */
  | { readonly kind: 'relay' };

/** Said beside a signal by who asks for a place. */
export interface Asking {
  /** The sender has few links: who is full takes it all the same and lets go of one that has many. */
  readonly need: boolean;
  /** Proof that the sender knows the key the room is named by (docs/PROTOCOL.md §15); null from those who do not know it, or older peers. */
  readonly knock: string | null;
}

const ATTEMPT = /^[A-Za-z0-9_-]{1,22}$/;
/** 16 bytes in base64url. */
const KNOCK = /^[A-Za-z0-9_-]{22}$/;

/** Bytes of a signal; null when it is larger than a server carries. */
export function encodePeerSignal(signal: PeerSignal, asking: Asking = { need: false, knock: null }): Bytes | null {
  const said = signal.kind === 'rtc' ? { k: 'rtc', a: signal.attempt, d: signal.data } : { k: signal.kind };
  const beside = { ...(asking.need && { n: 1 }), ...(asking.knock !== null && { p: asking.knock }) };
  const bytes = utf8(JSON.stringify({ ...said, ...beside }));
  return bytes.length <= SIGNAL_LIMITS.data ? bytes : null;
}

/** The signal in the bytes, or null. Never throws. */
export function decodePeerSignal(bytes: Uint8Array): (PeerSignal & Asking) | null {
  if (bytes.length > SIGNAL_LIMITS.data) return null;
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { k, a, d, n, p } = value as { k?: unknown; a?: unknown; d?: unknown; n?: unknown; p?: unknown };
  const asking: Asking = { need: n === 1, knock: typeof p === 'string' && KNOCK.test(p) ? p : null };
  if (k === 'want' || k === 'full' || k === 'relay') return { kind: k, ...asking };
  if (k !== 'rtc' || typeof a !== 'string' || !ATTEMPT.test(a) || typeof d !== 'object' || d === null) return null;
  return { kind: 'rtc', attempt: a, data: d, ...asking };
}
