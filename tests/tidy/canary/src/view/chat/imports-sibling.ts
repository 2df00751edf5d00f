import { planted } from '#view/goals/projection.ts';
export const used = planted;
