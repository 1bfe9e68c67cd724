import { useMutation } from '@tanstack/react-query';
import { requestFile } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { showToast } from '../ui/toast-queue.ts';

interface ExportButtonsProps {
  readonly runId: string;
  readonly hasRecord: boolean;
}

/** The run as a file: what it decided, or everything it saw and said too. */
export function ExportButtons({ runId, hasRecord }: ExportButtonsProps) {
  return (
    <>
      <ExportButton
        runId={runId}
        of="record"
        disabled={!hasRecord}
        title={hasRecord ? 'What was decided, as JSON' : 'The record is written when the run ends'}
      >
        Export record
      </ExportButton>
      <ExportButton runId={runId} of="trace" title="Spans, model calls, lineage and record, as JSON">
        Whole trace
      </ExportButton>
    </>
  );
}

interface ExportButtonProps {
  readonly runId: string;
  readonly of: 'record' | 'trace';
  readonly title: string;
  readonly disabled?: boolean;
  readonly children: string;
}

/** Read by fetch and not by a link, so that the API key goes along. */
function ExportButton({ runId, of, title, disabled = false, children }: ExportButtonProps) {
  const saving = useMutation({
    mutationFn: () => saveRun(runId, of),
    onError: (error) => showToast(`The run was not exported: ${error.message}`, 'down'),
  });
  return (
    <Button
      icon="download"
      disabled={disabled || saving.isPending}
      title={title}
      onClick={() => saving.mutate()}
    >
      {children}
    </Button>
  );
}

async function saveRun(runId: string, of: 'record' | 'trace'): Promise<void> {
  const file = await requestFile(`/api/runs/${encodeURIComponent(runId)}/export?of=${of}`);
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = `${runId}${of === 'trace' ? '.trace' : ''}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
