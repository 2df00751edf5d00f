/** Name of a log of records in tables about witnesses. */
import { toBase64url } from '#base/bytes';

/** `fragment/writer`. */
export const logKey = (fragment: Uint8Array, writer: Uint8Array): string => `${toBase64url(fragment)}/${toBase64url(writer)}`;
