/**
 * The one table of who may import whom (STYLE.md §7 with the overrides of DESIGN.md). `.oxlintrc.json` is generated from it
 * (scripts/make-oxlint.ts) and tests/tidy checks the sources against it once more by its own scan. Anything not listed is a fault.
 */

/** Import aliases of package.json, one per folder of code. */
export const ALIASES = ['base', 'ports', 'vm', 'os', 'domain', 'view', 'adapters', 'boot', 'signaling', 'tests', 'scripts'] as const;
export type Alias = (typeof ALIASES)[number];

/** One row of the table. */
export interface Layer {
  readonly name: string;
  /** Folder, relative to the repository. */
  readonly folder: string;
  /** Alias prefixes it may import, its own included: `#vm`, `#domain/chat`, `#view/kit`. */
  readonly may: readonly string[];
  /** Packages it may import; `@noble/*` = every package of that scope. */
  readonly packages: readonly string[];
  /** Node's own modules. */
  readonly node: boolean;
  /** No clock, randomness or IO of the surroundings: they come in through ports. */
  readonly pure: boolean;
}

/** Which doors of other components a component may use; every component may use `shared`. A new component = one line here. */
export const DOMAIN_DOORS: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  chat: [],
  hub: [],
  editor: ['chat'],
  messenger: ['chat'],
  goals: [],
  learn: ['editor', 'goals', 'hub'],
  subscription: [],
  search: ['chat', 'editor', 'goals', 'learn', 'messenger'],
  mind: ['chat', 'editor', 'goals', 'search'],
};

/** Folders of src/domain that are no components: they have no types of their own. */
export const NO_COMPONENTS: readonly string[] = ['shared', 'search'];

/** The files every component has. */
export const COMPONENT_FILES = ['schema.ts', 'operations.ts', 'rules.ts', 'indexes.ts', 'agents.ts', 'index.ts'] as const;

/** Folders of src/view that belong to the whole shell and may be used by every view. */
const VIEW_COMMON = ['kit', 'i18n'];

/** Folders of src/view besides the components: what the shell itself is made of. */
export const VIEW_FOLDERS: readonly string[] = ['shell', 'welcome', 'settings', 'system', ...Object.keys(DOMAIN_DOORS).filter((name) => name !== 'shared')];

const VIEW_PACKAGES = ['react', 'react-dom', 'lucide-react', 'qrcode-generator'];
const VM_PACKAGES = ['yjs', 'pbf', '@noble/*', '@scure/bip39', 'fractional-indexing'];
const EVERYTHING = ALIASES.map((alias) => `#${alias}`);

function layer(name: string, folder: string, may: readonly string[], rest: Partial<Layer> = {}): Layer {
  return { name, folder, may, packages: [], node: false, pure: false, ...rest };
}

/** The model of a document merges, files come in by parsers of Markdown and HTML; the index of the search, the schedule of cards, rules by which tasks come again and calendar files are a library's. */
const DOMAIN_PACKAGES: Readonly<Record<string, readonly string[]>> = { editor: ['yjs', 'fractional-indexing', 'mdast-util-from-markdown', 'mdast-util-gfm', 'mdast-util-to-markdown', 'micromark-extension-gfm', 'mdast', 'parse5'], goals: ['rrule-temporal', 'ical.js', '@dagrejs/dagre'], learn: ['ts-fsrs', 'parse5'], search: ['minisearch', '@orama/stemmers'] };

const domain = Object.entries(DOMAIN_DOORS).map(([name, doors]) =>
  layer(`domain/${name}`, `src/domain/${name}`, ['#base', '#os', `#domain/${name}`, '#domain/shared', ...doors.map((door) => `#domain/${door}`)], { pure: true, packages: DOMAIN_PACKAGES[name] ?? [] }),
);

/** The shell mounts every view; a view knows the kit and itself. */
const view = VIEW_FOLDERS.map((name) =>
  layer(
    `view/${name}`, `src/view/${name}`,
    name === 'shell' ? ['#base', '#os', '#domain', '#view'] : ['#base', '#os', '#domain', ...VIEW_COMMON.map((common) => `#view/${common}`), `#view/${name}`],
    { packages: name === 'editor' ? [...VIEW_PACKAGES, '@tiptap/*', 'katex', 'lowlight'] : VIEW_PACKAGES },
  ),
);

