/** How the address of a prompt's page names what is shown. */
export const VIEW = 'view';
export const VERSION = 'version';

/** By the word in the address, the first being shown where there is none. */
export const PROMPT_VIEWS = {
  preview: 'Preview',
  try: 'Try',
  compare: 'Compare',
  history: 'History and labels',
  numbers: 'Numbers',
} as const;

export type PromptView = keyof typeof PROMPT_VIEWS;

export function viewOf(search: URLSearchParams): PromptView {
  const asked = search.get(VIEW);
  return asked !== null && Object.hasOwn(PROMPT_VIEWS, asked) ? (asked as PromptView) : 'preview';
}
