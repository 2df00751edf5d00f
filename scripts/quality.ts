/** `npm run quality`: measures what agents can tell of texts by words alone on the labelled sets and writes docs/QUALITY.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure, qualityPage } from './lib/mind-quality.ts';
import { ROOT } from './lib/run.ts';

writeFileSync(join(ROOT, 'docs', 'QUALITY.md'), await qualityPage());
for (const { what, measure: by, ours, plain } of await measure()) console.log(`${what}: ${by} ${ours.toFixed(2)}, plain ${plain.toFixed(2)}`);
