/** Which letters the bytes of a text stand for. */

/** A text, the encoding it was read with, and whether that is a guess. */
export interface Decoded {
  readonly text: string;
  readonly name: string;
  readonly guessed: boolean;
}

const MARKS: readonly (readonly [readonly number[], string])[] = [[[0xef, 0xbb, 0xbf], 'utf-8'], [[0xff, 0xfe], 'utf-16le'], [[0xfe, 0xff], 'utf-16be']];
/** What a text without a word about itself may be in; each is tried. UTF-8 with a byte that is none of it is still that. */
const GUESSES = ['windows-1251', 'koi8-r', 'ibm866', 'windows-1252', 'shift_jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr', 'windows-1256', 'utf-8'] as const;
/** Bytes that are looked at for a guess. */
const LOOKED = 65_536;

function decode(bytes: Uint8Array, name: string, fatal: boolean): string | null {
  try {
    return new TextDecoder(name, { fatal }).decode(bytes);
  } catch {
    return null;
  }
}

/** UTF-16 without a mark: every second byte of letters of one script is the same, mostly 0. */
function utf16(bytes: Uint8Array): string | null {
  const pairs = Math.min(bytes.length >> 1, 2_000);
  if (bytes.length % 2 !== 0 || pairs < 4) return null;
  let [even, odd] = [0, 0];
  for (let at = 0; at < pairs; at++) {
    if (bytes[2 * at] === 0) even += 1;
    if (bytes[2 * at + 1] === 0) odd += 1;
  }
  // Texts of other scripts have at least the white space.
  return odd > pairs / 10 && even === 0 ? 'utf-16le' : even > pairs / 10 && odd === 0 ? 'utf-16be' : null;
}

/** `declared`: what the file or whoever gave it says. */
export function decodeText(bytes: Uint8Array, declared: string | null = null): Decoded {
  for (const [mark, name] of MARKS) if (mark.every((byte, at) => bytes[at] === byte)) return { text: decode(bytes, name, false)!, name, guessed: false };
  const wide = utf16(bytes);
  if (wide !== null) return { text: decode(bytes, wide, false)!, name: wide, guessed: false };
  const utf8 = decode(bytes, 'utf-8', true);
  if (utf8 !== null) return { text: utf8, name: 'utf-8', guessed: false };
  const said = declared === null || /^utf-?8$/i.test(declared) ? null : decode(bytes, declared, true);
  if (said !== null) return { text: said, name: declared!.toLowerCase(), guessed: false };
  const guess = GUESSES.map((name) => ({ name, score: score(bytes.subarray(0, LOOKED), name) })).reduce((best, one) => (one.score > best.score ? one : best));
  return { text: decode(bytes, guess.name, false)!, name: guess.name, guessed: true };
}

/** How much a text looks like words: letters that are common in their language count, signs that no text holds count against it. */
function score(bytes: Uint8Array, name: string): number {
  const text = decode(bytes, name, false)!;
  let points = 0;
  for (const [sign] of text.matchAll(/[^\x00-\x7f]/gu)) points += worth(sign);
  // Between two small letters of one word stands no big one, and a word is of one script.
  points -= 3 * [...text.matchAll(/\p{Ll}\p{Lu}|[a-z][\u0400-\u04ff]|[\u0400-\u04ff][a-z]/gu)].length;
  return points / Math.max(1, [...text.matchAll(/[^\x00-\x7f]/gu)].length);
}

function worth(sign: string): number {
  if (/[\ufffd\u0080-\u009f\ue000-\uf8ff\u2500-\u259f]/u.test(sign)) return -8;
  if (/[оеаинтсрвлкмдпуя]/u.test(sign)) return 3;
  if (/[\u0410-\u044fёЁ]/u.test(sign)) return 1;
  if (/[\u3040-\u30ff]/u.test(sign)) return 3;
  if (/[的一是不了人在有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年]/u.test(sign)) return 3;
  if (/[\u4e00-\u9fff\uac00-\ud7a3]/u.test(sign)) return 1;
  if (/[\u0621-\u064a]/u.test(sign)) return 1;
  if (/[àâäáãåæçéèêëíìîïñóòôöõøœßúùûü«»“”„‘’–—…]/iu.test(sign)) return 1;
  return -1;
}

/** What a page of HTML says of its letters, in its first bytes. */
export function charsetOfHtml(bytes: Uint8Array): string | null {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 4_096));
  return /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w:-]{2,40})/i.exec(head)?.[1] ?? /<\?xml[^>]{0,100}encoding\s*=\s*["']([\w:-]{2,40})/i.exec(head)?.[1] ?? null;
}
