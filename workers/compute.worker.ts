/** Entry of a worker that does runs of shared work, one after another; it is ended with what it does when that must stop. Wiring only. */
import { pieceSteps } from '#domain/goals/planning';
import { inSlices } from '#os/compute/in-slices';

const { port1: woken, port2: wake } = new MessageChannel();

/** Back to the loop, and on with the next turn of it. */
const rest = (): Promise<void> => new Promise((go) => {
  woken.onmessage = () => go();
  wake.postMessage(null);
});

type Run = (input: Uint8Array) => Uint8Array | null | Promise<Uint8Array | null>;

const runPlan: Run = (input) => inSlices(pieceSteps(input), () => performance.now(), rest);

/** The code of layouts comes with the first one, and has no steps; null: it did not come, and this is no answer to what was asked. */
const runOf = (kind: string): Promise<Run | null> => (kind === 'layout' ? import('#domain/goals/layers').then(({ runLayersPiece }) => runLayersPiece, () => null) : Promise.resolve(runPlan));

/** What a method cannot do it can do nowhere: that is no result, not a device that is busy. */
async function resultOf(run: Run, input: Uint8Array): Promise<Uint8Array | null> {
  try {
    return await run(input);
  } catch {
    return null;
  }
}

addEventListener('message', ({ data: { id, kind, input } }: MessageEvent<{ id: string; kind: string; input: Uint8Array }>) => void runOf(kind).then(async (run) => postMessage({ id, result: run && (await resultOf(run, input)), cannot: run === null })));
