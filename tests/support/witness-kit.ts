/** Witnesses for tests: a beacon's key, and statements made of few words. */
import type { Bytes } from '#base/bytes';
import type { SigningKey } from '#ports/crypto';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { encodeWitness, type Witness, type WitnessFields, type WitnessHead } from '#vm/protocol/witness';
import { named } from './core-kit.ts';

export const WITNESSED = named('a space');

export interface WitnessKit {
  readonly ds: SigningKey;
  /** A statement; `prev` follows from the one before. */
  say(log: string, seq: number, options?: Partial<WitnessFields> & { before?: Witness }): Promise<Witness>;
  /** `count` statements of one log, a minute apart, each after the one before. */
  chain(log: string, count: number, from?: { ms?: number; seq?: number; before?: Witness }): Promise<Witness[]>;
}

export const headOf = (fragment: string, writer: string, seq: number): WitnessHead => ({ fragment: named(fragment, 16), writer: named(writer), seq, id: named(`${fragment}/${writer}/${seq}`) });

/** A beacon that signs whatever it is told to. */
export async function witnessKit(name = 'beacon'): Promise<WitnessKit> {
  const crypto = createStubCrypto(createSeededRandom(name));
  const ds = await crypto.generateSigning();
  const say: WitnessKit['say'] = (log, seq, { before, ...fields } = {}) => encodeWitness(crypto, ds, WITNESSED, {
    log: named(log, 16), seq, prev: seq === 0 ? null : (before?.id ?? named(`${log} before ${seq}`) as Bytes), ms: 1_000_000 + seq * 60_000, flags: 0, root: named('root'), heads: [headOf('f', 'w', seq)], ...fields,
  });
  return {
    ds, say,
    async chain(log, count, { ms = 1_000_000, seq = 0, before } = {}) {
      const out: Witness[] = before ? [before] : [];
      for (let at = 0; at < count; at++) {
        const last = out.at(-1);
        out.push(await say(log, seq + at, { ms: ms + at * 60_000, ...(last ? { before: last } : {}) }));
      }
      return before ? out.slice(1) : out;
    },
  };
}
