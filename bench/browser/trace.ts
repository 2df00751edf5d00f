/** The editing trace: a real one by `--trace <file>` (josephg/editing-traces: `txns` of `patches`, or flat `edits`), else a seeded synthetic one. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { chance, line } from '#bench/support/words';
import type { Splice } from './yjs-page/main.ts';

export interface Trace {
  readonly name: string;
  readonly edits: readonly Splice[];
  /** The text after all edits. */
  readonly text: string;
}

/** The first `count` edits. */
export function loadTrace(file: string | undefined, count: number): Trace {
  const edits = file === undefined || file === '' ? synthetic(count) : fromFile(file, count);
  let text = '';
  for (const [at, remove, insert] of edits) text = text.slice(0, at) + insert + text.slice(at + remove);
  return { name: file === undefined || file === '' ? 'seeded synthetic trace' : basename(file), edits, text };
}

function fromFile(file: string, count: number): Splice[] {
  const raw = readFileSync(file);
  const data = JSON.parse((file.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8')) as { startContent?: string; txns?: { patches: Splice[] }[]; edits?: (number | string)[][] };
  const flat = data.txns === undefined ? (data.edits ?? []).map(([at, remove, ...pieces]): Splice => [Number(at), Number(remove), pieces.join('')]) : data.txns.flatMap((txn) => txn.patches);
  const start: Splice[] = data.startContent ? [[0, 0, data.startContent]] : [];
  return [...start, ...flat].slice(0, count);
}

/** One person writes: runs of single letters, now and then a step back, now and then a jump. */
function synthetic(count: number): Splice[] {
  const next = chance(11);
  const out: Splice[] = [];
  let [length, at] = [0, 0];
  while (out.length < count) {
    if (next() < 0.3) at = Math.floor(next() * (length + 1));
    for (const letter of `${line(next, 'en')} `) {
      if (next() < 0.12 && at > 0) {
        at--;
        length--;
        out.push([at, 1, '']);
      }
      out.push([at, 0, letter]);
      at++;
      length++;
    }
  }
  return out.slice(0, count);
}
