import { useMutation } from '@tanstack/react-query';
import { requestJson } from '../api/client.ts';
import { Button } from '../ui/button.tsx';

/** Saves the run's record as a file. Read by fetch and not by a link, so that the API key goes along. */
export function ExportButton({ runId, disabled }: { runId: string; disabled: boolean }) {
  const saving = useMutation({ mutationFn: () => saveRecord(runId) });
  return (
    <Button
      icon="download"
      disabled={disabled || saving.isPending}
      title={disabled ? 'The record is written when the run ends' : 'Save the record as JSON'}
      onClick={() => saving.mutate()}
    >
      {saving.error ? 'Export failed' : 'Export'}
    </Button>
  );
}

async function saveRecord(runId: string): Promise<void> {
  const record = await requestJson<unknown>(`/api/runs/${encodeURIComponent(runId)}/export`);
  const address = URL.createObjectURL(
    new Blob([JSON.stringify(record, null, 2)], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = `${runId}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
