/** `npm run models -- <folder>`: writes the small models of the tests, a folder each, to try the app with by hand. Their answers mean nothing. */
import { join, resolve } from 'node:path';
import { badModels, tinyModels, writeModel } from './lib/tiny-models.ts';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('Name a folder: npm run models -- <folder>');
  process.exitCode = 1;
} else {
  for (const [name, files] of Object.entries({ ...tinyModels(), ...badModels() })) writeModel(join(resolve(folder), name), files);
  console.log(`models in ${resolve(folder)}`);
}
