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
  /** 0 = the mainland, where the server is; ends on different islands do not meet, and are not told. */
  island: number;
  /** Port calls until the process dies in the middle of one; null = it lives on. */
  fuse: number | null;
  /** What the end of the fuse does. */
  burn: () => void;
  /** Open sockets with what tells their owner that the network is gone. */
  readonly sockets: Map<Socket, (reason: string) => void>;
  readonly dialings: Set<Dialing>;
  /** Commits handed to the disk and not finished. */
  readonly writing: Set<{ readonly input: CommitInput; land(): void }>;
}

export const newLife = (): Life => ({ alive: true, online: true, island: 0, fuse: null, burn: () => undefined, sockets: new Map(), dialings: new Set(), writing: new Set() });

/** Counts one port call. True while the process lives: it may have ended in this very call. */
function lives(life: Life): boolean {
  if (life.fuse !== null && life.alive && --life.fuse <= 0) {
    life.fuse = null;
    life.burn();
  }
  return life.alive;
}

const reaches = (life: Life): boolean => life.online && life.island === 0;

const never = <T>(): Promise<T> => new Promise(() => undefined);

/** A clock whose timers die with the process; the wall clock's offset may change. */
export function mortalClock(clock: SimClock, offsetMs: () => number, life: Life): Clock {
  return { now: () => clock.now() + offsetMs(), monotonic: () => clock.monotonic(), setTimer: (ms, fn) => clock.setTimer(ms, () => lives(life) && fn()) };
}

/** Sockets whose events stop when the process dies; refused while it is offline. */
export function mortalSockets(port: SocketPort, life: Life, trace: (what: string, bytes: Uint8Array) => void): SocketPort {
  return {
    open(url, handlers) {
      const socket = port.open(url, {
        onOpen: () => (lives(life) && reaches(life) ? handlers.onOpen() : socket.close()),
        onMessage(message) {
          if (!reaches(life) || !lives(life)) return;
          trace('server', message);
          handlers.onMessage(message);
        },
        onClose(reason) {
          life.sockets.delete(socket);
          if (life.alive) handlers.onClose(reason);
        },
      });
      life.sockets.set(socket, handlers.onClose);
      return { send: (message) => reaches(life) && life.alive && socket.send(message), buffered: () => socket.buffered(), close: () => socket.close() };
    },
  };
}

/** Dials whose callbacks stop when the process dies. */
export function mortalDialer(dialer: Dialer, life: Life): Dialer {
  return {
    dial(options) {
      const dialing = dialer.dial({
        ...options,
        onSignal: (data) => lives(life) && options.onSignal(data),
        onOpen: (wire) => (lives(life) ? options.onOpen(wire) : wire.close('process died')),
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
  const guard = <T>(work: () => Promise<T>): Promise<T> => (lives(o.life) ? work().then((value) => (lives(o.life) ? value : never<T>())) : never<T>());
  let free = 0;
  const commit = (input: CommitInput): Promise<number> => new Promise((resolve, reject) => {
    const write = { input, land: (): void => void store.commit(input).then((arrival) => {
      o.onCommitted(arrival, input);
      if (lives(o.life)) resolve(arrival);
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
    commit: (input) => (lives(o.life) ? commit(input) : never()),
    scan: (after, limit) => guard(() => store.scan(after, limit)),
    segments: (arrivals) => guard(() => store.segments(arrivals)),
    arrivals: (after) => guard(() => store.arrivals(after)),
    holding: (space, fragment) => guard(() => store.holding(space, fragment)),
    get: (key) => guard(() => store.get(key)),
    list: (prefix) => guard(() => store.list(prefix)),
    close: () => store.close(),
  };
}

/** Crypto whose answers never reach a dead process; every answer is a place to die at. */
export function mortalCrypto(crypto: CryptoPort, life: Life): CryptoPort {
  const mortal = <A extends unknown[], R>(fn: (...args: A) => Promise<R>) => (...args: A): Promise<R> => fn(...args).then((value) => (lives(life) ? value : never<R>()));
  return {
    generateSigning: mortal(crypto.generateSigning), importSigning: mortal(crypto.importSigning), generateSigningSeed: mortal(crypto.generateSigningSeed), generateAgreementSeed: mortal(crypto.generateAgreementSeed), sign: mortal(crypto.sign), verify: mortal(crypto.verify),
    generateAgreement: mortal(crypto.generateAgreement), importAgreement: mortal(crypto.importAgreement), agree: mortal(crypto.agree),
    importAead: mortal(crypto.importAead), generateAead: mortal(crypto.generateAead), stretchAead: mortal(crypto.stretchAead), seal: mortal(crypto.seal), open: mortal(crypto.open),
  };
}

/** The crypto of a busy machine: every answer takes a while, so that other work comes in between. */
export function slowCrypto(crypto: CryptoPort, clock: Clock, ms: () => number): CryptoPort {
  const slow = <A extends unknown[], R>(fn: (...args: A) => Promise<R>) => (...args: A): Promise<R> => new Promise((resolve, reject) => {
    clock.setTimer(ms(), () => void fn(...args).then(resolve, reject));
  });
  return {
    generateSigning: slow(crypto.generateSigning), importSigning: slow(crypto.importSigning), generateSigningSeed: slow(crypto.generateSigningSeed), generateAgreementSeed: slow(crypto.generateAgreementSeed), sign: slow(crypto.sign), verify: slow(crypto.verify),
    generateAgreement: slow(crypto.generateAgreement), importAgreement: slow(crypto.importAgreement), agree: slow(crypto.agree),
    importAead: slow(crypto.importAead), generateAead: slow(crypto.generateAead), stretchAead: slow(crypto.stretchAead), seal: slow(crypto.seal), open: slow(crypto.open),
  };
}
