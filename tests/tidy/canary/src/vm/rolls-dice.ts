export const used = (): number => Math.random();
