/** What a tab weighs: the resident memory of its renderer process, and the heap of its kernel worker after a collection. */
import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { processTree, type Peer } from '#tests/e2e/support/peer';

const MIB = 1024 * 1024;

/** Resident memory of the largest renderer of the browser, MiB: the one that holds the app's tab and its worker. */
export function rendererMib(peer: Peer): number {
  let most = 0;
  for (const pid of processTree(peer.pid)) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) continue;
      most = Math.max(most, Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0));
    } catch {
      // It ended while it was looked at.
    }
  }
  return most / 1024;
}

/** Talks to the kernel worker of a page over the debugger. */
async function workerSession(page: Page): Promise<{ send(method: string): Promise<unknown>; close(): Promise<void> }> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const attached = new Promise<string>((resolve) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') resolve(sessionId);
    });
  });
  // Not flat: the answers come as texts in this session, which the client can read.
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const answer = JSON.parse(message) as { id?: number; result?: unknown; error?: { message: string } };
    const waiting = answer.id === undefined ? undefined : open.get(answer.id);
    if (!waiting) return;
    open.delete(answer.id!);
    if (answer.error) waiting.reject(new Error(answer.error.message));
    else waiting.resolve(answer.result);
  });
  let next = 1;
  return {
    send: (method) => new Promise((resolve, reject) => {
      const id = next++;
      open.set(id, { resolve, reject });
      session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params: {} }) }).catch(reject);
    }),
    close: () => session.detach(),
  };
}

/** JavaScript heap of the kernel worker in use after a collection, and the buffers it holds outside, MiB. */
export async function workerHeap(page: Page): Promise<{ heap: number; buffers: number }> {
  const worker = await workerSession(page);
  try {
    await worker.send('HeapProfiler.enable');
    await worker.send('HeapProfiler.collectGarbage');
    const usage = (await worker.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number };
    return { heap: usage.usedSize / MIB, buffers: (usage.backingStorageSize ?? 0) / MIB };
  } finally {
    await worker.close();
  }
}
