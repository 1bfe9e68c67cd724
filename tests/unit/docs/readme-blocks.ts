/** The commands of a document, so that tests can hold and run what a reader is told to type. */

export interface CommandBlock {
  /** The block's tag: ```sh test=<name> */
  readonly name: string | null;
  /** One for each line, with continued lines joined. */
  readonly commands: readonly string[];
}

export function commandBlocks(markdown: string): CommandBlock[] {
  const blocks = markdown.matchAll(/^```(?:sh|bash|shell|console)([^\n]*)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, tag = '', body = '']) => ({
    name: /\btest=([\w-]+)/.exec(tag)?.[1] ?? null,
    commands: body
      .replace(/\\\n\s*/g, '')
      .split('\n')
      .filter((line) => line.trim() !== ''),
  }));
}

/** @throws Error when the document has no such block, or two */
export function commandsOf(markdown: string, name: string): readonly string[] {
  const found = commandBlocks(markdown).filter((block) => block.name === name);
  if (found.length !== 1) throw new Error(`${found.length} command blocks are tagged test=${name}`);
  return found[0]?.commands ?? [];
}
