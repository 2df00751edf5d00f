/** What a call is to this person: it goes on, or was missed. */
import type { SpaceView } from '#os/api';
import { isMissed, mayCall, type CallEntry } from '#domain/messenger';
import { useKernel, useSpaces } from '#view/kit/kernel.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';
import { useCalls } from './parts.ts';

/** Of a call of the log. */
export function useHeard(call: CallEntry): { me: string; people: People; space: SpaceView | undefined; going: boolean; missed: boolean } {
  const me = useKernel().identity.get()?.uid ?? '';
  const people = usePeople(call.space);
  const space = useSpaces()?.find(({ id }) => id === call.space);
  const { heard, now } = useCalls();
  const going = now?.call === call.id || heard.some((one) => one.call === call.id);
  const since = people.members.find(({ self }) => self)?.since ?? Infinity;
  return { me, people, space, going, missed: isMissed(call, { me, since, hears: space !== undefined && mayCall(space, call.fragment) }, going) };
}
