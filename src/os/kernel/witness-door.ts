/** The door to the desk of witnesses: its code comes when a space here has a beacon. */
import type { Core } from '#vm/replication/peer-state';
import type { WitnessPort } from '#vm/replication/host';
import type { KernelParts } from './kernel.ts';
import { hasBeacon } from './beacon-counts.ts';
import type { WitnessDesk } from './witness-desk.ts';

export interface WitnessDoor extends WitnessPort {
  /** Links opened, or what they may see changed. */
  look(core: Core): void;
  close(): void;
}

export function createWitnessDoor(parts: KernelParts): WitnessDoor {
  const { kernel } = parts;
  let coming: Promise<WitnessDesk> | null = null;
  let here: WitnessDesk | null = null;
  let closed = false;
  const desk = (): Promise<WitnessDesk> => (coming ??= import('./witness-desk.ts').then(({ createWitnessDesk }) => createWitnessDesk({ kernel, onAck: (ack) => parts.acks.onAck(ack) })).then((made) => {
    if (closed) made.close();
    return (here = made);
  }, (error: unknown) => {
    coming = null;
    throw error;
  }));
  const run = (work: (desk: WitnessDesk) => unknown): void => void desk().then((one) => (closed ? undefined : work(one))).catch((error: unknown) => kernel.fault('witness', error));
  const needed = (): boolean => coming !== null || (kernel.reading === null && kernel.profile !== null && !kernel.loading && [...kernel.spaces.values()].some(hasBeacon));
  const stop = parts.subscribe(({ type, space, fragment }) => {
    if (type === 'copies' && space !== undefined && fragment !== undefined) here?.touched(space, fragment);
  });
  return {
    look(core) {
      if (needed()) run((one) => one.look(core));
    },
    onMessage(core, peer, message) {
      if (!message.event.startsWith('witness:') || kernel.reading !== null) return false;
      // Answers are those of the link's own questions.
      if (message.id !== '' && !message.event.endsWith(':requested')) return false;
      run((one) => one.onMessage(core, peer, message));
      return true;
    },
    close() {
      closed = true;
      stop();
      void coming?.then((one) => one.close()).catch(() => undefined);
    },
  };
}
