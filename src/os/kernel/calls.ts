/**
 * Call signalling (docs/PROTOCOL.md §13): ephemerals that carry what pages in a call tell each other. The kernel proves who says it, keeps the pace and drops what is
 * old; what it means is the matter of the pages, and neither media nor their keys ever come here. Loaded with the first call.
 */
import { AppError } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { CALL_SIGNAL_LIMITS as LIMITS } from '#os/call-limits';
import type { CallSignal, CallsApi } from '#os/calls-api';
import { ROLE } from '#vm/protocol/types';
import type { EphemeralOut } from './ephemeral-out.ts';
import type { EphemeralSender } from './previews.ts';
import type { Kernel, Space } from './state.ts';

export interface CallBook {
  send(space: Space, fragment: Bytes, body: Uint8Array): void;
  take(space: Space, from: EphemeralSender, value: readonly CborValue[]): void;
  subscribe: CallsApi['subscribe'];
}

interface Waiting {
  readonly space: Space;
  readonly fragment: Bytes;
  readonly body: Uint8Array;
}

/** Whoever may write there may call there. */
const mayCall = (space: Space, uid: string): boolean => (space.rights.roleOf(uid) ?? ROLE.guest) > ROLE.guest;

export function createCalls(kernel: Kernel, out: EphemeralOut): CallBook {
  const { clock } = kernel.deps;
  const listeners = new Set<{ on(signal: CallSignal): void }>();
  /** By writer: the start and the counter heard last; what comes out of order was heard before. */
  const heard = new Map<string, string>();
  let waiting: Waiting[] = [];
  let sentAt = -Infinity;
  let timer: (() => void) | null = null;

  /** The signals of the first place that waits, as many as fit. */
  const pump = (): void => {
    if (timer !== null || waiting.length === 0) return;
    const due = sentAt + LIMITS.everyMs - clock.monotonic();
    if (due > 0) {
      timer = clock.setTimer(due, () => ((timer = null), pump()));
      return;
    }
    const { space, fragment } = waiting[0]!;
    const bodies: Uint8Array[] = [];
    let bytes = 0;
    waiting = waiting.filter((one) => {
      const fits = one.space === space && toBase64url(one.fragment) === toBase64url(fragment) && bytes + one.body.length <= LIMITS.togetherBytes;
      if (fits) bodies.push(one.body);
      // What does not fit waits, and all behind it: signals keep their order.
      bytes += fits ? one.body.length : LIMITS.togetherBytes;
      return !fits;
    });
    sentAt = clock.monotonic();
    out.send(space, fragment, LIMITS.ttlMs, ['call', fragment, Math.round(kernel.time.now()), bodies as Bytes[]]);
    pump();
  };

  return {
    send(space, fragment, body) {
      const uid = kernel.profile && toBase64url(kernel.profile.uid);
      if (!uid || !mayCall(space, uid)) throw new AppError('no-right', 'Guests do not call.', 'Nothing was changed.', 'Ask an admin for more.');
      if (!(body instanceof Uint8Array) || body.length === 0 || body.length > LIMITS.signalBytes) throw new AppError('bad-op', `A signal has 1 to ${LIMITS.signalBytes} bytes.`, 'Nothing was sent.', 'Correct the call.');
      waiting.push({ space, fragment, body: body.slice() });
      if (waiting.length > LIMITS.waiting) waiting.shift();
      pump();
    },
    take(space, from, value) {
      const [, fragment, at, bodies] = value;
      const place = toBase64url(from.fragment);
      // The outer fragment chose the key: signals are about that one only.
      if (!(fragment instanceof Uint8Array) || toBase64url(fragment) !== place || typeof at !== 'number' || Math.abs(at - kernel.time.now()) > LIMITS.staleMs || !Array.isArray(bodies) || !mayCall(space, from.uid)) return kernel.metric('calls.refused', 1);
      const writer = `${space.key}/${toBase64url(from.writer)}`;
      const [boot, ctr] = (heard.get(writer) ?? '').split('/');
      if (boot === from.boot && Number(ctr) >= from.ctr) return;
      heard.delete(writer);
      heard.set(writer, `${from.boot}/${from.ctr}`);
      if (heard.size > LIMITS.waiting * LIMITS.waiting) heard.delete(heard.keys().next().value!);
      for (const body of bodies.slice(0, LIMITS.waiting)) {
        if (!(body instanceof Uint8Array) || body.length > LIMITS.signalBytes) continue;
        for (const listener of [...listeners]) {
          try {
            listener.on({ space: space.key, fragment: place, uid: from.uid, device: from.device, body: body.slice() });
          } catch (error) {
            kernel.fault('call', error);
          }
        }
      }
    },
    subscribe(on) {
      const listener = { on };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
