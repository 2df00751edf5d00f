/** Uint8Array.prototype.toBase64 (ES2026) by Node's Buffer for engines that lack it, so that #base/bytes takes its native path: a twentieth of a run of the simulator. Imported for its effect. */
interface Native {
  toBase64?(options: { alphabet?: 'base64' | 'base64url'; omitPadding?: boolean }): string;
}

type Slice = (this: Uint8Array, from: number, to: number) => string;
// Buffer's own, on the bytes as they are: no view is made of them. Its base64url is never padded.
const { base64urlSlice, base64Slice } = Buffer.prototype as unknown as Readonly<Record<'base64urlSlice' | 'base64Slice', Slice>>;

(Uint8Array.prototype as Native).toBase64 ??= function toBase64(this: Uint8Array, { alphabet = 'base64', omitPadding = false } = {}) {
  if (alphabet === 'base64url' && omitPadding) return base64urlSlice.call(this, 0, this.length);
  const text = base64Slice.call(this, 0, this.length);
  const plain = omitPadding ? text.replace(/=+$/, '') : text;
  return alphabet === 'base64' ? plain : plain.replaceAll('+', '-').replaceAll('/', '_');
};
