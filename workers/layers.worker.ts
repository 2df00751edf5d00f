/** Entry of the worker that places the things of a diagram: a large one takes longer than a frame. Wiring only. */
import { layersOf, type LayersAsked } from '#domain/goals/layers';

addEventListener('message', ({ data }: MessageEvent<{ no: number; asked: LayersAsked }>) => postMessage({ no: data.no, layers: layersOf(data.asked) }));
