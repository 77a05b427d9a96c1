// Two calipers on the paper, moved by pointer or arrow keys: time between them, the rate that it would be, and the voltage.
import { useState } from 'preact/hooks';
import { LEAD_IN, measured, type PaperScale, placeOf, SHEET_WIDTH, type Sheet } from '../clinical/ecg.ts';
import { words } from '../words/index.ts';
import { number, signed } from '../words/numbers.ts';

/** mm that an arrow key moves; five times as many with Shift. */
const STEP = 0.5;
const REACH = 4;
const READ_WIDTH = 62;

interface Point {
  x: number;
  y: number;
}

export function Calipers({ sheet, scale }: { sheet: Sheet; scale: PaperScale }) {
  const { ecg } = words.value;
  const [points, setPoints] = useState<[Point, Point]>([
    { x: LEAD_IN + 30, y: sheet.rowHeight / 2 },
    { x: LEAD_IN + 50, y: sheet.rowHeight / 2 - 10 },
  ]);
  const [a, b] = points.map(({ x, y }) => placeOf(sheet, x, y, scale));
  const { milliseconds, perMinute, millivolts } = measured(a, b);
  const text = ecg.measured(
    number(milliseconds, 0),
    perMinute === null ? '–' : number(perMinute, 0),
    signed(millivolts, 2),
  );
  const move = (i: 0 | 1, to: Point) => {
    const next: [Point, Point] = [...points];
    next[i] = {
      x: Math.min(SHEET_WIDTH, Math.max(LEAD_IN, to.x)),
      y: Math.min(sheet.height, Math.max(0, to.y)),
    };
    setPoints(next);
  };
  return (
    <g class="calipers no-print">
      {points.map((point, i) => (
        <Caliper
          key={i === 0 ? 'first' : 'second'}
          point={point}
          label={i === 0 ? ecg.caliperFirst : ecg.caliperSecond}
          said={text}
          sheet={sheet}
          onMove={(to) => move(i as 0 | 1, to)}
        />
      ))}
      <rect class="caliper-box" x={LEAD_IN} y={sheet.height - 7} width={READ_WIDTH} height={6} rx={1} />
      <text class="caliper-read" x={LEAD_IN + READ_WIDTH / 2} y={sheet.height - 2.7} text-anchor="middle">
        {text}
      </text>
    </g>
  );
}

function Caliper(props: { point: Point; label: string; said: string; sheet: Sheet; onMove: (to: Point) => void }) {
  const { point, sheet, onMove } = props;
  const row = Math.min(sheet.rows - 1, Math.floor(point.y / sheet.rowHeight));
  const key = (event: KeyboardEvent) => {
    const by = STEP * (event.shiftKey ? 5 : 1);
    const steps: Record<string, Point> = {
      ArrowLeft: { x: point.x - by, y: point.y },
      ArrowRight: { x: point.x + by, y: point.y },
      ArrowUp: { x: point.x, y: point.y - by },
      ArrowDown: { x: point.x, y: point.y + by },
    };
    const to = steps[event.key];
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(to);
  };
  const drag = (event: PointerEvent) => {
    const element = event.currentTarget as SVGGElement;
    if (event.type === 'pointerdown') element.setPointerCapture(event.pointerId);
    else if (!element.hasPointerCapture(event.pointerId)) return;
    const matrix = element.ownerSVGElement?.getScreenCTM();
    if (!matrix) return;
    event.preventDefault();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    onMove({ x, y });
  };
  return (
    <g
      class="caliper"
      role="slider"
      tabindex={0}
      aria-label={props.label}
      aria-valuenow={Math.round(point.x * 10) / 10}
      aria-valuetext={props.said}
      onKeyDown={key}
      onPointerDown={drag}
      onPointerMove={drag}
    >
      <path d={`M${point.x} ${row * sheet.rowHeight}v${sheet.rowHeight}M${point.x - REACH} ${point.y}h${2 * REACH}`} />
      <circle cx={point.x} cy={point.y} r="1.6" />
      <circle class="reach" cx={point.x} cy={point.y} r={REACH} />
    </g>
  );
}
