/** `npm run study:spikes -- --data DIR… [--save]`: the spike detector against the labelled rule, on recorded candles. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { listScanSeries } from '#server/cli/candle-scan.ts';
import { createProgressBar } from '#server/cli/progress-bar.ts';
import { STREAM_THRESHOLDS } from '#tools/spikes/spike-options.ts';
import { curveSvg } from './curve-svg.ts';
import { studySpikes } from './study.ts';
import { studyPage } from './study-page.ts';

const { values, positionals } = parseArgs({
  options: { data: { type: 'string', multiple: true }, save: { type: 'boolean' } },
  allowPositionals: true,
});

try {
  const paths = [...(values.data ?? []), ...positionals];
  if (paths.length === 0) throw new Error('--data names no folder: give one or more of candle files');
  // Mark prices are no trades, and have no volume.
  const series = (await listScanSeries(paths)).filter(({ symbol }) => !symbol.endsWith('-MARK'));
  const bar = createProgressBar(process.stderr, () => performance.now());
  const study = await studySpikes(series, (done) =>
    bar.show({ doneFraction: done / series.length, detail: `${done} of ${series.length} series` }),
  );
  bar.end();
  const page = studyPage(study, STREAM_THRESHOLDS);
  if (values.save) {
    writeFileSync('docs/spikes.md', page);
    writeFileSync('docs/spikes-curve.svg', curveSvg(study, STREAM_THRESHOLDS));
  }
  console.log(page);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
