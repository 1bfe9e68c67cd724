/** The answering model in a process of its own: what it needs to read and answer a question is not the desk's work. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ModelProcess {
  readonly baseUrl: string;
  close(): Promise<void>;
}

export async function startModelProcess(replyMs: number): Promise<ModelProcess> {
  const child = fork(fileURLToPath(import.meta.resolve('./model-child.ts')), [String(replyMs)]);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const baseUrl = await new Promise<string>((resolve, reject) => {
    child.once('message', (said) => resolve(String(said)));
    child.once('exit', (code) => reject(new Error(`the model's process ended with ${code}`)));
  });
  return {
    baseUrl,
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
