import { planted } from '../base/bytes.ts';
export const used = planted;
