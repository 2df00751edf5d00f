import { planted } from '#domain/chat';
export const used = planted;
