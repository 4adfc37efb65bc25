/**
 * Charts as inline SVG, made here: drawn without text in them, so that words stay words at every width. The numbers that
 * they show stand beside them, so they say nothing to those who do not see them.
 */
import { max, nice, ticks } from 'd3-array';
import type { Direction } from './words.types.ts';

const ROUND = 100;
/** In hundredths of the width. */
const share = (value: number, most: number) =>
  most === 0 ? 0 : Math.round((value / most) * 100 * ROUND) / ROUND;

/** @param towards where it grows from its number */
export const Bar = ({
  value,
  most,
  direction,
  towards = 'right',
}: {
  value: number;
  most: number;
  direction: Direction;
  towards?: 'left' | 'right';
}) => {
  const width = share(value, most);
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="rail" width="100" height="10" />
      <rect class={direction} x={towards === 'left' ? 100 - width : 0} width={width} height="10" />
    </svg>
  );
};

export interface TrendPoint {
  readonly label: string;
  readonly given: number;
  readonly received: number;
}

const TICKS = 3;

/** Both directions, month by month, as two lines over a grid. */
export const Lines = ({ points }: { points: readonly TrendPoint[] }) => {
  const most = max(points, ({ given, received }) => Math.max(given, received)) ?? 0;
  const [, top] = nice(0, Math.max(most, 1), TICKS);
  const steps = ticks(0, top, TICKS).filter(Number.isInteger).reverse();
  const xOf = (index: number) => ((index + 0.5) / points.length) * 100;
  const yOf = (value: number) => 100 - share(value, top);
  const line = (direction: Direction) =>
    points.map((point, index) => `${xOf(index).toFixed(2)},${yOf(point[direction]).toFixed(2)}`).join(' ');
  return (
    <div class="lines" aria-hidden="true">
      <div class="scale">
        {steps.map((step) => (
          <span>{step}</span>
        ))}
      </div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {steps.map((step) => (
          <line class="grid" x1="0" x2="100" y1={yOf(step)} y2={yOf(step)} />
        ))}
        <polyline class="given" points={line('given')} />
        <polyline class="received" points={line('received')} />
      </svg>
      <div class="months">
        {points.map(({ label }) => (
          <span>{label}</span>
        ))}
      </div>
    </div>
  );
};
