/** Entry of the worker that runs models. It has no network but this app's own files. Wiring only. */
import { createMindServer, type ToMind } from '#boot/mind-server';
import { installTrustedTypes } from '#boot/trusted-types';

// The threads of the runtime are workers of this origin.
installTrustedTypes();
const heard = createMindServer((message) => postMessage(message));
addEventListener('message', ({ data }: MessageEvent<ToMind>) => heard(data));
