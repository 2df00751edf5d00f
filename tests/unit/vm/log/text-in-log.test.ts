import '#tests/support/text-engine';
import { describe, expect, test } from 'vitest';
import { createFragmentLog } from '#vm/log/fragment-log';
import { PRIMITIVE as P, type CborValue, type Operation } from '#vm/protocol/types';
import type { Delivery } from '#vm/log/held-record';
import { chain, draft, idNamed, op, rebuild, writerNamed } from '#tests/support/log-kit';
import { keyOf } from '#vm/graph/keys';
import { session } from '#tests/support/text-kit';

const A = writerNamed('a');
const doc = idNamed('doc');
const text = (ms: number, update: Uint8Array, salt?: Uint8Array): Operation => {
  const args: CborValue[] = salt === undefined ? [doc, update] : [doc, update, salt];
  return op(P.textUpdate, ms, args);
};

function typed(pieces: readonly string[]): { updates: Uint8Array[]; salt: Uint8Array } {
  const s = session(A, 'log');
  const updates = pieces.map((piece) => {
    const t = s.doc.getText('text');
    t.insert(t.length, piece);
    return s.take()!;
  });
  return { updates, salt: s.salt };
}

describe('text rules in a log', () => {
  const { updates: u, salt } = typed(['a', 'b', 'c', 'd']);
  const create = op(P.nodeCreate, 1, [doc, 'doc@1', new Map()]);

  test('[TEXT5] a voided record moves no clock: those that build on it are void too, the rest goes on', () => {
    const log = createFragmentLog({ judge: (r) => (r.seq === 2 ? 'void' : 'ok'), meshMs: 1e12 });
    const records = chain(A, [[create, text(2, u[0]!, salt)], [text(3, u[1]!)], [text(4, u[2]!)], [text(5, u[3]!)], [op(P.nodeSet, 6, [doc, 'a', 1])]]);
    log.deliver(records);
    expect(log.log(A).map((r) => r.status)).toEqual(['applied', 'applied', 'void', 'malformed', 'applied']);
    expect(rebuild(log).text(keyOf(doc))).toBe('ab');
  });

  test('[TEXT4] behind a stub nothing is judged; when the body comes, the log is judged again', () => {
    const log = createFragmentLog({ judge: () => 'ok', meshMs: 1e12 });
    const records = chain(A, [[create, text(2, u[0]!, salt)], [text(3, u[1]!)], [text(4, u[2]!)], [text(5, u[2]!)]]);
    log.deliver([records[0]!, { ...records[1]!, content: { kind: 'stub' } }, records[2]!, records[3]!]);
    expect(log.log(A).map((r) => r.status)).toEqual(['applied', 'stub', 'applied', 'applied']);
    const delta = log.deliver([records[1]!]);
    expect(log.log(A).map((r) => r.status)).toEqual(['applied', 'applied', 'applied', 'malformed']);
    expect(delta.rebuild).toBe(true);
    expect(rebuild(log).text(keyOf(doc))).toBe('abc');
  });

  test('[TEXT4] an unknown record moves the clocks that can be read of it', () => {
    const log = createFragmentLog({ judge: () => 'ok', meshMs: 1e12 });
    const records = chain(A, [[create, text(2, u[0]!, salt)], [text(3, u[1]!)], [text(4, u[2]!)]]);
    log.deliver([records[0]!, { ...records[1]!, content: { kind: 'unknown', ops: [text(3, u[1]!)] } }, records[2]!]);
    expect(log.log(A).map((r) => r.status)).toEqual(['applied', 'unknown', 'applied']);
  });

  test('[TEXT5] parked records move clocks; kept branches are judged in the order (seq, id)', () => {
    const parked = createFragmentLog({ judge: () => 'ok', meshMs: -300_000 + 2 });
    parked.deliver(chain(A, [[create, text(2, u[0]!, salt)], [text(3, u[1]!)], [text(4, u[2]!)]]));
    expect(parked.log(A).map((r) => r.status)).toEqual(['applied', 'parked', 'parked']);

    const r0 = draft({ writer: A, seq: 0, ops: [create, text(2, u[0]!, salt)] });
    const branches: Delivery[] = [1, 2].map((branch) => draft({ writer: A, seq: 1, prev: r0, ops: [text(3, u[1]!)], branch }));
    for (const order of [[r0, ...branches], [r0, ...[...branches].reverse()]]) {
      const log = createFragmentLog({ judge: () => 'ok', meshMs: 1e12 });
      log.deliver(order);
      log.keep(A, branches.map((d) => d.record.id));
      const [first, second] = log.log(A).slice(1);
      expect([first!.status, second!.status]).toEqual(['applied', 'malformed']);
      expect(Buffer.compare(first!.id, second!.id)).toBe(-1);
    }
  });
});
