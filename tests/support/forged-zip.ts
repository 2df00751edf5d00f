/** Archives that no program writes. */
import { crc32 } from '#adapters/files/zip-read';

/** A part, and what the list says of it. */
export interface ForgedPart {
  readonly name: Uint8Array;
  readonly data: Uint8Array;
  readonly flags?: number;
  readonly method?: number;
  /** What the list says instead of the truth. */
  readonly size?: number;
  readonly packed?: number;
  readonly extra?: Uint8Array;
  readonly at?: number;
}

/** An archive byte by byte, so that it may say what no program would. */
export function forgedZip(parts: readonly ForgedPart[]): Buffer {
  const [bodies, lines]: [Buffer[], Buffer[]] = [[], []];
  let place = 0;
  for (const { name, data, flags = 0, method = 0, size = data.length, packed = data.length, extra = new Uint8Array(0), at = place } of parts) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    bodies.push(local, Buffer.from(name), Buffer.from(data));
    const line = Buffer.alloc(46);
    line.writeUInt32LE(0x02014b50, 0);
    line.writeUInt16LE(flags, 8);
    line.writeUInt16LE(method, 10);
    line.writeUInt32LE(crc32(data), 16);
    line.writeUInt32LE(packed, 20);
    line.writeUInt32LE(size, 24);
    line.writeUInt16LE(name.length, 28);
    line.writeUInt16LE(extra.length, 30);
    line.writeUInt32LE(at, 42);
    lines.push(line, Buffer.from(name), Buffer.from(extra));
    place += 30 + name.length + data.length;
  }
  const list = Buffer.concat(lines);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(place, 16);
  return Buffer.concat([...bodies, list, end]);
}
