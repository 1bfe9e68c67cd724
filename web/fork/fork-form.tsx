import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { newPost } from '../api/client.ts';
import { stateQuery } from '../api/queries.ts';
import { comparePath } from '../comparison/comparison-queries.ts';
import { useGo } from '../router/router.tsx';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';
import { type ForkNode, type PromptPick, promptsFrom, SAME } from './fork-choices.ts';
import { PromptChoice } from './prompt-choice.tsx';
import { PromptRefused, startFork } from './start-fork.ts';

interface ForkFormProps {
  readonly runId: string;
  readonly nodes: readonly ForkNode[];
  readonly first: ForkNode;
  /** Null where the run's set is not on record. */
  readonly promptVersions: Readonly<Record<string, number>> | null;
}

type ModelPick = 'configured' | 'rules' | 'other';

/** From where, by whom and with which words; then it is begun and followed. */
export function ForkForm({ runId, nodes, first, promptVersions }: ForkFormProps) {
  const [fromNode, setFromNode] = useState(first);
  const [picks, setPicks] = useState<Readonly<Record<string, PromptPick>>>({});
  const [modelPick, setModelPick] = useState<ModelPick>('configured');
  const [post] = useState(newPost);
  const go = useGo();
  const names = promptsFrom(fromNode);
  const starting = useMutation({
    mutationFn: (model: string) => {
      const chosen = names.map((name) => [name, picks[name] ?? SAME] as const);
      const by = modelPick === 'rules' ? null : modelPick === 'other' ? model : undefined;
      return startFork(post, { runId, fromNode, picks: chosen, model: by });
    },
    onSuccess: ({ runId: forkId }) => go(comparePath(forkId, runId)),
  });
  const refused = starting.error instanceof PromptRefused ? starting.error : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const model = new FormData(event.currentTarget).get('model');
        if (!starting.isPending) starting.mutate(String(model ?? '').trim());
      }}
      className="flex flex-col gap-3 lg:gap-4"
    >
      <Panel title="From where and by whom">
        <div className="grid gap-3 p-3 sm:grid-cols-2 lg:grid-cols-3">
          <ChoiceField
            label="From node"
            hint="What came before it stays as it was."
            value={fromNode}
            choices={nodes.map((node) => ({ value: node, label: node }))}
            onChange={({ target }) => setFromNode(target.value as ForkNode)}
          />
          <ModelChoice pick={modelPick} onPick={setModelPick} />
        </div>
      </Panel>
      <Panel title="In which words" note={wordsNote(modelPick, names)}>
        {names.map((name) => (
          <PromptChoice
            key={name}
            name={name}
            ofRun={promptVersions?.[name] ?? null}
            pick={picks[name] ?? SAME}
            refusal={refused?.promptName === name ? refused.failure : null}
            onPick={(pick) => setPicks((before) => ({ ...before, [name]: pick }))}
          />
        ))}
      </Panel>
      {starting.error && refused === null && <FailureNote error={starting.error} />}
      <div className="flex justify-end">
        <Button type="submit" tone="primary" disabled={starting.isPending}>
          {starting.isPending ? 'Starting …' : 'Decide it again'}
        </Button>
      </div>
    </form>
  );
}

function wordsNote(pick: ModelPick, names: readonly string[]): string {
  if (names.length === 0) return 'nobody is asked from there on';
  if (pick === 'rules') return 'the rules read no prompt: other words change nothing';
  return 'a rewritten text is kept as a version without a label';
}

function ModelChoice({ pick, onPick }: { pick: ModelPick; onPick: (pick: ModelPick) => void }) {
  const { data: state } = useQuery(stateQuery(null));
  const name = state?.model.configured ? state.model.name : null;
  return (
    <>
      <ChoiceField
        label="Decided by"
        value={pick}
        choices={[
          {
            value: 'configured',
            label: name === null ? 'What is configured: the rules' : `The configured model, ${name}`,
          },
          { value: 'rules', label: 'The rules alone' },
          ...(name === null ? [] : [{ value: 'other', label: 'Another model of the same provider' }]),
        ]}
        onChange={({ target }) => onPick(target.value as ModelPick)}
      />
      {pick === 'other' && (
        <TextField
          label="Model"
          name="model"
          required
          pattern="\S{1,120}"
          title="A model’s name, without blanks"
        />
      )}
    </>
  );
}
