/** What stands above the tasks of a goal: what it is part of, who answers for it, what it is for, and what people gave it besides. */
import type { ReactNode } from 'react';
import { GoalProperties } from './goal-properties.tsx';
import { GoalTies, type GoalTiesProps } from './goal-ties.tsx';
import { GoalWhole } from './goal-whole.tsx';

/** What somebody wants to say of the goal. */
export interface Wished {
  /** What it is part of. */
  readonly part: boolean;
  /** Who answers for it, and what it is for. */
  readonly ties: boolean;
  /** Number of properties that were asked for. */
  readonly given: number;
}

export const NOTHING_WISHED: Wished = { part: false, ties: false, given: 0 };

/** The lines, and the fields that were asked for. */
export function GoalHead({ wished, onWish, ...props }: Omit<GoalTiesProps, 'asked' | 'onDone'> & { wished: Wished; onWish(next: Wished): void }): ReactNode {
  const { fragment } = props.goal;
  return (
    <>
      <GoalWhole fragment={fragment} here={props.here} acts={props.acts} asked={wished.part} onDone={() => onWish({ ...wished, part: false })} onOpen={props.onOpen} />
      <GoalTies {...props} asked={wished.ties} onDone={() => onWish({ ...wished, ties: false })} />
      <GoalProperties fragment={fragment} here={props.here} acts={props.acts} people={props.people} asked={wished.given} />
    </>
  );
}
