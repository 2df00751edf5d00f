/** The one call of shared work, as both ends know it (docs/PROTOCOL.md, Calls). */
import { concat, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { serviceOf } from '#vm/rpc/subject';
import { bytes, choice, record, u32 } from '#vm/rpc/wit';

/**
 * The input follows as parts of the stream, then one empty part when the result is asked for. The worker sends empty parts while it works, then its commitment:
 * it is bound to its answer before anybody's answer is known.
 */
export const RUN = {
  version: 1, interface: 'lgos:compute', function: 'run',
  params: record({ kind: choice('plan', 'actor', 'agent', 'layout', 'embed'), ms: u32, size: u32 }),
  result: record({ result: bytes, nonce: bytes }),
} as const;

export const RUN_SERVICE = serviceOf(RUN);

/** Hash of a result, as answers are compared. */
export const resultHash = (result: Uint8Array): Bytes => sha256('lgos/result/1', result);

/** What binds a worker to its answer: nobody can say the same without having it. */
export const commitment = (result: Uint8Array, nonce: Uint8Array, device: Uint8Array): Bytes => sha256(concat('lgos/commit/1', resultHash(result), nonce, device));
