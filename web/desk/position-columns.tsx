import type { Protection } from '#domain/account.ts';
import type { DeskPosition } from '../api/types.ts';
import { formatPercent, formatPrice, formatQuantity, formatQuote } from '../format/number.ts';
import { formatAge, formatMarketTime } from '../format/time.ts';
import { baseName } from '../format/words.ts';
import { tradePath } from '../lineage/trade-path.ts';
import { Link } from '../router/link.tsx';
import { Amount } from '../ui/amount.tsx';
import { Button } from '../ui/button.tsx';
import type { Column } from '../ui/data-table.tsx';
import { SideBadge } from '../ui/side-badge.tsx';
import { liquidationDistance, netProfitQuote, notionalQuote } from './position-figures.ts';

/** The open positions' table. */
export function positionColumns(
  nowMs: number | null,
  onClose: (position: DeskPosition) => void,
): Column<DeskPosition>[] {
  return [
    {
      label: 'Symbol',
      bare: true,
      span: 2,
      cell: (position) => (
        <span className="flex items-center gap-2">
          <Link
            to={tradePath({ id: position.positionId, deskId: position.deskId })}
            title="Where it came from"
            className="font-semibold underline decoration-faint underline-offset-2 hover:text-accent"
          >
            {baseName(position.symbol)}
          </Link>
          <SideBadge side={position.side} leverage={position.leverage} />
        </span>
      ),
    },
    {
      label: 'Net profit',
      align: 'end',
      cell: (position) => <Amount value={netProfitQuote(position)} className="font-semibold" />,
    },
    {
      label: 'Size, notional',
      align: 'end',
      cell: (position) => (
        <>
          {formatQuantity(position.quantityBase)}
          <span className="block text-muted text-xs">{formatQuote(notionalQuote(position))}</span>
        </>
      ),
    },
    { label: 'Entry', align: 'end', cell: (position) => formatPrice(position.entryPriceQuote) },
    { label: 'Mark', align: 'end', cell: (position) => formatPrice(position.markPriceQuote) },
    {
      label: 'Stop',
      align: 'end',
      cell: ({ stop }) => <Trigger of={stop} missing="font-semibold text-down" />,
    },
    {
      label: 'Target',
      align: 'end',
      cell: ({ target }) => <Trigger of={target} missing="text-faint" />,
    },
    { label: 'Liquidation', align: 'end', cell: (position) => <Liquidation position={position} /> },
    {
      label: 'Age',
      align: 'end',
      cell: (position) => (
        <span title={`opened ${formatMarketTime(position.openedAtMs)}`}>
          {nowMs === null ? '–' : formatAge(nowMs - position.openedAtMs)}
        </span>
      ),
    },
    {
      label: 'Action',
      align: 'end',
      bare: true,
      span: 3,
      pinned: true,
      cell: (position) => (
        <Button
          className="max-sm:w-full sm:-my-1"
          aria-label={`Close the ${baseName(position.symbol)} ${position.side}`}
          onClick={() => onClose(position)}
        >
          Close
        </Button>
      ),
    },
  ];
}

/** A position without a live stop is said aloud; a missing target is allowed. */
function Trigger({ of, missing }: { of: Protection | null; missing: string }) {
  return of === null ? <span className={missing}>none</span> : formatPrice(of.triggerPriceQuote);
}

function Liquidation({ position }: { position: DeskPosition }) {
  const distance = liquidationDistance(position);
  if (distance === null || position.liquidationPriceQuote === null)
    return (
      <span className="text-faint" title="It cannot be liquidated">
        none
      </span>
    );
  return (
    <>
      {formatPrice(position.liquidationPriceQuote)}
      <span className="block text-muted text-xs">{formatPercent(distance, { digits: 1 })} away</span>
    </>
  );
}
