-- Reports kept before Sortino ratios and armings were told: nobody had the desk armed then.
UPDATE "backtests" SET "report" = jsonb_set("report", '{performance,sortino}', '{"ratio": null, "reason": "it was not told when this was walked", "days": 0, "trades": 0}')
WHERE "report" IS NOT NULL AND NOT ("report" -> 'performance') ? 'sortino';--> statement-breakpoint
UPDATE "backtests" SET "report" = jsonb_set("report", '{result,armings}', '[]')
WHERE "report" IS NOT NULL AND NOT ("report" -> 'result') ? 'armings';
