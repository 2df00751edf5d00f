/** Writes a space into an archive, request by request. */
import { ZipOut } from '#adapters/files/zip-write';
import { DocReplica, type Block } from '#domain/editor/model';
import type { Answered, FileShown, ToExporter } from '#domain/editor/files';
import { SpaceWriter } from '#domain/editor/vault';

/** Bytes of the file that go out together. */
const TOGETHER = 262_144;

/** A page that waits for its files. */
interface Waiting extends Pick<Extract<ToExporter, { page: unknown }>['page'], 'at' | 'fields'> {
  readonly blocks: readonly Block[];
}

/** What does as it is asked, answers what of it is to be known, and gives the parts of the file to `on`, each its own memory. Throws. */
export function spaceExport(on: (part: Uint8Array<ArrayBuffer>) => void): (message: ToExporter) => Answered {
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
  let waiting: Waiting | null = null;
  return (message) => {
    let shows: FileShown[] = [];
    if ('begin' in message) {
      zip = new ZipOut(new Date(message.begin.at), take);
      writer = new SpaceWriter(message.begin.space, message.begin.pages, zip);
    } else if ('page' in message) {
      // Nothing is written under this number.
      const replica = new DocReplica(1);
      replica.take(message.page.updates);
      waiting = { ...message.page, blocks: replica.shown() };
      shows = filesOf(waiting.blocks).filter(({ id }) => !writer!.holds(id));
    } else if ('file' in message) writer!.attach(message.file, message.file.bytes);
    else if ('write' in message) {
      writer!.page(waiting!.at, waiting!.blocks, waiting!.fields);
      waiting = null;
    } else if ('thread' in message) thread = writer!.thread(message.thread);
    else if ('said' in message) thread!.said(message.said);
    else if ('endThread' in message) thread!.end();
    else if ('tasks' in message) writer!.tasks(message.tasks);
    else {
      writer!.end();
      zip!.end();
      flush();
    }
    return { files: writer!.leftOut, shows };
  };
}

/** Files of a page, each once. */
function filesOf(blocks: readonly Block[]): FileShown[] {
  const out = new Map<string, FileShown>();
  for (const { type, attrs: { file, alt } } of blocks) if ((type === 'file' || type === 'picture') && file !== undefined && !out.has(file)) out.set(file, { id: file, said: alt ?? '' });
  return [...out.values()];
}
