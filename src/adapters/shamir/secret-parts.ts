/** Shamir's parts by the library of Privy (GF(2⁸), audited by Cure53 and Zellic; decisions/0106). */
import { combine as join, split as cut } from 'shamir-secret-sharing';
import type { SecretParts } from '#ports/secret-parts';

/** Cuts and joins. */
export const secretParts: SecretParts = {
  split: async (secret, count, least) => (await cut(secret, count, least)) as Awaited<ReturnType<SecretParts['split']>>,
  combine: async (parts) => (await join([...parts])) as Awaited<ReturnType<SecretParts['combine']>>,
};
