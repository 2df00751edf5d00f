/** Bugs chosen by reading the product alone, before the checks were read: what a programmer could well have written, or taken out. */
import type { Mutant } from '#tests/sim/support/mutant';

export const blind: readonly Mutant[] = [
  {
    name: 'a remove that comes before its add is forgotten', file: 'src/vm/graph/or-set.ts',
    find: '      member.removed.add(operation);\n',
    replace: '',
    faults: ['reorder', 'partition', 'loss'], peers: 6, ops: 120,
  },
  {
    name: 'what waits behind a waiting record is left behind', file: 'src/vm/log/fragment-log.ts',
    find: '        queue.push(child);\n',
    replace: "        child.base = 'held-back';\n        childLog.append(child, context, event);\n",
    faults: ['reorder', 'loss', 'partition', 'crash'],
  },
  {
    name: 'a cut lets one record too many through', file: 'src/os/rights/cuts.ts',
    find: 'if (!cut || question.n > cut.n) return false;\n  return question.n < cut.n ||',
    replace: 'if (!cut || question.n > cut.n + 1) return false;\n  return question.n !== cut.n ||',
    mode: 'safety', peers: 8, ops: 60, faults: [],
  },
  {
    name: 'nobody looks whether a failed commit landed', file: 'src/os/kernel/commit.ts',
    find: '  const last = unsure.get(kernel);\n  if (!last) return;',
    replace: '  const last = unsure.get(kernel);\n  if (last || !last) return;',
    faults: ['store'],
  },
  {
    name: 'a key that comes later opens nothing', file: 'src/os/kernel/deliver.ts',
    find: '    if (learnt) await unlock(kernel, space, fragment, batch);\n',
    replace: '',
    mode: 'safety', peers: 8, ops: 80, faults: ['reorder', 'partition', 'loss'],
  },
  {
    name: 'an ack covers the record after it too', file: 'src/os/kernel/copies.ts',
    find: '        if (ack.seq < seq) continue;',
    replace: '        if (ack.seq < seq - 1) continue;',
    faults: ['partition', 'loss'],
  },
  {
    name: 'a rebuild loses what is not sealed yet', file: 'src/os/kernel/deliver.ts',
    find: '  const unsealed = [...fragment.sealing, ...fragment.pending];',
    replace: '  const unsealed = [...fragment.sealing];',
    mode: 'safety', peers: 8, ops: 120, faults: ['clone', 'clock', 'partition'],
  },
  {
    name: 'only the key before the newest is opened', file: 'src/os/kernel/space-keys.ts',
    find: '      while (await openPrevious()) learnt = true;',
    replace: '      if (await openPrevious()) learnt = true;',
    mode: 'safety', peers: 8, ops: 24, faults: [],
  },
];
