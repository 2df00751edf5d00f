/**
 * Between peers in threads of their own: the data channels of all their wires are one MessagePort over which frames are handed (transferred,
 * no bandwidth limit), and the sockets to the signaling hub, which lives in the main thread, are another.
 */
import type { MessagePort } from 'node:worker_threads';
import { concat } from '#base/bytes';
import { sha256 } from '#base/hash';
import type { Channel, Dialer, DialOptions, Socket, SocketHandlers, SocketPort, Wire } from '#ports/wire';

/** [wire, channel, frame], or [wire, 'close', reason]. */
type WireMessage = readonly [id: string, channel: Channel, frame: Uint8Array<ArrayBuffer>] | readonly [id: string, channel: 'close', reason: string];

export interface ThreadDialer extends Dialer {
  /** Bytes of all frames given to the wires so far, both channels. */
  sent(): number;
}

class ThreadWire implements Wire {
  readonly kind = 'rtc';
  readonly binding: Uint8Array;
  onDrain: Wire['onDrain'] = null;
  onClose: Wire['onClose'] = null;
  onState: Wire['onState'] = null;
  bytesOut = 0;
  bytesIn = 0;
  private open = true;
  private listener: Wire['onFrame'] = null;
  private early: [Channel, Uint8Array][] = [];

  constructor(private readonly id: string, readonly initiator: boolean, private readonly port: MessagePort) {
    this.binding = concat(sha256('i', id), sha256('r', id));
  }

  send(channel: Channel, frame: Uint8Array): void {
    if (!this.open) return;
    const whole = frame.byteLength === frame.buffer.byteLength ? frame : frame.slice();
    this.bytesOut += whole.length;
    this.port.postMessage([this.id, channel, whole], [whole.buffer as ArrayBuffer]);
  }

  hear(message: WireMessage): void {
    if (!this.open) return;
    if (message[1] === 'close') {
      this.open = false;
      return this.onClose?.(message[2]);
    }
    this.bytesIn += message[2].length;
    if (this.listener === null) this.early.push([message[1], message[2]]);
    else this.listener(message[1], message[2]);
  }

  get onFrame(): Wire['onFrame'] {
    return this.listener;
  }

  set onFrame(next: Wire['onFrame']) {
    this.listener = next;
    for (const [channel, frame] of this.early.splice(0)) next?.(channel, frame);
  }

  buffered(): number {
    return 0;
  }

  close(reason: string): void {
    if (!this.open) return;
    this.open = false;
    this.port.postMessage([this.id, 'close', 'closed']);
    this.onClose?.(reason);
  }

  stats() {
    return Promise.resolve({ bytesIn: this.bytesIn, bytesOut: this.bytesOut, rttMs: null, pair: 'host/host' });
  }
}

/** Direct connections to the peer at the other end of the port. The offer names the wire; frames that come before it is opened here wait. */
export function createThreadDialer(name: string, port: MessagePort): ThreadDialer {
  const wires = new Map<string, ThreadWire>();
  const early = new Map<string, WireMessage[]>();
  let counter = 0;
  port.on('message', (message: WireMessage) => {
    const wire = wires.get(message[0]);
    if (wire) return wire.hear(message);
    const list = early.get(message[0]);
    if (list) list.push(message);
    else early.set(message[0], [message]);
  });
  const connect = (id: string, options: DialOptions): void => {
    const wire = new ThreadWire(id, options.initiator, port);
    wires.set(id, wire);
    options.onOpen(wire);
    for (const message of early.get(id) ?? []) wire.hear(message);
    early.delete(id);
  };
  return {
    dial(options) {
      const own = `${name}-${counter++}`;
      let over = false;
      if (options.initiator) setImmediate(() => over || options.onSignal({ offer: own }));
      return {
        signal(data) {
          const { offer, answer } = data as { offer?: string; answer?: string };
          const id = options.initiator ? answer : offer;
          if (over || id === undefined || (options.initiator && id !== own)) return;
          over = true;
          if (!options.initiator) options.onSignal({ answer: id });
          setImmediate(() => connect(id, options));
        },
        abort() {
          over = true;
        },
      };
    },
    sent: () => [...wires.values()].reduce((sum, wire) => sum + wire.bytesOut, 0),
  };
}

type SocketCall = readonly [id: number, kind: 'open' | 'close', url: string] | readonly [id: number, kind: 'send', message: Uint8Array];
type SocketEvent = readonly [id: number, kind: 'open'] | readonly [id: number, kind: 'message', message: Uint8Array] | readonly [id: number, kind: 'close', reason: string];

/** Sockets whose server is at the other end of the port. */
export function createThreadSockets(port: MessagePort): SocketPort {
  const handlers = new Map<number, SocketHandlers>();
  let counter = 0;
  port.on('message', (event: SocketEvent) => {
    const to = handlers.get(event[0]);
    if (event[1] === 'open') to?.onOpen();
    else if (event[1] === 'message') to?.onMessage(event[2]);
    else if (handlers.delete(event[0])) to?.onClose(event[2]);
  });
  const call = (message: SocketCall): void => port.postMessage(message);
  return {
    open(url, to) {
      const id = counter++;
      handlers.set(id, to);
      call([id, 'open', url]);
      return {
        send: (message) => call([id, 'send', message]),
        buffered: () => 0,
        close() {
          handlers.delete(id);
          call([id, 'close', url]);
        },
      };
    },
  };
}

/** The side of the server. */
export function serveThreadSockets(port: MessagePort, server: SocketPort): void {
  const sockets = new Map<number, Socket>();
  const tell = (event: SocketEvent): void => port.postMessage(event);
  port.on('message', (call: SocketCall) => {
    const [id, kind] = call;
    if (kind === 'open') {
      sockets.set(id, server.open(call[2], {
        onOpen: () => tell([id, 'open']),
        onMessage: (message) => tell([id, 'message', message]),
        onClose: (reason) => tell([id, 'close', reason]),
      }));
    } else if (kind === 'send') sockets.get(id)?.send(call[2]);
    else {
      sockets.get(id)?.close();
      sockets.delete(id);
    }
  });
}
