/** A function by its types: both ends take the same declaration, so that what is said and what is heard fit or are refused. */
import type { Bytes } from '#base/bytes';
import { err, ok, type Result } from '#base/result';
import { RpcRefusal, type CallOptions, type Refusal, type Rpc, type RpcEnd, type Served } from './calls.ts';
import { serviceOf } from './subject.ts';
import { decodeWit, encodeWit, type Wit } from './wit.ts';

export interface Declared<P, R> {
  readonly version: number;
  readonly interface: string;
  readonly function: string;
  readonly params: Wit<P>;
  readonly result: Wit<R>;
}

/** Serves a declared function; what is not of its parameters' type never reaches it. */
export function serveDeclared<P, R>(rpc: Rpc, declared: Declared<P, R>, fn: (params: P, call: Served) => Promise<R>): () => void {
  return rpc.serve(serviceOf(declared), async (call) => {
    const params = decodeWit(declared.params, call.params);
    if (params === undefined) throw new RpcRefusal('bad-params');
    return encodeWit(declared.result, await fn(params, call));
  });
}

/** Calls a declared function of the device at the other end; a result that is not of its type is `failed`. */
export async function callDeclared<P, R>(rpc: Rpc, end: RpcEnd, lattice: Bytes, declared: Declared<P, R>, params: P, options: CallOptions): Promise<Result<R, Refusal>> {
  const answer = await rpc.call(end, { ...declared, lattice, actor: end.link.device }, encodeWit(declared.params, params), options);
  if (!answer.ok) return answer;
  const value = decodeWit(declared.result, answer.value);
  return value === undefined ? err({ code: 'failed', words: '' }) : ok(value);
}
