import { createRoute, z } from '@hono/zod-openapi';
import { Approval, ApprovalAnswer, ApprovalStatus } from '#domain/approval.ts';
import { PERSON } from '#domain/audit.ts';
import { AppError } from '#domain/errors.ts';
import { Reason } from '#domain/person-text.ts';
import { EpochMs } from '#domain/time.ts';
import type { ApiDeps } from '../api-deps.ts';
import { bodyOf, Identifier, jsonOf, PageQuery, pageBody, pageSchema, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { desksToRead } from './named-desk.ts';

/** Nothing here names a size, a price or a stop: an answer keeps what was asked, a share of it, or none. */
const AnswerBody = z.strictObject({
  answers: z
    .array(
      z
        .strictObject({
          proposalId: Identifier,
          decision: ApprovalAnswer.shape.decision,
          /** Share of the asked size to keep, above 0 and below 1; with `shrink` alone. */
          sizeFraction: z.number().gt(0).lt(1).optional(),
        })
        .refine(
          ({ decision, sizeFraction }) => (decision === 'shrink') === (sizeFraction !== undefined),
          'sizeFraction goes together with the decision shrink, and with no other',
        ),
    )
    .min(1)
    .max(50),
  reason: Reason.optional(),
});

const ApprovalPage = pageSchema(Approval).extend({
  /** This server's wall clock, to count a deadline down by. */
  nowMs: EpochMs,
});

const Params = z.object({ id: Identifier });

const listApprovals = createRoute({
  method: 'get',
  path: '/api/approvals',
  tags: ['Approvals'],
  summary: 'What people were asked before something opened: what still waits first, then the newest',
  request: {
    query: PageQuery.extend({
      status: ApprovalStatus.optional(),
      deskId: Identifier.optional(),
      runId: Identifier.optional(),
    }),
  },
  responses: {
    200: jsonOf(ApprovalPage, 'A page of approvals.'),
    ...refusals('request_invalid', 'not_found'),
  },
});

const getApproval = createRoute({
  method: 'get',
  path: '/api/approvals/{id}',
  tags: ['Approvals'],
  summary: 'One question with its answer',
  request: { params: Params },
  responses: { 200: jsonOf(Approval, 'The approval.'), ...refusals('not_found') },
});

const answerApproval = createRoute({
  method: 'post',
  path: '/api/approvals/{id}/answer',
  tags: ['Approvals'],
  summary:
    'Approves, shrinks or refuses each opening, once and before the deadline; what is not named is refused',
  request: { params: Params, body: bodyOf(AnswerBody) },
  responses: {
    200: jsonOf(Approval, 'The approval as it now stands.'),
    ...refusals('not_found', 'conflict', 'request_invalid', 'idempotency_mismatch'),
  },
});

type Deps = Pick<ApiDeps, 'approvals' | 'desks' | 'clock'>;

export function approvalRoutes(app: Router, { approvals, desks, clock }: Deps): void {
  app.openapi(listApprovals, async (context) => {
    const { deskId, ...asked } = context.req.valid('query');
    // A run names its desk by itself, of whatever market.
    const isOfRun = asked.runId !== undefined && deskId === undefined;
    const deskIds = isOfRun ? undefined : await desksToRead(desks, deskId);
    const page = await approvals.list({ ...asked, deskIds });
    return context.json({ ...pageBody(page), nowMs: clock.nowMs() }, 200);
  });

  app.openapi(getApproval, async (context) => {
    const { id } = context.req.valid('param');
    const approval = await approvals.get(id);
    if (approval === null) throw new AppError('not_found', `there is no approval "${id}"`);
    return context.json(approval, 200);
  });

  app.openapi(answerApproval, async (context) => {
    const { answers, reason } = context.req.valid('json');
    const approval = await approvals.answer({
      approvalId: context.req.valid('param').id,
      answers: answers.map(({ sizeFraction = null, ...answer }) => ({ ...answer, sizeFraction })),
      by: PERSON,
      reason: reason ?? null,
    });
    return context.json(approval, 200);
  });
}
