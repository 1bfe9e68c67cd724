/** Answers until its parent lets go. */
import { startAnsweringModel } from './answering-model.ts';

const model = await startAnsweringModel(Number(process.argv[2]));
process.once('disconnect', () => void model.close().then(() => process.exit(0)));
process.send?.(model.baseUrl);
