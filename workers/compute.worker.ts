/** Entry of a worker that does runs of shared work, one after another; it is ended with what it does when that must stop. Wiring only. */
import { runPiece } from '#domain/goals/planning';

addEventListener('message', ({ data }: MessageEvent<{ id: string; input: Uint8Array }>) => postMessage({ id: data.id, result: runPiece(data.input) }));
