/** The order of test files: those that take longest begin, so that none of them runs alone at the end while a core has nothing to do. */
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ROOT } from './run.ts';

/** Files of more than 25 s each, on two cores; where they lie is looked at by tests/tidy/long-first.test.ts. */
export const LONG: readonly string[] = [
  // Waits for a real beacon most of its time.
  'tests/unit/signaling/beacon-witness.test.ts',
  'tests/sim/regressions.test.ts', 'tests/sim/overlay.test.ts', 'tests/contract/adapters/stock-relay.test.ts', 'tests/sim/seeds.test.ts', 'tests/sim/controls.test.ts', 'tests/unit/signaling/backup.test.ts', 'tests/unit/signaling/beacon.test.ts',
  ...['state-words', 'network', 'supervision', 'kill-cycles', 'editors', 'scopes', 'invites', 'between', 'cross-lens', 'release', 'talk', 'transfer', 'views', 'models', 'shown', 'plans', 'closing', 'store-faults', 'access', 'lifecycle', 'newcomers', 'muscle', 'import', 'static', 'ways', 'fleeting', 'documents', 'trash', 'files', 'pages', 'proposals', 'learn', 'calls', 'crash', 'devices', 'public-link', 'key-parts', 'come-back', 'by-hand', 'lazy-parts', 'comments', 'archive', 'xss', 'hub', 'lock'].map((name) => `tests/e2e/${name}.e2e.ts`),
];

const place = new Map(LONG.map((file, at) => [join(ROOT, file), at] as const));

/** Vitest's own order within a group, behind the long files of that group. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const group = (file: TestSpecification): number => file.project.config.sequence.groupOrder;
    const at = (file: TestSpecification): number => place.get(file.moduleId) ?? LONG.length;
    return (await super.sort(files)).sort((a, b) => group(a) - group(b) || at(a) - at(b));
  }
}
