/** The media worker: keys come from the page, frames from the engine, counts go back. A frame without a key, or that does not open, ends here: it is never heard and never sent. */
import type { Bytes } from '#base/bytes';
import { clearBytes, createFrameCipher, type FrameCounts, type StreamKind } from './frame-cipher.ts';

export type ToMedia =
  | { readonly t: 'chain'; readonly peer: string; readonly way: 'in' | 'out'; readonly chain: Uint8Array }
  | { readonly t: 'next' }
  | { readonly t: 'drop'; readonly peer: string };

/** How many frames of each peer were sealed, opened, refused, so far. */
export type FromMedia = { readonly t: 'counts'; readonly counts: Readonly<Record<string, FrameCounts>> };

/** Of a transform: whose it is. */
export interface TransformOptions {
  readonly peer: string;
  readonly way: 'in' | 'out';
  readonly kind: StreamKind;
}

interface EncodedFrame {
  data: ArrayBuffer;
  readonly type?: string;
}

export interface Transformer {
  readonly options: unknown;
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
}

/** How often counts are told, ms. */
const COUNTS_MS = 500;

export function createFrameHost(post: (message: FromMedia) => void, subtle: SubtleCrypto, now: () => number) {
  const cipher = createFrameCipher(subtle, now);
  const peers = new Set<string>();
  setInterval(() => peers.size > 0 && post({ t: 'counts', counts: Object.fromEntries([...peers].map((peer) => [peer, { ...cipher.counts(peer) }])) }), COUNTS_MS);
  return {
    hear(message: ToMedia): void {
      if (message.t === 'chain') {
        peers.add(message.peer);
        cipher.chain(message.peer, message.way, message.chain.slice() as Bytes);
      } else if (message.t === 'next') cipher.next();
      else {
        peers.delete(message.peer);
        cipher.drop(message.peer);
      }
    },
    transform({ options, readable, writable }: Transformer): void {
      const { peer, way, kind } = options as TransformOptions;
      const change = new TransformStream<EncodedFrame, EncodedFrame>({
        async transform(frame, controller) {
          const bytes = new Uint8Array(frame.data);
          const clear = clearBytes(kind, frame.type === 'key');
          const out = await (way === 'out' ? cipher.seal(peer, kind, bytes, clear) : cipher.open(peer, kind, bytes, clear));
          if (!out) return;
          frame.data = out.buffer;
          controller.enqueue(frame);
        },
      });
      void readable.pipeThrough(change).pipeTo(writable).catch(() => undefined);
    },
  };
}
