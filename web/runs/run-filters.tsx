import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Desk } from '#domain/run.ts';
import type { FilterName, RunListFilter } from '../api/run-list.ts';
import { plural } from '../format/words.ts';
import { useMedia } from '../shell/use-media.ts';
import { Button } from '../ui/button.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { TypedField } from '../ui/typed-field.tsx';
import { choicesOf, shownValue, TYPED, typedValue } from './filter-fields.ts';

interface RunFiltersProps {
  readonly filter: RunListFilter;
  readonly desks: readonly Desk[];
  readonly onChange: (name: FilterName, value: string) => void;
  readonly onClear: () => void;
}

/** The search and every filter; on a phone the filters are in a sheet of their own. */
export function RunFilters(props: RunFiltersProps) {
  const { filter, onChange, onClear } = props;
  const isWide = useMedia('(min-width: 48rem)');
  const [isOpen, setOpen] = useState(false);
  const { q, ...others } = filter;
  const set = Object.keys(others).length;
  return (
    <search className="flex flex-col gap-2 border-line border-b p-3">
      <div className="flex items-end gap-2">
        <SearchField key={q ?? ''} q={q ?? ''} onSearch={(text) => onChange('q', text)} />
        {!isWide && (
          <Button
            aria-haspopup="dialog"
            onClick={() => setOpen(true)}
            className="min-h-9 pointer-coarse:min-h-11"
          >
            {set === 0 ? 'Filters' : `Filters (${set})`}
          </Button>
        )}
        {isWide && (
          <Button tone="quiet" disabled={set === 0 && q === undefined} onClick={onClear} className="min-h-9">
            Clear all
          </Button>
        )}
      </div>
      {isWide && (
        <div className="grid grid-cols-5 gap-2 xl:grid-cols-8">
          <Fields {...props} />
        </div>
      )}
      {!isWide && isOpen && (
        <Sheet onClose={() => setOpen(false)}>
          <div className="grid grid-cols-2 gap-3">
            <Fields {...props} />
          </div>
          <div className="flex justify-between gap-2 pt-3">
            <Button disabled={set === 0} onClick={onClear}>
              {set === 0 ? 'Nothing is set' : `Clear ${plural(set, 'filter')}`}
            </Button>
            <Button type="submit" tone="primary">
              Show the runs
            </Button>
          </div>
        </Sheet>
      )}
    </search>
  );
}

function SearchField({ q, onSearch }: { q: string; onSearch: (text: string) => void }) {
  return (
    <form
      className="flex min-w-0 grow items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(String(new FormData(event.currentTarget).get('q') ?? '').trim());
      }}
    >
      <div className="min-w-0 grow">
        <TextField
          label="Said in prompts, answers and reasons"
          name="q"
          type="search"
          maxLength={200}
          defaultValue={q}
          placeholder="funding &quot;exact words&quot; -without begin*"
        />
      </div>
      <Button type="submit" className="min-h-9 pointer-coarse:min-h-11">
        Search
      </Button>
    </form>
  );
}

function Fields({ filter, desks, onChange }: RunFiltersProps) {
  return (
    <>
      {choicesOf(desks).map(({ name, label, values, word }) => {
        const value = filter[name] ?? '';
        const known = value === '' || values.includes(value) ? values : [value, ...values];
        return (
          <ChoiceField
            key={name}
            label={label}
            value={value}
            onChange={(event) => onChange(name, event.target.value)}
            choices={[{ value: '', label: 'Any' }, ...known.map((one) => ({ value: one, label: word(one) }))]}
          />
        );
      })}
      {TYPED.map((field) => {
        const shown = shownValue(field, filter[field.name]);
        return (
          <TypedField
            key={`${field.name} ${shown}`}
            label={field.label}
            type={field.type}
            shown={shown}
            onDone={(text) => onChange(field.name, typedValue(field, text))}
          />
        );
      })}
    </>
  );
}

/** From the bottom edge, where a thumb is. */
function Sheet({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label="Filters"
      onClose={onClose}
      className="m-0 mt-auto max-h-[85dvh] w-full max-w-full overflow-y-auto rounded-t-lg border border-line-strong bg-surface p-4 text-ink shadow-xl"
    >
      <form method="dialog">{children}</form>
    </dialog>
  );
}
