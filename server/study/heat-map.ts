import type { StrategyJudgement } from '#tools/evaluation/judge-strategy.ts';
import type { MapCell } from '#tools/evaluation/parameter-map.ts';
import { ratio } from './study-words.ts';

/**
 * The two parameters with most values as a table of scores, the others as the chosen set has them; the chosen one in bold.
 * Null where nothing was chosen or fewer than two parameters vary.
 */
export function heatMap({ map, chosen }: Pick<StrategyJudgement, 'map' | 'chosen'>): string | null {
  if (chosen === null) return null;
  const axes = Object.keys(chosen.parameters)
    .map((name) => ({ name, values: valuesOf(map, name) }))
    .filter(({ values }) => values.length > 1)
    .sort((left, right) => right.values.length - left.values.length);
  const [across, down] = axes;
  if (across === undefined || down === undefined) return null;
  const cellAt = (x: number, y: number) =>
    map.find(({ parameters }) => {
      const wanted = { ...chosen.parameters, [across.name]: x, [down.name]: y };
      return Object.entries(wanted).every(([name, value]) => parameters[name] === value);
    });
  const text = (cell: MapCell | undefined) => {
    if (cell === undefined) return '';
    return cell === chosen || isSame(cell, chosen) ? `**${ratio(cell.score)}**` : ratio(cell.score);
  };
  const rows = down.values.map(
    (y) => `| ${y} | ${across.values.map((x) => text(cellAt(x, y))).join(' | ')} |`,
  );
  return [
    `| ${down.name} ↓ ${across.name} → | ${across.values.join(' | ')} |`,
    `|--:|${across.values.map(() => '--:|').join('')}`,
    ...rows,
  ].join('\n');
}

function isSame(left: MapCell, right: MapCell): boolean {
  return Object.entries(left.parameters).every(([name, value]) => right.parameters[name] === value);
}

function valuesOf(map: readonly MapCell[], name: string): number[] {
  const values = new Set(map.flatMap(({ parameters }) => parameters[name] ?? []));
  return [...values].sort((left, right) => left - right);
}
