/** Files of other programs, made here: as small as their readers take them. */
import { createHash } from 'node:crypto';
import { strToU8, zipSync, type Zippable } from 'fflate';

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A Word document with this body; null: a zip that holds none. */
export function docxFile(body: string | null): Buffer {
  const types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
  const styles = `<w:styles xmlns:w="${W}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`;
  const parts: Zippable = body === null ? { 'a.txt': strToU8('a') } : {
    '[Content_Types].xml': strToU8(types),
    '_rels/.rels': strToU8(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${REL}/officeDocument" Target="word/document.xml"/></Relationships>`),
    'word/_rels/document.xml.rels': strToU8(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${REL}/styles" Target="styles.xml"/></Relationships>`),
    'word/styles.xml': strToU8(styles),
    'word/document.xml': strToU8(`<w:document xmlns:w="${W}"><w:body>${body}</w:body></w:document>`),
  };
  return Buffer.from(zipSync(parts, { level: 1 }));
}

/** A PDF: lines of each page with their sizes, from the top down; locked (RC4 of 40 bits, as old files are) with a password. */
export function pdfFile(pages: readonly (readonly (readonly [string, number])[])[], password?: string): Buffer {
  const lock = password === undefined ? null : locked(password);
  const objects = ['<</Type/Catalog/Pages 2 0 R>>', `<</Type/Pages/Count ${pages.length}/Kids[${pages.map((_, at) => `${4 + 2 * at} 0 R`).join(' ')}]>>`, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>'];
  for (const [at, lines] of pages.entries()) {
    const text = lines.map(([words, size], line) => `BT /F ${size} Tf 72 ${700 - line * 40} Td (${words}) Tj ET`).join('\n');
    const stream = lock ? lock.stream(5 + 2 * at, text) : text;
    objects.push(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>>>/Contents ${5 + 2 * at} 0 R>>`, `<</Length ${text.length}>>\nstream\n${stream}\nendstream`);
  }
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
