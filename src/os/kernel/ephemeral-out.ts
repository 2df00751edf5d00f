/** Seals and sends what is told once and kept nowhere (FORMATS 8, Ephemeral). One counter per start for all kinds, in the order of the calls: peers drop what comes out of it. */
import type { Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { sealEphemeral } from '#vm/protocol/messages';
import type { Kernel, Space } from './state.ts';

export interface EphemeralOut {
  /** `ttl` ms. Nothing is sent where there is no slot or no key yet. */
  send(space: Space, fragment: Bytes, ttl: number, value: CborValue): void;
}

export function createEphemeralOut(kernel: Kernel): EphemeralOut {
  const boot = kernel.deps.random.bytes(8);
  let ctr = 0;
  let last: Promise<void> = Promise.resolve();
  const seal = async (space: Space, fragment: Bytes, ttl: number, value: CborValue): Promise<void> => {
    const slot = kernel.slot;
    const epoch = space.rights.sealingEpoch();
    const key = epoch && (await space.keys.presence(epoch, fragment));
    if (!slot || !key) return;
    kernel.sendEphemeral(space, await sealEphemeral(kernel.deps.crypto, slot.key, key, space.id, { fragment, boot, ctr: ctr++, ttl, nonce: kernel.deps.random.bytes(12), value }));
  };
  return {
    send(space, fragment, ttl, value) {
      last = last.then(() => seal(space, fragment, ttl, value)).catch((error: unknown) => kernel.fault('ephemeral', error));
    },
  };
}
