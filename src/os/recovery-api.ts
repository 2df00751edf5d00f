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

/** Parts of the key of this person that others keep: any `least` of these people bring them back. */
export interface KeyPartsGiven {
  at: number;
  least: number;
  people: { uid: string; name: string }[];
}

/** A part that this person keeps for somebody. */
export interface KeyPartHeld {
  id: string;
  uid: string;
  name: string;
  at: number;
  least: number;
  of: number;
}

/** What an empty browser asks the keepers with, and the parts that are here. */
export interface KeyPartsAsked {
  /** To be sent to each of them, by whatever way. */
  text: string;
  /** Both sides see them, and say them to each other before a part is given. */
  words: string[];
  /** Of each key that a part is of. With more than one, one of them is false or older: nobody but the person can tell which. */
  sets: KeyPartsSet[];
  /** The 24 words, once there are enough parts and all are of one key. */
  phrase: string[] | null;
}

/** Parts of one key, as those who made it say. */
export interface KeyPartsSet {
  id: string;
  /** Of the key; each keeper sees them beside what they send back. */
  words: string[];
  /** Which of the parts they are, counted from 1 in the order in which they came. */
  parts: number[];
  least: number;
}

/** Why a text is not taken: it is no whole one; it answers another request; the part is here already. */
export type KeyPartRefusal = 'form' | 'elsewhere' | 'twice' | 'full';

export interface KeyPartsView {
  given: KeyPartsGiven | null;
  held: KeyPartHeld[];
  asked: KeyPartsAsked | null;
  /** Of the request that was looked at or answered. */
  words: string[] | null;
  /** Six words of the key that the answer holds a part of. */
  key: string[] | null;
  /** To be sent back to who asked. */
  answer: string | null;
  refused: KeyPartRefusal | null;
}

/** `give`: parts to these people, each in a space that both are in; `look` at the words of a request; `answer` it with a part; `ask` in an empty browser, `take` an answer, `drop` the parts of one key, `end` it. */
export type KeyPartsAct =
  | { give: { least: number; people: { space: string; uid: string }[]; phrase?: string } }
  | { look: string } | { answer: { id: string; to: string } } | { ask: true } | { take: string } | { drop: string } | { end: true };

export interface RecoveryApi {
  /** From the page's copy of the kernel state. */
  returning(): Returning;
  /** Rejects with `no-identity` before the first run. */
  status(): Promise<RecoveryView>;
  /** The 24 words, as long as they are here. Rejects with `erased`. */
  phrase(): Promise<string[]>;
  /** Words checked back, at least four. Resolves with the places that are wrong; with none, the secret is erased from this device. */
  check(answers: PhraseAnswer[]): Promise<number[]>;
  /** In an empty profile: looks for somebody who knows the person of these 24 words. `parts`: the words came of parts and were not written down yet, so this device keeps them until they are checked back. Rejects with `phrase-count`, `phrase-word`, `phrase-sum`, `already`. */
  fromPhrase(phrase: string, by?: 'parts'): Promise<void>;
  /**
   * The bytes of a key file (docs/PROTOCOL.md): the recovery key under this passphrase. Once the phrase was checked back its words are needed. Rejects with
   * `passphrase-weak`, `erased`, `phrase-count`, `phrase-word`, `phrase-sum`, `other-key`.
   */
  keyFile(passphrase: string, phrase?: string): Promise<Blob>;
  /** A saved file is read back; from then on the key counts as kept. Rejects with `key-file`, `key-file-damaged`, `key-file-newer`, `key-file-costly`, `wrong-passphrase`, `other-key`. */
  checkKeyFile(file: Blob, passphrase: string): Promise<void>;
  /** As `fromPhrase`, with a key file. Rejects like `checkKeyFile`, and with `already`. */
  fromKeyFile(file: Blob, passphrase: string): Promise<void>;
  /** Parts of the key at people. `give` rejects with `erased`, `phrase-count`, `phrase-word`, `phrase-sum`, `other-key`, `bad-value`, `not-here`, `no-right`; `ask` with `already`. */
  parts(act?: KeyPartsAct): Promise<KeyPartsView>;
  /** Ends the search: with a person who is back it goes on with what is here (a Personal space is made when none came), else the profile is empty again. */
  finish(): Promise<void>;
}
