/** Takes away from a worker all ways to the network, to storage and to other threads. Code of ours runs in it; what it reads is of anybody, and should there be a fault in one by which text became code, it has nowhere to go. */

/** Names of those ways, as a worker of a browser has them. */
export const WAYS_OUT: readonly string[] = ['fetch', 'XMLHttpRequest', 'WebSocket', 'WebSocketStream', 'WebTransport', 'EventSource', 'BroadcastChannel', 'indexedDB', 'caches', 'cookieStore', 'importScripts', 'Worker', 'SharedWorker', 'RTCDataChannel', 'navigator', 'FileReaderSync', 'Notification', 'eval', 'Function'];

/** Each of them is undefined from here on, and stays so: in the scope and in what it is made of, where it could be asked for past the scope's own name. */
export function shutIn(scope: object): void {
  for (const name of WAYS_OUT) {
    if (!(name in scope)) continue;
    for (let at: object | null = scope; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      if (at === scope || Object.hasOwn(at, name)) Object.defineProperty(at, name, { value: undefined, writable: false, configurable: false });
    }
  }
}
