/** `virtual:pdf-tables`: address of the file with all tables of characters that pdf.js has for East Asian writing, put together while the app is built or served. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { packFiles } from '#base/pack';

const NAME = 'virtual:pdf-tables';
/** Where the development server gives it. */
const PLACE = '/pdf-tables.bin';

/** The file. */
export function pdfTables(root: string): Uint8Array<ArrayBuffer> {
  const folder = join(root, 'node_modules/pdfjs-dist/cmaps');
  return packFiles(readdirSync(folder).filter((name) => name.endsWith('.bcmap')).sort().map((name) => [name, readFileSync(join(folder, name))] as const));
}

/** Gives the address to who imports it. */
export function pdfTablesPlugin(root: string): Plugin {
  let serves = false;
  return {
    name: 'lifegraph-pdf-tables',
    configResolved: ({ command }) => void (serves = command === 'serve'),
    configureServer: ({ middlewares }) => void middlewares.use(PLACE, (_request, response) => response.end(pdfTables(root))),
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null;
      if (serves) return `export default ${JSON.stringify(PLACE)};`;
      const file = this.emitFile({ type: 'asset', name: 'pdf-tables.bin', source: pdfTables(root) });
      return `export default import.meta.ROLLUP_FILE_URL_${file};`;
    },
  };
}
