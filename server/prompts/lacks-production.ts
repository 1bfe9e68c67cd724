import { PRODUCTION } from '#db/repositories/prompt-changes.ts';
import { AppError } from '#domain/errors.ts';

/** Nothing here removes that label, so somebody has changed the tables by hand. */
export function lacksProduction(names: readonly string[]): AppError {
  const [first] = names;
  return new AppError(
    'prompt_invalid',
    `no version is labelled ${PRODUCTION} of the prompts ${names.join(', ')}: point the label at one of each (vigil prompts label ${first} ${PRODUCTION} VERSION --message WHY)`,
    { context: { names } },
  );
}
