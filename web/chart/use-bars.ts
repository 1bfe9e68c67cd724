import { type QueryClient, skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import type { ChartBars } from '#domain/chart-bars.ts';
import { requestJson } from '../api/client.ts';
import { useDeskState } from '../shell/use-desk-state.ts';
import { groupsOf } from './indicator-groups.ts';
import { joinNewer, joinOlder } from './join-bars.ts';
import type { ChartChoice } from './use-chart-choice.ts';

const FIRST_BARS = 300;
/** Enough for what closes between two looks; more has closed only while nobody looked. */
const NEWER_BARS = 40;
const OLDER_BARS = 400;
const BARS_AT_MOST = 1_000;
/** Beyond it a coarser timeframe shows more. */
const HELD_AT_MOST = 6_000;
const SOONEST_MS = 2_000;
const LATEST_MS = 15_000;

/** The bars of the chosen chart: the newest end is read again and again, older ones when the reader goes back to them. */
export function useBars(choice: ChartChoice | null) {
  const client = useQueryClient();
  const { data: state } = useDeskState();
  const [olderFailure, setOlderFailure] = useState<unknown>(null);
  const isReadingOlder = useRef(false);
  const keys =
    choice === null ? [] : groupsOf(choice.shown).flatMap(({ lines }) => lines.map(({ key }) => key));
  const queryKey = ['candles', choice?.symbol ?? null, choice?.timeframe ?? null, keys.join(',')] as const;
  const key = queryKey.join(' ');

  const query = useQuery({
    queryKey,
    queryFn: choice === null ? skipToken : ({ signal }) => readNewest(client, queryKey, signal),
    // The same market with other lines over it stays on the screen until those are there.
    placeholderData: (held) =>
      held?.symbol === choice?.symbol && held?.timeframe === choice?.timeframe ? held : undefined,
    refetchInterval:
      state === undefined || state.market.finished ? false : betweenLooksMs(state.market.speed),
    structuralSharing: false,
  });

  const olderTo = query.isPlaceholderData ? null : (query.data?.olderTo ?? null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is what the parts of the choice make
  const readOlder = useCallback(async () => {
    const held = client.getQueryData<ChartBars>(queryKey);
    if (held === undefined || olderTo === null || isReadingOlder.current) return;
    if (held.openAtMs.length >= HELD_AT_MOST) return;
    isReadingOlder.current = true;
    try {
      const older = await requestBars(queryKey, { limit: OLDER_BARS, to: olderTo });
      client.setQueryData<ChartBars>(queryKey, (now) => (now === undefined ? now : joinOlder(older, now)));
      setOlderFailure(null);
    } catch (thrown) {
      setOlderFailure(thrown);
    } finally {
      isReadingOlder.current = false;
    }
  }, [client, key, olderTo]);

  return { query, readOlder, olderFailure };
}

type BarsKey = readonly ['candles', string | null, string | null, string];

async function readNewest(client: QueryClient, queryKey: BarsKey, signal: AbortSignal): Promise<ChartBars> {
  const held = client.getQueryData<ChartBars>(queryKey);
  const limit = held === undefined ? asManyAsHeld(client, queryKey) : NEWER_BARS;
  const newest = await requestBars(queryKey, { limit, signal });
  const joined = joinNewer(client.getQueryData<ChartBars>(queryKey), newest);
  // Nobody looked for a while: what lies between is not known, so it begins anew.
  return joined.openAtMs.length < FIRST_BARS && held !== undefined && joined === newest
    ? requestBars(queryKey, { limit: FIRST_BARS, signal })
    : joined;
}

/** With another line switched on, as far back as the reader had gone. */
function asManyAsHeld(client: QueryClient, [, symbol, timeframe]: BarsKey): number {
  const held = client.getQueriesData<ChartBars>({ queryKey: ['candles', symbol, timeframe] });
  const most = Math.max(FIRST_BARS, ...held.map(([, bars]) => bars?.openAtMs.length ?? 0));
  return Math.min(BARS_AT_MOST, most);
}

function requestBars(
  [, symbol, timeframe, indicators]: BarsKey,
  { limit, to, signal }: { readonly limit: number; readonly to?: number; readonly signal?: AbortSignal },
): Promise<ChartBars> {
  const search = new URLSearchParams({
    ...{ symbol: symbol ?? '', timeframe: timeframe ?? '', limit: String(limit) },
    ...(indicators !== '' && { indicators }),
    ...(to !== undefined && { to: String(to) }),
  });
  return requestJson<ChartBars>(`/api/candles?${search}`, signal && { signal });
}

/** About once a market minute, and never faster than an eye follows. */
function betweenLooksMs(speed: number): number {
  return Math.min(LATEST_MS, Math.max(SOONEST_MS, 60_000 / speed));
}
