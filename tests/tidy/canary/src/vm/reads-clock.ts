export const used = (): number => Date.now();
