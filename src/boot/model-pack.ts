/** A model as one file, as members of a space give it to each other: what it is made of, then the bytes. Who reads one believes nothing of it: the id is computed anew. */
import { concat, fromUtf8, u32be, utf8, type Bytes } from '#base/bytes';
import { isModelPath } from '#os/models/layout';
import { MODEL_LIMITS } from '#os/model-limits';
import { ModelError, type ModelFile, type ModelRow } from '#os/models-api';

const MAGIC = 'LGMODEL1';
/** Most bytes of the list. */
const HEAD_BYTES = 65_536;

/** The media type of such a file, and the end of its name. */
export const MODEL_MIME = 'application/vnd.lifegraph.model';

export interface PackedHead {
  readonly name: string;
  readonly files: readonly ModelFile[];
}

/** The beginning of the file. */
export function packedHead({ name, files }: PackedHead | ModelRow): Bytes {
  const head = utf8(JSON.stringify({ name, files: files.map(({ path, size, hash }) => [path, size, hash]) }));
  return concat(utf8(MAGIC), u32be(head.length), head);
}

/** Takes a stream apart. */
export interface StreamReader {
  /** At least one byte and at most so many; rejects with `damaged` at the end. */
  upTo(most: number): Promise<Uint8Array>;
  /** So many bytes, in parts. */
  take(length: number): AsyncIterable<Uint8Array>;
}

/** Reads a stream by lengths. */
export function streamReader(stream: ReadableStream<Uint8Array>): StreamReader {
  const reader = stream.getReader();
  let rest: Uint8Array = new Uint8Array();
  const upTo = async (most: number): Promise<Uint8Array> => {
    while (rest.length === 0) {
      const { value, done } = await reader.read();
      if (done) throw new ModelError('damaged', 'cut');
      rest = value;
    }
    const out = rest.subarray(0, most);
    rest = rest.subarray(out.length);
    return out;
  };
  return {
    upTo,
    async *take(length) {
      for (let left = length; left > 0; ) {
        const part = await upTo(left);
        left -= part.length;
        yield part;
      }
    },
  };
}

async function exactly(reader: StreamReader, length: number): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  for (let left = length; left > 0; ) {
    const part = await reader.upTo(left);
    parts.push(part);
    left -= part.length;
  }
  return concat(...parts);
}

/** What the file says it holds. Rejects with `damaged`. */
export async function readPackedHead(reader: StreamReader): Promise<PackedHead> {
  const start = await exactly(reader, MAGIC.length + 4);
  if (fromUtf8(start.subarray(0, MAGIC.length)) !== MAGIC) throw new ModelError('damaged', 'form');
  const length = new DataView(start.buffer).getUint32(MAGIC.length);
  if (length > HEAD_BYTES) throw new ModelError('damaged', 'list');
  let read: unknown;
  try {
    read = JSON.parse(fromUtf8(await exactly(reader, length)));
  } catch (error) {
    throw error instanceof ModelError ? error : new ModelError('damaged', 'list');
  }
  const { name, files } = (typeof read === 'object' && read !== null ? read : {}) as { name?: unknown; files?: unknown };
  if (typeof name !== 'string' || !Array.isArray(files) || files.length > MODEL_LIMITS.files) throw new ModelError('damaged', 'list');
  const out = files.map((row): ModelFile => {
    const [path, size, hash] = Array.isArray(row) ? (row as unknown[]) : [];
    if (typeof path !== 'string' || !isModelPath(path) || !Number.isSafeInteger(size) || (size as number) < 0 || typeof hash !== 'string') throw new ModelError('damaged', 'list');
    return { path, size: size as number, hash };
  });
  if (new Set(out.map(({ path }) => path)).size !== out.length) throw new ModelError('damaged', 'list');
  return { name: name.slice(0, MODEL_LIMITS.nameChars), files: out };
}
