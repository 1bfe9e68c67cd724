/**
 * LangChain makes a run tree for LangSmith around every call of a node and of an edge, with an id of fresh random bytes,
 * though nobody keeps it where there is no AsyncLocalStorage: a twentieth of what a cycle computes. Here it is told not to,
 * by its own parameter; where somebody has brought a storage, or traces, it goes on as it did.
 */
import {
  MockAsyncLocalStorage,
  AsyncLocalStorageProviderSingleton as provider,
} from '@langchain/core/singletons';

const runWithConfig = provider.runWithConfig.bind(provider);

provider.runWithConfig = (config, callback, avoidCreatingRootRunTree) =>
  runWithConfig(
    config,
    callback,
    avoidCreatingRootRunTree === true || provider.getInstance() instanceof MockAsyncLocalStorage,
  );
