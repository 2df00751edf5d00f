/** Direct links of a beacon: the page's dialer over the native WebRTC of npm, in the same process. Without it links go over the relay. */
import SimplePeer from 'simple-peer';
import { createPageDialer, type PeerLike } from '#adapters/simple-peer/page-dialer';
import { createPortDialer } from '#adapters/simple-peer/port-dialer';
import type { Dialer } from '#ports/wire';

/** A dialer that has no direct way: every attempt fails at once and the relay carries the link. */
export const relayOnly: Dialer = {
  dial({ onFail }) {
    let over = false;
    queueMicrotask(() => !over && onFail('unsupported'));
    return { signal: () => undefined, abort: () => void (over = true) };
  },
};

export interface NodeDialer {
  readonly dialer: Dialer;
  close(): void;
}

/** Null when the native package is not installed on this machine. */
export async function createNodeDialer(): Promise<NodeDialer | null> {
  const wrtc = await import('@roamhq/wrtc').then((module) => module.default, () => null);
  if (wrtc === null) return null;
  const { port1, port2 } = new MessageChannel();
  const page = createPageDialer(port1, ({ initiator, iceServers }) => new SimplePeer({ initiator, trickle: true, objectMode: true, wrtc, config: { iceServers: iceServers as RTCIceServer[] } }) as unknown as PeerLike);
  return {
    dialer: createPortDialer(port2),
    close() {
      page.close();
      port1.close();
      port2.close();
    },
  };
}
