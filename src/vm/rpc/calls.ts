/**
 * Calls between linked peers: a question by subject with a time, an answer or a typed refusal, streams both ways. Both ends keep the time by their own
 * clocks: whoever asked is answered at the latest when it is over, whoever works is stopped then. Nothing is asked twice: what may be done again is the caller's to know.
 */
import { equalBytes, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { err, ok, type Result } from '#base/result';
import type { Clock } from '#ports/clock';
import type { Channel } from '#ports/wire';
import type { Link, LinkMessage } from '#vm/mesh/link-types';
import { createTokenBucket, type TokenBucket } from '#vm/mesh/token-bucket';
import { RPC_LIMITS } from '#vm/rpc-limits';
import { CALL, CANCEL, DONE, FAILED, INPUT, INPUT_END, INPUT_TAKEN, parseCall, parseFailed, parsePart, parseTaken, PART, SAID, TAKEN, type RpcCode } from './frames.ts';
import { createInflow, createOutflow, type Inflow, type Outflow } from './flow.ts';
import { formatSubject, serviceOf, type Subject } from './subject.ts';

/** One link as calls see it. */
export interface RpcEnd {
  readonly id: string;
  readonly link: Pick<Link, 'send' | 'close' | 'open' | 'device' | 'queued' | 'lost'>;
}

export interface Refusal {
  readonly code: RpcCode;
  readonly words: string;
}

/** Thrown by a function to refuse with a code; anything else that is thrown is `failed`, and its words stay here. */
export class RpcRefusal extends Error {
  override readonly name = 'RpcRefusal';
  constructor(readonly code: RpcCode, words = '') {
    super(words);
  }
}

/** A call that runs here. */
export interface Served {
  readonly from: RpcEnd;
  readonly lattice: Bytes;
  readonly params: Bytes;
  /** Aborted when the caller cancelled, the time is over or the link ended: nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /** The next part from the caller; null: no more. */
  next(): Promise<Bytes | null>;
  /** A part of the result before its end. */
  write(part: Uint8Array): Promise<void>;
}

export type Serve = (call: Served) => Promise<Uint8Array>;

export interface CallOptions {
  /** How long the call may take. */
  readonly ms: number;
  readonly channel?: Channel;
  readonly signal?: AbortSignal;
  /** Parts for the far end; the stream ends when this resolves. */
  readonly input?: (write: (part: Uint8Array) => Promise<void>) => Promise<void>;
  /** Parts of the result, in order; the next one is taken when this resolves. */
  readonly onPart?: (part: Bytes) => void | Promise<void>;
}

export interface RpcDeps {
  readonly clock: Clock;
  /** Key of this device: who calls something else calls nobody here. */
  readonly actor: Bytes;
  /** May the far end call here in this lattice now, and be called in it? Asked at every call. */
  admits(end: RpcEnd, lattice: Bytes): boolean;
  metric(name: string, add?: number): void;
}

export interface Rpc {
  /** `service` as `serviceOf` names it. */
  serve(service: string, fn: Serve): () => void;
  readonly services: readonly string[];
  call(end: RpcEnd, subject: Subject, params: Uint8Array, options: CallOptions): Promise<Result<Bytes, Refusal>>;
  /** True when the message was of a call. */
  onMessage(end: RpcEnd, message: LinkMessage): boolean;
  onClosed(end: RpcEnd): void;
}

interface Asked {
  readonly out: Outflow;
  readonly parts: Inflow;
  end(answer: Result<Bytes, Refusal>, tell?: boolean): void;
}

interface Running {
  readonly out: Outflow;
  readonly input: Inflow;
  stop(): void;
}

interface EndState {
  readonly asked: Map<string, Asked>;
  readonly running: Map<string, Running>;
  readonly bucket: TokenBucket;
}

const refuse = (code: RpcCode, words = ''): Result<never, Refusal> => err({ code, words });

class RpcImpl implements Rpc {
  private readonly functions = new Map<string, Serve>();
  private readonly ends = new Map<string, EndState>();
  private counter = 0;

  constructor(private readonly d: RpcDeps) {}

  get services(): readonly string[] {
    return [...this.functions.keys()];
  }

  serve(service: string, fn: Serve): () => void {
    this.functions.set(service, fn);
    return () => void (this.functions.get(service) === fn && this.functions.delete(service));
  }

  private stateOf(end: RpcEnd): EndState {
    let state = this.ends.get(end.id);
    if (!state) this.ends.set(end.id, (state = { asked: new Map(), running: new Map(), bucket: createTokenBucket(this.d.clock, RPC_LIMITS.callsPerSecond, RPC_LIMITS.callsBurst) }));
    return state;
  }

  call(end: RpcEnd, subject: Subject, params: Uint8Array, { ms, channel = 'live', signal, input, onPart }: CallOptions): Promise<Result<Bytes, Refusal>> {
    if (!end.link.open) return Promise.resolve(refuse('closed'));
    if (signal?.aborted) return Promise.resolve(refuse('cancelled'));
    if (!this.d.admits(end, subject.lattice)) return Promise.resolve(refuse('rights'));
    if (params.length > RPC_LIMITS.partBytes) return Promise.resolve(refuse('too-large'));
    const { asked } = this.stateOf(end);
    if (asked.size >= RPC_LIMITS.asksAtOnce) return Promise.resolve(refuse('busy'));
    const id = `w${(this.counter++).toString(36)}`;
    const say = (event: string, payload: CborValue): void => end.link.send(channel, event, encodeCbor(payload), id);
    const limit = Math.max(1, Math.min(Math.floor(ms), RPC_LIMITS.deadlineMs));
    return new Promise((resolve) => {
      const out = createOutflow((part) => say(INPUT, [part]));
      const parts = createInflow((taken) => say(TAKEN, [taken]));
      const cancelled = (): void => one.end(refuse('cancelled'), true);
      const stop = this.d.clock.setTimer(limit, () => one.end(refuse('deadline'), true));
      let reading: Promise<void> = Promise.resolve();
      const one: Asked = {
        out, parts,
        end: (answer, tell = false) => {
          if (!asked.delete(id)) return;
          stop();
          signal?.removeEventListener('abort', cancelled);
          out.end();
          parts.end(!answer.ok);
          if (tell && end.link.open) say(CANCEL, []);
          // What came before the result is read before it, unless the time is over.
          if (answer.ok) void reading.then(() => resolve(answer), () => resolve(refuse('failed')));
          else resolve(answer);
        },
      };
      asked.set(id, one);
      signal?.addEventListener('abort', cancelled);
      say(CALL, [formatSubject(subject), limit, params as Bytes, input ? 1 : 0]);
      if (onPart) {
        reading = (async () => {
          for (let part = await parts.next(); part !== null; part = await parts.next()) await onPart(part);
        })();
        reading.catch(() => one.end(refuse('cancelled'), true));
      }
      if (input) input(out.write).then(() => asked.has(id) && say(INPUT_END, []), () => one.end(refuse('cancelled'), true));
    });
  }

  onMessage(end: RpcEnd, message: LinkMessage): boolean {
    if (!message.event.startsWith('wrpc:')) return false;
    const { event, id, payload } = message;
    const state = this.stateOf(end);
    if (event === CALL) this.begin(end, state, message);
    else if (event === CANCEL) state.running.get(id)?.stop();
    else if (event === DONE || event === FAILED || event === PART || event === INPUT_TAKEN) this.answered(end, state.asked.get(id), message);
    else if (event === INPUT || event === TAKEN || event === INPUT_END) {
      const one = state.running.get(id);
      const part = event === INPUT ? parsePart(payload) : null;
      const taken = event === TAKEN ? parseTaken(payload) : null;
      if (event === INPUT_END) one?.input.end(false);
      else if (part === null && taken === null) end.link.close('breach');
      else if (one && (part !== null ? !one.input.put(part) : !one.out.taken(taken!))) end.link.close('breach');
    } else return false;
    return true;
  }

  onClosed(end: RpcEnd): void {
    const state = this.ends.get(end.id);
    this.ends.delete(end.id);
    for (const one of [...(state?.asked.values() ?? [])]) one.end(refuse('closed'));
    for (const one of [...(state?.running.values() ?? [])]) one.stop();
  }

  private answered(end: RpcEnd, one: Asked | undefined, { event, payload }: LinkMessage): void {
    if (event === FAILED) {
      const failed = parseFailed(payload);
      if (failed === null) return end.link.close('breach');
      return one?.end(err(failed));
    }
    if (event === INPUT_TAKEN) {
      const taken = parseTaken(payload);
      if (taken === null || (one && !one.out.taken(taken))) end.link.close('breach');
      return;
    }
    const part = parsePart(payload);
    if (part === null) return end.link.close('breach');
    if (event === DONE) return one?.end(ok(part));
    if (one && !one.parts.put(part)) end.link.close('breach');
  }

  /** Somebody calls. */
  private begin(end: RpcEnd, state: EndState, { id, payload, channel }: LinkMessage): void {
    const call = parseCall(payload);
    if (call === null || id === '' || state.running.has(id)) return end.link.close('breach');
    const say = (event: string, value: CborValue): void => {
      if (end.link.open) end.link.send(channel, event, encodeCbor(value), id);
    };
    const no = (code: RpcCode): void => {
      this.d.metric(`rpc.refused.${code}`);
      say(FAILED, [code, '']);
    };
    const { subject } = call;
    // Who may not call in a lattice does not learn what is served in it.
    if (!equalBytes(subject.actor, this.d.actor) || !this.d.admits(end, subject.lattice)) return no('rights');
    if (state.running.size >= RPC_LIMITS.callsAtOnce || !state.bucket.take()) return no('busy');
    const fn = this.functions.get(serviceOf(subject));
    if (!fn) return no('no-function');
    this.run(end, state, { id, ...call, say, fn });
  }

  private run(end: RpcEnd, state: EndState, { id, subject, ms, params, input: hasInput, say, fn }: { id: string; subject: Subject; ms: number; params: Bytes; input: boolean; say: (event: string, value: CborValue) => void; fn: Serve }): void {
    const abort = new AbortController();
    const out = createOutflow((part) => say(PART, [part]));
    const input = createInflow((taken) => say(INPUT_TAKEN, [taken]));
    if (!hasInput) input.end(false);
    const finish = (): boolean => {
      if (!state.running.delete(id)) return false;
      cancel();
      out.end();
      input.end(true);
      return true;
    };
    const stop = (): void => {
      if (finish()) abort.abort();
    };
    const cancel = this.d.clock.setTimer(ms, stop);
    state.running.set(id, { out, input, stop });
    this.d.metric('rpc.served');
    const served: Served = { from: end, lattice: subject.lattice, params, signal: abort.signal, next: () => input.next(), write: (part) => out.write(part) };
    Promise.resolve().then(() => fn(served)).then((result) => {
      if (!finish()) return;
      if (result.length > RPC_LIMITS.partBytes) say(FAILED, ['too-large', '']);
      else say(DONE, [result as Bytes]);
    }, (error: unknown) => {
      if (!finish()) return;
      const refusal = error instanceof RpcRefusal && SAID.includes(error.code) ? error : null;
      if (!refusal) this.d.metric('rpc.failed');
      say(FAILED, [refusal?.code ?? 'failed', (refusal?.message ?? '').slice(0, RPC_LIMITS.wordChars)]);
    });
  }
}

export function createRpc(deps: RpcDeps): Rpc {
  return new RpcImpl(deps);
}
