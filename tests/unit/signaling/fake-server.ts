/** The hub with sockets that are lists: what the server said to whom, and whom it closed. Time is a number the test moves. */
import { Hub } from '#signaling/hub';
import { LIMITS, type Limits } from '#signaling/limits';
import { decodeSignal, encodeSignal, type SignalMessage, type SignalReply } from '#ports/signaling';

/** Bytes that tell `n` apart. */
export const bytes = (length: number, n: number): Uint8Array => {
  const out = new Uint8Array(length);
  new DataView(out.buffer).setUint32(length - 4, n);
  return out;
};

export class FakeServer {
  now = 1_763_658_000_000;
  readonly probed: number[] = [];
  readonly closed = new Map<number, string>();
  readonly hub: Hub;
  readonly #inbox = new Map<number, SignalReply[]>();
  #random = 0;
  #next = 1;

  constructor(limits: Partial<Limits> = {}) {
    this.hub = new Hub({
      limits: { ...LIMITS, ...limits },
      key: bytes(32, 99),
      random: (n) => bytes(n, ++this.#random),
      wall: () => this.now,
      send: (socket, message) => {
        const read = decodeSignal(message);
        if (!read.ok) throw new Error(`the server said something unreadable: ${read.error.message}`);
        this.#inbox.get(socket)?.push(read.value as SignalReply);
      },
      probe: (socket) => this.probed.push(socket),
      close: (socket, reason) => this.closed.set(socket, reason),
    });
  }

  /** A connected socket; null when it was refused. */
  connect(address = '10.0.0.1'): number | null {
    const id = this.#next++;
    this.#inbox.set(id, []);
    return this.hub.connect(id, address, this.now) ? id : null;
  }

  /** A socket that said hello as session `n`. */
  hello(n: number, address = '10.0.0.1'): number {
    const id = this.connect(address)!;
    this.say(id, { type: 'signal:hello:v1:requested', session: bytes(16, n) });
    return id;
  }

  say(id: number, message: SignalMessage): void {
    this.hub.message(id, encodeSignal(message), this.now);
  }

  raw(id: number, message: Uint8Array): void {
    this.hub.message(id, message, this.now);
  }

  /** What the socket heard since the last call. */
  heard(id: number): SignalReply[] {
    return this.#inbox.get(id)!.splice(0);
  }

  /** Codes of the errors it heard since the last call. */
  errors(id: number): string[] {
    return this.heard(id).flatMap((message) => (message.type === 'failed' ? [message.code] : []));
  }

  join(id: number, room: Uint8Array): Uint8Array {
    this.say(id, { type: 'signal:join:v1:requested', room });
    const answer = this.heard(id).find((message) => message.type === 'signal:join:v1:completed');
    if (answer?.type !== 'signal:join:v1:completed') throw new Error('not joined');
    return answer.ticket;
  }

  /** Two sessions (1 and 2) with an open route in the room; the route. */
  pair(room: Uint8Array): { a: number; b: number; route: Uint8Array } {
    const a = this.hello(1);
    const b = this.hello(2, '10.0.0.2');
    const ofA = this.join(a, room);
    const ofB = this.join(b, room);
    this.say(a, { type: 'relay:open:v1:requested', room, to: bytes(16, 2), ticket: ofA });
    this.say(b, { type: 'relay:open:v1:requested', room, to: bytes(16, 1), ticket: ofB });
    const opened = this.heard(a).find((message) => message.type === 'relay:open:v1:completed');
    if (opened?.type !== 'relay:open:v1:completed') throw new Error('no route');
    this.heard(b);
    return { a, b, route: opened.route };
  }
}
