/** Small drawn signs. Decorative: the words beside them say the same. */
const PATHS = {
  ok: 'M3.5 8.5 6.5 11.5 12.5 4.5',
  failed: 'M4 4 12 12 M12 4 4 12',
  waiting: 'M5 8 H11',
  lost: 'M8 3.5 V9 M8 12 V12.3',
  next: 'M6 3.5 10.5 8 6 12.5',
  close: 'M4 4 12 12 M12 4 4 12',
  sun: 'M8 5.2 A2.8 2.8 0 1 0 8 10.8 A2.8 2.8 0 1 0 8 5.2 M8 1.5 V2.7 M8 13.3 V14.5 M1.5 8 H2.7 M13.3 8 H14.5 M3.4 3.4 4.2 4.2 M11.8 11.8 12.6 12.6 M12.6 3.4 11.8 4.2 M4.2 11.8 3.4 12.6',
  moon: 'M13 9.6 A5.5 5.5 0 1 1 6.4 3 A4.4 4.4 0 0 0 13 9.6',
  play: 'M5 3.5 12 8 5 12.5 Z',
  pause: 'M5.5 3.5 V12.5 M10.5 3.5 V12.5',
  stop: 'M4.5 4.5 H11.5 V11.5 H4.5 Z',
  question: 'M5.8 6.2 A2.2 2.2 0 1 1 8 8.6 V9.8 M8 12.3 V12.5',
  leave: 'M9.5 2.5 H3.5 V13.5 H9.5 M7 8 H14 M11.2 5.2 14 8 11.2 10.8',
  download: 'M8 2.5 V10 M4.8 7 8 10.2 11.2 7 M3 13 H13',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