/** The table; a file belongs to the row with the longest folder that contains it. */
export const LAYERS: readonly Layer[] = [
  layer('base', 'src/base', ['#base'], { packages: ['@noble/hashes', 'pbf'], pure: true }),
  layer('ports', 'src/ports', ['#base', '#ports'], { pure: true }),
  layer('vm', 'src/vm', ['#base', '#ports', '#vm'], { packages: VM_PACKAGES, pure: true }),
  layer('os', 'src/os', ['#base', '#ports', '#vm', '#os'], { pure: true }),
  ...domain,
  ...VIEW_COMMON.map((name) =>
    layer(`view/${name}`, `src/view/${name}`, ['#base', '#os', '#domain', ...VIEW_COMMON.map((common) => `#view/${common}`)], { packages: VIEW_PACKAGES }),
  ),
  ...view,
  layer('adapters', 'src/adapters', ['#base', '#ports', '#vm', '#adapters'], { packages: ['gun', 'simple-peer', 'idb', 'mammoth', 'pdfjs-dist', 'fflate', 'fzstd', 'shamir-secret-sharing', 'sql.js', '@xenova/transformers', 'onnxruntime-web'] }),
  layer('boot', 'src/boot', ['#base', '#ports', '#vm', '#os', '#domain', '#view', '#adapters', '#boot'], {
    packages: ['react', 'react-dom', '@fontsource-variable/inter', 'yjs', 'pbf'],
  }),
  layer('workers', 'workers', ['#base', '#ports', '#vm', '#os', '#domain', '#adapters', '#boot']),
  layer('signaling', 'signaling', ['#base', '#ports', '#signaling'], { packages: ['ws'], node: true }),
  layer('signaling/beacon', 'signaling/beacon', ['#base', '#ports', '#vm', '#os', '#adapters', '#signaling'], { packages: ['ws', 'classic-level', 'simple-peer', '@roamhq/wrtc', 'qrcode-generator'], node: true }),
  layer('scripts', 'scripts', EVERYTHING, { packages: ['*'], node: true }),
  layer('bench', 'bench', [...EVERYTHING, '#bench'], { packages: ['*'], node: true }),
  layer('tests', 'tests', EVERYTHING, { packages: ['*'], node: true }),
];

/**
 * What a pure layer may not touch, as a global or as a property of globalThis. `Date` besides: a Date of a given time is a pure value,
 * so only `Date.now`, `new Date()` and `Date()` are faults (CLOCK).
 */
export const AMBIENT: readonly string[] = [
  'performance', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask', 'requestAnimationFrame',
  'requestIdleCallback', 'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'RTCPeerConnection', 'BroadcastChannel', 'MessageChannel', 'Worker', 'crypto',
  'indexedDB', 'localStorage', 'sessionStorage', 'caches', 'window', 'self', 'document', 'navigator', 'location', 'process', 'console', 'alert',
];

/** Reading the clock through Date; the second and third form are seen by our own scan only. */
export const CLOCK = /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())|(?<!new\s+)(?<![\w$.])Date\s*\(|\bglobalThis\s*\.\s*Date\b/;

/** Caps of a file and of a function, lines. */
export const MAX_FILE_LINES = 400;
export const MAX_FUNCTION_LINES = 70;

/** Parts of the UI library that put styles into the page and so break the policy (DESIGN §9). */
export const BANNED_MANTINE: readonly string[] = ['AppShell', 'Grid', 'SimpleGrid'];

/** The row of a file (path relative to the repository, with `/`); null outside the table. */
export function layerOf(file: string): Layer | null {
  const rows = LAYERS.filter((row) => file.startsWith(`${row.folder}/`));
  return rows.length === 0 ? null : rows.reduce((a, b) => (b.folder.length > a.folder.length ? b : a));
}
