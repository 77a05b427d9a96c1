// The only place that logs. Fields are on a list; anything else, and any text of a stranger, never reaches the log.
import { pino } from 'pino';

const ALLOWED = new Set([
  'what',
  'relay',
  'code',
  'kind',
  'seq',
  'count',
  'events',
  'reason',
  'seconds',
  'retryMillis',
  'foreign',
  'port',
]);

/** Writes facts as JSON lines to stderr; 'quiet' writes only failures. */
export function logger(level: 'quiet' | 'info'): (fact: Record<string, string | number>) => void {
  const log = pino({ level: level === 'quiet' ? 'warn' : 'info', base: null }, pino.destination(2));
  return (fact) => {
    const shown = Object.fromEntries(Object.entries(fact).filter(([name]) => ALLOWED.has(name)));
    if (String(fact.what).endsWith('-failed') && level === 'info') log.warn(shown);
    else log.info(shown);
  };
}
