/** Actors out of AssemblyScript. */
import { compileAssembly } from './assembly.ts';

/** Pages of memory an actor built here begins with and may have. */
const [FIRST_PAGES, MOST_PAGES] = [2, 256];

/** The module. Throws with what the compiler says. A fault is a trap: with `abort` it would ask for an import that no actor has. */
export const buildActor = (file: string): Promise<Uint8Array<ArrayBuffer>> => compileAssembly(file, ['--use', 'abort=', '--initialMemory', `${FIRST_PAGES}`, '--maximumMemory', `${MOST_PAGES}`]);
