/** Reads the text form of Prometheus (0.0.4) as strictly as its description says, for metrics without labels. */

export interface ReadMetric {
  readonly kind: string;
  readonly help: string;
  readonly value: number;
}

/** Throws for what a scraper would refuse or misread. */
export function parseMetrics(text: string): Map<string, ReadMetric> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const out = new Map<string, ReadMetric>();
  let help: RegExpExecArray | null = null;
  let kind: RegExpExecArray | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const helped = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)+)$/.exec(line);
    const typed = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$/.exec(line);
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*) (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line);
    if (helped) [help, kind] = [helped, null];
    else if (typed && typed[1] === help?.[1]) kind = typed;
    else if (sample && sample[1] === kind?.[1] && !out.has(sample[1]!)) out.set(sample[1]!, { kind: kind![2]!, help: help![2]!, value: Number(sample[2]) });
    else throw new Error(`not a line that may stand here: ${line}`);
  }
  return out;
}
