/** The records behind a text, for the history of a document. */

/** One edit of a text as its record holds it. */
export interface TextEditRecord {
  /** uid, null when the writer is unknown. */
  who: string | null;
  /** ms, as it counts for the order. */
  at: number;
  /** base64url of the log it stands in. */
  writer: string;
  /** Its place in that log: text that rises from edit to edit. */
  stamp: string;
  /** False while it is not sealed: it may still become one with what is typed next. */
  sealed: boolean;
  /** All that came before a baseline, in one; `writer` is then the id of the baseline. */
  baseline?: true;
  /** Yjs update v1. */
  update: Uint8Array;
}
