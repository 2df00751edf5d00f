/**
 * Entry of the kernel worker, and almost empty: engines keep compiled code of what a worker imports, not of its first script, and compiling the
 * kernel takes longer than reading a small store. It also shows the page that the worker lives: by a lock held to its end, and by an answer to each "beat".
 */
import type { Start } from './kernel-thread.ts';

const given = new Promise<Start>((resolve) => {
  addEventListener('message', (event: MessageEvent<Start | 'beat'>) => {
    if (event.data === 'beat') postMessage('beat');
    else resolve(event.data);
  });
});
void given.then(({ lock }) => navigator.locks.request(lock, () => {
  postMessage('up');
  return new Promise<never>(() => undefined);
}));
import('./kernel-thread.ts').then(async ({ startThread }) => startThread(await given)).catch((error: unknown) => postMessage({ failed: String(error) }));
