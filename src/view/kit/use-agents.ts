/** Agents for a thing of a screen: what was made about it, what may run, and running it. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Op } from '#os/api';
import { consentOf, type AgentSetting, type Consent } from '#os/agents/setting';
import type { AgentManifest } from '#os/agents/manifest';
import { AGENT, agentNode, newestOf, RESULT, resultsOf, setAgent, settingOf, subjectKey, type Result, type Subject } from '#domain/mind';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNodes, usePersonal } from '#view/kit/kernel.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { askAgent, runAgain, type Rerun } from '#view/kit/agent-run.ts';
import { faultKey } from '#view/kit/agent-words.ts';

export interface AgentSettings {
  readonly loaded: boolean;
  readonly personal: string | null;
  of(manifest: AgentManifest): AgentSetting;
  consent(manifest: AgentManifest): Consent;
  change(manifest: AgentManifest, change: Parameters<typeof setAgent>[1]): Promise<boolean>;
}

/** Writes into the Personal space; what was refused is said. */
export function useOwnWrite(): (ops: Op[]) => Promise<boolean> {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  const personal = usePersonal()?.id ?? null;
  return useCallback((ops) => (personal === null ? Promise.resolve(false) : api.graph(personal).transact(ops).then(() => true, (error: unknown) => (toast({ text: errorText(t, error, 'chat.failed') }), false))), [api, personal, toast, t]);
}

/** What this person says about agents, the same on all their devices. */
export function useAgentSettings(): AgentSettings {
  const personal = usePersonal()?.id ?? null;
  const { nodes, loaded } = useNodes(personal, { type: AGENT });
  const write = useOwnWrite();
  return useMemo(() => ({
    loaded: loaded && personal !== null, personal,
    of: ({ id }) => settingOf(nodes, id),
    consent: (manifest) => consentOf(manifest, settingOf(nodes, manifest.id)),
    change: (manifest, change) => write(setAgent(manifest, change, nodes.has(agentNode(manifest.id)))),
  }), [nodes, loaded, personal, write]);
}

/** People of a space as an agent is told them. */
export function usePeopleTold(space: string): readonly (readonly [string, string])[] {
  const people = usePeople(space);
  return useMemo(() => people.members.map(({ uid }) => [uid, people.name(uid)] as const), [people]);
}

export interface Agents {
  /** The newest answer of each agent. */
  readonly results: readonly Result[];
  readonly loaded: boolean;
  readonly settings: AgentSettings;
  /** The one that runs. */
  readonly busy: string | null;
  run(manifest: AgentManifest, setting?: AgentSetting): void;
  /** By another device of this person, where one helps. */
  readonly elsewhere: boolean;
  setElsewhere(on: boolean): void;
  again(manifest: AgentManifest, result: Result): Promise<Rerun | null>;
  cancel(): void;
}

/** What was chosen last in this tab. */
let asksElsewhere = false;

/** The agents about a subject. */
export function useAgents(subject: Subject): Agents {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  const settings = useAgentSettings();
  const { personal } = settings;
  const { quiet } = useQuiet();
  const people = usePeopleTold(subject.space);
  const { nodes, loaded } = useNodes(personal, { type: RESULT, where: { of: subjectKey(subject) } });
  const [elsewhere, setElsewhere] = useState(asksElsewhere);
  const [busy, setBusy] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  // Who goes elsewhere waits for nothing.
  useEffect(() => () => stop.current?.abort(), []);
  const begin = (manifest: AgentManifest): AbortSignal => {
    stop.current?.abort();
    stop.current = new AbortController();
    setBusy(manifest.id);
    return stop.current.signal;
  };
  const failed = (fault: Parameters<typeof faultKey>[0]): void => void (fault !== 'cancelled' && toast({ text: t(faultKey(fault)) }));
  const broke = (error: unknown): null => (toast({ text: errorText(t, error, 'mind.failed') }), null);
  const results = useMemo(() => newestOf(resultsOf(nodes.values())), [nodes]);
  return {
    results, loaded: loaded && settings.loaded, settings, busy, elsewhere,
    setElsewhere: (on) => setElsewhere((asksElsewhere = on)),
    run(manifest, setting = settings.of(manifest)) {
      if (personal === null || busy !== null) return;
      const signal = begin(manifest);
      void askAgent(api, personal, { manifest, setting, subject, blocked: quiet.blocked, people, elsewhere }, signal).then((made) => !made.ok && failed(made.error), broke).finally(() => setBusy(null));
    },
    async again(manifest, result) {
      if (personal === null || busy !== null) return null;
      const signal = begin(manifest);
      const made = await runAgain(api, personal, manifest, settings.of(manifest), result, people, signal).catch(broke).finally(() => setBusy(null));
      if (made === null || made.ok) return made?.value ?? null;
      failed(made.error);
      return null;
    },
    cancel: () => stop.current?.abort(),
  };
}
