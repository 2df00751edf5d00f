/** The door to call signalling: its code comes with the first signal, or with who listens for one. */
import type { Bytes } from '#base/bytes';
import type { CallsApi } from '#os/calls-api';
import type { CborValue } from '#base/cbor';
import type { CallBook } from './calls.ts';
import type { EphemeralOut } from './ephemeral-out.ts';
import type { EphemeralSender } from './previews.ts';
import type { Kernel, Space } from './state.ts';

export interface CallsDoor {
  /** True when the payload was a signal of a call, or meant to be one. */
  take(space: Space, from: EphemeralSender, value: CborValue | undefined): boolean;
  send(space: Space, fragment: Bytes, body: Uint8Array): Promise<void>;
  subscribe: CallsApi['subscribe'];
}

export function createCallsDoor(kernel: Kernel, out: EphemeralOut): CallsDoor {
  let coming: Promise<CallBook> | null = null;
  const book = (): Promise<CallBook> => (coming ??= import('./calls.ts').then(({ createCalls }) => createCalls(kernel, out)));
  return {
    take: (space, from, value) => Array.isArray(value) && value[0] === 'call' && (void book().then((one) => one.take(space, from, value)), true),
    send: async (...args) => (await book()).send(...args),
    subscribe(on) {
      let stop: (() => void) | undefined;
      let over = false;
      void book().then((one) => over || (stop = one.subscribe(on)));
      return () => ((over = true), stop?.());
    },
  };
}
