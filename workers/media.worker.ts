/** Entry of the media worker: frames of a call are sealed and opened here. Wiring only. */
import { createFrameHost, type ToMedia, type Transformer } from '#adapters/calls/frame-host';

const host = createFrameHost((message) => postMessage(message), crypto.subtle, () => performance.now());
addEventListener('message', ({ data }: MessageEvent<ToMedia>) => host.hear(data));
addEventListener('rtctransform', (event) => host.transform((event as Event & { transformer: Transformer }).transformer));
