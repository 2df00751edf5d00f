/**
 * Entry of the kernel worker, and almost empty: engines keep compiled code of what a worker imports, not of its first script, and compiling the
 * kernel takes longer than reading a small store.
 */
import type { Start } from './kernel-thread.ts';

const given = new Promise<Start>((resolve) => addEventListener('message', (event: MessageEvent<Start>) => resolve(event.data), { once: true }));
void import('./kernel-thread.ts').then(async ({ startThread }) => startThread(await given));
