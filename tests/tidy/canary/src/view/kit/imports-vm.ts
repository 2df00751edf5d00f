import { planted } from '#vm/log/log';
export const used = planted;
