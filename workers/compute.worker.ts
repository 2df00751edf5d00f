/** Entry of a worker that does runs of shared work, one after another; it is ended with what it does when that must stop. Wiring only. */
import { backToLoop } from '#boot/back-to-loop';
import { pieceSteps } from '#domain/goals/planning';
import { inSlices } from '#os/compute/in-slices';

/** `ended`: not nought once nobody wants what this thread does; null where threads may not share memory. */
interface Asked {
  readonly id: string;
  readonly kind: string;
  readonly input: Uint8Array;
  readonly ended: Int32Array | null;
}

type Run = (asked: Asked) => Uint8Array | null | Promise<Uint8Array | null>;

const rest = backToLoop();
const runPlan: Run = ({ input }) => inSlices(pieceSteps(input), () => performance.now(), rest);

/** The code of layouts comes with the first one, and has no steps: it looks itself whether it goes on. Null: it did not come, and this is no answer to what was asked. */
const runOf = (kind: string): Promise<Run | null> => (kind === 'layout' ? import('#domain/goals/layers').then(({ runLayersPiece }) => ({ input, ended }) => runLayersPiece(input, () => ended === null || Atomics.load(ended, 0) === 0), () => null) : Promise.resolve(runPlan));

/** What a method cannot do it can do nowhere: that is no result, not a device that is busy. */
async function resultOf(run: Run, asked: Asked): Promise<Uint8Array | null> {
  try {
    return await run(asked);
  } catch {
    return null;
  }
}

addEventListener('message', ({ data }: MessageEvent<Asked>) => void runOf(data.kind).then(async (run) => postMessage({ id: data.id, result: run && (await resultOf(run, data)), cannot: run === null })));
