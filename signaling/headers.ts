/**
 * The response headers of the app, in one place: this server, `vite dev`, `vite preview` and the meta element of index.html (for hosts
 * that send no headers of ours) all take them from here. Imported by vite.config.ts, so it imports nothing.
 */

/** Directives of the Content Security Policy. Trusted Types: only the `default` policy, which admits same-origin script addresses. */
const DIRECTIVES: readonly (readonly [name: string, value: string])[] = [
  ['default-src', "'none'"],
  ['script-src', "'self'"],
  ['worker-src', "'self'"],
  ['connect-src', "'self' ws: wss:"],
  ['img-src', "'self' data: blob:"],
  // Sound and films that members put into messages: bytes made into an address by the page itself.
  ['media-src', "'self' blob:"],
  ['style-src', "'self'"],
  ['font-src', "'self'"],
  ['manifest-src', "'self'"],
  // The frame in which actors run; it is sandboxed.
  ['frame-src', "'self'"],
  ['base-uri', "'none'"],
  ['form-action', "'none'"],
  ['frame-ancestors', "'none'"],
  ['require-trusted-types-for', "'script'"],
  ['trusted-types', 'default'],
];

/**
 * Three workers may what the page may not: one compiles the runtime of models and reaches nothing but this app's files; one asks addresses that a person typed and
 * compiles nothing. Two reach nothing at all: the thread of an agent, and the search, which holds all that can be read here and compiles its own loops.
 */
const OF_WORKERS: readonly (readonly [path: RegExp, change: Readonly<Record<string, string>>])[] = [
  [/^\/assets\/(?:mind\.worker-[\w-]+\.js|ort-[\w.-]+\.mjs)$/, { 'script-src': "'self' 'wasm-unsafe-eval'", 'connect-src': "'self'" }],
  [/^\/assets\/models\.worker-[\w-]+\.js$/, { 'connect-src': "'self' https: http://127.0.0.1:* http://localhost:*" }],
  [/^\/assets\/agent\.worker-[\w-]+\.js$/, { 'connect-src': "'none'" }],
  [/^\/assets\/search\.worker-[\w-]+\.js$/, { 'script-src': "'self' 'wasm-unsafe-eval'", 'connect-src': "'none'" }],
];

/** The one script of the frame that actors run in (public/actor.html); tests/unit/signaling/actor-frame says so when it is another. */
export const ACTOR_FRAME_SCRIPT = 'sha256-qJp47RI+8KFictSV2kheRT1FemEzwB1KI11sLNPOp1A=';

/** What the frame may: run that script, make threads of text it is given, compile WebAssembly. Its threads inherit this: they reach nothing. */
const FRAME_DIRECTIVES: readonly (readonly [string, string])[] = [
  ['default-src', "'none'"],
  ['script-src', `'${ACTOR_FRAME_SCRIPT}' 'wasm-unsafe-eval'`],
  ['worker-src', 'blob:'],
  ['base-uri', "'none'"],
  ['form-action', "'none'"],
];

/** Directives that browsers ignore (with a console warning) in a meta element. */
const NOT_IN_META: ReadonlySet<string> = new Set(['frame-ancestors']);

const join = (list: readonly (readonly [string, string])[]): string => list.map(([name, value]) => `${name} ${value}`).join('; ');

/** The policy as sent in the header. */
export const CONTENT_SECURITY_POLICY: string = join(DIRECTIVES);

/** The policy of the frame of actors, as it says it itself and as the page that makes it demands. */
export const ACTOR_FRAME_POLICY: string = join(FRAME_DIRECTIVES);

/** The policy of a file of the app, by its path from the app's folder. */
export function policyOf(path: string): string {
  // Opaque also where it is opened by itself; only the app may frame it.
  if (path === '/actor.html') return `${ACTOR_FRAME_POLICY}; frame-ancestors 'self'; sandbox allow-scripts`;
  const change = OF_WORKERS.find(([pattern]) => pattern.test(path))?.[1];
  return change ? join(DIRECTIVES.map(([name, value]) => [name, change[name] ?? value] as const)) : CONTENT_SECURITY_POLICY;
}

/** The policy for `<meta http-equiv>` in the built index.html. */
export const META_CONTENT_SECURITY_POLICY: string = join(DIRECTIVES.filter(([name]) => !NOT_IN_META.has(name)));

/** Nonce of the development server only, whose refresh preamble is an inline script. */
export const DEV_NONCE = 'lifegraph-dev';

/** The policy while developing: Vite puts styles and its refresh preamble inline, and its files of workers have no names of their own; all else is as in the product. */
export const DEV_CONTENT_SECURITY_POLICY: string = join(
  DIRECTIVES.map(([name, value]) => {
    if (name === 'script-src') return [name, `${value} 'nonce-${DEV_NONCE}' 'wasm-unsafe-eval'`] as const;
    if (name === 'connect-src') return [name, `${value} https: http://127.0.0.1:*`] as const;
    return name === 'style-src' ? ([name, `${value} 'unsafe-inline'`] as const) : ([name, value] as const);
  }),
);

/** Headers of every response. Isolation (COOP, COEP) gives threads and exact timers; the app also works without. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(self), microphone=(self), geolocation=(), payment=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Headers of the development server. */
export const DEV_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'Content-Security-Policy': DEV_CONTENT_SECURITY_POLICY,
};
