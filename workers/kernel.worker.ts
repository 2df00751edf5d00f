/**
 * Entry of the kernel worker, and almost empty: engines keep compiled code of what a worker imports, not of its first script, and compiling the
 * kernel takes longer than reading a small store. It also shows the page that the worker lives: by a lock held to its end, and by an answer to each "beat".
 */
import type { Database } from '#boot/kernel-worker';
import type { Start } from './kernel-thread.ts';

let toldDatabase: (name: string) => void = () => undefined;
const database = new Promise<string>((resolve) => (toldDatabase = resolve));
const given = new Promise<Start>((resolve) => {
  addEventListener('message', ({ data }: MessageEvent<Start | Database | 'beat'>) => {
    if (data === 'beat') postMessage('beat');
    else if ('database' in data) toldDatabase(data.database);
    else resolve(data);
  });
});
void given.then(({ lock }) => navigator.locks.request(lock, () => {
  postMessage('up');
  return new Promise<never>(() => undefined);
}));
import('./kernel-thread.ts').then(async ({ openStore, startThread }) => {
  openStore(await database);
  startThread(await given);
}).catch((error: unknown) => postMessage({ failed: String(error) }));
