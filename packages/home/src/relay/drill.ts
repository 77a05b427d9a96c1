// The drill: a backup is worth what it was when somebody last tried to restore it. Takes the newest backup of the folder, or makes one of the
// running relay, opens it as a restored relay would, looks at everything that can be looked at without keys, and writes down how it went.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HaleError, utf8Encode, verifyEvent } from '@hale/kernel';
import * as v from 'valibot';
import { replaceFile } from '../durable-file.ts';
import { EventStore } from '../store/events.ts';
import { Statements } from '../store/statements.ts';
import { backupDatabase, backupsOf } from './backup.ts';
import { HOST_LIMITS } from './limits.ts';

const drillShape = v.object({
  at: v.number(),
  backupAt: v.number(),
  source: v.picklist(['backup', 'fresh']),
  ok: v.boolean(),
  integrity: v.string(),
  events: v.number(),
  liveEvents: v.number(),
  members: v.number(),
  checked: v.number(),
  wrong: v.number(),
  seconds: v.number(),
});

/** How a restore went. */
export type Drill = v.InferOutput<typeof drillShape>;

const drillPath = (dir: string): string => join(dir, 'drill.json');

/**
 * @param dir folder of the relay, running or not
 * @throws HaleError 'not-found' where no relay has run
 */
export async function drillRelay(dir: string, nowMillis = Date.now): Promise<Drill> {
  const live = join(dir, 'events.db');
  if (!existsSync(live))
    throw new HaleError('not-found', 'no relay has run in this folder yet; start it with `hale relay`');
  const began = nowMillis();
  // In the relay's own folder: nothing of it is ever in a place that others of this machine read.
  const place = mkdtempSync(join(dir, 'drill-'));
  try {
    const restored = join(place, 'events.db');
    const [kept = null] = backupsOf(dir);
    const backupAt = kept === null ? began : kept.atMillis;
    if (kept === null) copyOf(live, restored);
    else cpSync(kept.path, restored);
    const found = look(restored);
    const drill: Drill = {
      at: Math.floor(began / 1000),
      backupAt: Math.floor(backupAt / 1000),
      source: kept === null ? 'fresh' : 'backup',
      ok: found.integrity === 'ok' && found.wrong === 0,
      ...found,
      liveEvents: countOf(live),
      seconds: Math.round((nowMillis() - began) / 100) / 10,
    };
    replaceFile(drillPath(dir), utf8Encode(`${JSON.stringify(drill)}\n`));
    return drill;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function copyOf(live: string, to: string): void {
  const database = new DatabaseSync(live, { readOnly: true });
  try {
    backupDatabase(database, to);
  } finally {
    database.close();
  }
}

function countOf(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Number((database.prepare('SELECT count(*) AS n FROM event').get() as { n: number }).n);
  } finally {
    database.close();
  }
}

/** Opens it as a relay would: tables, whole pages, and the signatures of some hundreds of events over all of its rows. */
function look(path: string): Pick<Drill, 'integrity' | 'events' | 'members' | 'checked' | 'wrong'> {
  try {
    const store = new EventStore(path);
    try {
      return lookInto(store);
    } finally {
      store.close();
    }
  } catch (error) {
    // SQLite's own words may quote a row: only that it is damaged is written down.
    if (!(error instanceof Error)) throw error;
    return { integrity: 'damaged', events: 0, members: 0, checked: 0, wrong: 0 };
  }
}

function lookInto(store: EventStore): Pick<Drill, 'integrity' | 'events' | 'members' | 'checked' | 'wrong'> {
  const sql = new Statements(store.database);
  const integrity = sql.row('PRAGMA integrity_check(1)')?.[0] === 'ok' ? 'ok' : 'damaged';
  const events = store.count({});
  const step = Math.max(1, Math.ceil(events / HOST_LIMITS.drillEventsMax));
  const ids = sql.rows('SELECT hex(id) FROM (SELECT id, row_number() OVER () AS n FROM event) WHERE n % ? = 0', step);
  const wrong = ids.filter(([id]) => {
    const event = store.get(String(id).toLowerCase());
    // Again from its bytes: what comes out of a store is believed otherwise.
    return event === null || verifyEvent({ ...event }) === null;
  }).length;
  return { integrity, events, members: store.countMembers(), checked: ids.length, wrong };
}

/** How the last one went; null = there was none, or the file says nothing that can be read. */
export function lastDrill(dir: string): Drill | null {
  try {
    const parsed = v.safeParse(drillShape, JSON.parse(readFileSync(drillPath(dir), 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
