/** Papers, in the API of the kernel (./api.ts): words that a person signs in the clear, so that anybody can check them, also who is in no space with them. */

/** `sign`: by this device, for this person. `space` and `papers`: a file of those of them that hold, the first of which the others are about. `file`: who signed what in such a file; asks nobody. */
export type PaperAsk =
  | { readonly sign: { readonly kind: string; readonly says: Readonly<Record<string, string | number>> } }
  | { readonly space: string; readonly papers: readonly string[] }
  | { readonly file: Uint8Array };

export interface PaperView {
  /** Who signed, and with which device. */
  uid: string;
  device: string;
  /** Six words of the person's key, to be compared. */
  words: string[];
  kind: string;
  says: Readonly<Record<string, string | number>>;
  /** By it another paper is about this one. */
  hash: string;
  /** `signature`: changed since, or signed by another key; `person`: nothing shows that the device is this person's. Null: it holds. */
  fault: 'signature' | 'person' | null;
  /** The person has taken the device away, as far as the file knows. */
  gone: boolean;
}

export interface PaperAnswer {
  paper?: string;
  file?: Uint8Array;
  papers: PaperView[];
  /** `large`: more than is looked at; `form`: no file of papers, or not whole. */
  refused: 'large' | 'form' | null;
  /** The words of this person's own key. */
  own: string[] | null;
}
