/** Entry of a worker that does runs of shared work, one after another; it is ended with what it does when that must stop. Wiring only. */
import { runPiece } from '#domain/goals/planning';

type Run = (input: Uint8Array) => Uint8Array | null;

/** The code of layouts comes with the first one; null: it did not come, and this is no answer to what was asked. */
const runOf = (kind: string): Promise<Run | null> => (kind === 'layout' ? import('#domain/goals/layers').then(({ runLayersPiece }) => runLayersPiece, () => null) : Promise.resolve(runPiece));

/** What a method cannot do it can do nowhere: that is no result, not a device that is busy. */
function resultOf(run: Run, input: Uint8Array): Uint8Array | null {
  try {
    return run(input);
  } catch {
    return null;
  }
}

addEventListener('message', ({ data: { id, kind, input } }: MessageEvent<{ id: string; kind: string; input: Uint8Array }>) => void runOf(kind).then((run) => postMessage({ id, result: run && resultOf(run, input), cannot: run === null })));
