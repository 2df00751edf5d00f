/** Live text previews in the API of the kernel (./api.ts). Ids are base64url texts. */

/** An edit on a text as its author sees it; places in UTF-16 units. */
export interface TextEdit {
  at: number;
  remove: number;
  insert: string;
}

/** What somebody is typing in a node and has not sealed yet. Shown beside the text, never part of it. */
export interface TextPreview {
  uid: string;
  device: string;
  /** The tab it is typed in. */
  writer: string;
  fragment: string;
  node: string;
  /** Null = it ended: its record is here, or nothing came for a while. */
  edit: TextEdit | null;
}

export interface PreviewsApi {
  /** Shows co-editors what is being typed in a node, before it is saved; null ends it. The first goes at once, then the latest, at most 30 a second. */
  set(space: string, place: { fragment: string; node: string }, edit: TextEdit | null): void;
  list(space: string): Promise<TextPreview[]>;
  /** Every change of the previews of others, in one node or in the whole space; returns stop. */
  subscribe(space: string, node: string | null, on: (preview: TextPreview) => void): () => void;
}
