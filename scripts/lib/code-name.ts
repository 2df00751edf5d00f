/** Names of the code of a build: hashes over the sources that decide an answer, so that the same sources give the same name on every machine. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files and folders that decide what an agent answers, and the library of stems. */
const MIND = ['src/domain/mind/prompt', 'src/domain/mind/run', 'src/domain/mind/text', 'src/domain/mind/tidy', 'src/domain/search/words', 'src/domain/goals/words', 'src/domain/goals/planning', 'src/domain/shared/limits.ts', 'workers/agent.worker.ts'];
const MIND_PACKAGES = ['@orama/stemmers'];
/** Those that decide what records mean: what is applied, void, malformed, not known yet, and what it comes to. */
const KERNEL = ['src/base', 'src/vm', 'src/os'];
const KERNEL_PACKAGES = ['yjs', 'pbf', 'fractional-indexing', '@noble/hashes', '@noble/curves'];

function filesOf(root: string, path: string): string[] {
  if (path.endsWith('.ts')) return [path];
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? filesOf(root, `${path}/${one.name}`) : one.name.endsWith('.ts') ? [`${path}/${one.name}`] : []));
}

/** base64url of SHA-256 over name and text of each file, in the order of their names, and the versions of the packages. */
function nameOf(root: string, sources: readonly string[], packages: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((path) => filesOf(root, path)).sort()) hash.update(`${file}\n${readFileSync(join(root, file), 'utf8')}\n`);
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return hash.update(packages.map((name) => dependencies[name] ?? '').join('\n')).digest('base64url');
}

/** The code of the agents. */
export const mindCode = (root: string): string => nameOf(root, MIND, MIND_PACKAGES);

/** The code of the kernel: a snapshot that other code made is not opened. */
export const kernelCode = (root: string): string => nameOf(root, KERNEL, KERNEL_PACKAGES);
