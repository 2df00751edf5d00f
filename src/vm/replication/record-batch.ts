/**
 * Records on a link as the payload of `gun:put` and `gun:get … completed`: a CBOR array of items in order, each either a dictionary entry
 * [no, bytes] or a link record bstr (FORMATS 8). Dictionary and elision memory are per channel and direction, because two channels have
 * no common order; so a payload must be sent in the order it was encoded.
 */
import { compareBytes, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { err, ok, type Result } from '#base/result';
import type { RecordEntry } from '#ports/replica';
import type { Channel } from '#ports/wire';
import { LinkRecordDecoder, LinkRecordEncoder } from '#vm/protocol/link-record';
import { parseRecord, type RecordError } from '#vm/protocol/record';
import type { ParsedRecord } from '#vm/protocol/types';
import { SYNC_LIMITS } from '#vm/limits';

const ZERO = new Uint8Array(32);

export interface RecordBatches {
  /** Payloads of at most about `maxBytes` each. Entries that are no records are left out, and for a push those of unknown versions too. */
  encode(channel: Channel, entries: readonly RecordEntry[], maxBytes: number, push: boolean): Bytes[];
  /** Record bytes of a payload, unjudged; an error breaks the link (the two memories differ). */
  decode(channel: Channel, payload: Uint8Array): Result<Bytes[], 'breach'>;
}

/** An entry that remembers what its bytes were read as. */
interface ReadEntry extends RecordEntry {
  readonly record: ParsedRecord;
}

/** The entry of a record. The genesis record names its space by its id (FORMATS 2). */
export function entryOf(record: ParsedRecord): ReadEntry {
  const { header, id, bytes } = record;
  const space = isGenesisSpace(header.space) ? id : header.space;
  return { space, fragment: header.fragment, writer: header.writer, seq: header.seq, id, bytes, record };
}

/** Reads the bytes of an entry, unless the guard did: then they are the same bytes still. */
export function readEntry(entry: RecordEntry): Result<ParsedRecord, RecordError> {
  const known = (entry as Partial<ReadEntry>).record;
  return known !== undefined && known.bytes === entry.bytes ? ok(known) : parseRecord(entry.bytes);
}

/** The space field of a genesis record: 32 zero bytes. */
export function isGenesisSpace(space: Uint8Array): boolean {
  return compareBytes(space, ZERO) === 0;
}

/** The codec of one link, both directions. */
export function createRecordBatches(): RecordBatches {
  const encoders: Record<Channel, LinkRecordEncoder> = { live: new LinkRecordEncoder(), bulk: new LinkRecordEncoder() };
  const decoders: Record<Channel, LinkRecordDecoder> = { live: new LinkRecordDecoder(), bulk: new LinkRecordDecoder() };
  return {
    encode(channel, entries, maxBytes, push) {
      const out: Bytes[] = [];
      let items: CborValue[] = [];
      let bytes = 0;
      for (const entry of entries) {
        const parsed = parseRecord(entry.bytes as Bytes);
        if (!parsed.ok || (push && parsed.value.status === 'unknown-version')) continue;
        const encoded = encoders[channel].encode(parsed.value);
        for (const { no, bytes: name } of encoded.dict) items.push([no, name]);
        items.push(encoded.bytes);
        bytes += encoded.bytes.length + encoded.dict.length * 40;
        if (bytes < maxBytes) continue;
        out.push(encodeCbor(items));
        items = [];
        bytes = 0;
      }
      if (items.length > 0) out.push(encodeCbor(items));
      return out;
    },
    decode(channel, payload) {
      const items = tryDecodeCbor(payload);
      if (!Array.isArray(items) || items.length > SYNC_LIMITS.batchItems) return err('breach');
      const out: Bytes[] = [];
      for (const item of items) {
        if (Array.isArray(item)) {
          const [no, name] = item;
          const fits = item.length === 2 && typeof no === 'number' && name instanceof Uint8Array && decoders[channel].addDict(no, name);
          if (!fits) return err('breach');
          continue;
        }
        const record = item instanceof Uint8Array ? decoders[channel].decode(item) : null;
        if (record === null || !record.ok) return err('breach');
        out.push(record.value);
      }
      return ok(out);
    },
  };
}
