/** What a run of the bench leaves. */
import type { MeasuredDelivery } from '../measure/deliveries.ts';
import type { Compared } from '../measure/floor.ts';
import type { MeasuredLife } from '../measure/life.ts';
import type { MeasuredPart } from '../measure/minute.ts';
import type { Measured } from '../measure/operations.ts';

/** By the number of referrals, the last kept run of each. */
export const FIGURES_FILE = 'docs/performance.json';

export interface Figures {
  readonly referrals: number;
  readonly practices: number;
  readonly seed: number;
  readonly measured_on: string;
  /** Also with how much else it was busy at the beginning. */
  readonly machine: string;
  readonly load_average_after: number;
  readonly seconds: number;
  readonly load_seconds: number;
  /** Of one referral, in whole pages. */
  readonly bytes: readonly { readonly name: string; readonly bytes: number }[];
  readonly life: MeasuredLife;
  readonly minute: readonly MeasuredPart[];
  readonly floor: readonly Compared[];
  readonly deliveries: readonly MeasuredDelivery[];
  readonly operations: readonly Measured[];
}
