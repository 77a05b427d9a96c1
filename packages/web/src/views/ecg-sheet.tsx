// The sheet itself: one drawing in millimetres, the same on screen and on paper. On paper its width is 257 mm and must not be anything else.
import {
  gridPath,
  LEAD_IN,
  type PaperScale,
  pulsePath,
  SHEET_WIDTH,
  type Sheet,
  type Signal,
  TRACE_WIDTH,
  tracePath,
} from '../clinical/ecg.ts';
import { words } from '../words/index.ts';
import { Calipers } from './calipers.tsx';
import type { Mark } from './ecg-view.tsx';

/** Below the rows: a ruler with its sentence. */
const RULER_HEIGHT = 8;
const RULER = 50;
/** Below so many CSS pixels to a millimetre the fine grid is left out, and the sheet is scrolled instead of shrunk further. */
const FINE_GRID_PIXELS_MIN = 3;
/** CSS says 96 px to 25.4 mm; what a screen makes of it is another matter. */
const CSS_PIXELS_PER_MM = 96 / 25.4;

export interface EcgSheetProps {
  sheet: Sheet;
  signals: ReadonlyMap<string, Signal>;
  beats: Mark[];
  rhythms: Mark[];
  scale: PaperScale;
  hasCalipers: boolean;
  hasGrid: boolean;
  /** As matched with a bank card on this screen; null: never. */
  pixelsPerMm: number | null;
}

export function EcgSheet(props: EcgSheetProps) {
  const { sheet, scale, pixelsPerMm } = props;
  const { ecg } = words.value;
  const height = sheet.height + RULER_HEIGHT;
  const pixels = pixelsPerMm ?? CSS_PIXELS_PER_MM;
  const style =
    pixelsPerMm === null
      ? { maxWidth: `${SHEET_WIDTH}mm`, minWidth: `${SHEET_WIDTH * FINE_GRID_PIXELS_MIN}px` }
      : { width: `${SHEET_WIDTH * pixelsPerMm}px` };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard
    <section class="ecg-scroll" tabIndex={0} aria-label={ecg.paperLabel}>
      <svg
        class="ecg-paper"
        style={style}
        width={`${SHEET_WIDTH}mm`}
        height={`${height}mm`}
        viewBox={`0 0 ${SHEET_WIDTH} ${height}`}
        aria-label={ecg.sheetLabel(props.sheet.panels.map(({ label }) => label).join(', '))}
        role={props.hasCalipers ? 'group' : 'img'}
      >
        {props.hasGrid && (
          <>
            {pixels >= FINE_GRID_PIXELS_MIN && <path class="ecg-fine" d={gridPath(sheet.height, 1)} />}
            <path class="ecg-bold" d={gridPath(sheet.height, 5)} />
          </>
        )}
        <Rows {...props} />
        <Marks sheet={sheet} beats={props.beats} rhythms={props.rhythms} scale={scale} />
        <Ruler y={sheet.height + 4} />
        {props.hasCalipers && <Calipers sheet={sheet} scale={scale} />}
      </svg>
    </section>
  );
}

function Rows({ sheet, signals, scale }: EcgSheetProps) {
  const { ecg } = words.value;
  const baselines = [...new Set(sheet.panels.map(({ baseline }) => baseline))];
  return (
    <>
      {baselines.map((baseline) => (
        <path key={baseline} class="ecg-trace pulse" d={pulsePath(baseline, scale)} />
      ))}
      {sheet.panels.map((panel) => {
        const signal = signals.get(panel.lead);
        const path = signal ? tracePath(signal, panel, scale) : '';
        return (
          <g key={`${panel.row} ${panel.x}`} data-lead={panel.label}>
            {panel.x > LEAD_IN && (
              <path class="ecg-trace" d={`M${panel.x} ${panel.baseline - 3}V${panel.baseline + 3}`} />
            )}
            {path !== '' && <path class="ecg-trace signal" d={path} />}
            <text class="ecg-label" x={panel.x + 1.5} y={panel.row * sheet.rowHeight + 9}>
              {panel.label}
              {path === '' && <tspan class="ecg-missing"> {ecg.missing}</tspan>}
            </text>
          </g>
        );
      })}
    </>
  );
}

/** Letters of beats and words of rhythms above the trace, in rows that run through. */
function Marks(props: { sheet: Sheet; beats: Mark[]; rhythms: Mark[]; scale: PaperScale }) {
  const { sheet, scale } = props;
  const through = sheet.panels.filter(({ width }) => width === TRACE_WIDTH);
  return (
    <>
      {through.map(({ row, x, fromMicros, toMicros }) => {
        const within = ({ atMicros }: Mark) => atMicros >= fromMicros && atMicros < toMicros;
        const left = (atMicros: number) => x + ((atMicros - fromMicros) / 1e6) * scale.speed;
        const top = row * sheet.rowHeight;
        const isWhole = ({ atMicros }: Mark) => left(atMicros) < SHEET_WIDTH - 1.5;
        return (
          <g key={row}>
            {props.beats
              .filter(within)
              .filter(isWhole)
              .map(({ atMicros, text }) => (
                <text key={atMicros} class="ecg-beat" x={left(atMicros)} y={top + 5} text-anchor="middle">
                  {text}
                </text>
              ))}
            {props.rhythms.filter(within).map(({ atMicros, text }) => (
              <text key={atMicros} class="ecg-rhythm" x={Math.max(left(atMicros), x) + 12} y={top + 9}>
                {text}
              </text>
            ))}
          </g>
        );
      })}
    </>
  );
}

function Ruler({ y }: { y: number }) {
  const { ecg } = words.value;
  const ticks = Array.from({ length: 6 }, (_, i) => `M${LEAD_IN + i * 10} ${y - 1}V${y + 1}`).join('');
  return (
    <g>
      <path class="ecg-ruler" d={`M${LEAD_IN} ${y}H${LEAD_IN + RULER}`} />
      <path class="ecg-ruler" d={ticks} />
      <text class="ecg-note" x={LEAD_IN + RULER + 3} y={y + 1}>
        {ecg.ruler}
      </text>
    </g>
  );
}
