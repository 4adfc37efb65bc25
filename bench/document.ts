/** `npm run bench:document`: writes `docs/performance.md` from the kept figures and what was measured before them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { toDocument } from './report/document.ts';
import { FIGURES_FILE, type Figures } from './report/figures.ts';

const kept = JSON.parse(readFileSync(FIGURES_FILE, 'utf8')) as Record<string, Figures>;
writeFileSync('docs/performance.md', toDocument(Object.values(kept)));
