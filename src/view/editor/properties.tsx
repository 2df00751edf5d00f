/** Properties of a page, above its text. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { DOCUMENT, propertiesAt, readProperties, textNodeOf } from '#domain/editor';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { PropertyList } from '#view/kit/property-list.tsx';
import { useToast } from '#view/kit/toast.tsx';

interface Props {
  space: SpaceView;
  fragment: string;
  writes: boolean;
  /** Number of times a new one was asked for elsewhere. */
  asked: number;
}

/** The list; nothing where a page has none. */
export function Properties({ space, fragment, writes, asked }: Props): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const people = usePeople(space.id);
  const { nodes } = useNodes(space.id, { type: DOCUMENT, fragment });
  return (
    <PropertyList
      at={propertiesAt(fragment)} held={readProperties(nodes.get(textNodeOf(fragment)))} people={people} writes={writes} asked={asked}
      run={(ops) => api.graph(space.id).transact(ops).then(() => true, (error: unknown) => (toast({ text: errorText(t, error, 'document.failed') }), false))}
    />
  );
}
