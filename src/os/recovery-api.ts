/** Keeping and getting back an identity, in the API of the kernel (./api.ts). Times are ms. */

/** How well the key of this person is kept. */
export interface RecoveryView {
  /** `here`: the words can be shown; `erased`: they were checked back, this device keeps none of them. */
  phrase: 'here' | 'erased';
  /** When the words were checked back; null: not yet. */
  checkedAt: number | null;
  /** When a saved key file was last read back here; null: not yet. */
  fileCheckedAt: number | null;
}

/** A word of the phrase as the person says it; places count from 0. */
export interface PhraseAnswer {
  at: number;
  word: string;
}

/** Somebody comes back to this device: not known yet by name, back and still waiting for spaces, or from a backup file with all that is in it. */
export type Returning = 'looking' | 'back' | 'restored' | null;

export interface RecoveryApi {
  /** From the page's copy of the kernel state. */
  returning(): Returning;
  /** Rejects with `no-identity` before the first run. */
  status(): Promise<RecoveryView>;
  /** The 24 words, as long as they are here. Rejects with `erased`. */
  phrase(): Promise<string[]>;
  /** Words checked back, at least four. Resolves with the places that are wrong; with none, the secret is erased from this device. */
  check(answers: PhraseAnswer[]): Promise<number[]>;
  /** In an empty profile: looks for somebody who knows the person of these 24 words. Rejects with `phrase-count`, `phrase-word`, `phrase-sum`, `already`. */
  fromPhrase(phrase: string): Promise<void>;
  /**
   * The bytes of a key file (docs/PROTOCOL.md): the recovery key under this passphrase. Once the phrase was checked back its words are needed. Rejects with
   * `passphrase-weak`, `erased`, `phrase-count`, `phrase-word`, `phrase-sum`, `other-key`.
   */
  keyFile(passphrase: string, phrase?: string): Promise<Blob>;
  /** A saved file is read back; from then on the key counts as kept. Rejects with `key-file`, `key-file-damaged`, `key-file-newer`, `key-file-costly`, `wrong-passphrase`, `other-key`. */
  checkKeyFile(file: Blob, passphrase: string): Promise<void>;
  /** As `fromPhrase`, with a key file. Rejects like `checkKeyFile`, and with `already`. */
  fromKeyFile(file: Blob, passphrase: string): Promise<void>;
  /** Ends the search: with a person who is back it goes on with what is here (a Personal space is made when none came), else the profile is empty again. */
  finish(): Promise<void>;
}
