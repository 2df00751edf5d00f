/** Calls that were held in a conversation, as lines among its messages. */
import { useMemo, type ReactNode } from 'react';
import type { NodeView } from '#os/api';
import { CALL } from '#domain/messenger';
import { CallLine } from '#view/kit/call-line.tsx';
import { useNodes } from '#view/kit/kernel.tsx';
import { TasksOf } from '#view/kit/tasks.tsx';
import { useCalls, type ConversationLine } from './parts.ts';

/** The newest that are shown. */
const SHOWN = 500;

/** The lines of a conversation. */
export function useCallLines(space: string, fragment: string): readonly ConversationLine[] {
  const { nodes } = useNodes(space, { type: CALL, fragment });
  return useMemo(() => [...nodes.values()].sort((a, b) => a.createdAt - b.createdAt).slice(-SHOWN).map((node) => ({ key: `call:${node.id}`, at: node.createdAt, line: <HeardLine node={node} /> })), [nodes]);
}

function HeardLine({ node }: { node: NodeView }): ReactNode {
  const { heard, now } = useCalls();
  return <><CallLine node={node} going={now?.call === node.id || heard.some(({ call }) => call === node.id)} /><TasksOf source={node.id} /></>;
}
