/** Compression of a piece. What comes out of a stored piece is counted while it comes: a bomb ends at the length its header names. */
import type { Bytes } from '#base/bytes';

/** Bytes tried first, and the part of them that has to be saved. */
const TRIED = 65_536;
const SAVED = 0.03;

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream, max: number): Promise<Bytes | null> {
  const writer = stream.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>;
  // What goes wrong is told by the reading end.
  void writer.write(bytes).then(() => writer.close()).catch(() => undefined);
  const reader = stream.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > max) {
        void reader.cancel().catch(() => undefined);
        return null;
      }
      parts.push(value);
    }
  } catch {
    return null;
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The bytes in gzip; null when that does not pay: the first 64 KiB, or all of them, save less than 3 %. */
export async function squeeze(plain: Uint8Array): Promise<Bytes | null> {
  const pays = async (bytes: Uint8Array): Promise<Bytes | null> => {
    const most = Math.floor(bytes.length * (1 - SAVED));
    return most === 0 ? null : through(bytes, new CompressionStream('gzip'), most);
  };
  const tried = await pays(plain.subarray(0, TRIED));
  return tried === null || plain.length <= TRIED ? tried : pays(plain);
}

/** What was put in; null when it is damaged, has another length, or the engine does not know the form. */
export async function unsqueeze(bytes: Uint8Array, form: 'gzip' | 'brotli', length: number): Promise<Bytes | null> {
  let stream: DecompressionStream;
  try {
    stream = new DecompressionStream(form as CompressionFormat);
  } catch {
    return null;
  }
  const plain = await through(bytes, stream, length);
  return plain?.length === length ? plain : null;
}
