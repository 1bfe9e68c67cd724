import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { BacktestChoices } from '#domain/backtest.ts';
import { type BacktestQuestion, startBacktest } from '../api/backtest-queries.ts';
import { newPost } from '../api/client.ts';
import { formatCount } from '../format/number.ts';
import { formatDateTime } from '../format/time.ts';
import { baseName } from '../format/words.ts';
import { useGo } from '../router/router.tsx';
import { ControlButton } from '../ui/control-button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { shownInstant, typedInstant } from '../ui/instant-text.ts';
import { SyntheticBadge } from '../ui/synthetic-badge.tsx';

/** Span, symbols and strategy, filled with what there are candles of; then it is begun and followed. */
export function BacktestForm({ choices }: { choices: BacktestChoices }) {
  const { suggested, symbols, strategies } = choices;
  const [post] = useState(newPost);
  const go = useGo();
  const starting = useMutation({
    mutationFn: async (question: BacktestQuestion) => {
      if (question.symbols.length === 0) throw new Error('Choose at least one symbol.');
      return startBacktest(post, question);
    },
    onSuccess: ({ backtestId }) => go(`/backtests/${encodeURIComponent(backtestId)}`),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!starting.isPending) starting.mutate(questionOf(new FormData(event.currentTarget)));
      }}
      className="flex flex-col gap-3 p-3"
    >
      <div className="grid gap-3 sm:grid-cols-3">
        <InstantField
          label="From (market time, UTC)"
          name="from"
          atMs={suggested?.fromMs}
          choices={choices}
        />
        <InstantField label="To (market time, UTC)" name="to" atMs={suggested?.toMs} choices={choices} />
        <ChoiceField
          label="Strategy"
          name="strategy"
          hint={strategies[0]?.describes ?? ''}
          choices={strategies.map(({ name }) => ({ value: name, label: name }))}
        />
      </div>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="mb-1 text-muted text-xs">Symbols</legend>
        {symbols.map((symbol) => (
          <label key={symbol} className="flex min-h-8 items-center gap-1.5 pointer-coarse:min-h-10">
            <input
              type="checkbox"
              name="symbol"
              value={symbol}
              defaultChecked={suggested?.symbols.includes(symbol)}
              className="size-4 accent-accent"
            />
            {baseName(symbol)}
          </label>
        ))}
      </fieldset>
      {starting.error && <FailureNote error={starting.error} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <ControlButton type="submit" tone="primary" icon="play" disabled={starting.isPending}>
          {starting.isPending ? 'Starting …' : 'Start the backtest'}
        </ControlButton>
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 text-muted text-xs">
          {choices.source.synthetic && <SyntheticBadge />}
          {reachWords(choices)}
        </p>
      </div>
    </form>
  );
}

interface InstantFieldProps {
  readonly label: string;
  readonly name: 'from' | 'to';
  readonly atMs: number | undefined;
  readonly choices: BacktestChoices;
}

function InstantField({ label, name, atMs, choices: { fromMs, toMs } }: InstantFieldProps) {
  return (
    <TextField
      {...{ label, name }}
      type="datetime-local"
      required
      title="An instant of the market’s time, in UTC"
      defaultValue={atMs === undefined ? '' : shownInstant(String(atMs))}
      min={shownInstant(String(fromMs))}
      {...(toMs !== null && { max: shownInstant(String(toMs)) })}
    />
  );
}

function questionOf(form: FormData): BacktestQuestion {
  const text = (name: string) => String(form.get(name) ?? '');
  return {
    ...{ from: typedInstant(text('from')), to: typedInstant(text('to')), strategy: text('strategy') },
    symbols: form.getAll('symbol').map(String),
  };
}

function reachWords({ source, timeframe, fromMs, toMs, mostBars }: BacktestChoices): string {
  const end = toMs === null ? 'on' : `to ${formatDateTime(toMs)}`;
  return `${source.name}: ${timeframe} candles from ${formatDateTime(fromMs)} ${end}; at most ${formatCount(mostBars)} of them, of all symbols.`;
}
