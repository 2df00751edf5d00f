/** SHA-1, for formats of others that name things by it; nothing of ours is kept safe with it. */
import { sha1 as digest } from '@noble/hashes/legacy.js';

export const sha1 = (text: string): Uint8Array => digest(new TextEncoder().encode(text));
