import { useQuery } from '@tanstack/react-query';
import { effectQuery } from '../api/prompt-queries.ts';
import { formatTime } from '../format/time.ts';

/** When a version that is given `production` now would decide, as the server knows it. */
export function EffectNote({ name }: { name: string }) {
  const { data } = useQuery(effectQuery(name));
  if (data === undefined) return <>takes effect with the next cycle</>;
  if (data.takesEffectAtMs === null)
    return <>takes effect with the next cycle; none is due, as while the desk is paused</>;
  return (
    <>
      takes effect with the next cycle,{' '}
      <time dateTime={new Date(data.takesEffectAtMs).toISOString()} className="whitespace-nowrap">
        {formatTime(data.takesEffectAtMs)} UTC (wall)
      </time>
    </>
  );
}
