/** AssemblyScript into WebAssembly: the compiler comes from npm and needs nothing else. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run.ts';

/** What the compiler takes the file for, and what it makes. */
const [ENTRY, BINARY] = ['source.ts', 'made.wasm'];
/** What was made before: the same compiler makes the same of the same source, and loading it and running it takes seconds in each process of a test run that builds something. */
export const COMPILED = join(ROOT, 'out', 'compiled');

function kept(file: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = new Uint8Array(readFileSync(file));
    return WebAssembly.validate(bytes) ? bytes : null;
  } catch {
    return null;
  }
}

/** The module, compiled with these flags beside -O3 and without a garbage collector. Throws with what the compiler says. `folder`: where what was made is kept. */
export async function compileAssembly(file: string, flags: readonly string[], folder = COMPILED): Promise<Uint8Array<ArrayBuffer>> {
  const source = readFileSync(file, 'utf8');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/assemblyscript/package.json'), 'utf8')) as { version: string };
  const place = join(folder, `${createHash('sha256').update(JSON.stringify([version, flags, source])).digest('hex')}.wasm`);
  const found = kept(place);
  if (found) return found;
  const binary = await compile(file, source, flags);
  mkdirSync(folder, { recursive: true });
  // Whole or not at all, also beside another process that makes the same.
  writeFileSync(`${place}.${process.pid}`, binary);
  renameSync(`${place}.${process.pid}`, place);
  return binary;
}

async function compile(file: string, source: string, flags: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  // Loaded when it is needed: it is large, and most that is built needs none of it.
  const { main } = await import('assemblyscript/asc');
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const said: string[] = [];
  const { error } = await main([ENTRY, '--outFile', BINARY, '-O3', '--runtime', 'stub', ...flags], {
    readFile: (name) => (name === ENTRY ? source : null),
    writeFile: (name, contents) => void (typeof contents !== 'string' && files.set(name, new Uint8Array(contents))),
    listFiles: () => [],
    reportDiagnostic: ({ message, range }) => said.push(`${message}${range ? ` at ${range.start}` : ''}`),
    stdout: { write: () => undefined },
    stderr: { write: (chunk) => void said.push(String(chunk)) },
  });
  const binary = files.get(BINARY);
  if (error || !binary) throw new Error(`${file}: ${error?.message ?? 'no module was made'}\n${said.join('\n')}`);
  return binary;
}
