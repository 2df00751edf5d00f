import { planted } from '#domain/goals';
export const used = planted;
