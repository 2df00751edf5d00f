/** Ports of a simulated process that can die at any moment: nothing of it happens afterwards; a write under way is on the disk or not. */
import type { Clock } from '#ports/clock';
import type { CryptoPort } from '#ports/crypto';
import type { CommitInput, RecordStore } from '#ports/record-store';
import type { Dialer, Dialing, Socket, SocketPort } from '#ports/wire';
import type { SimClock } from './sim-clock.ts';

export interface Life {
  alive: boolean;
  /** False: the process reaches no server and no peer, and is not told. */
  online: boolean;
  /** Open sockets with what tells their owner that the network is gone. */
  readonly sockets: Map<Socket, (reason: string) => void>;
  readonly dialings: Set<Dialing>;
  /** Commits handed to the disk and not finished. */
  readonly writing: Set<{ land(): void }>;
}

export const newLife = (): Life => ({ alive: true, online: true, sockets: new Map(), dialings: new Set(), writing: new Set() });

const never = <T>(): Promise<T> => new Promise(() => undefined);

/** A clock whose timers die with the process; the wall clock's offset may change. */
export function mortalClock(clock: SimClock, offsetMs: () => number, life: Life): Clock {
  return { now: () => clock.now() + offsetMs(), monotonic: () => clock.monotonic(), setTimer: (ms, fn) => clock.setTimer(ms, () => life.alive && fn()) };
}

/** Sockets whose events stop when the process dies; refused while it is offline. */
export function mortalSockets(port: SocketPort, life: Life, trace: (what: string, bytes: Uint8Array) => void): SocketPort {
  return {
    open(url, handlers) {
      const socket = port.open(url, {
        onOpen: () => (life.alive && life.online ? handlers.onOpen() : socket.close()),
        onMessage(message) {
          if (!life.alive || !life.online) return;
          trace('server', message);
          handlers.onMessage(message);
        },
        onClose(reason) {
          life.sockets.delete(socket);
          if (life.alive) handlers.onClose(reason);
        },
      });
      life.sockets.set(socket, handlers.onClose);
      return { send: (message) => life.online && socket.send(message), buffered: () => socket.buffered(), close: () => socket.close() };
    },
  };
}

/** Dials whose callbacks stop when the process dies. */
export function mortalDialer(dialer: Dialer, life: Life): Dialer {
  return {
    dial(options) {
      const dialing = dialer.dial({
        ...options,
        onSignal: (data) => life.alive && options.onSignal(data),
        onOpen: (wire) => (life.alive ? options.onOpen(wire) : wire.close('process died')),
        onFail: (reason) => life.alive && options.onFail(reason),
      });
      life.dialings.add(dialing);
      return dialing;
    },
  };
}

export interface MortalStoreOptions {
  readonly clock: SimClock;
  readonly life: Life;
  /** How long the next commit takes, ms; 0 = at once. */
  readonly commitMs: () => number;
  readonly onCommitted: (arrival: number, input: CommitInput) => void;
}

/** A store that answers only the living. Commits land in the order they were given. */
export function mortalStore(store: RecordStore, o: MortalStoreOptions): RecordStore {
  const guard = <T>(work: () => Promise<T>): Promise<T> => (o.life.alive ? work().then((value) => (o.life.alive ? value : never<T>())) : never<T>());
  let free = 0;
  const commit = (input: CommitInput): Promise<number> => new Promise((resolve, reject) => {
    const write = { land: (): void => void store.commit(input).then((arrival) => {
      o.onCommitted(arrival, input);
      if (o.life.alive) resolve(arrival);
    }, (error: unknown) => o.life.alive && reject(error)) };
    const now = o.clock.monotonic();
    const at = Math.max(now + o.commitMs(), free);
    free = at;
    if (at <= now) return write.land();
    o.life.writing.add(write);
    o.clock.setTimer(at - now, () => {
      if (!o.life.writing.delete(write)) return;
      write.land();
    });
  });
  return {
    get id() {
      return store.id;
    },
    get onClosed() {
      return store.onClosed;
    },
    set onClosed(listener) {
      store.onClosed = listener === null ? null : (reason) => o.life.alive && listener(reason);
    },
    commit: (input) => (o.life.alive ? commit(input) : never()),
    scan: (after, limit) => guard(() => store.scan(after, limit)),
    segments: (arrivals) => guard(() => store.segments(arrivals)),
    get: (key) => guard(() => store.get(key)),
    list: (prefix) => guard(() => store.list(prefix)),
    close: () => store.close(),
  };
}

/** The crypto of a busy machine: every answer takes a while, so that other work comes in between. */
export function slowCrypto(crypto: CryptoPort, clock: Clock, ms: () => number): CryptoPort {
  const slow = <A extends unknown[], R>(fn: (...args: A) => Promise<R>) => (...args: A): Promise<R> => new Promise((resolve, reject) => {
    clock.setTimer(ms(), () => void fn(...args).then(resolve, reject));
  });
  return {
    generateSigning: slow(crypto.generateSigning), importSigning: slow(crypto.importSigning), sign: slow(crypto.sign), verify: slow(crypto.verify),
    generateAgreement: slow(crypto.generateAgreement), importAgreement: slow(crypto.importAgreement), agree: slow(crypto.agree),
    importAead: slow(crypto.importAead), generateAead: slow(crypto.generateAead), seal: slow(crypto.seal), open: slow(crypto.open),
  };
}
