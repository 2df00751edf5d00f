/** Releases of the app between devices (docs/decisions/0177): what this device may give, and what it takes from others. Whether it counts is judged where the keys are pinned, by the service worker. */

/** What this device has of the release that it runs, whole and checked. */
export interface BuildShelf {
  /** Number and text of its list; null: none is given, because it is unsigned, not whole, or this device is to save its network. */
  list(): Promise<{ readonly sequence: number; readonly text: string } | null>;
  /** The file with this digest (SHA-384, base64url); null when it is not there as it is listed. */
  file(sha384: string): Promise<Uint8Array | null>;
  /** SHA-384 in base64url. */
  digest(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
}

/** A file that is wanted. */
export interface WantedFile {
  /** SHA-384, base64url. */
  readonly sha384: string;
  readonly size: number;
}

/** What a page asks of the linked devices. */
export interface BuildsApi {
  /** Texts of lists whose number is said to be above this one, as they came. */
  lists(above: number): Promise<readonly string[]>;
  /** The bytes with this digest; null when nobody gives them. */
  file(wanted: WantedFile): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Names of the devices that could be asked now, and from now on. */
  watch(on: (devices: readonly string[]) => void): () => void;
}
