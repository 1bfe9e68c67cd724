import { UnknownThing } from '../ui/unknown-thing.tsx';

export function UnknownRun({ runId }: { runId: string }) {
  return (
    <UnknownThing what="run" wayOut={{ to: '/runs', words: 'See all runs' }}>
      The server knows no run “{runId}”. The address may be mistyped, or the run is kept in another database.
    </UnknownThing>
  );
}
