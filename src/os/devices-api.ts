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
  /** A link of this device reaches it. */
  online: boolean;
  /** `going`: taken away, and in some spaces not written yet (`left`); `gone`: taken away everywhere. */
  state: 'in-use' | 'going' | 'gone';
  left: number;
  /** May it be taken away from here: at once, with the words of the recovery phrase (it is older than this one), or not at all (this one). */
  revoke: 'now' | 'phrase' | 'no';
}

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
}
