import { planted } from '#os/api';
export const used = planted;
