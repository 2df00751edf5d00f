import { planted } from '#adapters/idb/store';
export const used = planted;
