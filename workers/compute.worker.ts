/** Entry of a worker that does runs of shared work, one after another; it is ended with what it does when that must stop. Wiring only. */
import { runPiece } from '#domain/goals/planning';

/** The code of layouts comes with the first one. */
const run = async (kind: string, input: Uint8Array): Promise<Uint8Array | null> => (kind === 'layout' ? (await import('#domain/goals/layers')).runLayersPiece(input) : runPiece(input));

addEventListener('message', ({ data: { id, kind, input } }: MessageEvent<{ id: string; kind: string; input: Uint8Array }>) => void run(kind, input).catch(() => 'cannot' as const).then((result) => postMessage({ id, result: result === 'cannot' ? null : result, cannot: result === 'cannot' })));
