/**
 * The one Trusted Types policy: `default`, which admits same-origin script URLs (workers, the service worker) and nothing else
 * (DESIGN 9). Installed before anything creates a worker. TRUST.md row 22.
 */
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

/** Installs the policy once; does nothing in engines without Trusted Types. */
export function installTrustedTypes(): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory & { defaultPolicy?: unknown } }).trustedTypes;
  if (!factory || factory.defaultPolicy) return;
  factory.createPolicy('default', {
    createScriptURL(url) {
      const target = new URL(url, location.href);
      if (target.origin !== location.origin) throw new TypeError(`script URL of another origin refused: ${target.origin}`);
      return target.href;
    },
  });
}
