export const used = (f: () => void): unknown => setTimeout(f, 1);
