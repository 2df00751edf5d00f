/**
 * Signatures, agreement and sealing as a port. The browser and Node adapter is WebCrypto only (FORMATS, Words);
 * the simulator has deterministic doubles that pass the same contract suite. SHA-256, HMAC and HKDF are in #base/hash.
 */
import type { Bytes } from '#base/bytes';

/** An Ed25519 key pair; `secret` is opaque (a non-extractable CryptoKey in the browser, structured-clonable into IndexedDB). */
export interface SigningKey {
  readonly pub: Bytes;
  readonly secret: unknown;
}

/** An X25519 key pair. */
export interface AgreementKey {
  readonly pub: Bytes;
  readonly secret: unknown;
}

/** An imported AES-256-GCM key. */
export interface AeadKey {
  readonly key: unknown;
}

/** HMAC-SHA256 of a message under one key, 32 bytes. The message is taken when it is called: its memory may be used again then. */
export type Mac = (message: Uint8Array) => Promise<Bytes>;

export interface CryptoPort {
  generateSigning(): Promise<SigningKey>;
  /** A new key and, once, its 32-byte seed, for a copy that is sealed at once; the key itself is non-extractable. */
  generateSigningSeed(): Promise<{ readonly key: SigningKey; readonly seed: Bytes }>;
  generateAgreementSeed(): Promise<{ readonly key: AgreementKey; readonly seed: Bytes }>;
  /** From a 32-byte Ed25519 seed; the result is non-extractable. */
  importSigning(seed: Uint8Array): Promise<SigningKey>;
  sign(key: SigningKey, message: Uint8Array): Promise<Bytes>;
  /** False for a wrong signature and for a public key that is not one. The key was admitted before (#vm/protocol/admission). */
  verify(pub: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean>;
  generateAgreement(): Promise<AgreementKey>;
  importAgreement(seed: Uint8Array): Promise<AgreementKey>;
  /** X25519 shared secret, 32 bytes; null when the engine refuses (all-zero result). */
  agree(key: AgreementKey, pub: Uint8Array): Promise<Bytes | null>;
  importAead(raw: Uint8Array): Promise<AeadKey>;
  /** HMAC-SHA256 under a key, made beside this thread: for what is large. Left out where #base/hash is all there is. */
  mac?(raw: Uint8Array): Promise<Mac>;
  /** A random AES-256-GCM key that can never be exported: the vault key of this device. */
  generateAead(): Promise<AeadKey>;
  /** The AES-256-GCM key that PBKDF2-HMAC-SHA-256 makes of a passphrase (UTF-8); it can never be exported. */
  stretchAead(passphrase: Uint8Array, salt: Uint8Array, rounds: number): Promise<AeadKey>;
  /** AES-256-GCM: ciphertext ‖ 16-byte tag. */
  seal(key: AeadKey, nonce: Uint8Array, plain: Uint8Array, aad?: Uint8Array): Promise<Bytes>;
  /** Plaintext, or null when the tag does not match. */
  open(key: AeadKey, nonce: Uint8Array, sealed: Uint8Array, aad?: Uint8Array): Promise<Bytes | null>;
}
