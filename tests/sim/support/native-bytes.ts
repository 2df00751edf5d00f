/** Uint8Array.prototype.toBase64 (ES2026) by Node's Buffer for engines that lack it, so that #base/bytes takes its native path: a twentieth of a run of the simulator. Imported for its effect. */
interface Native {
  toBase64?(options: { alphabet?: 'base64' | 'base64url'; omitPadding?: boolean }): string;
}

(Uint8Array.prototype as Native).toBase64 ??= function toBase64(this: Uint8Array, { alphabet = 'base64', omitPadding = false } = {}) {
  const text = Buffer.from(this.buffer, this.byteOffset, this.byteLength).toString(alphabet as BufferEncoding);
  return omitPadding ? text.replace(/=+$/, '') : text;
};
