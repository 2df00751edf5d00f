/** The door to call signalling: its code comes with the first signal, or with who listens for one. */
import type { Bytes } from '#base/bytes';
import type { CallsApi } from '#os/calls-api';
import type { CborValue } from '#base/cbor';
import type { CallBook } from './calls.ts';
import type { EphemeralSender } from './previews.ts';
import type { Kernel, Space } from './state.ts';

export interface CallsDoor {
  /** True when the payload was a signal of a call, or meant to be one. */
  take(space: Space, from: EphemeralSender, value: CborValue | undefined): boolean;
  send(space: Space, fragment: Bytes, body: Uint8Array): Promise<void>;
  subscribe: CallsApi['subscribe'];
}

/** How long after its code did not come a listener is joined to it again, ms. */
const AGAIN_MS = 5_000;

/** `load`: its code; what did not come is asked for again by the next signal, and for who listens after a while. */
export function createCallsDoor(kernel: Pick<Kernel, 'deps' | 'fault'>, make: (code: typeof import('./calls.ts')) => CallBook, load = (): Promise<typeof import('./calls.ts')> => import('./calls.ts')): CallsDoor {
  let coming: Promise<CallBook> | null = null;
  const book = (): Promise<CallBook> => (coming ??= load().then(make).catch((error: unknown) => {
    coming = null;
    throw error;
  }));
  const failed = (error: unknown): void => kernel.fault('calls', error);
  return {
    take: (space, from, value) => Array.isArray(value) && value[0] === 'call' && (book().then((one) => one.take(space, from, value)).catch(failed), true),
    send: async (...args) => (await book()).send(...args),
    subscribe(on) {
      let stop: (() => void) | undefined;
      let over = false;
      const listen = (): void => void book().then((one) => over || (stop = one.subscribe(on))).catch((error: unknown) => {
        failed(error);
        if (!over) stop = kernel.deps.clock.setTimer(AGAIN_MS, listen);
      });
      listen();
      return () => ((over = true), stop?.());
    },
  };
}
