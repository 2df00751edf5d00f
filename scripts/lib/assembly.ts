/** AssemblyScript into WebAssembly: the compiler comes from npm and needs nothing else. */
import { readFileSync } from 'node:fs';

/** What the compiler takes the file for, and what it makes. */
const [ENTRY, BINARY] = ['source.ts', 'made.wasm'];

/** The module, compiled with these flags beside -O3 and without a garbage collector. Throws with what the compiler says. */
export async function compileAssembly(file: string, flags: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  // Loaded when it is needed: it is large, and most that is built needs none of it.
  const { main } = await import('assemblyscript/asc');
  const source = readFileSync(file, 'utf8');
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
