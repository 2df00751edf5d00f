/** Writes a space into an archive, request by request. */
import { ZipOut } from '#adapters/files/zip-write';
import { DocReplica } from '#domain/editor/model';
import type { ToExporter } from '#domain/editor/files';
import { SpaceWriter } from '#domain/editor/vault';

/** Bytes of the file that go out together. */
const TOGETHER = 262_144;

/** What does as it is asked, answers how many files were left out so far, and gives the parts of the file to `on`, each its own memory. Throws. */
export function spaceExport(on: (part: Uint8Array<ArrayBuffer>) => void): (message: ToExporter) => number {
  let [held, size]: [Uint8Array[], number] = [[], 0];
  const flush = (): void => {
    const whole = new Uint8Array(size);
    let at = 0;
    for (const part of held) {
      whole.set(part, at);
      at += part.length;
    }
    [held, size] = [[], 0];
    on(whole);
  };
  // What the packer gives is its own memory.
  const take = (part: Uint8Array): void => {
    held.push(part.slice());
    size += part.length;
    if (size >= TOGETHER) flush();
  };
  let [zip, writer, thread]: [ZipOut | null, SpaceWriter | null, ReturnType<SpaceWriter['thread']> | null] = [null, null, null];
  return (message) => {
    if ('begin' in message) {
      zip = new ZipOut(new Date(message.begin.at), take);
      writer = new SpaceWriter(message.begin.space, message.begin.pages, zip);
    } else if ('page' in message) {
      // Nothing is written under this number.
      const replica = new DocReplica(1);
      replica.take(message.page.updates);
      writer!.page(message.page.at, replica.shown(), message.page.fields);
    } else if ('thread' in message) thread = writer!.thread(message.thread);
    else if ('said' in message) thread!.said(message.said);
    else if ('endThread' in message) thread!.end();
    else if ('tasks' in message) writer!.tasks(message.tasks);
    else {
      writer!.end();
      zip!.end();
      flush();
    }
    return writer!.leftOut;
  };
}
