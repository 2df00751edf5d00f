/** Numbers in the text form of Prometheus (0.0.4), as server and beacon answer `/metrics`. */

export interface Metric {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly value: number;
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const line = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

/** Metrics of one name (their names differ in signs that a name may not have) are added up. */
export function metricsText(metrics: readonly Metric[]): string {
  const byName = new Map<string, Metric>();
  for (const metric of metrics) {
    const name = metric.name.replaceAll(/[^a-zA-Z0-9]+/g, '_');
    byName.set(name, { ...metric, name, value: metric.value + (byName.get(name)?.value ?? 0) });
  }
  return [...byName.values()].map(({ name, kind, help, value }) => `# HELP ${name} ${line(help)}\n# TYPE ${name} ${kind}\n${name} ${value}\n`).join('');
}
