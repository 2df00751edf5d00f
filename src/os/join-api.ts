/** Joins in the API of the kernel (./api.ts): steps of one's own, and requests to be let in by hand. */
import type { RoleName } from './api.ts';

export type JoinStepName = 'link' | 'server' | 'found' | 'secure' | 'asked' | 'accepted' | 'content' | 'done';

export interface JoinState {
  step: JoinStepName;
  state: 'running' | 'done' | 'waiting' | 'failed';
  /** Code: bad-link, expired, used, revoked, no-server, nobody-online, refused, declined, full, by-hand, timeout, insecure. */
  reason?: string;
  /** With `declined`: what the person who did not want to says. */
  words?: string;
  retryable: boolean;
  at: number;
}

/** Somebody who asks to be let in by hand, as the own queue has it. */
export interface JoinRequest {
  uid: string;
  invite: string;
  /** What they call themselves and why they ask, '' when they said nothing. Claims. */
  name: string;
  words: string;
  /** ms. */
  since: number;
  /** Role of the invite. */
  role: RoleName;
}

/** A join of this person that is not over. Space, name and role are what the link claims. */
export interface OwnRequest {
  link: string;
  name: string;
  by: string;
  role: RoleName;
  words: string;
  /** When it was begun, ms; 0: by an earlier build. */
  since: number;
  state: JoinState | null;
}
