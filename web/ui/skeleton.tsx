/** Holds the place of what is still loading, in its final height, so that nothing jumps. */
export function SkeletonRows({ rows, className = 'h-9' }: { rows: number; className?: string }) {
  return (
    <div className="flex flex-col gap-2 p-3" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
        <div key={key} className={`skeleton ${className}`} />
      ))}
    </div>
  );
}
