/** What lies in the pieces of a backup file (docs/PROTOCOL.md, Backup file): who, then space by space its keys, its records fragment by fragment, acl first, and what they must come to. */
import type { Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { decodeAclOp, encodeAclOp } from '#vm/protocol/acl-operation';
import { MAX_JOIN_STATEMENTS, MAX_STATEMENT_BYTES } from '#vm/limits';
import { bytesOf, listOf } from '#vm/replication/payloads';
import type { BaseRow } from './baseline-row.ts';

/** The person, and when the rest was so. */
export interface WhoPiece {
  readonly kind: 'who';
  readonly name: string;
  /** Identity statements, inception first. */
  readonly statements: readonly Bytes[];
  /** Mesh time at which the records were looked at, ms: it decides what is parked. */
  readonly meshMs: number;
  /** Rules by which the states were made. */
  readonly reducer: number;
  /** All records of the file. */
  readonly records: number;
}

/** Keys of a space, as this person has them. */
export interface KeptKeys {
  readonly epochs: readonly Bytes[];
  readonly parts: readonly { readonly epoch: Bytes; readonly fragment: Bytes; readonly key: Bytes }[];
}

export interface SpacePiece extends KeptKeys {
  readonly kind: 'space';
  readonly id: Bytes;
  readonly name: string;
}

export interface RecordsPiece {
  readonly kind: 'records';
  readonly fragment: Bytes;
  readonly records: readonly Bytes[];
}

/** The baseline that a fragment stands on, before its records: they begin at its covered heads. */
export interface BasePiece {
  readonly kind: 'base';
  readonly fragment: Bytes;
  readonly row: BaseRow;
}

/** What a fragment comes to. `state` null: something unsealed stood in it. */
export interface FragmentSum {
  readonly fragment: Bytes;
  readonly count: number;
  readonly set: Bytes;
  readonly state: Bytes | null;
}

export interface SumsPiece {
  readonly kind: 'sums';
  readonly fragments: readonly FragmentSum[];
}

export type BackupPiece = WhoPiece | SpacePiece | BasePiece | RecordsPiece | SumsPiece | { readonly kind: 'end' };

const wireKeys = ({ epochs, parts }: KeptKeys): CborValue[] => [[...epochs], parts.map(({ epoch, fragment, key }) => [epoch, fragment, key])];

/** A piece as it is written. */
export function encodePiece(piece: BackupPiece): CborValue[] {
  switch (piece.kind) {
    case 'who': return [0, piece.name, [...piece.statements], piece.meshMs, piece.reducer, piece.records];
    case 'space': return [1, piece.id, piece.name, ...wireKeys(piece)];
    case 'records': return [2, piece.fragment, [...piece.records]];
    case 'sums': return [3, piece.fragments.map(({ fragment, count, set, state }) => [fragment, count, set, state])];
    case 'end': return [4];
    case 'base': return [5, piece.row.act, piece.row.since, (piece.row.gone ? 1 : 0) | (piece.row.word ? 2 : 0), ...encodeAclOp({ t: 'baseline', fragment: piece.fragment, heads: piece.row.heads, snapshot: piece.row.snapshot }).args];
  }
}

const uintOf = (value: CborValue | undefined): number | null => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null);
const list = <T>(value: CborValue | undefined, read: (item: CborValue) => T | null): T[] | null => listOf(value, Number.MAX_SAFE_INTEGER, read);
/** Copied: else the whole piece would stay as long as one record of it. */
const copyOf = (value: CborValue): Bytes | null => (value instanceof Uint8Array ? (value.slice() as Bytes) : null);

function partOf(item: CborValue): KeptKeys['parts'][number] | null {
  if (!Array.isArray(item) || item.length !== 3) return null;
  const [epoch, fragment, key] = [bytesOf(item[0], 16), bytesOf(item[1], 16), bytesOf(item[2], 32)];
  return epoch && fragment && key && { epoch, fragment, key };
}

function sumOf(item: CborValue): FragmentSum | null {
  if (!Array.isArray(item) || item.length !== 4) return null;
  const [fragment, count, set, state] = [bytesOf(item[0], 16), uintOf(item[1]), bytesOf(item[2], 32), bytesOf(item[3], 32)];
  return fragment && count !== null && set && (state || item[3] === null) ? { fragment, count, set, state } : null;
}

/** Keys as they are written; null when they are none. */
export function decodeKeys(value: CborValue | undefined): KeptKeys | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const epochs = list(value[0], (item) => bytesOf(item, 32));
  const parts = list(value[1], partOf);
  return epochs && parts && { epochs, parts };
}

/** Keys alone, for a row of the store. */
export const encodeKeys = wireKeys;

function baseOf(value: CborValue[]): BasePiece | null {
  const [act, since, flags] = [bytesOf(value[1], 32), uintOf(value[2]), uintOf(value[3])];
  const op = decodeAclOp(46, value.slice(4));
  if (!act || since === null || flags === null || flags > 3 || op?.t !== 'baseline') return null;
  return { kind: 'base', fragment: op.fragment, row: { act, heads: op.heads, snapshot: op.snapshot, since, ...((flags & 1) > 0 ? { gone: true as const } : {}), ...((flags & 2) > 0 ? { word: true as const } : {}) } };
}

/** A piece as it was written; null when it is none. */
export function decodePiece(value: CborValue[]): BackupPiece | null {
  switch (value[0]) {
    case 0: {
      const statements = listOf(value[2], MAX_JOIN_STATEMENTS, (item) => (item instanceof Uint8Array && item.length <= MAX_STATEMENT_BYTES ? copyOf(item) : null));
      const [meshMs, reducer, records] = [uintOf(value[3]), uintOf(value[4]), uintOf(value[5])];
      if (value.length !== 6 || typeof value[1] !== 'string' || !statements || meshMs === null || reducer === null || records === null) return null;
      return { kind: 'who', name: value[1], statements, meshMs, reducer, records };
    }
    case 1: {
      const id = bytesOf(value[1], 32);
      const keys = decodeKeys(value.slice(3));
      return id && keys && typeof value[2] === 'string' ? { kind: 'space', id, name: value[2], ...keys } : null;
    }
    case 2: {
      const fragment = bytesOf(value[1], 16);
      const records = list(value[2], copyOf);
      return fragment && records && value.length === 3 ? { kind: 'records', fragment, records } : null;
    }
    case 3: {
      const fragments = list(value[1], sumOf);
      return fragments && value.length === 2 ? { kind: 'sums', fragments } : null;
    }
    case 4: return value.length === 1 ? { kind: 'end' } : null;
    case 5: return baseOf(value);
    default: return null;
  }
}
