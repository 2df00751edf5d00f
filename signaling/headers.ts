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
  ['base-uri', "'none'"],
  ['form-action', "'none'"],
  ['frame-ancestors', "'none'"],
  ['require-trusted-types-for', "'script'"],
  ['trusted-types', 'default'],
];

/** Directives that browsers ignore (with a console warning) in a meta element. */
const NOT_IN_META: ReadonlySet<string> = new Set(['frame-ancestors']);

const join = (list: readonly (readonly [string, string])[]): string => list.map(([name, value]) => `${name} ${value}`).join('; ');

/** The policy as sent in the header. */
export const CONTENT_SECURITY_POLICY: string = join(DIRECTIVES);

/** The policy for `<meta http-equiv>` in the built index.html. */
export const META_CONTENT_SECURITY_POLICY: string = join(DIRECTIVES.filter(([name]) => !NOT_IN_META.has(name)));

/** Nonce of the development server only, whose refresh preamble is an inline script. */
export const DEV_NONCE = 'lifegraph-dev';

/** The policy while developing: Vite puts styles and its refresh preamble inline; all else is as in the product. */
export const DEV_CONTENT_SECURITY_POLICY: string = join(
  DIRECTIVES.map(([name, value]) => {
    if (name === 'script-src') return [name, `${value} 'nonce-${DEV_NONCE}'`] as const;
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
