/** The library's own logo brings a style element and tells another site our address: a plain link instead. */
export function ChartCredit() {
  return (
    <a
      href="https://www.tradingview.com/"
      target="_blank"
      rel="noreferrer"
      title="TradingView Lightweight Charts™, Copyright (c) 2025 TradingView, Inc."
      className="text-faint text-xs hover:text-ink hover:underline"
    >
      Charts by TradingView
    </a>
  );
}
