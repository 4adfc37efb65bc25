/**
 * `npm run bench:scale`: what an account of the platform holds, by the figures of `docs/performance.json`: from one network to
 * hundreds, and what breaks first. A calculation, not a measurement.
 */
import { readFileSync } from 'node:fs';
import { FIGURES_FILE, type Figures } from './report/figures.ts';
import { lifeOf, scaleTable } from './scale/table.ts';

const all = Object.values(JSON.parse(readFileSync(FIGURES_FILE, 'utf8')) as Record<string, Figures>);
const largest = all.sort((a, b) => b.referrals - a.referrals)[0];
if (!largest) throw new Error(`${FIGURES_FILE} holds no run: npm run bench -- --keep`);
console.log(`With what was measured at ${largest.referrals} referrals: ${JSON.stringify(lifeOf(largest))}`);
console.table(scaleTable(lifeOf(largest)));
