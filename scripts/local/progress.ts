/** A progress bar on stderr; nothing where that is no terminal. */
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  readonly advance: (count: number) => void;
  readonly stop: () => void;
}

export function startProgress(title: string, total: number): Progress {
  const format = `${title} {bar} {value}/{total}, {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  if (total > 0) bar.start(total, 0);
  return { advance: (count) => bar.increment(count), stop: () => bar.stop() };
}
