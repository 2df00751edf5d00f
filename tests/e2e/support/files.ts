/** Files of other programs, made here: as small as their readers take them. */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { crc32 } from '#adapters/files/zip-read';

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006';
const MEDIA = { png: 'image/png', jpeg: 'image/jpeg', emf: 'image/x-emf', svg: 'image/svg+xml' };

/** A run that shows the picture with this id, as Word writes it. */
export const drawing = (id: string, alt = ''): string => `<w:r><w:drawing><wp:inline xmlns:wp="${DRAWING}/wordprocessingDrawing"><wp:docPr id="1" name="Picture"${alt === '' ? '' : ` descr="${alt}"`}/><a:graphic xmlns:a="${DRAWING}/main"><a:graphicData uri="${DRAWING}/picture"><pic:pic xmlns:pic="${DRAWING}/picture"><pic:blipFill><a:blip xmlns:r="${REL}" ${id.startsWith('out') ? 'r:link' : 'r:embed'}="${id}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`;

/** A picture of one color. */
export function pngFile(width: number, height: number, color: readonly [number, number, number]): Buffer {
  const row = Buffer.from([0, ...Array.from({ length: width }, () => color).flat()]);
  const chunk = (type: string, data: Buffer): Buffer => {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length, 0);
    out.write(type, 4, 'latin1');
    data.copy(out, 8);
    out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
    return out;
  };
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))), chunk('IEND', Buffer.alloc(0))]);
}

/** A Word document with this body; null: a zip that holds none. `media`: its pictures by their ids, those whose id begins with `out` lie outside of it; without bytes they are missing. */
export function docxFile(body: string | null, media: Readonly<Record<string, readonly [ending: string, bytes: Uint8Array | null]>> = {}): Buffer {
  const pictures = Object.entries(media).map(([id, [ending, bytes]], at) => ({ id, bytes, path: `media/image${at + 1}.${ending}` }));
  const links = pictures.map(({ id, path }) => `<Relationship Id="${id}" Type="${REL}/image" Target="${id.startsWith('out') ? `https://x.example/${path}" TargetMode="External` : path}"/>`).join('');
  const endings = Object.entries(MEDIA).map(([ending, type]) => `<Default Extension="${ending}" ContentType="${type}"/>`).join('');
  const types = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${endings}<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;
  const styles = `<w:styles xmlns:w="${W}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`;
  const parts: Zippable = body === null ? { 'a.txt': strToU8('a') } : {
    '[Content_Types].xml': strToU8(types),
    '_rels/.rels': strToU8(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${REL}/officeDocument" Target="word/document.xml"/></Relationships>`),
    'word/_rels/document.xml.rels': strToU8(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${REL}/styles" Target="styles.xml"/>${links}</Relationships>`),
    'word/styles.xml': strToU8(styles),
    'word/document.xml': strToU8(`<w:document xmlns:w="${W}"><w:body>${body}</w:body></w:document>`),
    ...Object.fromEntries(pictures.flatMap(({ id, path, bytes }) => (bytes && !id.startsWith('out') ? [[`word/${path}`, bytes]] : []))),
  };
  return Buffer.from(zipSync(parts, { level: 1 }));
}

/** A font of Japanese that is not in the file: what its signs are is said by tables that the reader has to bring. Numbers of its own objects. */
const japanese = (first: number): string[] => [
  `<</Type/Font/Subtype/Type0/BaseFont/MS-Gothic/Encoding/UniJIS-UTF16-H/DescendantFonts[${first + 1} 0 R]>>`,
  `<</Type/Font/Subtype/CIDFontType2/BaseFont/MS-Gothic/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/DW 1000/FontDescriptor ${first + 2} 0 R>>`,
  '<</Type/FontDescriptor/FontName/MS-Gothic/Flags 4/FontBBox[-150 -147 1100 853]/StemV 92/ItalicAngle 0/Ascent 853/Descent -147/CapHeight 853>>',
];
const isLatin = (words: string): boolean => /^[\u0020-\u00ff]*$/.test(words);
const utf16Hex = (words: string): string => Buffer.from(words, 'utf16le').swap16().toString('hex');

/** A PDF: lines of each page with their sizes, from the top down, other than Latin ones as Japanese; locked (RC4 of 40 bits, as old files are) with a password. */
export function pdfFile(pages: readonly (readonly (readonly [string, number])[])[], password?: string): Buffer {
  const lock = password === undefined ? null : locked(password);
  const more = 4 + 2 * pages.length;
  const foreign = pages.flat().some(([words]) => !isLatin(words));
  const objects = ['<</Type/Catalog/Pages 2 0 R>>', `<</Type/Pages/Count ${pages.length}/Kids[${pages.map((_, at) => `${4 + 2 * at} 0 R`).join(' ')}]>>`, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>'];
  for (const [at, lines] of pages.entries()) {
    const text = lines.map(([words, size], line) => `BT /${isLatin(words) ? 'F' : 'J'} ${size} Tf 72 ${700 - line * 40} Td ${isLatin(words) ? `(${words})` : `<${utf16Hex(words)}>`} Tj ET`).join('\n');
    const stream = lock ? lock.stream(5 + 2 * at, text) : text;
    objects.push(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R${foreign ? `/J ${more} 0 R` : ''}>>>>/Contents ${5 + 2 * at} 0 R>>`, `<</Length ${text.length}>>\nstream\n${stream}\nendstream`);
  }
  if (foreign) objects.push(...japanese(more));
  let file = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  return Buffer.from(`${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<</Size ${objects.length + 1}/Root 1 0 R${lock?.trailer ?? ''}>>\nstartxref\n${file.length}\n%%EOF\n`, 'latin1');
}

/** The standard handler, revision 2: its dictionary, and streams sealed by it. */
function locked(password: string): { trailer: string; stream(object: number, text: string): string } {
  const pad = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
  const md5 = (...parts: Uint8Array[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest();
  const [user, id, rights] = [Buffer.concat([Buffer.from(password, 'latin1'), pad]).subarray(0, 32), Buffer.alloc(16, 7), Buffer.alloc(4, 0xff)];
  const owner = rc4(md5(user).subarray(0, 5), user);
  const key = md5(user, owner, rights, id).subarray(0, 5);
  const trailer = `/ID[<${id.toString('hex')}><${id.toString('hex')}>]/Encrypt<</Filter/Standard/V 1/R 2/P -1/O<${owner.toString('hex')}>/U<${rc4(key, pad).toString('hex')}>>>`;
  return { trailer, stream: (object, text) => rc4(md5(key, Uint8Array.of(object & 0xff, object >> 8, 0, 0, 0)).subarray(0, 10), Buffer.from(text, 'latin1')).toString('latin1') };
}

function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Array.from({ length: 256 }, (_, i) => i);
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 0xff;
    [state[i], state[j]] = [state[j]!, state[i]!];
  }
  let [i, j] = [0, 0];
  return Buffer.from(data.map((byte) => {
    i = (i + 1) & 0xff;
    j = (j + state[i]!) & 0xff;
    [state[i], state[j]] = [state[j]!, state[i]!];
    return byte ^ state[(state[i]! + state[j]!) & 0xff]!;
  }));
}
