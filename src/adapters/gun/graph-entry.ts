/** Records as fields of GUN's graph and back to ranges (FORMATS 7). Names and values are #vm/protocol/gun-names'. */
import type { GunGet, GunGraph, GunLex } from 'gun/gun.js';
import type { RangeRequest, RecordEntry } from '#ports/replica';
import { recordKey, recordSoul, recordValue, seqPrefix, writerKey, writersSoul } from '#vm/protocol/gun-names';

/** One field of the graph. */
export interface Field {
  readonly soul: string;
  readonly key: string;
  readonly value: string;
  /** 1 for records, which never change; the seq of a head hint. */
  readonly state?: number;
}

/** Entries never change: their fields have state 1 (GUN.md 3, clock-free pattern). */
const STATE = 1;

/** The record's field in the page of its log. */
export function pageField(entry: RecordEntry): Field {
  const value = recordValue(entry.bytes);
  return { soul: recordSoul(entry.space, entry.fragment, entry.writer, entry.seq), key: recordKey(entry.seq, value), value };
}

/** A seq-0 record stands in the writers soul of its fragment, too, so that all logs can be listed. */
export function writerField(entry: RecordEntry, value: string): Field {
  return { soul: writersSoul(entry.space, entry.fragment), key: writerKey(entry.writer, value), value };
}

/** Name of a field inside this process. */
export function fieldId(field: { readonly soul: string; readonly key: string }): string {
  return `${field.soul} ${field.key}`;
}

/** A graph of the fields. Souls and keys come from #vm/protocol/gun-names, so none is a name of Object.prototype. */
export function toGraph(fields: readonly Field[]): GunGraph {
  const graph: GunGraph = {};
  for (const { soul, key, value, state } of fields) {
    const node = (graph[soul] ??= { _: { '#': soul, '>': {} } });
    node[key] = value;
    node._['>'][key] = state ?? STATE;
  }
  return graph;
}

/** The get of a range: its first page, and the keys from `from` to `to`. GUN needs a plain object as LEX (SPIKE 6.1). */
export function rangeGet(range: RangeRequest): GunGet & { '#': string; '.': GunLex } {
  return {
    '#': recordSoul(range.space, range.fragment, range.writer, range.from),
    // '~' is above every character of a key.
    '.': { '>': seqPrefix(range.from), '<': `${seqPrefix(range.to)}~` },
  };
}
