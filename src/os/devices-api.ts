/** The devices of this person, in the API of the kernel (./api.ts). Devices are named by the text of their key, times are ms. */

/** One browser profile of this person. */
export interface DeviceView {
  device: string;
  /** What the person calls it, else a guess made on that device; empty when neither came here. */
  name: string;
  /** When it was added; null when nothing here says so. */
  addedAt: number | null;
  /** What the newest record it signed says; null when it signed none that is held here. */
  seenAt: number | null;
  self: boolean;
  /** It keeps nothing (a tab of its own, decisions/0051): what it shows is gone with it, and it never counts as a copy. */
  fleeting: boolean;
  /** A link of this device reaches it. */
  online: boolean;
  /** `going`: taken away, and in some spaces not written yet (`left`); `gone`: taken away everywhere. */
  state: 'in-use' | 'going' | 'gone';
  left: number;
  /** May it be taken away from here: at once, with the words of the recovery phrase (it is older than this one), or not at all (this one). */
  revoke: 'now' | 'phrase' | 'no';
}

/** Why a pairing ended. no, other-no: the words differed, or somebody said No · taken: the code was used by another device · lost: the connection ended · bad: the other side did not keep to what it had said. */
export type PairingReason = 'no' | 'other-no' | 'given-up' | 'timeout' | 'taken' | 'lost' | 'bad';

/** A pairing, as both screens show it. */
export interface PairingView {
  /** host: has the person, shows the code · guest: the new device. */
  role: 'host' | 'guest';
  /** Of the host: the code, and the part of an address that holds it. */
  code: string;
  link: string;
  /** meet: the devices look for each other · compare: the words are there · adding: both said Yes · done · ended. */
  step: 'meet' | 'compare' | 'adding' | 'done' | 'ended';
  reason: PairingReason | null;
  /** The same four on both screens, if nobody stands in between. */
  words: string[] | null;
  /** Who said Yes. */
  yes: { mine: boolean; other: boolean };
  /** ms: when the code is over. */
  until: number;
  /** Is a server there to meet at? */
  online: boolean;
}

/** What a tab asks of the one that holds the links. */
export type PairAct = { act: 'offer' } | { act: 'take'; text: string } | { act: 'answer'; yes: boolean } | { act: 'end' };

export interface DevicesApi {
  /** This one first, then by age; what was taken away comes last. */
  list(): Promise<DeviceView[]>;
  /** Rejects with `bad-name`, `no-device`. */
  rename(device: string, name: string): Promise<void>;
  /**
   * Takes a device of this person away, in every space, with a new key where this person may make one. What it has read it keeps; what is sealed from then on
   * it cannot read, and what it writes is not taken. `left`: spaces in which it could not be written yet; tried again at every start. Rejects with `no-device`,
   * `this-device`, `older-device` (the phrase is needed), `phrase-count`, `phrase-word`, `phrase-sum`, `other-key`.
   */
  revoke(device: string, phrase?: string): Promise<{ left: string[] }>;
  /** Of a tab that keeps nothing: its own records that no other device has confirmed, operations not sealed yet, files added in it that were given whole to no device that keeps them, and the things in a Personal space that no other device has. 0 in every other. */
  unheld(): Promise<number>;
  /**
   * Takes the device of a tab that keeps nothing out of its person's list, in every space, and gives that two seconds to go out. False where the person
   * has no other device to go on with, where nobody is linked, and in every other tab: nothing was changed.
   */
  part(): Promise<boolean>;
  /** The pairing that runs or ran last in this profile; null when none did. */
  pairing(): Promise<PairingView | null>;
  /** Begins a pairing on a device that has the person; one that runs is given up. Rejects with `no-identity`. */
  pair(): Promise<void>;
  /** Begins it on the new device, in an empty profile: with the code as typed, or the link. Rejects with `bad-code`, `newer-link`, `already`. */
  pairWith(code: string): Promise<void>;
  /** What the person says about the four words. */
  answerPairing(yes: boolean): Promise<void>;
  endPairing(): Promise<void>;
}
