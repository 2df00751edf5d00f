export const used = (): number => globalThis.Date.now();
