/** Which triggers there are: those of an asset, made when its first series opens, and what each says. */
import type { PositionSide } from '#domain/account.ts';
import { HOUR_MS } from '#domain/time.ts';
import { type AssetTrigger, createAssetTrigger, type Gauge } from './asset-trigger.ts';
import { fallMessage, HURT_BY_BOTH, HURT_BY_FALL, pegMessage } from './breaker-reasons.ts';
import { type FallTrigger, fallTriggerName, fallTriggers, type MarketLimits } from './market-limits.ts';
import type { PriceSource } from './price-source.ts';

export interface WatchedAsset {
  readonly asset: string;
  /** Windows its sources follow, by index; the longest first. */
  readonly windowsMs: readonly number[];
  /** Index of the window of calm; null where no fall of the asset trips. */
  readonly calmWindow: number | null;
  readonly sources: PriceSource[];
  readonly triggers: readonly WatchedTrigger[];
  /** Whether it is part of the market's fall. */
  readonly isInMarket: boolean;
}

export interface WatchedTrigger {
  readonly trigger: AssetTrigger;
  /** The sides of positions it hurts. */
  readonly hurts: readonly PositionSide[];
  /** Whether it measures a fall, which a person may forgive; a peg is off or it is not. */
  readonly isFall: boolean;
  readonly message: (values: { readonly value: number; readonly limit: number }) => string;
}

export const LONG_WINDOW = 0;
const LONG_MS = 4 * HOUR_MS;
/** Worth their peg, so no part of what the market is worth. */
const STABLES = new Set(['USDT', 'USDC', 'BUSD', 'FDUSD', 'TUSD', 'DAI', 'USDE', 'USDD']);
/** They follow the same windows, by the same index. */
const COMPANIONS = ['BTC', 'ETH'];
const PEGGED = new Set(['USDT', 'USDC']);

/** `seriesOf` gives the open series of an asset: BTC and ETH vouch for each other. */
export function watchAsset(
  asset: string,
  limits: MarketLimits,
  seriesOf: (asset: string) => readonly PriceSource[],
): WatchedAsset {
  const falls = fallTriggers(limits).filter((fall) => fall.asset === asset);
  const ofFalls = falls.length > 0 ? [...falls.map(({ windowMs }) => windowMs), limits.recovery.calmMs] : [];
  const windowsMs = [...new Set([LONG_MS, ...ofFalls])];
  const sources: PriceSource[] = [];
  const companions = () => COMPANIONS.flatMap((other) => (other === asset ? [] : seriesOf(other)));
  return {
    asset,
    windowsMs,
    calmWindow: falls.length > 0 ? windowsMs.indexOf(limits.recovery.calmMs) : null,
    sources,
    triggers: [
      ...falls.map((fall) =>
        watchFall(fall, windowsMs.indexOf(fall.windowMs), { limits, sources, companions }),
      ),
      ...(PEGGED.has(asset) ? [watchPeg(asset, { limits, sources, companions: () => [] })] : []),
    ],
    isInMarket: !STABLES.has(asset),
  };
}

interface Watch {
  readonly limits: MarketLimits;
  readonly sources: readonly PriceSource[];
  readonly companions: () => readonly PriceSource[];
}

function watchFall(fall: FallTrigger, window: number, watch: Watch): WatchedTrigger {
  const gauge: Gauge = {
    believed: (source) => source.fall(window),
    waiting: (source) => source.waitingFall(window),
    wrong: (source, { price, from }) => (price < from ? 1 - price / source.high(window) : 1 - from / price),
  };
  const hours = fall.windowMs / HOUR_MS;
  return {
    trigger: createAssetTrigger({ name: fallTriggerName(fall), limit: fall.fallFraction, gauge, ...watch }),
    hurts: HURT_BY_FALL,
    isFall: true,
    message: (values) => fallMessage(fall.asset, { ...values, hours }),
  };
}

const PEG_GAUGE: Gauge = {
  believed: (source) => source.offOne(),
  waiting: (source) => source.waitingOffOne(),
  wrong: (_source, { price }) => Math.abs(price - 1),
};

function watchPeg(asset: string, watch: Watch): WatchedTrigger {
  const name = `${asset.toLowerCase()}_peg`;
  const limit = watch.limits.pegFraction;
  const trigger = createAssetTrigger({ name, limit, gauge: PEG_GAUGE, ...watch });
  const message: WatchedTrigger['message'] = (values) => pegMessage(trigger.symbol ?? asset, values);
  return { trigger, hurts: HURT_BY_BOTH, isFall: false, message };
}
