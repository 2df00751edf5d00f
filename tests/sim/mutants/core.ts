/** Bugs the simulator must find: order of durability, chains, forks, time, merge, rights, keys, exchange. */
import type { Mutant } from '#tests/sim/support/mutant';

export const mutants: readonly Mutant[] = [
  {
    name: 'skip the prev check', file: 'src/vm/log/fragment-log.ts',
    find: "const verified = parent === null || log.isFoot(entry) || (parent !== undefined && parent.base !== 'waiting-prev');",
    replace: 'const verified = true;',
    faults: ['partition', 'loss', 'crash'],
  },
  {
    name: 'announce before commit', file: 'src/os/kernel/commit.ts',
    find: "  const after = kernel.arrival;\n  let arrival: number;",
    replace: "  const after = kernel.arrival;\n  kernel.replication?.publish(rowsOf(parts).map((row) => ({ space: row.space, fragment: row.fragment, writer: row.writer, seq: row.seq, id: row.id, bytes: row.bytes })));\n  let arrival: number;",
    faults: ['crash', 'store'],
  },
  {
    name: 'say saved before the commit of others', file: 'src/os/kernel/ingest.ts',
    find: "  const arrival = await commitForeign(kernel, fresh.map((item) => stored(item.record, item.space)));",
    replace: "  void commitForeign(kernel, fresh.map((item) => stored(item.record, item.space))).catch(() => undefined);\n  const arrival = kernel.arrival;",
    faults: ['crash', 'store', 'wipe'], mode: 'safety', peers: 6, ops: 80,
  },
  {
    name: 'ignore parking', file: 'src/vm/log/writer-log.ts',
    find: "entry.status = base === 'applied' && entry.effectiveMs > context.limitMs ? 'parked' : base;",
    replace: 'entry.status = base;',
    mode: 'byzantine', peers: 8, ops: 80, faults: [],
  },
  {
    name: 'wrong tie-break', file: 'src/vm/graph/registers.ts',
    find: '  if (order !== 0) return order > 0;\n',
    replace: '  return true;\n',
    faults: ['partition'],
  },
  {
    name: 'a refused commit drops what it held', file: 'src/os/kernel/sealer.ts',
    find: 'fragment.pending = [...fragment.sealing, ...fragment.pending];',
    replace: 'fragment.pending = [...fragment.pending];',
    faults: ['store'],
  },
  {
    name: 'ignore cuts', file: 'src/os/rights/judge.ts',
    find: "  if (cut === null) return say('ok'",
    replace: "  if (cut !== undefined) return say('ok'",
    mode: 'safety', peers: 8, ops: 60, faults: [],
  },
  {
    name: 'sealed without the right to write', file: 'src/os/kernel/sealer.ts',
    find: 'f.pending.length > 0 && waitsFor(kernel, space, f) === null;',
    replace: 'f.pending.length > 0 && space.rights.sealingEpoch() !== null && space.keys.opens(space.rights.sealingEpoch()!, f.id);',
    mode: 'safety', peers: 8, ops: 120,
  },
  {
    name: 'what was taken in stays aside', file: 'src/os/rights/view.ts',
    find: "      else if (op.t === 'adopt') for (const id of op.ids) adopted.add(toBase64url(id));\n",
    replace: '',
    mode: 'safety', peers: 8, ops: 120,
  },
  {
    name: 'guests write', file: 'src/os/rights/permit.ts',
    find: 'return member.role >= (ROLE.member as Role) && (',
    replace: 'return member.role >= (ROLE.guest as Role) && (',
    faults: [],
  },
  {
    name: 'seal under an epoch that somebody who left holds', file: 'src/os/rights/epochs.ts',
    find: 'if (known(epoch) && partsKnown(epoch, devices) && knows(epoch, removals, covers) && !spoiled.some((later) => leadsTo(later, epoch, covers))) return epoch;',
    replace: 'if (tags.size > 0) return epoch;',
    mode: 'safety', peers: 8, ops: 60, faults: [],
  },
  {
    name: 'gaps are not asked for again', file: 'src/os/kernel/host.ts',
    find: "  if (log.status(id) === 'waiting-prev') return false;\n",
    replace: '',
    faults: ['partition', 'loss', 'reorder', 'crash'],
  },
  {
    name: 'signatures are not looked at', file: 'src/os/kernel/ingest.ts',
    find: "  if (!(await (signed ?? verifyRecord(kernel.deps.crypto, record)))) return 'signature';\n",
    replace: '',
    mode: 'byzantine', peers: 8, ops: 60,
  },
  {
    name: 'a fork does not hold back', file: 'src/vm/log/writer-log.ts',
    find: '    this.forkAt = Math.min(this.forkAt, entry.seq);\n    this.dirty = true;\n    return false;',
    replace: '    return false;',
    mode: 'byzantine', peers: 8, ops: 60,
  },
  {
    name: 'counters take the last value', file: 'src/vm/graph/node-state.ts',
    find: 'this.sums.set(key, addExact(this.sums.get(key) ?? 0, n));',
    replace: 'this.sums.set(key, n);',
    faults: [],
  },
  {
    name: 'a maximum may fall', file: 'src/vm/graph/node-state.ts',
    find: 'if (old === undefined || n > old) this.max.set(key, n);',
    replace: 'this.max.set(key, n);',
    faults: ['partition'],
  },
  {
    name: 'stamps may stand still', file: 'src/vm/log/writer-log.ts',
    find: 'if (last !== null && compareStamp(op.stamp, last) <= 0) return true;',
    replace: '',
    mode: 'byzantine', peers: 8, ops: 60,
  },
  {
    name: 'anybody may grant anything', file: 'src/os/rights/permit.ts',
    find: 'if (to === author.uid || !mayGive(author, rights)) return false;',
    replace: '',
    mode: 'byzantine', peers: 8, ops: 60,
  },
  {
    name: 'an unreadable row counts as held', file: 'src/os/kernel/load.ts',
    find: 'kernel.index.drop(toBase64url(row.id));',
    replace: '',
    mode: 'safety', peers: 6, ops: 80, faults: ['rot', 'crash'],
  },
  {
    name: 'the next own stamp forgets the last', file: 'src/os/kernel/sealer.ts',
    find: 'const stamp = nextStamp(kernel.time.now(), space.lastOwn, space.seen);',
    replace: 'const stamp = nextStamp(kernel.time.now(), null, null);',
    faults: ['clock'],
  },
  {
    name: 'show before create', file: 'src/vm/graph/fragment-graph.ts',
    find: '    return node === undefined || node.type === null ? null : node;\n  }\n\n  /** A node also when it was not created yet: its registers wait for the node.create. */\n  raw(id: string): NodeState | null {\n    return this.nodes.get(id) ?? null;\n  }\n\n  /** Number of created nodes, deleted ones included. */\n  get size(): number {\n    return this.shown;\n  }\n\n  /** Ids of created nodes, in no fixed order. */\n  *nodeIds(): IterableIterator<string> {\n    for (const node of this.nodes.values()) if (node.type !== null) yield node.id;',
    replace: '    return node ?? null;\n  }\n\n  /** A node also when it was not created yet: its registers wait for the node.create. */\n  raw(id: string): NodeState | null {\n    return this.nodes.get(id) ?? null;\n  }\n\n  /** Number of created nodes, deleted ones included. */\n  get size(): number {\n    return this.shown;\n  }\n\n  /** Ids of created nodes, in no fixed order. */\n  *nodeIds(): IterableIterator<string> {\n    for (const node of this.nodes.values()) yield node.id;',
    faults: ['partition', 'loss', 'reorder'], peers: 6, ops: 120,
  },
];
