/** The loops of this build: WebAssembly where the browser has it, else their twins. */
import { fromBase64url } from '#base/bytes';
import { plainDots, type Dots } from '#base/dots';
import { plainLoops, type GraphLoops, type Links } from '#base/graph-loops';
import code from 'virtual:fast-loops';
import { compileLoops, wasmDots, wasmLoops } from './wasm.ts';

let compiled: ReturnType<typeof compileLoops> | null = null;
const module = (): ReturnType<typeof compileLoops> => (compiled ??= compileLoops(fromBase64url(code) ?? new Uint8Array()));

export async function fastDots(places: number): Promise<Dots> {
  const made = await module();
  return made ? wasmDots(made, places).catch(() => plainDots(places)) : plainDots(places);
}

export async function fastLoops(links: Links): Promise<GraphLoops> {
  const made = await module();
  return made ? wasmLoops(made, links).catch(() => plainLoops(links)) : plainLoops(links);
}
