/** Solid, so that made-up prices are not taken for a market's. */
export function SyntheticBadge() {
  return (
    <span
      title="The prices are made up by the built-in generator"
      className="inline-flex h-5 items-center whitespace-nowrap rounded bg-watch px-1.5 font-bold text-2xs text-surface tracking-wide"
    >
      SYNTHETIC PRICES
    </span>
  );
}
