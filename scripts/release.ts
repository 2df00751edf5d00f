/** `npm run release -- keys --out <folder> | sign --key <file> [--kill] <folder> | verify <folder> | kill <folder> | twice`: signed releases (docs/decisions/0071-signed-releases.md). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { COMPILED } from './lib/assembly.ts';
import { asKill, differences, factsOf, killRelease, makeReleaseKey, ReleaseError, signRelease, verifyRelease } from './lib/release.ts';
import { bin, ROOT, run } from './lib/run.ts';

const USAGE = `npm run release -- keys --out <folder>         makes a release key in a file and prints its public half, for release-keys.json
npm run release -- sign --key <file> <folder>  adds the signature of a key to the release.json of a folder built from this checkout; --kill where it is made by kill
npm run release -- verify <folder>             says what a built folder is and who has signed it
npm run release -- kill <folder>               makes it a release that takes app and worker out of browsers; sign it as any other
npm run release -- twice                       builds twice and says in which files the builds differ`;

async function twice(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lifegraph-twice-'));
  try {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    for (const out of [one, two]) {
      // Compiled anew, too.
      rmSync(COMPILED, { recursive: true, force: true });
      if ((await run(bin('vite'), ['build', '--logLevel', 'warn', '--emptyOutDir', '--outDir', out])) !== 0) throw new ReleaseError('The build failed.');
    }
    const files = await differences(one, two);
    if (files.length > 0) throw new ReleaseError(`Two builds differ in: ${files.join(', ')}`);
    return `Two builds are the same: ${(await verifyRelease(one)).lines[0]}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function answer(args: readonly string[]): Promise<string> {
  const { positionals: [act, folder], values } = parseArgs({ args: [...args], allowPositionals: true, options: { out: { type: 'string' }, key: { type: 'string' }, kill: { type: 'boolean' } } });
  if (act === 'twice') return twice();
  if (act === 'keys' && values.out !== undefined) {
    const { pub, file } = await makeReleaseKey(values.out);
    return `${pub}\nThe secret half is in ${file}: keep it off the server, and each of the three with somebody else.`;
  }
  if (folder === undefined) throw new ReleaseError(USAGE);
  if (act === 'sign' && values.key !== undefined) {
    const own = factsOf(ROOT);
    await signRelease(folder, values.key, values.kill ? asKill(own) : own);
    return (await verifyRelease(folder)).lines.join('\n');
  }
  if (act === 'kill') return `sequence ${killRelease(folder).sequence}: unsigned, takes app and worker out of browsers`;
  if (act !== 'verify') throw new ReleaseError(USAGE);
  const { ok, lines } = await verifyRelease(folder);
  if (!ok) throw new ReleaseError(lines.join('\n'));
  return lines.join('\n');
}

try {
  console.log(await answer(process.argv.slice(2)));
} catch (error) {
  const code = (error as { code?: string }).code;
  if (!(error instanceof ReleaseError) && code?.startsWith('ERR_PARSE_ARGS') !== true && code !== 'EEXIST' && code !== 'ENOENT') throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}
