/** An archive (zip) that goes out while it is made: what was written is packed and given away, nothing of it is held. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/** One file of it; several may be open, they go out one after another. */
export interface ZipFile {
  write(bytes: Uint8Array): void;
  end(): void;
}

/** Writes to `on`. Every file is of the time `at`. */
export class ZipOut {
  private readonly zip: Zip;
  private fault: Error | null = null;

  constructor(private readonly at: Date, on: (part: Uint8Array) => void) {
    this.zip = new Zip((error, part) => {
      if (error) this.fault = error;
      else if (part.length > 0) on(part);
    });
  }

  /** Begins a file. `packed`: false for what does not get smaller. */
  file(path: string, packed = true): ZipFile {
    const file = packed ? new ZipDeflate(path, { level: 6 }) : new ZipPassThrough(path);
    file.mtime = this.at;
    this.zip.add(file);
    const push = (bytes: Uint8Array, last: boolean): void => {
      file.push(bytes, last);
      if (this.fault) throw this.fault;
    };
    return { write: (bytes) => push(bytes, false), end: () => push(new Uint8Array(0), true) };
  }

  /** Writes a whole file. */
  put(path: string, bytes: Uint8Array): void {
    const file = this.file(path);
    file.write(bytes);
    file.end();
  }

  /** Writes the list; nothing follows. */
  end(): void {
    this.zip.end();
    if (this.fault) throw this.fault;
  }
}
