// The export of a diabetes platform as a format: found by its titles, understood by the platform's own file, surveyed, read and told the same way.
import { type RowTaker, readRows, surveyRows, type TableLayout } from './device-table.ts';
import { findTitles, orderNote, type Titles, ZONE_NOTE } from './device-titles.ts';
import type { ImportFormat } from './format.ts';
import type { ByteSource, ImportOptions, OpenedImport } from './types.ts';

/** What a platform's file says about one export of it. */
export interface DeviceExport {
  what: string;
  layout: TableLayout;
  taker: RowTaker;
  /** Dates do not show whether day or month comes first, and nobody said it. */
  orderAssumed?: boolean;
}

export function deviceExport(
  name: string,
  isTitles: (row: string[]) => boolean,
  understand: (source: ByteSource, found: Titles, options: ImportOptions) => Promise<DeviceExport>,
): ImportFormat {
  return {
    name,
    detect: async (source) => (await findTitles(source, isTitles)) !== null,
    open: async (source, _, options): Promise<OpenedImport> => {
      const found = (await findTitles(source, isTitles))!;
      const { what, layout, taker, orderAssumed } = await understand(source, found, options);
      const series = await surveyRows(source, layout, taker);
      return {
        format: name,
        what,
        series,
        notes: [
          ...(options.zoneMinutes === undefined ? [ZONE_NOTE] : []),
          ...(orderAssumed ? [orderNote(layout.timeForm)] : []),
        ],
        endPosition: source.sizeBytes,
        chunks: (from) => readRows(source, layout, taker, series.length, from),
      };
    },
  };
}
