/** Which icons a part of the app uses itself. Their library is one list of all of them: what that imports says nothing of who uses which. */

/** End of the address of the list. */
export const ICON_LIST = '/lucide-react/dist/esm/lucide-react.mjs';
const FILE = /\/lucide-react\/dist\/esm\/icons\/([\w-]+)\.mjs$/;

/** Is this the file of an icon that none of these modules names? `list`: the code of the list, empty where nobody imports it. */
export function foreignIcons(codes: readonly string[], list: string): (id: string) => boolean {
  const names = new Set(codes.flatMap((code) => [...code.matchAll(/import\s*\{([^}]*)\}\s*from\s*["']lucide-react["']/g)].flatMap((found) => found[1]!.split(',').map((one) => one.trim().split(/\s+as\s+/)[0]!))));
  const own = new Set<string>();
  for (const [, exported, file] of list.matchAll(/export\s*\{([^}]*)\}\s*from\s*["']\.\/icons\/([\w-]+)\.mjs["']/g)) {
    if ([...exported!.matchAll(/\bas (\w+)/g)].some((one) => names.has(one[1]!))) own.add(file!);
  }
  return (id) => {
    const file = FILE.exec(id)?.[1];
    return file !== undefined && !own.has(file);
  };
}
