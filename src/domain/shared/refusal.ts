/** Why an operation of a person is not made; views translate the code. */
export type Refusal = {
  readonly type: 'refusal';
  readonly code: 'empty' | 'too-long' | 'not-yours' | 'no-right' | 'newer' | 'no-change' | 'not-here' | 'taken' | 'too-many';
};

/** A refusal as a value. */
export const refuse = (code: Refusal['code']): Refusal => ({ type: 'refusal', code });
