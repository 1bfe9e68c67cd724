/** The look every chart shares: the page's own colours and type, no frame, no logo. */
import { type ChartOptions, ColorType, type DeepPartial } from 'lightweight-charts';
import type { readColours } from '../ui/chart-colours.ts';

export type ReadColour = ReturnType<typeof readColours>;

export const CHART_BASE = {
  autoSize: true,
  // The library's own logo brings a style element, which a strict content security policy refuses,
  // and tells the other site our address. The panel carries the attribution as a plain link instead.
  layout: { attributionLogo: false },
  handleScroll: { vertTouchDrag: false },
} satisfies DeepPartial<ChartOptions>;

export function chartColours(colour: ReadColour): DeepPartial<ChartOptions> {
  return {
    layout: {
      background: { type: ColorType.Solid, color: colour('--surface') },
      textColor: colour('--muted'),
      fontFamily: getComputedStyle(document.body).fontFamily,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: colour('--line') } },
  };
}
