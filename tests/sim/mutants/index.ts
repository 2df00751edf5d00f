/** All bugs put into the production files on purpose: those of the authors of the checks, and those chosen without having read them. */
import type { Mutant } from '#tests/sim/support/mutant';
import { blind } from './blind.ts';
import { mutants as core } from './core.ts';

export const MUTANTS: readonly Mutant[] = [...core, ...blind];
