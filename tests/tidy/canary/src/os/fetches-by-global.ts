export const used = (): Promise<Response> => globalThis.fetch('/');
