/** Writes a space into an archive, in a thread of its own that is ended with it. Wiring only. */
import { spaceExport } from '#boot/space-export';
import type { FromExporter, ToExporter } from '#domain/editor/files';

const say = (message: FromExporter, give: Transferable[] = []): void => postMessage(message, { transfer: give });
const take = spaceExport((part) => say({ part }, [part.buffer]));

addEventListener('message', ({ data }: MessageEvent<ToExporter>) => {
  try {
    say({ done: take(data) });
  } catch (error) {
    say({ failed: error instanceof Error ? error.message : String(error) });
  }
});
