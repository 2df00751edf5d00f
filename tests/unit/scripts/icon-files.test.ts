/** Icons of parts that come later are not in the first load. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '#scripts/lib/run';
import { foreignIcons, ICON_LIST } from '#scripts/lib/icon-files';

test('an icon is foreign where no module names it, by whichever of its names', () => {
  const library = join(ROOT, 'node_modules');
  const list = readFileSync(library + ICON_LIST, 'utf8');
  const foreign = foreignIcons([readFileSync(join(ROOT, 'src/view/kit/icons.tsx'), 'utf8'), "import { Play as Go } from 'lucide-react';"], list);
  const of = (name: string): boolean => foreign(`${library}/lucide-react/dist/esm/icons/${name}.mjs`);
  expect(['bell', 'trash', 'play'].map(of)).toEqual([false, false, false]);
  expect(['mic', 'pause', 'git-commit-horizontal'].map(of)).toEqual([true, true, true]);
  expect(['createLucideIcon.mjs', 'lucide-react.mjs'].map((name) => foreign(`${library}/lucide-react/dist/esm/${name}`))).toEqual([false, false]);
});
