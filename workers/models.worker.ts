/** Entry of the worker that keeps the models of this device; it alone asks addresses that a person typed. Wiring only. */
import { createModelServer, type ToKeeper } from '#boot/model-server';

const heard = createModelServer((message) => postMessage(message));
addEventListener('message', ({ data }: MessageEvent<ToKeeper>) => heard(data));
