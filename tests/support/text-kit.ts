/** Yjs updates under client ids of a writer, as an editor of ours makes them. */
import * as Y from 'yjs';
import { sha256 } from '#base/hash';
import { yjsClientId } from '#vm/protocol/ids';
import type { Bytes } from '#base/bytes';

export interface Session {
  readonly doc: Y.Doc;
  readonly salt: Bytes;
  /** What changed since the last call, as one update; null when nothing did. */
  take(): Uint8Array | null;
  hear(update: Uint8Array): void;
}

/** One opening of a document: a fresh salt, a client id of the writer. */
export function session(writer: Bytes, name: string): Session {
  const salt = sha256(`salt ${name}`).slice(0, 16);
  const doc = new Y.Doc();
  doc.clientID = yjsClientId(writer, salt);
  const own: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'remote') own.push(update);
  });
  return {
    doc,
    salt,
    take: () => (own.length === 0 ? null : Y.mergeUpdates(own.splice(0))),
    hear: (update) => Y.applyUpdate(doc, update, 'remote'),
  };
}
