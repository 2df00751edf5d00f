/** What is done with calls: in the page, and as nodes in the place, so that who was away finds what they missed. */
import { useMemo } from 'react';
import type { LifegraphApi } from '#os/api';
import type { CallDesk, CallPlace } from '#os/calls-api';
import { toBase64url } from '#base/bytes';
import { beginCall, endCall, joinCall } from '#domain/messenger';
import { PERSON, peopleByUid, ROOT } from '#domain/shared';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { useDesk } from './parts.ts';

/** Places and pictures of a call, as it says of itself (docs/LIMITS.md). */
export const MOST = { seats: 10, pictures: 4 };

export interface CallActs {
  /** Begins a call in a place, or joins the one that is on there. */
  begin(place: CallPlace): void;
  /** Joins a call, and goes to where it is held. */
  answer(call: CallPlace & { call: string }): void;
  leave(): void;
  camera(on: boolean): void;
  screen(on: boolean): void;
}

/** My name in the log of the call, where my name is known. */
async function noteJoin(api: LifegraphApi, { space, fragment, call }: CallPlace & { call: string }): Promise<void> {
  const me = api.identity.get()?.uid ?? '';
  const person = peopleByUid(await api.graph(space).query({ type: PERSON, fragment: ROOT })).get(me);
  if (person) await api.graph(space).transact(joinCall(call, person), { fragment });
}

/** Leaves; who goes last says when it ended. */
export function leaveCall(api: LifegraphApi, desk: CallDesk): void {
  const { now } = desk.view();
  desk.leave();
  if (!now || now.seats.some(({ self }) => !self)) return;
  void api.graph(now.space).transact(endCall(now.call, Date.now()), { fragment: now.fragment }).catch(() => undefined);
}

export function useCallActs(): CallActs {
  const api = useKernel();
  const desk = useDesk();
  const toast = useToast();
  const { t } = useI18n();
  return useMemo(() => {
    const failed = (error: unknown): void => {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      const word: Key = code === 'full' ? 'call.full' : code === 'pictures' ? 'call.pictures' : 'call.failed';
      toast({ text: t(word, { n: code === 'full' ? MOST.seats : MOST.pictures }) });
    };
    const join = async (place: CallPlace & { call?: string }): Promise<void> => {
      if (desk.view().now) leaveCall(api, desk);
      const there = desk.view().heard.find((one) => one.space === place.space && one.fragment === place.fragment && (!place.call || one.call === place.call));
      const call = there?.call ?? toBase64url(crypto.getRandomValues(new Uint8Array(16)));
      await desk.join(place, { call, ring: true });
      // The log is beside the call: it goes on whatever comes of it.
      if (!there) await api.graph(place.space).transact(beginCall(call), { fragment: place.fragment }).catch(() => undefined);
      await noteJoin(api, { ...place, call }).catch(() => undefined);
    };
    return {
      begin: (place) => void join(place).catch(failed),
      answer(call) {
        navigate({ space: call.space, lens: 'messenger', object: call.fragment });
        void join(call).catch(failed);
      },
      leave: () => leaveCall(api, desk),
      camera: (on) => void desk.camera(on).catch(failed),
      screen: (on) => void desk.screen(on).catch(failed),
    };
  }, [api, desk, t, toast]);
}
