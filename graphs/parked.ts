import type { Approval } from '#domain/approval.ts';

/**
 * Thrown by a node whose run waits for a person. Nothing is wrong with it: the graph keeps the run in its checkpoint,
 * where no process holds it, and the node starts again from its top when somebody goes on with the run.
 */
export class RunParked extends Error {
  readonly approval: Approval;

  constructor(approval: Approval) {
    super(`run ${approval.runId} waits for a person until ${approval.deadlineAtMs}`);
    this.name = 'RunParked';
    this.approval = approval;
  }
}
