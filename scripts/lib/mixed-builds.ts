/**
 * Two builds beside dist/: one of a named earlier commit, and one of the sources of today that knows one kind of operation and one type more. The kind, number 15, is `node.set` again: what
 * counts is that a build without it cannot read a record that has one.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureBuilt } from './build.ts';
import { bin, ROOT, run } from './run.ts';

/** As it was on 29 November 2026 at 21:14: rules version 4, format 2 of the store. */
export const OLD_COMMIT = '1bb762cc';

const FOLDER = join(ROOT, 'out', 'builds');
/** Folders of the two built apps. */
export const OLD_BUILD = join(FOLDER, 'old', OLD_COMMIT);
export const NEWER_BUILD = join(FOLDER, 'newer');

/** What the newer one has more: file, text that stands there once, and what stands there instead. */
const PATCHES: readonly [file: string, find: string, put: string][] = [
  ['src/vm/protocol/types.ts', 'tx: 13, clockFix: 14,', 'tx: 13, clockFix: 14, nodeLater: 15,'],
  ['src/vm/protocol/operation.ts', '    case PRIMITIVE.nodeSet:\n', '    case PRIMITIVE.nodeSet:\n    case PRIMITIVE.nodeLater:\n'],
  ['src/vm/protocol/operation.ts', "    ops[i] = { primitive, verb, stamp, args };", "    ops[i] = { primitive: primitive === PRIMITIVE.nodeLater ? PRIMITIVE.nodeSet : primitive, verb, stamp, args };"],
  ['src/vm/protocol/operation.ts', '    writer.number(op.primitive);\n    writer.number(verbs', "    writer.number(op.primitive === PRIMITIVE.nodeSet && op.args[1] === 'later' ? PRIMITIVE.nodeLater : op.primitive);\n    writer.number(verbs"],
  ['src/boot/known-types.ts', "const OWN = ['about@1',", "const OWN = ['lab/sample@2', 'about@1',"],
];

const SOURCES = ['src', 'workers', 'public', 'signaling', 'scripts', 'index.html', 'vite.config.ts', 'tsconfig.json', 'package.json'];

/** Builds sources in a folder of their own with the packages of this one. */
async function buildIn(sources: string, to: string): Promise<boolean> {
  symlinkSync(join(ROOT, 'node_modules'), join(sources, 'node_modules'));
  // A test that builds would else give it its own mode: an app for developers, without a service worker.
  const done = (await run(bin('vite'), ['build', '--logLevel', 'error'], { cwd: sources, env: { NODE_ENV: 'production' } })) === 0;
  rmSync(to, { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  if (done) renameSync(join(sources, 'dist'), to);
  rmSync(sources, { recursive: true, force: true });
  return done;
}

function emptied(name: string): string {
  const sources = join(FOLDER, name);
  rmSync(sources, { recursive: true, force: true });
  mkdirSync(sources, { recursive: true });
  return sources;
}

async function buildOld(): Promise<boolean> {
  if (existsSync(join(OLD_BUILD, 'sw.js'))) return true;
  const sources = emptied('old-sources');
  const packed = spawnSync('git', ['archive', OLD_COMMIT], { cwd: ROOT, maxBuffer: 2 ** 30 });
  if (packed.status !== 0) throw new Error(`The commit ${OLD_COMMIT} is not here (a shallow clone?): git fetch --unshallow`);
  if (spawnSync('tar', ['-x', '-C', sources], { input: packed.stdout }).status !== 0) throw new Error('tar did not unpack the commit');
  return buildIn(sources, OLD_BUILD);
}

async function buildNewer(): Promise<boolean> {
  const sources = emptied('newer-sources');
  for (const name of SOURCES) cpSync(join(ROOT, name), join(sources, name), { recursive: true });
  for (const [file, find, put] of PATCHES) {
    const path = join(sources, file);
    const text = readFileSync(path, 'utf8');
    if (text.split(find).length !== 2) throw new Error(`${file} has not once: ${find}`);
    writeFileSync(path, text.replace(find, () => put));
  }
  return buildIn(sources, NEWER_BUILD);
}

/** Builds all three; the old one once. False when one failed. */
export async function ensureMixedBuilds(): Promise<boolean> {
  return (await ensureBuilt()) && (await buildOld()) && buildNewer();
}
