/** `npm run actor -- build FILE.as`, `look FILE.wasm`, `run FILE.wasm [TEXT]`: makes a module of an actor, says what it is, runs it here as a page would (docs/ACTORS.md). */
import { readFileSync, writeFileSync } from 'node:fs';
import { toBase64url, utf8 } from '#base/bytes';
import { ACTOR_LIMITS } from '#os/actor-limits';
import { inspectActor } from '#os/actors/inspect';
import { actorName } from '#os/actors/piece';
import { runActor } from '#os/actors/run';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { resultHash } from '#os/kernel/compute-call';
import { buildActor } from './lib/actor-build.ts';

const [, , act, file, text = ''] = process.argv;

/** What the module says of itself, or why it is no actor. */
function look(module: Uint8Array): readonly string[] | null {
  const seen = inspectActor(module);
  console.log(seen.ok ? `${actorName(module)}: ${module.length} bytes, memory up to ${seen.facts.memoryBytes / 1_048_576} MiB, asks for ${seen.facts.asks.join(', ') || 'nothing'}` : `no actor: ${seen.fault}`);
  if (!seen.ok) process.exitCode = 1;
  return seen.ok ? seen.facts.asks : null;
}

if (file === undefined || !['build', 'look', 'run'].includes(act ?? '')) {
  console.error('npm run actor -- build FILE.as | look FILE.wasm | run FILE.wasm [TEXT]');
  process.exitCode = 1;
} else if (act === 'build') {
  const module = await buildActor(file);
  const out = file.replace(/\.as$/, '') + '.wasm';
  writeFileSync(out, module);
  console.log(out);
  look(module);
} else {
  const module = new Uint8Array(readFileSync(file));
  const grants = look(module);
  if (grants && act === 'run') {
    const { result, log } = runActor({ module, input: utf8(text), grants, resultBytes: COMPUTE_LIMITS.resultBytes, logChars: ACTOR_LIMITS.logChars });
    if (log !== '') console.log(log);
    console.log(result ? `${result.length} bytes ${toBase64url(result)}, hash ${toBase64url(resultHash(result))}` : 'no answer');
  }
}
