import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { LlmCall } from '#domain/desk-event.ts';
import type { CallSketch, WholeCall } from '#domain/run-trace.ts';
import { wholeCallQuery } from '../api/queries.ts';
import { formatBytes, formatUsd } from '../format/number.ts';
import { formatWallTime } from '../format/time.ts';
import { ABSTAINED, spaced } from '../format/words.ts';
import { Link } from '../router/link.tsx';
import { Badge } from '../ui/badge.tsx';
import { JsonView } from '../ui/json-view.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { LongText } from '../ui/long-text.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { MarkedText } from './marked-text.tsx';
import { QuoteMarks } from './quote-marks.tsx';

/** Longer texts get a box of their own, in which only what is in view is on the page. */
const SHORT_TEXT = 8_000;

/** What was sent and what came back, read when the call is opened. */
export function ModelCallBody({ call, isRunOver }: { call: CallSketch; isRunOver: boolean }) {
  const whole = useQuery(wholeCallQuery(call.runId, call.callId, isRunOver));
  return (
    <div className="flex min-h-40 flex-col gap-2 border-line border-t p-2.5">
      <Loaded query={whole} skeleton={<SkeletonRows rows={4} className="h-6" />}>
        {(answer) => <Said answer={answer} />}
      </Loaded>
    </div>
  );
}

function Said({ answer }: { answer: WholeCall }) {
  const { call, prompt, parsed, verdict, repairOf, repairedBy } = answer;
  return (
    <>
      {call.status !== 'cached' && <p className="text-muted text-xs">{askedWords(call)}</p>}
      <p className="flex flex-wrap gap-x-3 text-muted text-xs">
        <span>asked {formatWallTime(call.startedAtMs)}</span>
        {call.httpStatus !== null && <span>HTTP {call.httpStatus}</span>}
        {prompt && (
          <Link
            to={`/prompts/${encodeURIComponent(prompt.name)}?version=${prompt.version}`}
            className="text-accent underline underline-offset-2"
          >
            prompt {prompt.name}, version {prompt.version}
          </Link>
        )}
        {repairOf && <span>repairs call {repairOf}</span>}
        {repairedBy && <span>was repaired by call {repairedBy}</span>}
      </p>
      {call.error && <p className="text-down text-xs">{call.error}</p>}
      {call.messages.map((message, index) => (
        <Part
          // biome-ignore lint/suspicious/noArrayIndexKey: messages of a finished call never move
          key={index}
          title={message.role}
          bytes={message.content.length}
          isOpen={index === call.messages.length - 1 || message.content.length < 400}
        >
          <Words text={message.content} label={`Words of ${message.role}`} />
        </Part>
      ))}
      {call.reply !== null && (
        <Part title="reply" bytes={call.reply.length} isOpen>
          {verdict && call.reply.length <= SHORT_TEXT ? (
            <pre className={WORDS_LOOK}>
              <MarkedText text={call.reply} quotes={verdict.quotes} />
            </pre>
          ) : (
            <Words text={call.reply} label="The raw reply" />
          )}
        </Part>
      )}
      {parsed !== null && (
        <Part title="read as" isOpen={false}>
          <JsonView value={parsed} label="The parsed answer" />
        </Part>
      )}
      {verdict && <Verdict verdict={verdict} />}
    </>
  );
}

const WORDS_LOOK = 'max-h-72 overflow-auto whitespace-pre-wrap break-words font-mono text-xs';

function Words({ text, label }: { text: string; label: string }) {
  if (text.length > SHORT_TEXT) return <LongText text={text} label={label} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <pre className={WORDS_LOOK} tabIndex={0}>
      {text}
    </pre>
  );
}

interface PartProps {
  readonly title: string;
  readonly bytes?: number;
  readonly isOpen: boolean;
  readonly children: ReactNode;
}

function Part({ title, bytes, isOpen, children }: PartProps) {
  return (
    <details open={isOpen} className="min-w-0">
      <summary className="min-h-6 text-muted text-xs">
        {title}
        {bytes !== undefined && ` · ${formatBytes(bytes)}`}
      </summary>
      {children}
    </details>
  );
}

function Verdict({ verdict }: { verdict: NonNullable<WholeCall['verdict']> }) {
  return (
    <section className="flex flex-col gap-1 text-xs" aria-label="What became of the reply">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={verdict.decidedBy === 'model' ? 'agent' : 'watch'}>
          {verdict.decidedBy === 'model' ? 'the reply decided' : `decided by ${verdict.decidedBy}`}
        </Badge>
        {verdict.abstention && <span>{ABSTAINED[verdict.abstention]}</span>}
      </p>
      {verdict.doubts.length > 0 && (
        <ul className="list-inside list-disc break-words">
          {verdict.doubts.map((doubt) => (
            <li key={doubt}>{doubt}</li>
          ))}
        </ul>
      )}
      <QuoteMarks quotes={verdict.quotes} />
    </section>
  );
}

/** Where it was asked, in which form, and at what price. */
function askedWords(call: LlmCall): string {
  const { inputUsdPerMillion: input, outputUsdPerMillion: output } = call;
  const price =
    input === null || output === null
      ? 'price unknown'
      : `${formatUsd(input)} in and ${formatUsd(output)} out for a million tokens`;
  const form = call.responseFormat === null ? [] : [`asked by ${spaced(call.responseFormat)}`];
  return [call.provider ?? 'provider unknown', ...form, price].join(' · ');
}
