/** A worker whose browser is locked: it waits for what opens it before there is a kernel. Loaded when there is a lock. */
import { toErrorShape } from '#adapters/worker-rpc/protocol';
import type { AppErrorShape } from '#base/app-error';
import type { PasskeyAsk, UnlockRequest } from '#os/lock-api';
import { readLock, unlock, type OpenLock } from '#os/kernel/lock-row';
import { SealedStore } from '#os/kernel/sealed-store';
import type { CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { RecordStore } from '#ports/record-store';

/** From the page, beside the RPC. */
export interface UnlockMessage {
  readonly unlock: UnlockRequest;
}

/** To the page: `asked` (and of which passkey, if one opens it), and after each try whether it is open. */
export interface LockMessage {
  readonly lock: 'asked' | 'open' | AppErrorShape;
  readonly passkey?: PasskeyAsk;
}

/** What the page says to this worker, one message at a time. */
export interface LockPort {
  post(message: LockMessage): void;
  listen(heard: (data: unknown) => void): () => void;
}

/** The store of a locked browser, once somebody has opened it; null when the lock was taken off meanwhile. */
export async function awaitUnlock(store: RecordStore, tools: { crypto: CryptoPort; random: Random }, port: LockPort): Promise<{ lock: OpenLock; seal(inner: RecordStore): RecordStore } | null> {
  let heard: (request: UnlockRequest) => void = () => undefined;
  const stop = port.listen((data) => {
    if (typeof data === 'object' && data !== null && 'unlock' in data) heard((data as UnlockMessage).unlock);
  });
  const passkey = (await readLock(store))?.passkey;
  for (let said: LockMessage = { lock: 'asked', ...(passkey && { passkey: { id: passkey.id, salt: passkey.salt } }) }; ; ) {
    const next = new Promise<UnlockRequest>((resolve) => (heard = resolve));
    port.post(said);
    const request = await next;
    // Another tab may have changed it since.
    const row = await readLock(store);
    try {
      const lock = row && (await unlock(tools, store, row, request));
      stop();
      port.post({ lock: 'open' });
      return lock && { lock, seal: (inner) => new SealedStore(inner, tools.crypto, lock.vault) };
    } catch (error) {
      said = { lock: toErrorShape(error) };
    }
  }
}
