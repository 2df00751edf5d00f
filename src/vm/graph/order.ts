/** Places in an order: fractional indexes (github.com/rocicorp/fractional-indexing), made unique by the first characters of the writer (FORMATS 3, pos.set). */
import { generateKeyBetween } from 'fractional-indexing';

/** Characters of the writer's base64url text at the end of an ord. */
const WRITER_CHARS = 4;

/** An ord between two others; null = no neighbour on that side. A neighbour that is no ord of ours counts as none. */
export function ordBetween(low: string | null, high: string | null, writer: string): string {
  const from = indexOf(low);
  let to = indexOf(high);
  if (from !== null && to !== null && from >= to) to = null;
  let index: string;
  try {
    index = generateKeyBetween(from, to);
  } catch {
    index = generateKeyBetween(null, null);
  }
  return index + writer.slice(0, WRITER_CHARS);
}

function indexOf(ord: string | null): string | null {
  return ord === null || ord.length <= WRITER_CHARS ? null : ord.slice(0, -WRITER_CHARS);
}
