/** The Web Crypto port of Node for tests over real algorithms. */
import { webcrypto } from 'node:crypto';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';

export const realCrypto = createWebCrypto(webcrypto.subtle as unknown as SubtleCrypto);
