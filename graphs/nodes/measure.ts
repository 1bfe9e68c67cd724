import { defineNode } from '../define-node.ts';
import type { AnalysisDeps } from '../deps.ts';
import { bitcoinOf, frameOf } from '../frames.ts';
import type { CycleState } from '../state.ts';

/** Indicators, spikes, regime and points for every sound symbol. The columns stay in the frame. */
export const indicators = defineNode<CycleState, AnalysisDeps>({
  name: 'indicators',
  kind: 'tool',
  shows: ({ snapshot }) => ({ snapshotId: snapshot?.snapshotId, symbols: snapshot?.symbols.length }),
  async work({ request, snapshot }, deps) {
    const { signals } = await frameOf({ runId: request.runId, snapshotId: snapshot?.snapshotId }, deps);
    const output = [...signals.values()].map(({ symbol, action, score, spikes, regime, reason }) => ({
      ...{
        symbol,
        action,
        score,
        spikes: spikes.length,
        trend: regime.trend,
        volatility: regime.volatility,
        reason,
      },
    }));
    return { patch: {}, output };
  },
});

/** What the Q-table says of every symbol, in the situation it is in. */
export const qtable = defineNode<CycleState, AnalysisDeps>({
  name: 'qtable',
  kind: 'tool',
  shows: ({ positions }) => ({ held: positions.map(({ symbol, side }) => ({ symbol, side })) }),
  async work({ request, snapshot, positions }, deps) {
    const { signals } = await frameOf({ runId: request.runId, snapshotId: snapshot?.snapshotId }, deps);
    const btcTrend = bitcoinOf(signals.values())?.regime.trend ?? 'unknown';
    const qAdvice = [...signals.values()].map((signal) => {
      const position = positions.find(({ symbol }) => symbol === signal.symbol) ?? null;
      return deps.qtable.advise({ signal, btcTrend, position });
    });
    return { patch: { qAdvice } };
  },
});
