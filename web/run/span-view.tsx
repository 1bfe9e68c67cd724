import type { RunAnswer } from '../api/types.ts';
import { isUnderWay } from '../runs/outcome.ts';
import { DetailView } from './detail-view.tsx';
import { nodeTitle } from './node-panel.tsx';
import { SpanDetail } from './span-detail.tsx';
import { inOrder } from './trace-rows.ts';

interface SpanViewProps {
  readonly answer: RunAnswer;
  readonly spanId: string | null;
  readonly isChosen: boolean;
  readonly onClose: () => void;
}

/** The chosen span of a list, whole. */
export function SpanView({ answer, spanId, isChosen, onClose }: SpanViewProps) {
  const { run, spans, calls, record } = answer;
  const span = spans.find((row) => row.spanId === spanId);
  return (
    <DetailView title={span ? nodeTitle(span) : null} chosenKey={isChosen ? spanId : null} onClose={onClose}>
      {span && (
        <SpanDetail
          key={span.spanId}
          span={span}
          attempts={inOrder(spans.filter(({ name, symbol }) => name === span.name && symbol === span.symbol))}
          calls={calls.filter((call) => call.spanId === span.spanId)}
          opinion={
            record?.opinions.find(({ agent, symbol }) => agent === span.name && symbol === span.symbol) ??
            null
          }
          isRunOver={!isUnderWay(run)}
        />
      )}
    </DetailView>
  );
}
