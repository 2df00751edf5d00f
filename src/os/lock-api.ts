/** The lock of this browser, in the API of the kernel (./api.ts). */

/** The recovery key as the person has it. */
export type HeldKey = { readonly phrase: string } | { readonly file: Blob; readonly passphrase: string };

/** What opens a locked browser: its passphrase; what its passkey answers (WebAuthn, PRF); or, when that is forgotten, the recovery key, and then a new passphrase. */
export type UnlockRequest = { readonly passphrase: string } | { readonly prf: Uint8Array } | { readonly next: string; readonly key: HeldKey };

/** A passkey that opens this browser: what its PRF is asked, told before the browser is open. */
export interface PasskeyAsk {
  readonly id: Uint8Array;
  readonly salt: Uint8Array;
}

export interface LockView {
  /** A passphrase is asked for at each start. */
  on: boolean;
  /** Minutes without a hand after which every tab locks; 0: never by itself. */
  idleMinutes: number;
  /** `old`: the keys of this browser were made by a version that could not lock; `unkept`: neither phrase nor key file is known to be kept. */
  refusal: 'old' | 'unkept' | null;
  /** Setting it needs the words or a key file: this browser does not have them any more. */
  needsKey: boolean;
  /** A passkey opens it too. */
  passkey: boolean;
}

export interface LockApi {
  /** From the page's copy of the kernel state; null without a lock. */
  get(): { idleMinutes: number } | null;
  status(): Promise<LockView>;
  /** Puts the secrets of this browser under a passphrase; all its tabs lock. Rejects with `lock-on`, `lock-old`, `lock-unkept`, `passphrase-weak`, `erased` (the key is needed), and as words and key files do. */
  set(options: { passphrase: string; idleMinutes?: number; key?: HeldKey }): Promise<void>;
  /** Another passphrase. Rejects with `no-lock`, `wrong-lock`, `passphrase-weak`. */
  change(passphrase: string, next: string): Promise<void>;
  /** Takes the lock off; all tabs start anew. Rejects with `no-lock`, `wrong-lock`. */
  remove(passphrase: string): Promise<void>;
  setIdle(minutes: number): Promise<void>;
  /** A passkey opens this browser too (prf: 32 bytes that it answers to the salt); null: none any more. Rejects with `no-lock`, `bad-value`, and when one is added with `wrong-lock`. */
  setPasskey(passkey: (PasskeyAsk & { readonly prf: Uint8Array }) | null, passphrase?: string): Promise<void>;
  /** Saves what is pending and locks every tab. */
  now(): Promise<void>;
}
