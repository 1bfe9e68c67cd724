/** Numbers for the screen. Rounding here is for reading only; nothing computed from these goes back to the desk. */
const MINUS = '−';

export type Tone = 'up' | 'down' | 'flat';

/** The direction of an amount as it is shown: what rounds to zero is flat. */
export function toneOf(value: number, shownDigits = 2): Tone {
  const rounded = Number(value.toFixed(shownDigits));
  if (rounded > 0) return 'up';
  return rounded < 0 ? 'down' : 'flat';
}

interface NumberShape {
  readonly digits?: number;
  /** Writes `+` before a positive number, so that gains and losses weigh the same on the screen. */
  readonly signed?: boolean;
}

/** `-1234.5` → `−1,234.50`. Anything that is not a finite number reads as a dash. */
export function formatQuote(
  value: string | number,
  { digits = 2, signed = false }: NumberShape = {},
): string {
  const amount = Number(value);
  if (!Number.isFinite(amount)) return '–';
  const text = fixed(Math.abs(amount), digits, digits);
  const tone = toneOf(amount, digits);
  if (tone === 'down') return MINUS + text;
  return signed && tone === 'up' ? `+${text}` : text;
}

/** A price with as many digits as its size needs: `67,210.50`, `3.2154`, `0.0000123`. */
export function formatPrice(value: string | number): string {
  const price = Number(value);
  if (!Number.isFinite(price)) return '–';
  const size = Math.abs(price);
  if (size >= 100) return formatQuote(price);
  if (size >= 1) return formatQuote(price, { digits: 4 });
  return price === 0 ? '0' : price.toPrecision(5).replace('-', MINUS);
}

/** A quantity with at most six digits after the point and no padding. */
export function formatQuantity(value: string | number): string {
  const quantity = Number(value);
  return Number.isFinite(quantity) ? fixed(quantity, 0, 6).replace('-', MINUS) : '–';
}

/** `0.0123` → `1.23%`. */
export function formatPercent(fraction: number, { digits = 2, signed = false }: NumberShape = {}): string {
  return Number.isFinite(fraction) ? `${formatQuote(fraction * 100, { digits, signed })}%` : '–';
}

/** A number of unknown kind, as in findings and evidence: short, but never misleadingly rounded to zero. */
export function formatPlain(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const text =
    Math.abs(value) >= 1 || value === 0 ? fixed(value, 0, 4) : String(Number(value.toPrecision(4)));
  return text.replace('-', MINUS);
}

/** Weighted points with their side: `+4`, `−3`, `0`. */
export function formatPoints(points: number): string {
  if (points === 0) return '0';
  return points > 0 ? `+${points}` : `${MINUS}${Math.abs(points)}`;
}

export function formatCount(value: number): string {
  return fixed(value, 0, 0);
}

/** `512 B`, `1.2 kB`, `2.0 MB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${fixed(bytes / 1_000, 1, 1)} kB`;
  return `${fixed(bytes / 1_000_000, 1, 1)} MB`;
}

/** Model costs are often far below a cent. */
export function formatUsd(value: number): string {
  return `$${fixed(value, 2, value > 0 && value < 1 ? 4 : 2)}`;
}

function fixed(value: number, least: number, most: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: least, maximumFractionDigits: most });
}
