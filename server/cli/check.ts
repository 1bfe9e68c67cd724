/** One line of `doctor`: the detail of what failed ends in the way out. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'note' | 'failed';
  readonly detail: string;
  readonly more?: unknown;
}
