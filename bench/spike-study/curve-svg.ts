/** The rates over the threshold as a picture, one panel a kind. */
import type { SpikeThresholds } from '#tools/spikes/spike-options.ts';
import { ALL, type Kind, type Study } from './study.ts';
import { type Rates, STEP_SIGMAS } from './tally.ts';

const PANEL = { width: 440, height: 300, left: 48, top: 44, gap: 40 };
const FROM_SIGMAS = 2;
const TO_SIGMAS = 10;

const LINES = [
  { name: 'true positive rate', colour: '#1a7f37', of: (rates: Rates) => rates.truePositiveRate },
  { name: 'false positive rate', colour: '#cf222e', of: (rates: Rates) => rates.falsePositiveRate },
  { name: 'false share of signals', colour: '#9a6700', of: (rates: Rates) => rates.falseShare },
] as const;

export function curveSvg(study: Study, thresholds: SpikeThresholds): string {
  const width = PANEL.left + 2 * PANEL.width + PANEL.gap + 16;
  const height = PANEL.top + PANEL.height + 64;
  const legend = LINES.map(
    ({ name, colour }, index) =>
      `<text x="${PANEL.left + index * 190}" y="${height - 10}" fill="${colour}">— ${name}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>Spike detector against the labelled rule, over its threshold</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${panel(study, thresholds, 'price', PANEL.left)}
${panel(study, thresholds, 'volume', PANEL.left + PANEL.width + PANEL.gap)}
${legend.join('\n')}
</svg>
`;
}

function panel(study: Study, thresholds: SpikeThresholds, kind: Kind, left: number): string {
  const { top, width, height } = PANEL;
  const tally = study.tally(kind, thresholds.baselineBars, 'report', ALL);
  const x = (sigmas: number) =>
    (left + ((sigmas - FROM_SIGMAS) / (TO_SIGMAS - FROM_SIGMAS)) * (width - 8)).toFixed(1);
  const y = (share: number) => (top + (1 - share) * height).toFixed(1);
  const rates: Rates[] = [];
  for (let at = FROM_SIGMAS; at <= TO_SIGMAS; at += STEP_SIGMAS) rates.push(tally.at(at));
  const chosen = kind === 'price' ? thresholds.priceSigmas : thresholds.volumeSigmas;
  const grid = [0, 0.1, 0.25, 0.5, 0.75, 0.85, 1].map(
    (share) =>
      `<line x1="${x(FROM_SIGMAS)}" x2="${x(TO_SIGMAS)}" y1="${y(share)}" y2="${y(share)}" stroke="#d0d7de"/><text x="${left - 6}" y="${y(share)}" text-anchor="end" dy="4" fill="#57606a">${share * 100}%</text>`,
  );
  const ticks = [2, 4, 6, 8, 10].map(
    (sigmas) =>
      `<text x="${x(sigmas)}" y="${top + height + 16}" text-anchor="middle" fill="#57606a">${sigmas}</text>`,
  );
  const lines = LINES.map(
    ({ colour, of }) =>
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${rates.map((one) => `${x(one.threshold)},${y(of(one))}`).join(' ')}"/>`,
  );
  return `<text x="${left}" y="20" font-size="14">${kind}: threshold in robust sigmas, ${thresholds.baselineBars} bars of baseline</text>
${grid.join('\n')}
${ticks.join('\n')}
<line x1="${x(chosen)}" x2="${x(chosen)}" y1="${top}" y2="${top + height}" stroke="#0969da" stroke-dasharray="4 3"/>
<text x="${x(chosen)}" y="${top - 6}" text-anchor="middle" fill="#0969da">shipped ${chosen}</text>
${lines.join('\n')}`;
}
