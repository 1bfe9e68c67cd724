/** Changes of a text field by a button, made as if typed: so that undo takes them back. */

/** Selects a stretch of the text and brings it into view. */
export function showStretch(field: HTMLTextAreaElement, from: number, to: number): void {
  field.focus({ preventScroll: true });
  field.setSelectionRange(from, to);
  const line = field.value.slice(0, from).split('\n').length - 1;
  const layer = field.previousElementSibling;
  layer?.children[line]?.scrollIntoView({ block: 'center' });
}

export function insertAtCaret(field: HTMLTextAreaElement, text: string): void {
  field.focus();
  typeInto(field, text);
}

export function replaceText(field: HTMLTextAreaElement, text: string): void {
  field.focus();
  field.select();
  typeInto(field, text);
  field.setSelectionRange(0, 0);
}

/** The old command is the only one that keeps the field's own undo; where it is gone, the text is set without. */
function typeInto(field: HTMLTextAreaElement, text: string): void {
  if (document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
